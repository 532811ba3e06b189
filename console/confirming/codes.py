"""Codes that were sent and wait to be typed. They live in this process alone: after a restart a new one is sent."""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

GOOD_FOR = timedelta(minutes=15)
TRIES = 5
"""Times that one code may be typed wrongly; then only a new one counts."""
MOST_SENT = 5
"""Codes to one seat within the hour."""
MOST_WRONG = 15
"""Wrong codes for one seat within the hour, whatever code was sent; then none is taken until it has passed."""
HOUR = timedelta(hours=1)
_MOST_SEATS = 10_000


class Typed(Enum):
    """What came of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    USED_UP = "used up"
    """None waits: it was typed wrongly too often, is too old, was used, or was never sent."""
    LOCKED = "locked"
    """So many wrong ones were typed for this seat that none is taken for a while."""


class TooMany(Exception):  # noqa: N818 - reads as a sentence
    """No further code is sent to this seat now."""


@dataclass
class _OfSeat:
    code: str = ""
    asked: datetime | None = None
    left: int = 0
    sent: list[datetime] = field(default_factory=list)
    wrong: list[datetime] = field(default_factory=list)


class Codes:
    """The codes of every seat; a seat is any string. Safe to share between threads."""

    def __init__(self) -> None:
        self._seats: dict[str, _OfSeat] = {}
        self._lock = threading.Lock()

    def made(self, seat: str, now: datetime) -> str:
        """Return a new code of six digits for a seat; one that waited counts no more. Raises TooMany."""
        with self._lock:
            of = self._of(seat, now)
            if len(of.sent) >= MOST_SENT or len(of.wrong) >= MOST_WRONG:
                raise TooMany
            of.code, of.asked, of.left = f"{secrets.randbelow(1_000_000):06}", now, TRIES
            of.sent.append(now)
            return of.code

    def unsent(self, seat: str, now: datetime) -> None:
        """Take back a code that could not be sent: it does not count among those that were."""
        with self._lock:
            of = self._of(seat, now)
            of.code, of.sent = "", of.sent[:-1]

    def waits(self, seat: str, now: datetime) -> bool:
        """Does a code wait to be typed?"""
        with self._lock:
            return self._is_open(self._of(seat, now), now)

    def typed(self, seat: str, typed: str, now: datetime) -> Typed:
        """Say what came of a code. The right one counts once."""
        with self._lock:
            of = self._of(seat, now)
            if len(of.wrong) >= MOST_WRONG:
                return Typed.LOCKED
            if not self._is_open(of, now):
                return Typed.USED_UP
            if secrets.compare_digest(of.code.encode(), typed.encode()):
                of.code, of.wrong = "", []
                return Typed.RIGHT
            of.left -= 1
            of.wrong.append(now)
            return Typed.WRONG if of.left else Typed.USED_UP

    def left(self, seat: str, now: datetime) -> int:
        """Return how often the code that waits may still be typed."""
        with self._lock:
            return self._of(seat, now).left

    def _is_open(self, of: _OfSeat, now: datetime) -> bool:
        return bool(of.code) and of.left > 0 and of.asked is not None and now - of.asked <= GOOD_FOR

    def _of(self, seat: str, now: datetime) -> _OfSeat:
        if len(self._seats) >= _MOST_SEATS:
            self._seats = {one: of for one, of in self._seats.items() if of.sent and now - of.sent[-1] < HOUR}
        of = self._seats.setdefault(seat, _OfSeat())
        of.sent = [at for at in of.sent if now - at < HOUR]
        of.wrong = [at for at in of.wrong if now - at < HOUR]
        return of
