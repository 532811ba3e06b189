"""Cases are kept as long as was decided, and destroyed by two people, each step on the record."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from adapters.keyring import make_keys
from adapters.local import LocalFaulty
from adapters.register.case_keys import case_keys
from adapters.retention import load_retention
from domain.base.reference import make_reference
from services import times
from settings import read_settings
from tests.people import types_as
from tests.starter.test_lost import command, goes
from tests.starter.test_rebuild import is_closed
from tests.workflows.conftest import seen_with, server
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story
from worker import worker

__all__ = ["server"]
NUMBERS = """
[retention]
keep = "25 years"
reason = "Retention schedule of 2026, line 14"
[retention.void]
keep = "1 year"
reason = "Retention schedule of 2026, line 15"
"""


@pytest.fixture
async def told_of(
    server: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[[], Story]]:
    """Makes stories in an encrypted register of their own, about which commands can be typed."""
    given = {
        "ESCALATION_DATA": str(tmp_path),
        "ESCALATION_TASK_QUEUE": f"kept-{uuid.uuid4().hex}",
        "ESCALATION_DIGEST_AT": "no",
        "ESCALATION_GATHER_SECONDS": "0",
        "ESCALATION_TRAINING": "no",
    }
    people = [f'[staff-{number}]\ntitle = "administrator"\nrole = "administrator"\n' for number in (1, 2)]
    given["ESCALATION_PEOPLE"] = str(written(tmp_path / "people.toml", "".join(people)))
    for name, said in given.items():
        monkeypatch.setenv(name, said)
    types_as(monkeypatch, "staff-1")
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
    settings, postbag = read_settings(), Postbag()
    make_keys(settings.encryption_keys)
    shelf, here = Shelf(settings.register), seen_with(server, settings.encryption_keys, works=True)

    def story() -> Story:
        made = Story(here, settings.task_queue, shelf, postbag)
        made.case = make_reference(uuid.uuid4().int)
        return made

    async with worker(settings, here.client, post=postbag, register=shelf):
        yield story


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


# --- the numbers


@pytest.mark.parametrize(
    ("keep", "closed", "until"),
    [
        ("25 years", date(2001, 3, 5), date(2026, 3, 5)),
        ("1 year", date(2024, 2, 29), date(2025, 3, 1)),
        ("6 months", date(2026, 8, 31), date(2027, 3, 1)),
        ("18 months", date(2025, 12, 15), date(2027, 6, 15)),
        ("1 month", date(2026, 12, 31), date(2027, 1, 31)),
        ("1 month", date(2027, 1, 31), date(2027, 3, 1)),
    ],
)
def test_a_case_is_kept_so_long_after_the_day_on_which_it_closed_and_never_a_day_less(
    tmp_path: Path, keep: str, closed: date, until: date
) -> None:
    found = load_retention(written(tmp_path / "made.toml", f'[retention]\nkeep = "{keep}"\nreason = "Ours"\n'))

    assert found is not None
    assert found.until(closed) == until


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('keep = "25"\nreason = "x"', "retention.keep: write a number of years or months, such as `25 years`."),
        ('keep = "0 years"\nreason = "x"', "retention.keep: write a number of years"),
        ('keep = "2 years"', "retention.reason: it is needed"),
        ('keep = "2 years"\nreason = ""', "retention.reason:"),
        ('keep = "2 years"\nreason = "x"\nwhy = "y"', "retention.why: there is no such key"),
        ('keep = "2 years"\nreason = "x"\n[retention.void]\nkeep = "1 year"', "retention.void.reason: it is needed"),
    ],
)
def test_a_number_without_a_reason_or_that_is_none_is_refused_with_its_place(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(LocalFaulty) as caught:
        load_retention(written(tmp_path / "made.toml", f"[retention]\n{text}\n"))

    assert says in str(caught.value)


def test_a_policy_without_a_number_keeps_its_cases_for_good(tmp_path: Path) -> None:
    assert load_retention(tmp_path / "nothing.toml") is None
    assert load_retention(written(tmp_path / "made.toml", "untimed = '5 working days'\n")) is None


# --- the commands


async def says(*words: str, code: int = 0) -> Result:
    result = await command("retention", *words)
    assert result.exit_code == code, (words, result.stdout, result.stderr)
    return result


async def told(*words: str, code: int = 0) -> Any:
    return json.loads((await says(*words, "--json", code=code)).stdout)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty-six years from now."""
    monkeypatch.setattr(times, "clock", lambda: datetime(2053, 1, 1, tzinfo=UTC))


async def closed(story: Story) -> Story:
    written(read_settings().local / "lincolnshire.toml", NUMBERS)
    await is_closed(story)
    await story.is_quiet()
    return story


