"""A text reply acknowledges the alert it answers: over HTTP, against a stand-in of GOV.UK Notify."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.attestation import Attestations
from adapters.keyring import make_keys
from adapters.post import PostDown, PostMisconfigured
from adapters.register.register import Register
from domain.base.known import Known
from domain.base.reference import make_reference
from domain.base.refusals import Refusal
from domain.case.state import Answer
from domain.commands import AlertAcknowledged, Message
from settings import HERE, RegisterAddress, Settings, read_settings
from tests.post.conftest import full
from tests.post.notified import BOTH, LEAD, MOBILE, OTHER, texts
from tests.register.made import NOON, attempt, enter, entry, standing
from tests.standins.notify import KEY, TEXT, Notify
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story
from wiring import reply_source
from worker import beside, worker
from workflows.caseload import NoAnswer, NoSuchCase
from workflows.replies import EVERY_SECONDS, REST_SECONDS, Became, TextReplies

CASE, SECOND, THIRD = (make_reference(one) for one in (31_415_926_535, 27_182_818_284, 16_180_339_887))
NO_CLIENT: Any = None
STRANGER = "+447700900999"


@pytest.fixture
def notify() -> Iterator[Notify]:
    with Notify().serving() as service:
        yield service


class Desk:
    """Replies fetched from the stand-in, a register that knows the alerts, and what was recorded."""

    def __init__(self, notify: Notify, register: Register, url: str) -> None:
        self.notify = notify
        self.register = register
        self.url = url
        self.recorded: list[tuple[str, AlertAcknowledged]] = []
        self.errors: list[Exception] = []
        """What the next ones get instead of an answer."""
        self.later = timedelta()
        self.starts()

    def starts(self) -> None:
        """Start the worker anew: it remembers nothing."""
        self.replies = TextReplies(texts(self.notify), self.url, self._record, lambda: datetime.now(UTC) + self.later)

    async def _record(self, case: str, message: Message) -> Answer:
        if self.errors:
            raise self.errors.pop(0)
        assert isinstance(message, AlertAcknowledged)
        self.recorded.append((case, message))
        return Answer(sentence="Acknowledged.", entry=2)

    def enters(self, case: str, number: int, kind: str, *duties: int) -> None:
        body = {"duties": [*duties], "rungs": ["first", "second"]} if kind == "alert" else {}
        enter(self.register, [entry(number, case, kind=kind, body=body)], standing(number, case))

    def alerts(self, case: str = CASE, number: int = 1, *duties: int, to=LEAD) -> str:
        """The register has the alert, and its text goes out; return the notice's reference."""
        ref = f"{case}/{number}/1"
        self.enters(case, number, "alert", *duties or (1,))
        texts(self.notify).send(full("alert", ref=ref, case=case), to)
        return ref

    async def look(self) -> dict[Became, int]:
        return dict(await self.replies.look())

    @property
    def cases(self) -> list[str]:
        return [case for case, _ in self.recorded]


@pytest.fixture
def desk(notify: Notify, tmp_path: Path) -> Iterator[Desk]:
    make_keys(tmp_path / "encryption.keys")
    url = RegisterAddress(f"sqlite:///{tmp_path}/register.db", tmp_path / "encryption.keys")
    with Register(url) as register:
        register.prepare()
        yield Desk(notify, register, url)


async def test_a_plain_yes_acknowledges_the_alert_sent_to_that_number_once(desk: Desk) -> None:
    ref = desk.alerts()
    reply = desk.notify.comes_in(MOBILE, "Yes.")

    assert await desk.look() == {"acknowledged": 1}
    assert await desk.look() == {}
    ((case, said),) = desk.recorded
    assert (case, said.by.role, said.id) == (CASE, "on-call", f"text/{reply}")
    assert said.answers == 1, "the entry of the alert: nothing raised after it is meant"
    assert said.evidence == f"a text reply to notice {ref}"
    assert said.at is not None
    assert said.at.isoformat() == desk.notify.came_in[0]["created_at"].replace("Z", "+00:00")


