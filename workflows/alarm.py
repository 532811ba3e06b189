"""The one timer of a case: it waits for the earliest moment, and is set anew only where an earlier one comes.

Where the moment has gone later it is left as it is, and waits on once it has rung: to cancel it and start another at
each step of a case would cost an action and two events each time.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.base.words import say_instant


class Alarm:
    """Rings once at the moment it is set for. Never two timers at a time."""

    def __init__(self, zone: str, ring: Callable[[], object], spawn: Callable[..., asyncio.Task[None]]) -> None:
        self._zone = zone
        self._ring = ring
        self._spawn = spawn
        self._moment: datetime | None = None
        self._until: datetime | None = None
        """Until when the timer that runs waits; None where none does."""
        self._timer: asyncio.Task[None] | None = None

    def set(self, moment: datetime | None) -> None:
        """Ring at *moment*, at once where it has passed; never, where it is None."""
        self._moment = moment
        if moment is not None and self._until is not None and self._until <= moment:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._until = moment
        self._timer = self._spawn(self._wait(moment)) if moment else None

    async def _wait(self, until: datetime) -> None:
        if until > workflow.now():
            await workflow.sleep(until - workflow.now(), summary=f"Until {say_instant(until, self._zone)}")
        self._timer = self._until = None
        moment = self._moment
        if moment is None:
            return
        if moment > workflow.now():
            self.set(moment)
            return
        self._moment = None
        self._ring()
