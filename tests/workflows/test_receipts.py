"""Text messages that do not arrive, on the real server: the case follows them, and time passes for them as for it."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from temporalio.testing import WorkflowEnvironment

from settings import HERE, read_settings
from tests.activities.installed import FIRST, FIRST_MAIL, ROTA, SECOND, SECOND_MAIL
from tests.ports import free_port
from tests.post.conftest import Mailbox
from tests.standins.notify import KEY, TEXT, Notify
from tests.workflows.conftest import Stage, telling
from tests.workflows.histories import kinds_of, replay, runs_of
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story
from tests.workflows.test_alerts import GATHER, Desk, comes
from worker import worker

SEAT, DEPUTY = "on-call@lincs.example.org", "on-call.deputy@lincs.example.org"
INBOX = "duty.desk@lincs.example.org"
ON_CALL = (FIRST_MAIL, SECOND_MAIL, SEAT, DEPUTY, INBOX)


class Outside:
    """What the world does with messages."""

    def __init__(self, notify: Notify, mailbox: Mailbox) -> None:
        self.notify = notify
        self.mailbox = mailbox

    @property
    def alerted(self) -> list[str]:
        """To which addresses of those on call e-mails went, in order."""
        return [one for recipients in self.mailbox.recipients for one in recipients if one in ON_CALL]


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[tuple[Outside, int]]:
    port, mailbox = free_port(), Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    with Notify().serving() as notify:
        yield Outside(notify, mailbox), port
    controller.stop()


@pytest.fixture
async def world(outside: tuple[Outside, int]) -> Outside:
    return outside[0]


@pytest.fixture
async def by_text(
    server: WorkflowEnvironment, tmp_path: Path, outside: tuple[Outside, int], request: pytest.FixtureRequest
) -> AsyncIterator[Story]:
    """A story whose worker sends real texts and e-mails, with two leads on call by the rota."""
    (tmp_path / "notify-key").write_text(KEY)
    directories = tmp_path / "directories"
    directories.mkdir()
    shutil.copy(HERE / "directories" / "lincolnshire.toml", directories)
    (directories / "lincolnshire.rota.toml").write_text(ROTA)
    settings = read_settings(
        {
            "ESCALATION_DATA": str(tmp_path / "data"),
            "ESCALATION_TASK_QUEUE": request.node.name,
            "ESCALATION_TRAINING": "no",
            "ESCALATION_DIRECTORIES": str(directories),
            "ESCALATION_SMTP_HOST": "127.0.0.1",
            "ESCALATION_SMTP_PORT": str(outside[1]),
            "ESCALATION_NOTIFY_KEY_FILE": str(tmp_path / "notify-key"),
            "ESCALATION_NOTIFY_TEXT_TEMPLATE": TEXT,
            "ESCALATION_NOTIFY_URL": outside[0].notify.url,
            "ESCALATION_GATHER_SECONDS": str(getattr(request, "param", 0)),
        }
    )
    shelf = Shelf(settings.register)
    stage = Stage(server, settings.task_queue, shelf, Postbag())
    async with worker(settings, server.client, register=shelf), telling(stage, request.node.name) as story:
        yield story


def rows(story: Story, ref: str) -> list[tuple[str, str]]:
    return [(one.channel, one.result) for one in story.register.tries(ref)]


async def is_alerted(story: Story, world: Outside) -> str:
    """Let something become overdue, and return the reference of the text that the first lead gets."""
    await story.next_moment_comes()
    await story.until(lambda: bool(world.notify.to(FIRST)), "a text to the first lead")
    (ref,) = world.notify.to(FIRST)
    await story.until(lambda: bool(rows(story, ref)), "a row")
    return ref


async def test_a_text_never_delivered_goes_by_e_mail_then_to_the_second_then_to_the_inbox_each_once(
    by_text: Story, world: Outside
) -> None:
    world.mailbox.answers |= dict.fromkeys((FIRST_MAIL, SECOND_MAIL, SEAT, DEPUTY), "550 nobody here")
    await by_text.opens()
    ref = await is_alerted(by_text, world)
    await by_text.passes(minutes=14)
    assert world.notify.to(SECOND) == []
    await by_text.passes(minutes=2)
    await by_text.until(lambda: bool(world.notify.to(SECOND)), "a text to the second lead")
    assert world.alerted == []
    await by_text.passes(minutes=15)
    await by_text.until(lambda: bool(world.alerted), "an e-mail")

    assert world.alerted == [INBOX]
    await by_text.until(lambda: len(rows(by_text, ref)) == 9, "all rows")
    assert rows(by_text, ref) == [
        ("notify-text", "accepted"),
        ("notify-text", "undelivered"),
        ("smtp", "refused"),
        ("notify-text", "accepted"),
        ("notify-text", "undelivered"),
        ("smtp", "refused"),
        ("smtp", "refused"),
        ("smtp", "refused"),
        ("smtp", "accepted"),
    ]
    assert (world.notify.to(FIRST), world.notify.to(SECOND)) == ([ref], [ref])
    details = [one.detail for one in by_text.register.tries(ref)]
    assert details[0] == "by rota edition 2026-3, turn 1"
    assert details[4] == "no receipt in 15 minutes; by rota edition 2026-3, turn 2"


async def test_a_text_that_is_not_delivered_in_time_goes_by_e_mail_to_the_same_person(
    by_text: Story, world: Outside
) -> None:
    await by_text.opens()
    ref = await is_alerted(by_text, world)
    await by_text.passes(minutes=15, seconds=10)
    await by_text.until(lambda: bool(world.alerted), "an e-mail")

    assert (world.alerted, world.notify.to(SECOND)) == ([FIRST_MAIL], [])
    await by_text.until(lambda: rows(by_text, ref)[-1] == ("smtp", "accepted"), "its row")


async def test_a_delivered_text_is_noted_and_wakes_nobody_else(by_text: Story, world: Outside) -> None:
    world.notify.fates[FIRST] = "delivered"
    await by_text.opens()
    ref = await is_alerted(by_text, world)
    await by_text.until(lambda: len(rows(by_text, ref)) == 2, "the receipt")
    await by_text.passes(minutes=30)

    assert rows(by_text, ref) == [("notify-text", "accepted"), ("notify-text", "delivered")]
    assert world.alerted == []


async def test_an_alert_acknowledged_before_its_receipt_came_wakes_nobody_else(by_text: Story, world: Outside) -> None:
    await by_text.opens()
    await is_alerted(by_text, world)
    await by_text.acknowledges_alert()
    await by_text.entries()
    await by_text.passes(minutes=20)

    assert (world.alerted, world.notify.to(SECOND)) == ([], [])


async def test_what_is_followed_goes_over_into_the_next_run_and_decides_nothing(by_text: Story, world: Outside) -> None:
    await by_text.opens_otherwise(longest_history=25)
    await is_alerted(by_text, world)
    while len([run async for run in runs_of(by_text.server.client, by_text.case)]) == 1:
        await by_text.act("schools", "practitioner", "filed")
    await by_text.passes(minutes=15, seconds=10)
    await by_text.until(lambda: bool(world.alerted), "an e-mail")

    assert world.alerted == [FIRST_MAIL]
    assert len(world.notify.to(FIRST)) == 1


async def test_a_closed_case_stays_in_temporal_for_as_long_as_a_notice_is_followed_and_no_longer(
    by_text: Story, world: Outside
) -> None:
    await by_text.opens()
    ref = await is_alerted(by_text, world)
    await by_text.propose("schools", "practitioner")
    await by_text.confirm("police", "practitioner")
    await by_text.files_everything()
    await by_text.does_actions("schools", 1)
    assert (await by_text.stands()).closed_at
    await by_text.until(lambda: len(world.mailbox.mails) > 8, "all other notices")
    assert "workflow_execution_completed" not in await kinds_of(by_text.server.client, by_text.case)

    await by_text.server.fast_forward(by_text.handle, timedelta(minutes=15))
    await by_text.closes()
    came_to_nothing = [("notify-text", "accepted"), ("notify-text", "undelivered")]
    assert rows(by_text, ref) == came_to_nothing, "it was done in the meantime: nobody is woken for it"
    assert world.alerted == [FIRST_MAIL], "that the alert is over goes another way, as every notice does"


@pytest.mark.parametrize("by_text", [GATHER], indirect=True)
async def test_alerts_of_several_cases_that_do_not_arrive_go_another_way_together(
    by_text: Story, world: Outside
) -> None:
    other = Story(by_text.server, by_text.queue, by_text.register, by_text.postbag)
    desk = Desk(Stage(by_text.server, by_text.queue, by_text.register, by_text.postbag))
    desk.policy = "lincolnshire"
    for story in (by_text, other):
        await story.opens()
        await story.next_moment_comes()
    await desk.has_taken(2)
    await desk.gathers()
    await by_text.until(lambda: bool(world.notify.to(FIRST)), "a text to the first lead")
    assert len(world.notify.to(FIRST)) == 1
    await comes(lambda: all(rows(story, f"{story.case}/4/1") for story in (by_text, other)), "rows of both")
    await desk.passes(timedelta(minutes=15, seconds=10))
    await by_text.until(lambda: bool(world.alerted), "an e-mail")

    assert (world.alerted, world.notify.to(SECOND)) == ([FIRST_MAIL], [])
    went = [("notify-text", "accepted"), ("notify-text", "undelivered"), ("smtp", "accepted")]
    for story in (by_text, other):
        await comes(lambda story=story: rows(story, f"{story.case}/4/1") == went, "all rows")  # type: ignore[misc]
    await desk.ends()
    await replay(by_text.server.client, desk.handle.id)
