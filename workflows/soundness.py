"""Does Temporal still carry every open case: is one lost, or does one stand still? And the alerts that wait?"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from . import ALERTS, STANDS_STILL, UNRECORDABLE, WORKFLOW
from .alert_hand_in import batch_id
from .encryption import key_of
from .histories import Reached, reached

TRIES = 3
"""A task of a case that was tried this often has met a fault that does not pass by itself."""
AT_ONCE = 8
"""Cases asked about at once."""


class Unsound(NamedTuple):
    """Cases, open by their record, that need somebody."""

    lost: list[str]
    """Temporal runs them no more: terminated by hand, or gone with a server's data. Nothing watches their deadlines."""
    still: list[str]
    """Their code fails at every try: no message is taken and no moment passes until it is mended."""
    unrecordable: list[str]
    """Their record does not take their entries: nothing but immediate risk is taken until it is mended."""


async def unsound(client: Client, cases: Iterable[str]) -> Unsound:
    """Look at each of *cases* in Temporal, several at once: a few milliseconds a case."""
    found = Unsound([], [], [])
    places = asyncio.Semaphore(AT_ONCE)

    async def looked_at(case: str) -> tuple[str, list[str] | None]:
        async with places:
            return case, await _place_of(client, case, found)

    for case, place in await asyncio.gather(*map(looked_at, cases)):
        if place is not None:
            place.append(case)
    return found


async def _place_of(client: Client, case: str, found: Unsound) -> list[str] | None:
    try:
        described = await client.get_workflow_handle(case).describe()
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return found.lost
    if described.status != WorkflowExecutionStatus.RUNNING:
        return found.lost
    if described.raw_description.pending_workflow_task.attempt >= TRIES or await described.memo_value(
        STANDS_STILL, False
    ):
        return found.still
    return found.unrecordable if await described.memo_value(UNRECORDABLE, False) else None


async def running_since(client: Client, task_queue: str) -> dict[str, datetime]:
    """Return every case that Temporal runs, in order, with when its run began. Raises RPCError."""
    query = f"WorkflowType = '{WORKFLOW}' AND ExecutionStatus = 'Running' AND TaskQueue = '{task_queue}'"
    return dict(sorted([(one.id, one.start_time) async for one in client.list_workflows(query)]))


async def keys_of_running(client: Client, task_queue: str, most: int | None = None) -> dict[str, int]:
    """Return by which keys the runs of running cases were begun, and how many each; "" for those in clear.

    Of all, or of so many at *most*. A few milliseconds a case. Raises RPCError.
    """
    counted: Counter[str] = Counter()
    for case in [*await running_since(client, task_queue)][:most]:
        described = await client.get_workflow_handle(case).describe()
        counted[key_of(described.raw_description.execution_config.user_metadata.summary)] += 1
    return dict(sorted(counted.items()))


async def closed_since(client: Client, task_queue: str) -> dict[str, datetime]:
    """Return every case of which Temporal keeps a run that ended by itself, in order, with when it began."""
    query = f"WorkflowType = '{WORKFLOW}' AND ExecutionStatus = 'Completed' AND TaskQueue = '{task_queue}'"
    return dict(sorted([(one.id, one.start_time) async for one in client.list_workflows(query)]))


class Behind(NamedTuple):
    """How far a case has come in each of the two stores, in numbers of entries."""

    case: str
    in_record: int
    in_temporal: int


class Compared(NamedTuple):
    """What the two stores say of the same cases."""

    behind: list[Behind]
    """The record has lost what it had: it was put back to an older copy, or is gone."""
    waiting: list[Behind]
    """Their entries wait to be written: the register was full, locked or away when they were decided."""
    ahead: list[Behind]
    """The record has more than Temporal knows of: Temporal was put back, and would decide the same numbers anew."""
    looked_at: int


async def compared(
    client: Client,
    cases: Mapping[str, datetime],
    numbers: Callable[[], Mapping[str, int]],
    settled_by: datetime,
    within: float,
) -> Compared:
    """Compare how far each case has come in Temporal and in the register; stops asking after so many seconds.

    *cases* are given with when they began to run, *numbers* returns the number of each case's last entry in the
    register and blocks. What was handed over before *settled_by* ought to be in it. A few milliseconds a case. Raises
    RPCError, and what *numbers* raises.
    """
    there = {case: found async for case, found in _reached(client, cases, settled_by, within)}
    # The register is asked after Temporal, so that what was only being entered is not taken for lost.
    record = await asyncio.to_thread(numbers)
    found = Compared([], [], [], len(there))
    for case, one in there.items():
        in_record = record.get(case, 0)
        if in_record < one.entered:
            found.behind.append(Behind(case, in_record, one.entered))
        elif in_record < one.handed_over or (not in_record and cases[case] < settled_by):
            found.waiting.append(Behind(case, in_record, one.handed_over))
    # And Temporal once more after the register, for what went on meanwhile.
    further = [case for case, one in there.items() if record.get(case, 0) > one.decided]
    async for case, one in _reached(client, further, settled_by, within, whole=True):
        if record[case] > one.decided:
            found.ahead.append(Behind(case, record[case], one.decided))
    return found


async def _reached(
    client: Client, cases: Iterable[str], settled_by: datetime, within: float, *, whole: bool = False
) -> AsyncIterator[tuple[str, Reached]]:
    ends = asyncio.get_running_loop().time() + within
    places = asyncio.Semaphore(AT_ONCE)

    async def one(case: str) -> Reached | None:
        async with places:
            if asyncio.get_running_loop().time() >= ends:
                return None
            return await reached(client, case, settled_by, whole=whole)

    wanted = list(cases)
    for case, found in zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True):
        if found is not None:
            yield case, found


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
