"""The one timer of a case: it waits for the earliest moment, and is set anew only where that has changed."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.spoken import say_instant


class Alarm:
    """Rings once at the moment it is set for. Never two timers at a time."""

    def __init__(self, zone: str, ring: Callable[[datetime], object], spawn: Callable[..., asyncio.Task[None]]) -> None:
        self._zone = zone
        self._ring = ring
        self._spawn = spawn
        self._moment: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    def set(self, moment: datetime | None) -> None:
        """Ring at *moment*, at once where it has passed; never, where it is None."""
        if moment == self._moment:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._moment = moment
        self._timer = self._spawn(self._wait(moment)) if moment else None

    async def _wait(self, moment: datetime) -> None:
        if moment > workflow.now():
            await workflow.sleep(moment - workflow.now(), summary=f"Until {say_instant(moment, self._zone)}")
        self._moment = self._timer = None
        self._ring(max(moment, workflow.now()))
