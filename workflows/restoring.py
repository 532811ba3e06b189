"""Every case that is open by the register and that Temporal does not run is opened again, from the register alone."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from temporalio.client import Client
from temporalio.service import RPCError

from domain.case.decided import OnRecord

from .connection import ServerAway
from .histories import reached
from .revival import Kept, StillRunning, resume
from .starting import away

AT_ONCE = 8
"""Cases opened at once: each has its record read and its first task decided."""
IN_VAIN = 2 * AT_ONCE
"""After so many in a row that Temporal did not take it is not asked for the rest."""


class RecordBehind(Exception):  # noqa: N818 - reads as a sentence
    """Temporal has decided more in a case than its record holds, so it cannot go on from there."""


Ended = Callable[[str, OnRecord | Exception | None], None]
"""Told of each case as it is done: as it runs on, why it does not, or None where somebody was quicker."""


async def restore(
    client: Client,
    task_queue: str,
    cases: Iterable[str],
    kept: Kept,
    numbers: Mapping[str, int],
    now: datetime,
    ended: Ended,
) -> None:
    """Open each of *cases* again, in their order, several at once; one that does not come back holds up no other.

    What was decided in a case and is not done is sent, and what fell due meanwhile is alerted, marked late.

    Args:
        client: A client made by `connection`.
        task_queue: The queue that workers of this installation ask.
        cases: Those that are lost.
        kept: Reads a case from its record.
        numbers: The number of each case's last entry in the register.
        now: The present.
        ended: Told of each case.

    Raises:
        ServerAway: Temporal takes nothing any more; those that were told of run, and the rest are as they were.
    """
    waiting, in_vain = iter(list(cases)), 0

    async def some() -> None:
        nonlocal in_vain
        for case in waiting:
            try:
                came = await _come_back(client, task_queue, case, kept, numbers.get(case, 0), now)
            except StillRunning:
                ended(case, None)
            except ServerAway as error:
                in_vain += 1
                if in_vain >= IN_VAIN:
                    raise
                ended(case, error)
                continue
            except Exception as error:
                ended(case, error)
            else:
                ended(case, came)
            in_vain = 0

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


async def _come_back(
    client: Client, task_queue: str, case: str, kept: Kept, number: int, now: datetime
) -> OnRecord | None:
    try:
        there = await reached(client, case, now)
    except RPCError as error:
        raise away(error) from None
    if there is not None and there.decided > number:
        raise RecordBehind(
            f"Temporal has decided {case} up to entry {there.decided} and its record ends at entry {number}, so it "
            "was not opened: `escalate register rebuild` brings back what the record lacks; then say this again."
        )
    whole = await asyncio.to_thread(kept, case)
    if whole is None or whole.case.closed_at is not None:
        return None
    await resume(client, task_queue, whole.case, notices=whole.notices, case_key=whole.case_key)
    return whole
