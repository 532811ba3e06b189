"""Codes that were sent and wait to be typed. The store keeps them, signed: another console takes them too."""

import json
import secrets
from datetime import timedelta
from enum import Enum
from typing import NamedTuple

from adapters.console_store.held import Held, Limit
from adapters.console_store.store import ConsoleStore

GOOD_FOR = timedelta(minutes=15)
TRIES = 5
"""Times that one code may be typed wrongly; then only a new one counts."""
MOST_SENT = 5
"""Codes to one seat within the hour."""
MOST_WRONG = 15
"""Wrong codes for one seat within the hour, whatever code was sent; then none is taken until it has passed."""
HOUR = timedelta(hours=1)
_AHEAD = timedelta(minutes=1)
"""By which the clock of the console that sent it may be ahead."""
_CODE, _SENT, _WRONG = "code", "code sent", "code wrong"
_SENDING, _TRYING = Limit(MOST_SENT, HOUR), Limit(MOST_WRONG, HOUR)


class Typed(Enum):
    """What came of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    USED_UP = "used up"
    """None waits: it was typed wrongly too often, is too old, was used, or was never sent."""
    LOCKED = "locked"
    """So many wrong ones were typed for this seat that none is taken for a while."""


class Came(NamedTuple):
    """What came of a code that was typed, and how often the one that waits may still be typed."""

    typed: Typed
    left: int = 0


class TooMany(Exception):  # noqa: N818 - reads as a sentence
    """No further code is sent to this seat now."""


class _Waiting(NamedTuple):
    sign: str
    asked: float
    left: int


class Codes:
    """The codes of every seat; a seat is any string. Safe to share between threads. Each method raises StoreAway."""

    def __init__(self, store: ConsoleStore) -> None:
        """Take where they are kept."""
        self._store = store

    def made(self, seat: str) -> str:
        """Return a new code of six digits for a seat; one that waited counts no more. Raises TooMany."""
        code = f"{secrets.randbelow(1_000_000):06}"

        def kept(held: Held) -> bool:
            if held.wait(_SENT, seat, _SENDING) or held.wait(_WRONG, seat, _TRYING):
                return False
            held.add(_SENT, seat, HOUR)
            _keep(held, seat, _Waiting(held.names.of(_CODE, f"{seat}\n{code}")[0], held.now, TRIES))
            return True

        if not self._store.change(kept):
            raise TooMany
        return code

    def unsent(self, seat: str) -> None:
        """Take back a code that could not be sent: it does not count among those that were."""

        def taken_back(held: Held) -> None:
            held.drop(_CODE, seat)
            held.take_back(_SENT, seat)

        self._store.change(taken_back)

    def waits(self, seat: str) -> bool:
        """Does a code wait to be typed?"""
        return self._store.look(lambda held: _waiting(held, seat) is not None)

    def typed(self, seat: str, typed: str) -> Came:
        """Say what came of a code. The right one counts once, whoever types it at the same moment, and where."""

        def came(held: Held) -> Came:
            if held.wait(_WRONG, seat, _TRYING):
                return Came(Typed.LOCKED)
            waiting = _waiting(held, seat)
            if waiting is None:
                return Came(Typed.USED_UP)
            if held.names.is_sign(_CODE, f"{seat}\n{typed}", waiting.sign):
                held.drop(_CODE, seat)
                held.clear(_WRONG, seat)
                return Came(Typed.RIGHT)
            held.add(_WRONG, seat, HOUR)
            left = waiting.left - 1
            _keep(held, seat, waiting._replace(left=left))
            return Came(Typed.WRONG if left else Typed.USED_UP, left)

        return self._store.change(came)


def _keep(held: Held, seat: str, waiting: _Waiting) -> None:
    held.put(_CODE, seat, json.dumps(waiting), GOOD_FOR)


def _waiting(held: Held, seat: str) -> _Waiting | None:
    """Return the code of a seat that may be typed now; None where there is none."""
    said = held.value(_CODE, seat)
    if said is None:
        return None
    waiting = _Waiting(*json.loads(said))
    is_in_time = -_AHEAD <= timedelta(seconds=held.now - waiting.asked) <= GOOD_FOR
    return waiting if waiting.left > 0 and is_in_time else None
