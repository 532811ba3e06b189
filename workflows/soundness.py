"""Does Temporal still carry every open case: is one lost, or does one stand still? And the alerts that wait?"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from . import ALERTS, STANDS_STILL, UNRECORDABLE, WORKFLOW
from .alert_hand_in import batch_id
from .encryption import key_of

TRIES = 3
"""A task of a case that was tried this often has met a fault that does not pass by itself."""


class Unsound(NamedTuple):
    """Cases, open by their record, that need somebody."""

    lost: list[str]
    """Temporal runs them no more: terminated by hand, or gone with a server's data. Nothing watches their deadlines."""
    still: list[str]
    """Their code fails at every try: no message is taken and no moment passes until it is mended."""
    unrecordable: list[str]
    """Their record does not take their entries: nothing but immediate risk is taken until it is mended."""


async def unsound(client: Client, cases: Iterable[str]) -> Unsound:
    """Look at each of *cases* in Temporal: a few milliseconds a case."""
    found = Unsound([], [], [])
    for case in cases:
        try:
            described = await client.get_workflow_handle(case).describe()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            found.lost.append(case)
            continue
        if described.status != WorkflowExecutionStatus.RUNNING:
            found.lost.append(case)
        elif described.raw_description.pending_workflow_task.attempt >= TRIES or await described.memo_value(
            STANDS_STILL, False
        ):
            found.still.append(case)
        elif await described.memo_value(UNRECORDABLE, False):
            found.unrecordable.append(case)
    return found


async def running_since(client: Client, task_queue: str) -> dict[str, datetime]:
    """Return every case that Temporal runs, in order, with when its run began. Raises RPCError."""
    query = f"WorkflowType = '{WORKFLOW}' AND ExecutionStatus = 'Running' AND TaskQueue = '{task_queue}'"
    return dict(sorted([(one.id, one.start_time) async for one in client.list_workflows(query)]))


async def keys_of_running(client: Client, task_queue: str) -> dict[str, int]:
    """Return by which keys the runs of all running cases were begun, and how many each; "" for those in clear.

    A few milliseconds a case. Raises RPCError.
    """
    counted: Counter[str] = Counter()
    for case in await running_since(client, task_queue):
        described = await client.get_workflow_handle(case).describe()
        counted[key_of(described.raw_description.execution_config.user_metadata.summary)] += 1
    return dict(sorted(counted.items()))


async def unentered(client: Client, task_queue: str, known: Iterable[str], started_before: datetime) -> list[str]:
    """Return the cases that Temporal has run since before an aware instant and that are not among those *known*.

    Their entries wait to be written: the register was full, locked or away when they were opened.
    """
    there = frozenset(known)
    return [
        case
        for case, started in (await running_since(client, task_queue)).items()
        if case not in there and started < started_before
    ]


async def still_alerts(client: Client, task_queue: str) -> list[str]:
    """Return the rungs, as `lincolnshire/first`, whose alerts wait for others and do not leave: their code fails."""
    begins = batch_id(task_queue, "", "").rstrip("/") + "/"
    found: list[str] = []
    async for one in client.list_workflows(f"WorkflowType = '{ALERTS}' AND ExecutionStatus = 'Running'"):
        if one.id.startswith(begins):
            described = await client.get_workflow_handle(one.id).describe()
            if described.raw_description.pending_workflow_task.attempt >= TRIES:
                found.append(one.id.removeprefix(begins))
    return sorted(found)
