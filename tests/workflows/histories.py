"""What Temporal kept of a case: its events, run by run, and whether today's code still tells the same story."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer

from worker import WORKFLOWS
from workflows.sandbox import sandbox


async def runs_of(client: Client, case: str) -> AsyncIterator[WorkflowHistory]:
    """Every run of a case, the newest first."""
    run = None
    while run != "":
        history = await client.get_workflow_handle(case, run_id=run).fetch_history()
        run = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
        yield history


def kind(event: HistoryEvent) -> str:
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()


async def events_of(client: Client, case: str) -> list[HistoryEvent]:
    """Every event of a case, over all its runs in order."""
    runs = [history.events async for history in runs_of(client, case)]
    return [event for events in reversed(runs) for event in events]


async def kinds_of(client: Client, case: str) -> list[str]:
    return [kind(event) for event in await events_of(client, case)]


def failures(events: Iterable[HistoryEvent]) -> list[str]:
    """Why tasks of the workflow failed. A run that would end while something new comes in is simply asked again."""
    causes = [
        WorkflowTaskFailedCause.Name(event.workflow_task_failed_event_attributes.cause)
        for event in events
        if kind(event) == "workflow_task_failed"
    ]
    return [cause for cause in causes if not cause.endswith("UNHANDLED_COMMAND")]


async def replay(client: Client, case: str) -> None:
    """Replay every run of a case with the code as it is; raises where it would now do something else."""
    replayer = Replayer(workflows=WORKFLOWS, data_converter=client.data_converter, workflow_runner=sandbox())
    async for history in runs_of(client, case):
        await replayer.replay_workflow(history)
        assert failures(history.events) == []


def most_timers_at_once(events: list[HistoryEvent]) -> int:
    """How many timers were ever open together."""
    now_open: set[Any] = set()
    most = 0
    for event in events:
        match kind(event):
            case "timer_started":
                now_open.add(event.timer_started_event_attributes.timer_id)
            case "timer_canceled":
                now_open.discard(event.timer_canceled_event_attributes.timer_id)
            case "timer_fired":
                now_open.discard(event.timer_fired_event_attributes.timer_id)
        most = max(most, len(now_open))
    return most
