"""Alerts of several cases to one person meet for seconds, and arrive as one message."""

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from adapters.watch.checks import of_case, open_sheets
from adapters.watch.found import Found
from domain.case.effects import Notice, Owed
from domain.engine.seats import ON_CALL
from tests.histories.keeping import ALERTS as KEPT_ALERTS
from tests.histories.keeping import BATCHES, keep
from tests.workflows.conftest import Stage
from tests.workflows.histories import failures, kind, replay, runs_of
from tests.workflows.story import TRIES, Story, both, by
from workflows import ALERTS
from workflows.alert_batch import AlertBatch
from workflows.alert_hand_in import HAND_IN, AlertHandIn, batch_id
from workflows.alerts import IDLE, AlertsWorkflow

GATHER = 10
PATIENCE = 2_000
"""Looks, a hundredth of a second apart: what failed is tried again after one, two, four and eight seconds."""
DUE = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Desk:
    """One rung of a rota of its own: what is handed in, how time passes there, and which messages leave."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.policy = f"area-{uuid.uuid4().hex[:8]}"
        self._hand_in = AlertHandIn(stage.server.client, stage.queue, GATHER)

    @property
    def handle(self) -> WorkflowHandle[AlertsWorkflow, None]:
        return self.stage.server.client.get_workflow_handle(batch_id(self.stage.queue, self.policy, "first"))

    def alert(self, hours: int = 0, number: int = 3, case: str = "", what: str = "alert") -> Notice:
        """An alert of a case; what it is about was due so many hours after the first."""
        case = case or f"ESC-{uuid.uuid4().hex[:8]}"
        owed = (Owed(what="discussion", by="police", due=DUE + timedelta(hours=hours), overdue=True),)
        return Notice(ref=f"{case}/{number}/1", case=case, kind=what, to=ON_CALL, owed=owed)

    async def takes(self, *notices: Notice) -> None:
        for notice in notices:
            await asyncio.to_thread(self._hand_in, self.policy, notice)

    async def passes(self, span: timedelta) -> bool:
        return await self.stage.server.fast_forward(self.handle, span)

    async def gathers(self) -> None:
        await self.passes(timedelta(seconds=GATHER))

    async def has_taken(self, count: int) -> None:
        """Wait until its present run has been handed so many."""
        for _ in range(PATIENCE):
            try:
                history = await self.handle.fetch_history()
            except RPCError:
                continue
            if [kind(event) for event in history.events].count("workflow_execution_signaled") >= count:
                return
        raise AssertionError(f"never: {count} handed in")

    async def is_quiet(self) -> None:
        """Wait until nothing is being sent, noted or decided."""
        for _ in range(PATIENCE):
            described = (await self.handle.describe()).raw_description
            begun = described.workflow_execution_info.history_length > 3  # a run after another begins a second later
            if begun and not described.pending_activities and not described.HasField("pending_workflow_task"):
                return
            await asyncio.sleep(0.01)
        raise AssertionError("something is still being sent or noted")

    async def ends(self) -> None:
        """Nothing comes for a while, and it ends."""
        await self.is_quiet()
        with contextlib.suppress(RPCError):  # it may have ended by now
            await self.passes(2 * IDLE)
        await asyncio.wait_for(self.handle.result(), PATIENCE / 100)

    def messages(self, *of: Notice) -> list[list[str]]:
        """What left that is about one of these, as the references in each message."""
        refs = {one.ref for one in of}
        sent = [[one.ref for one in (mail, *mail.together)] for mail in list(self.stage.postbag.sent)]
        return [mail for mail in sent if refs & set(mail)]

    async def until(self, *mails: list[Notice]) -> None:
        """Wait until exactly these messages have left about the notices in them."""
        wanted = [[one.ref for one in mail] for mail in mails]
        every = [one for mail in mails for one in mail]
        await comes(lambda: len(self.messages(*every)) >= len(wanted), f"{len(wanted)} messages")
        assert self.messages(*every) == wanted

    def accepted(self, notice: Notice) -> int:
        """How often the register has seen it accepted."""
        return [one.attempt.result for one in self.stage.register.attempts(notice.case)].count("accepted")


@pytest.fixture
async def desk(gathering: Stage, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """Whatever becomes of it, no task of its workflow failed, and its history replays."""
    desk = Desk(gathering)
    yield desk
    await desk.is_quiet()
    await replay(gathering.server.client, desk.handle.id)
    if os.environ.get("KEEP_HISTORIES") and request.node.name in BATCHES:
        await keep(gathering.server.client, desk.handle.id, BATCHES[request.node.name], KEPT_ALERTS)


async def status(desk: Desk) -> WorkflowExecutionStatus | None:
    return (await desk.handle.describe()).status


async def comes(holds: Callable[[], bool], what: str) -> None:
    """Wait until it is so."""
    for _ in range(PATIENCE):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"never: {what}")


async def runs(desk: Desk) -> list[list[str]]:
    """The kinds of events of each run of the chain that is there now."""
    found = [run async for run in runs_of(desk.stage.server.client, desk.handle.id)]
    assert [failures(run.events) for run in found] == [[]] * len(found)
    return [[kind(event) for event in run.events] for run in found][::-1]


async def in_short_runs(desk: Desk, longest_history: int) -> None:
    """Start it as handing in does, but each run ends after so many events."""
    batch = AlertBatch(policy=desk.policy, gather_seconds=0, longest_history=longest_history)
    await desk.stage.server.client.start_workflow(ALERTS, batch, id=desk.handle.id, task_queue=desk.stage.queue)


# --- whole cases


async def two_overdue(gathering: Stage) -> tuple[Story, Story, Desk]:
    """Two cases of one area, overdue at the same moment, and the desk of its lead on call."""
    one, two, desk = Story(*gathering), Story(*gathering), Desk(gathering)
    desk.policy = "lincolnshire"
    for story in (one, two):
        await story.opens_at_step_1()
        await story.next_moment_comes()
        await story.entries()
    await desk.has_taken(2)
    return one, two, desk


async def test_two_cases_overdue_at_the_same_moment_are_one_message(gathering: Stage) -> None:
    """Several overdue duties of one person arrive bundled; both sides of each case are told by themselves."""
    one, two, desk = await two_overdue(gathering)
    for story in (one, two):
        await story.notices(*both("overdue", "practitioner"))
    await desk.gathers()

    await one.until(lambda: any(mail.together for mail in gathering.postbag.sent), "one message")
    (mail,) = [mail for mail in gathering.postbag.sent if mail.together]
    assert {mail.case, *(other.case for other in mail.together)} == {one.case, two.case}
    await desk.ends()
    for story in (one, two):
        told = [a.attempt for a in story.register.attempts(story.case) if a.attempt.notice_ref.endswith("/4/1")]
        assert [attempt.result for attempt in told] == ["accepted"]
        assert await story.entries() == ["opened", "stage-opened", "overdue", "alert"]
        await replay(gathering.server.client, story.case)
    await replay(gathering.server.client, desk.handle.id)


async def test_what_is_urgent_never_waits(gathering: Stage) -> None:
    """Section 6: immediate risk and urgent cases wake the lead at once, whoever else is being gathered for."""
    story = Story(*gathering)
    await story.climbs_to_step_4()
    await story.next_moment_comes()
    (*_, alert) = await story.notices(*both("overdue", "slo"), "alert to on-call")
    assert alert.urgent
    await story.raises_risk(by("police", "slo"))
    await story.notices("risk to on-call", "risk to practitioner of schools", *both("risk", "slo"))


async def test_what_was_handed_in_is_not_handed_in_again_while_the_mail_host_is_down(gathering: Stage) -> None:
    """The case's other notices are tried again and again; a signal each time would fill the history."""
    story, desk = Story(*gathering), Desk(gathering)
    desk.policy = "lincolnshire"
    await story.opens_at_step_1()
    gathering.postbag.down.add(story.case)
    tries = gathering.postbag.tries
    await story.next_moment_comes()
    await desk.has_taken(1)
    await comes(lambda: gathering.postbag.tries >= tries + 2 * 3, "three tries of two notices")
    gathering.postbag.down.discard(story.case)
    await story.notices(*both("overdue", "practitioner"))
    history = await desk.handle.fetch_history()
    assert [kind(event) for event in history.events].count("workflow_execution_signaled") == 1
    await desk.gathers()
    await story.notices("alert to on-call")
    await desk.ends()


