"""The slots of a worker, in each of which one case is decided. One that is lost comes back with a new process."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from temporalio.worker import Worker

PATIENCE = timedelta(minutes=5)
"""On a machine that is very busy a case that could not be put away often can be a little later."""
LOOK_EVERY_SECONDS = 30.0

log = structlog.get_logger()


def lost_slots(worker: Worker) -> int:
    """Return how many cases the SDK cannot put away now: each holds a slot. It has no public figure of it."""
    inner = getattr(worker, "_workflow_worker", None)
    return int(getattr(inner, "_could_not_evict_count", 0))


class SlotsKept:
    """Ends a worker that has lost a slot for good: with four lost no case would move, and no alert go out.

    Nothing is lost by it: whatever was under way is done again by the next worker.
    """

    def __init__(self, lost: Callable[[], int], end: Callable[[], object], clock: Callable[[], datetime]) -> None:
        """Take how many slots are lost now, and what ends the process; whoever runs it starts another."""
        self._lost = lost
        self._end = end
        self._clock = clock
        self._since: datetime | None = None

    def look(self) -> None:
        """Look now."""
        if not self._lost():
            self._since = None
            return
        now = self._clock()
        self._since = self._since or now
        if now - self._since >= PATIENCE:
            log.critical("worker_lost_a_slot", lost=self._lost())
            self._end()

    async def keep_looking(self) -> None:
        """Look each half minute, until it is cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_SECONDS)