async def test_a_reply_shows_that_it_came_from_a_number_that_was_written_to(desk: Desk, tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    ours = Attestations(tmp_path / "keys")
    desk.replies = TextReplies(texts(desk.notify), desk.url, desk._record, lambda: datetime.now(UTC), ours)
    desk.alerts()
    desk.notify.comes_in(MOBILE, "YES")

    assert await desk.look() == {"acknowledged": 1}
    ((case, said),) = desk.recorded
    assert ours.known(case, said) == Known("t", "safeguarding lead on call")


async def test_a_yes_to_immediate_risk_is_for_the_risk_and_not_for_an_older_alert(desk: Desk) -> None:
    desk.alerts()
    desk.enters(CASE, 2, "risk")
    texts(desk.notify).send(full("risk", ref=f"{CASE}/2/1", case=CASE), LEAD)
    desk.notify.comes_in(MOBILE, "YES")

    assert await desk.look() == {"acknowledged": 1}
    assert [(case, said.answers) for case, said in desk.recorded] == [(CASE, 2)]


async def test_a_strangers_reply_other_words_and_what_is_older_than_a_day_are_left_alone(desk: Desk) -> None:
    desk.alerts()
    for number, words in ((STRANGER, "YES"), (MOBILE, "wrong number"), (MOBILE, f"YES {CASE[:-1]}A")):
        desk.notify.comes_in(number, words)
    desk.notify.comes_in(MOBILE, "YES", datetime.now(UTC) - timedelta(hours=25))

    assert await desk.look() == {"stranger": 1, "left alone": 2}
    assert not desk.recorded


async def test_no_number_and_no_word_of_a_reply_is_logged(desk: Desk, capsys, caplog) -> None:
    caplog.set_level(logging.DEBUG, "adapters")
    desk.alerts()
    for number, words in ((STRANGER, "YES secret"), (MOBILE, "secret"), (MOBILE, "YES secret"), ("SECRET", "YES")):
        desk.notify.comes_in(number, words)
    await desk.look()

    told = capsys.readouterr()
    shown = (told.out + told.err + caplog.text).lower()
    assert "text_replies_fetched" in shown
    assert not [said for said in ("secret", "7700", "900123", "900999") if said in shown]


async def test_the_newest_alert_before_the_reply_is_meant_and_a_reference_names_another(desk: Desk) -> None:
    desk.alerts(CASE)
    desk.alerts(SECOND)
    desk.notify.comes_in(MOBILE, "ok")
    await desk.look()
    assert desk.cases == [SECOND]

    desk.notify.comes_in(MOBILE, f"ok {CASE.lower()}")
    await desk.look()
    assert desk.cases == [SECOND, CASE]


async def test_a_case_that_was_never_texted_to_that_number_cannot_be_named(desk: Desk) -> None:
    desk.alerts(CASE)
    desk.alerts(SECOND, to=LEAD.but(addresses=(OTHER,)))
    desk.notify.comes_in(MOBILE, f"YES {SECOND}")

    assert await desk.look() == {"left alone": 1}
    assert not desk.recorded


async def test_texts_that_are_no_alerts_and_alerts_of_the_day_before_are_not_meant(desk: Desk) -> None:
    ref = desk.alerts()
    desk.enters(CASE, 2, "overdue")
    texts(desk.notify).send(full("overdue", ref=f"{CASE}/2/1", case=CASE), LEAD)
    texts(desk.notify).send(full("told", ref=f"{CASE}/1/3", case=CASE), LEAD)
    texts(desk.notify).send(full("told", ref="another program's"), LEAD)
    desk.notify.comes_in(MOBILE, "YES")
    await desk.look()
    assert [said.evidence for _, said in desk.recorded] == [f"a text reply to notice {ref}"]

    for one in desk.notify.sent:
        one["created_at"] = (datetime.now(UTC) - timedelta(hours=25)).isoformat()
    desk.notify.comes_in(MOBILE, "YES")
    assert await desk.look() == {"stranger": 1}


async def test_either_of_two_who_were_told_may_answer(desk: Desk) -> None:
    desk.alerts(to=BOTH)
    desk.notify.comes_in(OTHER, "y")

    assert await desk.look() == {"acknowledged": 1}


def _sent_as_one(desk: Desk) -> set[str]:
    """Two cases are in one message, under the reference of the first; return both references."""
    ref = desk.alerts(CASE)
    for case in (SECOND, THIRD):
        desk.enters(case, 1, "alert", 1)
    enter(desk.register, [], standing(1, THIRD, policy="another"))
    channel: dict[str, Any] = {"channel": "notify-text", "detail": "by rota edition 1, turn 1"}
    for one in (f"{SECOND}/1/1", f"{SECOND}/1/2", f"{THIRD}/1/1"):
        desk.register.attempt(attempt(notice=one, case_ref=one.partition("/")[0], at=NOON, **channel))
    desk.register.attempt(attempt(notice=ref, case_ref=CASE, at=NOON + timedelta(milliseconds=30), **channel))
    desk.enters(SECOND, 2, "alert", 1)
    for otherwise in ({"channel": "smtp"}, {"detail": "by the deputies"}, {"at": NOON - timedelta(minutes=1)}):
        told = channel | {"at": NOON} | otherwise
        desk.register.attempt(attempt(notice=f"{SECOND}/2/1", case_ref=SECOND, **told))
    return {ref, f"{SECOND}/1/1"}


async def test_all_alerts_of_one_message_are_acknowledged_and_no_others_of_that_instant(desk: Desk) -> None:
    """Another channel's, another rung's, another person's, another policy's and a minute before's were not in it."""
    refs = _sent_as_one(desk)
    desk.notify.comes_in(MOBILE, "YES")

    assert await desk.look() == {"acknowledged": 1}
    assert {said.evidence for _, said in desk.recorded} == {f"a text reply to notice {ref}" for ref in refs}


async def test_one_case_of_several_in_a_message_can_be_named(desk: Desk) -> None:
    _sent_as_one(desk)
    desk.notify.comes_in(MOBILE, f"YES {SECOND}")
    assert await desk.look() == {"acknowledged": 1}
    assert desk.cases == [SECOND]

    desk.notify.comes_in(MOBILE, f"YES {THIRD}")
    assert await desk.look() == {"left alone": 1}


async def test_what_was_acknowledged_since_or_is_about_more_by_now_is_not_answered_by_an_old_reply(desk: Desk) -> None:
    """After an outage, or a restart, an old yes must not silence what its sender never saw."""
    desk.alerts(CASE, 1, 1)
    desk.notify.comes_in(MOBILE, "YES")
    desk.enters(CASE, 2, "alert", 1)
    assert await desk.look() == {"acknowledged": 1}

    desk.enters(CASE, 3, "acknowledged")
    desk.starts()
    assert await desk.look() == {"refused": 1}
    desk.alerts(SECOND, 1, 1)
    desk.notify.comes_in(MOBILE, "YES")
    desk.enters(SECOND, 2, "alert", 1, 2)
    assert await desk.look() == {"refused": 1}
    assert desk.cases == [CASE]


@pytest.mark.parametrize("error", [Refusal("not open", "Nothing is alerting."), NoSuchCase("It is closed.")])
async def test_a_refusal_is_no_reason_to_try_again(desk: Desk, error: Exception) -> None:
    desk.alerts()
    desk.notify.comes_in(MOBILE, "YES")
    desk.errors = [error]

    assert await desk.look() == {"refused": 1}
    assert await desk.look() == {}


@pytest.mark.parametrize("error", [NoAnswer("Nobody answered."), Refusal("time", "That lies in the future.")])
async def test_what_nobody_answered_is_tried_again_under_the_same_id(desk: Desk, error: Exception) -> None:
    desk.alerts()
    reply = desk.notify.comes_in(MOBILE, "YES")
    desk.errors = [error]

    assert await desk.look() == {"waits": 1}
    desk.notify.comes_in(STRANGER, "no")
    assert await desk.look() == {"left alone": 1, "acknowledged": 1}
    assert [said.id for _, said in desk.recorded] == [f"text/{reply}"]


async def test_one_reply_that_cannot_be_recorded_holds_up_no_other(desk: Desk, capsys) -> None:
    for case, number in ((CASE, MOBILE), (SECOND, OTHER)):
        desk.alerts(case, to=LEAD.but(addresses=(number,)))
        desk.notify.comes_in(number, "YES")
    desk.errors = [RuntimeError("secret")]

    assert await desk.look() == {"waits": 1, "acknowledged": 1}
    assert await desk.look() == {"acknowledged": 1}
    assert sorted(desk.cases) == sorted([CASE, SECOND])
    assert "secret" not in capsys.readouterr().out


async def test_an_alert_that_the_register_has_not_got_yet_is_waited_for(desk: Desk) -> None:
    texts(desk.notify).send(full("alert", ref=f"{CASE}/1/1", case=CASE), LEAD)
    desk.notify.comes_in(MOBILE, "YES")
    assert await desk.look() == {"waits": 1}

    desk.enters(CASE, 1, "alert", 1)
    assert await desk.look() == {"acknowledged": 1}


async def test_notify_that_is_down_costs_a_round_and_no_reply(desk: Desk) -> None:
    desk.alerts()
    desk.notify.comes_in(MOBILE, "YES")
    for moods in (["500"], ["", "500"]):
        desk.notify.questions.extend(moods)
        with pytest.raises(PostDown):
            await desk.look()

    assert await desk.look() == {"acknowledged": 1}


async def test_two_workers_at_once_record_under_one_id(desk: Desk) -> None:
    desk.alerts()
    desk.notify.comes_in(MOBILE, "YES")
    await desk.look()
    desk.starts()
    await desk.look()

    assert len({said.id for _, said in desk.recorded}) == 1


async def test_nothing_ends_the_loop_and_a_setting_to_mend_is_not_asked_about_each_half_minute(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    rests: list[float] = []
    enough = asyncio.Event()
    fails = [PostDown("It is away."), PostMisconfigured("Mend it."), RuntimeError("secret")]

    async def look() -> Counter[Became]:
        if fails:
            raise fails.pop(0)
        enough.set()
        return Counter()

    async def sleep(seconds: float, _sleep=asyncio.sleep) -> None:
        rests.append(seconds)
        await _sleep(0)

    monkeypatch.setattr(desk.replies, "look", look)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    looking = asyncio.create_task(desk.replies.keep_looking())
    await enough.wait()
    looking.cancel()

    assert rests[:3] == [EVERY_SECONDS, REST_SECONDS, EVERY_SECONDS]
    told = capsys.readouterr().out
    assert "Mend it." in told
    assert "secret" not in told


# --- on the dev server

ROTA = """[rota]
edition = "story"
hands_over = "09:00"
ranks = ["first"]
[[person]]
handle = "staff-1"
title = "Safeguarding lead"
channels = ["text"]
text = ["+44 7700 900123"]
[[turn]]
rank = "first"
starting = 2024-01-01
persons = ["staff-1"]
"""


def _settings(folder: Path, notify: Notify, **more: str) -> Settings:
    (folder / "directories").mkdir(exist_ok=True)
    for path in (HERE / "directories").glob("lincolnshire.toml"):
        (folder / "directories" / path.name).write_text(path.read_text())
    (folder / "directories" / "lincolnshire.rota.toml").write_text(ROTA)
    (folder / "key").write_text(KEY)
    given = {
        "ESCALATION_DATA": str(folder),
        "ESCALATION_DIRECTORIES": str(folder / "directories"),
        "ESCALATION_TASK_QUEUE": "replies",
        "ESCALATION_NOTIFY_KEY_FILE": str(folder / "key"),
        "ESCALATION_NOTIFY_TEXT_TEMPLATE": TEXT,
        "ESCALATION_NOTIFY_URL": notify.url,
        "ESCALATION_TEXT_REPLIES": "yes",
        "ESCALATION_GATHER_SECONDS": "0",
    }
    return read_settings(given | more)


@pytest.fixture
async def alerted(server: WorkflowEnvironment, notify: Notify, tmp_path: Path) -> AsyncIterator[tuple[Story, Settings]]:
    """A case at step 1 whose deadline passed: the lead on call has been alerted by text message."""
    settings = _settings(tmp_path, notify)
    shelf = Shelf(settings.register)
    async with worker(settings, server.client, register=shelf):
        story = Story(server, settings.task_queue, shelf, Postbag())
        await story.opens()
        await story.next_moment_comes()
        await story.until(lambda: bool(notify.sent), "the text message")
        await story.entries()
        yield story, settings
        await story.ends_well()


async def test_the_lead_on_call_is_alerted_by_text_replies_yes_and_it_is_acknowledged(
    alerted: tuple[Story, Settings], notify: Notify
) -> None:
    """A stranger's yes is nothing; the lead's is an entry with its proof; a worker started anew counts it once."""
    story, settings = alerted
    (alert,) = notify.sent
    assert (alert["phone_number"], "Reply YES to acknowledge." in alert["body"]) == (MOBILE, True)
    before = len(await story.entries())

    async def fetched() -> dict[Became, int]:
        record, now = story.caseload.record, lambda: datetime.now(UTC)
        source = reply_source(settings)
        assert source
        return dict(await TextReplies(source, settings.register, record, now).look())

    notify.comes_in(STRANGER, "YES")
    assert await fetched() == {"stranger": 1}
    assert len(await story.entries()) == before
    assert (await story.stands()).owed[0].acknowledged_until is None

    reply = notify.comes_in("447700900123", "Yes")
    assert (await fetched())["acknowledged"] == 1
    await fetched()
    assert (await story.entries())[before:] == ["acknowledged"]
    made = story.register.entries(story.case)[-1].entry
    assert made.by == "on-call"
    assert made.body["said"] == {
        "by": {"role": "on-call"},
        "at": made.at.isoformat().replace("+00:00", "Z"),
        "answers": int(alert["reference"].split("/")[1]),
        "id": f"text/{reply}",
        "evidence": f"a text reply to notice {alert['reference']}",
    }
    assert any(one.acknowledged_until for one in (await story.stands()).owed)
    await story.passes(hours=12)
    assert len(notify.sent) == 1, "it is silent now"


ALWAYS = ["SilenceNoted.keep_looking", "Webhooks.keep_looking"]


def _loops(settings: Settings) -> list[str]:
    """What runs beside a worker."""
    loops = list(beside(settings, NO_CLIENT, Postbag()))
    for one in loops:
        one.close()
    return [str(one).split()[2] for one in loops]


def test_replies_are_fetched_where_that_is_set_up_and_never_while_training(notify: Notify, tmp_path: Path) -> None:
    assert reply_source(_settings(tmp_path, notify))
    assert _loops(_settings(tmp_path, notify)) == [*ALWAYS, "TextReplies.keep_looking"]
    for more in ({"TEXT_REPLIES": "no"}, {"NOTIFY_TEXT_TEMPLATE": ""}, {"TRAINING": "yes"}):
        settings = _settings(tmp_path, notify, **{f"ESCALATION_{k}": v for k, v in more.items()})
        assert not reply_source(settings)
        assert _loops(settings) == ALWAYS