# --- one rung


async def test_alerts_are_one_message_with_what_was_due_first_on_top(desk: Desk) -> None:
    later, first, between = (desk.alert(hours) for hours in (9, 1, 5))
    await desk.takes(later, first, between)
    assert desk.messages(later, first, between) == []
    await desk.gathers()

    await desk.until([first, between, later])
    await comes(lambda: [desk.accepted(one) for one in (first, between, later)] == [1, 1, 1], "all noted")


async def test_one_alone_goes_as_itself(desk: Desk) -> None:
    alone = desk.alert()
    await desk.takes(alone)
    await desk.gathers()

    await desk.until([alone])
    (mail,) = [mail for mail in desk.stage.postbag.sent if mail.ref == alone.ref]
    assert mail == alone


async def test_one_that_is_handed_in_again_goes_once(desk: Desk) -> None:
    """While it waits, when it has gone, and after the workflow ended, when the register alone remembers."""
    one, other = desk.alert(1), desk.alert(2)
    await desk.takes(one, one, other)
    await desk.gathers()
    await desk.until([one, other])
    await desk.takes(other)
    await desk.ends()

    third = desk.alert(3)
    await desk.takes(one, third)
    await desk.gathers()

    await desk.until([one, other], [third])


async def test_it_ends_when_none_has_come_for_a_while_and_begins_anew_with_the_next(desk: Desk) -> None:
    first, second = desk.alert(1), desk.alert(2)
    await desk.takes(first)
    await desk.gathers()
    await desk.until([first])
    await desk.ends()

    await desk.takes(second)
    assert await status(desk) == WorkflowExecutionStatus.RUNNING
    await desk.gathers()
    await desk.until([first], [second])


