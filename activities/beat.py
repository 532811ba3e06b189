"""The heartbeat of an activity: that it is alive, and what its next attempt must know. A heartbeat is billed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity

BEAT_EVERY = timedelta(seconds=15)
"""Well within the heartbeat timeout, which is how a worker that died while sending is noticed."""


class Beat:
    """Beats with what is known at that moment: what was said last is all that the next attempt gets."""

    def __init__(self, clock: Callable[[], datetime], known: Callable[[], Any]) -> None:
        self._clock = clock
        self._known = known
        self._beaten = clock()

    def __call__(self) -> None:
        """Beat now, for something new is known."""
        activity.heartbeat(self._known())
        self._beaten = self._clock()

    def if_time(self) -> None:
        """Beat where that has not been done for long."""
        if self._clock() - self._beaten > BEAT_EVERY:
            self()
