"""A circuit breaker: what did not answer in time is left alone for a while, so that not everybody waits for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SLOW_SECONDS = 2.0
"""A failure that took as long was a wait in vain; one that came at once costs nobody anything."""
REST_SECONDS = 10.0
OUTCOME_SECONDS = 1.0
"""For so long others wait for whoever tries it again: most likely it answers, and who is refused comes back much later.
"""


class CircuitBreaker:
    """Lets calls through until one has waited in vain, then none for some seconds, then one at a time until it answers.

    While that one tries, others wait briefly for what becomes of it. Safe to share between threads.
    """

    def __init__(
        self, outage: type[Exception], refusal: Callable[[], Exception], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take which error says that there was no answer, and what is raised instead of a call."""
        self._outage = outage
        self._refusal = refusal
        self._clock = clock
        self._changed = threading.Condition()
        self._rests_until: float | None = None
        """None: everything gets through."""
        self._is_tried = False

    @contextmanager
    def through(self) -> Iterator[None]:
        """Make a call inside. Raises the refusal where it is not to be made now."""
        begun = self._clock()
        if not self._enter(begun):
            raise self._refusal()
        in_vain = False
        try:
            yield
        except self._outage:
            in_vain = self._clock() - begun >= SLOW_SECONDS
            raise
        finally:
            with self._changed:
                self._is_tried = False
                self._rests_until = self._clock() + REST_SECONDS if in_vain else None
                self._changed.notify_all()

    def _enter(self, now: float) -> bool:
        with self._changed:
            if self._is_tried:
                self._changed.wait_for(lambda: not self._is_tried, OUTCOME_SECONDS)
                return self._rests_until is None
            if self._rests_until is None:
                return True
            if now < self._rests_until:
                return False
            self._is_tried = True
            return True
