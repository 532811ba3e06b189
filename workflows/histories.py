"""What Temporal's histories of a case say: what was decided in it, and what became of it.

Nothing here asks a worker: histories are read while every worker is down.
"""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.bundles import ENTER_AND_SEND, Bundle, Done

from .run import Run

PAGE, PAGES = 30, 8
"""Events read at a time from a history's end, and how often at most: a case at rest is known by the first few."""
ANSWER_WITHIN = timedelta(seconds=10)


class HandedOver(NamedTuple):
    """What a case gave to be entered and sent, and what became of it."""

    bundle: Bundle
    done: Done | None
    """None where Temporal does not know it done."""
    at: datetime
    """When it was done, or given."""


class KeptRun(NamedTuple):
    """One run of a case, of which Temporal keeps the history."""

    begins: Run
    goes_on: bool
    """True where it is the next part of the run before it, and did not come back from a record."""
    handed_over: list[HandedOver]


class Reached(NamedTuple):
    """How far a case has come by Temporal, in numbers of entries."""

    decided: int
    handed_over: int
    """So long ago that the register ought to have them by now."""
    entered: int
    """The register has said that it has them: one that has fewer has lost some. 0 where nobody looked so far back."""


async def runs(client: Client, case: str, known: Iterable[str] = ()) -> list[WorkflowHistory]:
    """Return every run that Temporal keeps of a workflow, the oldest first; none where it keeps none.

    *known* are ids of runs; without them they are listed. A list is a moment behind, so the newest run is asked for
    beside it, and each run for the one before it. Raises RPCError.
    """
    try:
        newest = (await client.get_workflow_handle(case).describe()).run_id
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return []
    left = [newest, *(known or [one.run_id async for one in client.list_workflows(f"WorkflowId = '{case}'")])]
    read: dict[str, WorkflowHistory] = {}
    while left:
        run = left.pop(0)
        if run in read:
            continue
        history = await history_of(client, case, run)
        if history is None:
            continue
        read[run] = history
        if before := history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id:
            left.append(before)
    return sorted(read.values(), key=lambda one: one.events[0].event_time.ToNanoseconds())


async def history_of(client: Client, workflow: str, run: str | None) -> WorkflowHistory | None:
    """Return the history of a run, or of the newest; None where it is not kept any more. Raises RPCError."""
    try:
        return await client.get_workflow_handle(workflow, run_id=run).fetch_history()
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return None


async def kept_runs(client: Client, case: str, known: Iterable[str] = ()) -> AsyncIterator[KeptRun]:
    """Yield what each kept run of a case began with and handed over, the oldest run first. Raises RPCError."""
    for history in await runs(client, case, known):
        began = history.events[0].workflow_execution_started_event_attributes
        (begins,) = await client.data_converter.decode(began.input.payloads, [Run])
        handed = await _handed_over(client, history.events)
        yield KeptRun(begins, bool(began.continued_execution_run_id), handed)


async def _handed_over(client: Client, events: Iterable[HistoryEvent]) -> list[HandedOver]:
    found: dict[int, HandedOver] = {}
    for event in events:
        scheduled, completed = (
            event.activity_task_scheduled_event_attributes,
            event.activity_task_completed_event_attributes,
        )
        if scheduled.activity_type.name == ENTER_AND_SEND:
            (bundle,) = await client.data_converter.decode(scheduled.input.payloads, [Bundle])
            found[event.event_id] = HandedOver(bundle, None, _at(event))
        elif completed.scheduled_event_id in found:
            (done,) = await client.data_converter.decode(completed.result.payloads, [Done])
            found[completed.scheduled_event_id] = found[completed.scheduled_event_id]._replace(done=done, at=_at(event))
    return list(found.values())


async def reached(client: Client, case: str, settled_by: datetime, *, whole: bool = False) -> Reached | None:
    """Return how far a case has come; None where Temporal keeps no run of it. A few milliseconds.

    The newest run is read from its end, until something is found that the register has. What is urgent may have
    overtaken the rest, so *decided* may then be one or two short: with *whole* all of the run is read, and it is not.
    What was handed over before *settled_by* (an aware instant) ought to be in the register by now. Raises RPCError.
    """
    asked = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=case), maximum_page_size=PAGE
    )
    found, ended, pages = Reached(0, 0, 0), dict[int, HistoryEvent](), 0
    while True:
        try:
            answer = await client.workflow_service.get_workflow_execution_history_reverse(asked, timeout=ANSWER_WITHIN)
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return None
            raise
        for event in answer.history.events:
            if number := event.activity_task_completed_event_attributes.scheduled_event_id:
                ended[number] = event
            elif event.activity_task_scheduled_event_attributes.activity_type.name == ENTER_AND_SEND:
                found = await _with(client, found, event, ended.get(event.event_id), settled_by)
                if found.entered and not whole:
                    return found
            elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                return await _with_beginning(client, found, event)
        pages += 1
        if not answer.next_page_token or (pages == PAGES and not whole):
            return found
        asked.next_page_token = answer.next_page_token


async def _with(
    client: Client, found: Reached, given: HistoryEvent, ended: HistoryEvent | None, settled_by: datetime
) -> Reached:
    """Take in what was handed over once, and what became of it."""
    (bundle,) = await client.data_converter.decode(
        given.activity_task_scheduled_event_attributes.input.payloads, [Bundle]
    )
    if not bundle.decided:
        return found
    number = bundle.decided[-1].entries[-1].number
    decided = max(found.decided, number)
    if ended is None:
        return Reached(
            decided, max(found.handed_over, number) if _at(given) < settled_by else found.handed_over, found.entered
        )
    (done,) = await client.data_converter.decode(ended.activity_task_completed_event_attributes.result.payloads, [Done])
    if done.unrecordable:  # the register has said no, which is told of otherwise
        return found._replace(decided=decided)
    return Reached(decided, max(found.handed_over, number), max(found.entered, number))


async def _with_beginning(client: Client, found: Reached, event: HistoryEvent) -> Reached:
    """Take in what the run began with."""
    payloads = event.workflow_execution_started_event_attributes.input.payloads
    (begins,) = await client.data_converter.decode(payloads, [Run])
    before = entered_before(begins)
    return Reached(
        max(found.decided, entries_carried(begins)), max(found.handed_over, before), max(found.entered, before)
    )


def entries_carried(begins: Run) -> int:
    """Return the number of the last entry that a run began with; 0 for a new case."""
    number = begins.carried.state.get("entries", 0) if begins.carried else 0
    return number if isinstance(number, int) else 0


def entered_before(begins: Run) -> int:
    """Return the number of the last entry that the register surely had as a run began."""
    open_ = (*begins.unfinished, *begins.refused)
    return min([entries_carried(begins), *(one.decided[0].entries[0].number - 1 for one in open_ if one.decided)])


def _at(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime(UTC)