async def is_gone(server: WorkflowEnvironment, case: str) -> None:
    for _ in range(1500):  # the server takes it out when it has time
        try:
            await server.client.get_workflow_handle(case).describe()
        except RPCError:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("Temporal keeps it")


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("later")
async def test_a_case_whose_time_has_come_is_listed_approved_and_destroyed_and_all_else_stays(
    told_of: Callable[[], Story], server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = await closed(told_of()), await closed(told_of())
    settings = read_settings()
    await says("hold", stays.case, "--reason", "Inquiry of the coroner", "--person", "staff-1")
    due = {one["case"]: one for one in await told("due")}

    assert set(due) == {gone.case, stays.case}
    assert "kept for 25 years: Retention schedule of 2026, line 14" in due[gone.case]["why"]
    assert due[stays.case]["held"] is True
    proposed = await told("propose", "--all-due", "--person", "staff-1")
    assert proposed == {"list": "DL-1", "cases": [gone.case]}
    own = await says("approve", "DL-1", "--person", "Staff-1", code=3)
    assert "a second person" in own.stderr
    early = await says("destroy", "DL-1", "--person", "staff-1", "--yes", code=3)
    assert "Nothing in DL-1 is approved" in early.stderr
    types_as(monkeypatch, "staff-2")
    await says("approve", "dl-1", "--person", "staff-2")
    before = (await command("show", gone.case)).stdout
    assert "police" in before

    done = await told("destroy", "DL-1", "--person", "staff-2", "--yes")

    assert done == {"list": "DL-1", "destroyed": [gone.case], "kept": {}}
    await is_gone(server, gone.case)
    for words in (("show", gone.case), ("history", gone.case), ("explain", gone.case)):
        result = await command(*words)
        assert result.exit_code != 0
        assert "was destroyed on Wednesday 1 January 2053" in result.stderr, words
        assert "retention lists DL-1" in result.stderr
    assert not [file for file in settings.outbox.glob("*") if gone.case in file.name]
    assert gone.case not in (await command("list", "--all")).stdout
    assert stays.case in (await command("list", "--all")).stdout
    whole = await command("verify")
    assert whole.exit_code == 0, whole.stdout
    assert (await command("show", stays.case)).exit_code == 0
    certificate = (await says("lists", "DL-1")).stdout
    for said in (gone.case, "proposed on", "by staff-1", "approved on", "by staff-2", "destroyed on", "line 14"):
        assert said in certificate
    nothing = await command("register", "rebuild", "--json")
    assert json.loads(nothing.stdout)["rebuilt"] == []


async def test_a_case_is_listed_before_its_time_with_a_reason_alone(told_of: Callable[[], Story]) -> None:
    story, running = await closed(told_of()), await told_of().opens_at_step_1()
    await running.entries()

    assert "is kept until the end of" in (await says("propose", story.case, "--person", "staff-1", code=3)).stderr
    open_still = await says("propose", running.case, "--early", "So.", "--person", "staff-1", code=3)
    assert "is not closed, so it is kept" in open_still.stderr
    await says("propose", story.case, "--early", "Erasure granted, decision 12 of 2026", "--person", "staff-1")
    again = await says("propose", story.case, "--early", "Once more", "--person", "staff-1", code=3)
    assert "stands in DL-1 already" in again.stderr
    await says("withdraw", "DL-1", "--reason", "The decision was taken back", "--person", "staff-2")
    assert await told("lists") == [{"list": "DL-1", "proposed": 0, "approved": 0, "withdrawn": 1, "destroyed": 0}]


async def test_one_account_is_one_person_whatever_handle_it_gives(
    told_of: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await closed(told_of())
    await says("propose", story.case, "--early", "Erasure granted", "--person", "staff-1")

    same = await says("approve", "DL-1", "--person", "staff-2", code=3)

    assert "a second person approves it" in same.stderr


async def test_risk_in_a_case_that_was_approved_keeps_it(
    told_of: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await closed(told_of())
    await says("propose", story.case, "--early", "Erasure granted", "--person", "staff-1")
    types_as(monkeypatch, "staff-2")
    await says("approve", "DL-1", "--person", "staff-2")
    await command("record", story.case, "risk")
    await story.entries()

    kept = await told("destroy", "DL-1", "--person", "staff-2", "--yes", code=1)

    assert list(kept["kept"]) == [story.case]
    assert (await command("show", story.case)).exit_code == 0


async def test_immediate_risk_said_of_a_destroyed_case_is_told_to_the_lead(
    told_of: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await closed(told_of())
    await says("propose", story.case, "--early", "Erasure granted", "--person", "staff-1")
    types_as(monkeypatch, "staff-2")
    await says("approve", "DL-1", "--person", "staff-2")
    await says("destroy", "DL-1", "--person", "staff-2", "--yes")

    result = await command("record", story.case, "risk")

    assert result.exit_code == 4
    assert "999" in result.stderr
    assert "The safeguarding lead on call was told of the risk directly" in result.stderr
    assert f"{story.case} was destroyed on" in result.stderr
    [letter] = [file for file in read_settings().outbox.glob("*.txt") if "risk to on-call" in file.name]
    assert story.case in letter.read_text()


async def test_immediate_risk_is_told_to_the_lead_where_the_key_of_a_lost_case_is_missing(
    told_of: Callable[[], Story],
) -> None:
    story = await told_of().opens_at_step_1()
    await story.entries()
    await goes(story, "deleted")
    read_settings().encryption_keys.unlink()
    case_keys.cache_clear()  # a command is a process of its own, which never had it

    result = await command("record", story.case, "risk")

    assert "The safeguarding lead on call was told of the risk directly" in result.stderr, result.stderr
    assert [file for file in read_settings().outbox.glob("*.txt") if "risk to on-call" in file.name]
