"""The heartbeat of an activity: that it is alive, and what its next attempt must know. A heartbeat is billed."""

import contextvars
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from temporalio import activity

BEAT_EVERY = timedelta(seconds=15)
"""Well within the heartbeat timeout, which is how a worker that died while sending is noticed."""

log = structlog.get_logger()


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
        context = contextvars.copy_context()
        with _KEEPER.beating(lambda: context.run(self)):
            yield

    def if_time(self) -> None:
        """Beat where that has not been done for long."""
        if self._clock() - self._beaten > BEAT_EVERY:
            self()


class Keeper:
    """Beats for all activities of this process that are under way, in one thread: most are over before it is time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[object, tuple[float, Callable[[], None]]] = {}
        self._wakes_at = math.inf
        """When it looks again, while it waits."""
        self._thread: threading.Thread | None = None

    @contextmanager
    def beating(self, beat: Callable[[], None]) -> Iterator[None]:
        """Call *beat* now and then while the block lasts."""
        key = object()
        with self._changed:
            self._due[key] = due, _ = _in_time(), beat
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._go_on, name="heartbeat", daemon=True)
                self._thread.start()
            elif due < self._wakes_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._due.pop(key, None)

    def _go_on(self) -> None:
        while True:
            for key, beat in self._now_due():
                try:
                    beat()
                except Exception as error:  # of one activity: the others' go on
                    log.warning("heartbeat_failed", reason=type(error).__name__)
                    with self._changed:
                        self._due.pop(key, None)

    def _now_due(self) -> list[tuple[object, Callable[[], None]]]:
        """Wait until any is due, and return those that are."""
        with self._changed:
            while True:
                now = time.monotonic()
                if found := [(key, beat) for key, (due, beat) in self._due.items() if due <= now]:
                    self._due |= {key: (_in_time(), beat) for key, beat in found}
                    self._wakes_at = -math.inf
                    return found
                self._wakes_at = min((due for due, _ in self._due.values()), default=math.inf)
                self._changed.wait(None if self._wakes_at == math.inf else self._wakes_at - now)


def _in_time() -> float:
    return time.monotonic() + BEAT_EVERY.total_seconds()


_KEEPER = Keeper()
