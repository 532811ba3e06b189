"""What a case has cost, read off its history: exact, whatever the machine was doing."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from workflows.payloads import compressed, read

ACTIONS = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_TIMER_STARTED,
        EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
        EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    }
)
"""Each of these is one action in Temporal's published list. Retries, heartbeats and markers are counted apart."""
_TASK = "EVENT_TYPE_WORKFLOW_TASK_"
_EDITIONS = ("policy", "calendar", "policy_edition", "calendar_edition")


class Counts(NamedTuple):
    """What one case has cost."""

    events: int
    beside_tasks: int
    """Events that are no workflow-task events: those alone are the same for every run of the same case."""
    tasks: int
    """Workflow tasks completed."""
    actions: int
    """Without heartbeats, which leave no event."""
    bytes: int
    """Of the history, as the server reckons them."""
    edition_bytes: int
    """Of those, the pinned policy and calendar."""
    is_settled: bool
    """True where nothing was being carried out when an outcome came."""
    kinds: dict[str, int]


async def count(client: Client, case: str) -> Counts:
    """Count what a closed case has cost."""
    handle = client.get_workflow_handle(case)
    described = (await handle.describe()).raw_description
    events = (await handle.fetch_history()).events
    kinds = Counter(EventType.Name(event.event_type) for event in events)
    return Counts(
        events=len(events),
        beside_tasks=sum(number for kind, number in kinds.items() if not kind.startswith(_TASK)),
        tasks=kinds[f"{_TASK}COMPLETED"],
        actions=_actions(events),
        bytes=described.workflow_execution_info.history_size_bytes,
        edition_bytes=sum([_edition_bytes(await _opened(client, payloads)) for payloads in _inputs(events)]),
        is_settled=_is_settled(events),
        kinds={kind.removeprefix("EVENT_TYPE_").lower(): number for kind, number in sorted(kinds.items())},
    )


async def _opened(client: Client, payloads: Payloads) -> Payloads:
    """Return payloads as they were before they were encrypted, if they were."""
    codec = client.data_converter.payload_codec
    return Payloads(payloads=await codec.decode(payloads.payloads)) if codec else payloads


def _actions(events: Sequence[HistoryEvent]) -> int:
    plain = sum(1 for event in events if event.event_type in ACTIONS)
    retries = sum(
        event.activity_task_started_event_attributes.attempt - 1
        for event in events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
    )
    marked = {
        event.marker_recorded_event_attributes.workflow_task_completed_event_id
        for event in events
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED
    }
    return plain + retries + len(marked)


def _inputs(events: Iterable[HistoryEvent]) -> Iterable[Payloads]:
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            yield event.workflow_execution_started_event_attributes.input
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            yield event.activity_task_scheduled_event_attributes.input


def _edition_bytes(payloads: Payloads) -> int:
    """Bytes of the editions in an input, as they are carried: of the opening at the start, of a bundle in an activity.

    What is compressed is compressed once more without them, and the difference counts.
    """
    total = 0
    for payload in payloads.payloads:
        plain = read(payload)
        given: Any = json.loads(plain.data)
        holder = given.get("opening") or given if isinstance(given, dict) else {}
        if any(isinstance(holder.get(name), dict) for name in _EDITIONS):
            for name in _EDITIONS:
                holder.pop(name, None)
            rest = json.dumps(given, separators=(",", ":"), ensure_ascii=False).encode()
            without = Payload(metadata=plain.metadata, data=rest)
            total += payload.ByteSize() - (without if plain is payload else compressed(without)).ByteSize()
    return total


def _is_settled(events: Iterable[HistoryEvent]) -> bool:
    under_way = 0
    for event in events:
        match event.event_type:
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                under_way += 1
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                under_way -= 1
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED if under_way:
                return False
    return True
