"""The heartbeat of an activity: that it is alive, and what its next attempt must know. A heartbeat is billed."""

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity

BEAT_EVERY = timedelta(seconds=15)
"""Well within the heartbeat timeout, which is how a worker that died while sending is noticed."""


class Heartbeat:
    """Beats with what is known at that moment: what was said last is all that the next attempt gets."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Begin with what the attempt before has said last."""
        details = activity.info().heartbeat_details
        self._said: dict[str, Any] = dict(details[0]) if details and isinstance(details[0], dict) else {}
        self._known: dict[str, Callable[[], Any]] = {}
        self._clock = clock
        self._beaten = clock()
        self._lock = threading.Lock()

    def remembers(self, what: str) -> Any:
        """Return what an earlier attempt knew under a name; None where it knew nothing."""
        return self._said.get(what)

    def knows(self, what: str, of: Callable[[], Any]) -> None:
        """Say under a name, at every beat from now on, what *of* returns: something that JSON can hold."""
        self._known[what] = of

    def __call__(self) -> None:
        """Beat now, for something new is known."""
        with self._lock:  # what is known must not go out in another order than it was found
            self._said |= {what: of() for what, of in self._known.items()}
            activity.heartbeat(dict(self._said))
        self._beaten = self._clock()

    @contextmanager
    def kept_up(self) -> Iterator[None]:
        """Beat by itself while the block lasts: hosts that hang, one after the other, are no sign that we are dead."""
        over, context = threading.Event(), contextvars.copy_context()

        def go_on() -> None:
            while not over.wait(BEAT_EVERY.total_seconds()):
                context.run(self)

        threading.Thread(target=go_on, name="heartbeat", daemon=True).start()
        try:
            yield
        finally:
            over.set()

    def if_time(self) -> None:
        """Beat where that has not been done for long."""
        if self._clock() - self._beaten > BEAT_EVERY:
            self()