async def test_while_a_mail_host_is_down_those_that_come_gather_for_the_next_message(desk: Desk) -> None:
    """Nothing is lost and nothing doubled by reference; the message that was tried first goes first."""
    one, two, three, four = (desk.alert(hours) for hours in (1, 2, 4, 3))
    desk.stage.postbag.down.add(one.case)
    tries = desk.stage.postbag.tries
    await desk.takes(one, two)
    await desk.gathers()
    await comes(lambda: desk.stage.postbag.tries > tries, "a try")
    await desk.takes(three, four)
    await comes(lambda: desk.stage.postbag.tries > tries + 1, "another try")
    desk.stage.postbag.down.discard(one.case)

    await desk.until([one, two])
    await desk.gathers()
    await desk.until([one, two], [four, three])
    await comes(lambda: [desk.accepted(each) for each in (one, two, three, four)] == [1, 1, 1, 1], "all noted")


async def test_what_the_register_could_not_note_is_noted_when_it_is_back_and_holds_up_no_alert(desk: Desk) -> None:
    one, two, three = (desk.alert(hours) for hours in (1, 2, 3))
    desk.stage.register.down |= {one.case, two.case}
    await desk.takes(one, two)
    await desk.gathers()
    await desk.until([one, two])
    await desk.takes(two, three)
    await desk.gathers()
    await desk.until([one, two], [three])
    desk.stage.register.down -= {one.case, two.case}

    await comes(lambda: [desk.accepted(each) for each in (one, two, three)] == [1, 1, 1], "all noted")


async def test_a_long_one_goes_on_in_a_new_run_and_each_alert_goes_once(desk: Desk) -> None:
    await in_short_runs(desk, 15)
    alerts = [desk.alert(hours) for hours in range(12)]
    for alert in alerts:
        await desk.takes(alert, alert)
        await desk.until([alert])
    await desk.takes(*alerts)

    assert len(await runs(desk)) > 2
    await desk.until(*([alert] for alert in alerts))


async def test_a_run_that_is_far_too_long_ends_though_its_message_cannot_be_sent(desk: Desk) -> None:
    """The next run sends the same message under the same reference, and those that came meanwhile after it."""
    await in_short_runs(desk, 5)
    first, *others = [desk.alert(hours) for hours in range(12)]
    desk.stage.postbag.down.add(first.case)
    await desk.takes(first)
    for other in others:
        await desk.takes(other)
    for _ in range(TRIES):
        if len(await runs(desk)) > 1:
            break
    desk.stage.postbag.down.discard(first.case)

    await comes(lambda: sum(map(len, desk.messages(first, *others))) >= 12, "every alert")
    sent = desk.messages(first, *others)
    assert sent[0][0] == first.ref
    assert sorted(ref for mail in sent for ref in mail) == sorted(one.ref for one in (first, *others))


async def test_signals_that_cannot_be_read_and_a_cancellation_change_nothing(desk: Desk) -> None:
    one, two = desk.alert(1), desk.alert(2)
    await desk.takes(one)
    await desk.handle.signal("hand-in", "no notice")
    await desk.handle.signal("nonsense")
    await desk.handle.signal(HAND_IN, args=[two, two])
    await desk.handle.cancel()
    await desk.takes(two)
    await desk.gathers()

    await desk.until([one, two])
    assert await status(desk) == WorkflowExecutionStatus.RUNNING


async def test_a_cancellation_while_a_message_is_tried_sends_it_once(desk: Desk) -> None:
    one = desk.alert()
    desk.stage.postbag.down.add(one.case)
    tries = desk.stage.postbag.tries
    await desk.takes(one)
    await desk.gathers()
    await comes(lambda: desk.stage.postbag.tries > tries, "a try")
    await desk.handle.cancel()
    desk.stage.postbag.down.discard(one.case)

    await desk.until([one])
    assert [event for run in await runs(desk) for event in run].count("activity_task_scheduled") == 1
    await desk.ends()


# --- lost


async def test_one_that_was_terminated_is_found_by_the_watch_and_mended_by_the_next_alert(gathering: Stage) -> None:
    """What waited in it is lost: two minutes later the watch says that nobody was woken, until the climb goes on."""
    one, two, desk = await two_overdue(gathering)
    await desk.handle.terminate("a test")
    (alert,) = [s.entry for s in one.register.entries(one.case) if s.entry.kind == "alert"]
    assert watched(one, alert.entered_at + timedelta(minutes=1)) == []
    (found,) = watched(one, alert.entered_at + timedelta(minutes=3))
    assert found.what == "alert"
    assert "was never tried" in found.says

    for story in (one, two):
        await story.next_moment_comes()
    await desk.has_taken(2)
    await desk.gathers()

    await comes(lambda: watched(one, alert.entered_at + timedelta(hours=2)) == [], "sound again")


def watched(story: Story, now: datetime) -> list[Found]:
    """What a round finds amiss with the alerts of a case."""
    (sheet,) = [sheet for sheet in open_sheets(story.register.url) if sheet.case == story.case]
    return [found for found in of_case(sheet, now, lambda *_: False) if found.what == "alert"]
