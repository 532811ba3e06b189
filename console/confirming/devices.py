"""Which seats a browser has confirmed by a code, and until when: a signed cookie."""

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from itsdangerous import BadSignature

from adapters.links import Linked
from console.signing import derived, signers
from domain.time.local_time import from_wall
from services.times import LONDON

AT_LEAST = timedelta(hours=4)
"""A code that was typed late in the evening holds for so long at the least."""
_AT_MOST = timedelta(hours=28)
_MOST = 8
"""Seats of one browser; the oldest gives way."""
_LABEL = "device"


class Devices:
    """Makes and reads the cookie."""

    def __init__(self, keys: Sequence[str], clock: Callable[[], datetime]) -> None:
        """Take the keys of links (the first signs, all are known), and what gives the present, aware."""
        self._signers = signers(keys, _LABEL)
        self._secret = derived(keys[0], _LABEL)
        self._clock = clock

    def seat(self, policy: str, linked: Linked, addresses: Sequence[str]) -> str:
        """Return what a seat is called here: changed as soon as somebody else sits there. It names no address."""
        said = "\n".join((policy, linked.role, linked.agency, *sorted(addresses)))
        return hmac.new(self._secret, said.encode(), sha256).hexdigest()[:20]

    def has(self, cookie: str, seat: str) -> bool:
        """Has this browser confirmed a seat, and does that still hold?"""
        return self._holds(self._read(cookie).get(seat, 0))

    def with_seat(self, cookie: str, seat: str) -> str:
        """Return the cookie of a browser that has just confirmed a seat too."""
        now = self._clock()
        still = {one: until for one, until in self._read(cookie).items() if self._holds(until) and one != seat}
        kept = dict(list(still.items())[-(_MOST - 1) :])
        made = self._signers[0].dumps({**kept, seat: int(max(_end_of_day(now), now + AT_LEAST).timestamp())})
        return made if isinstance(made, str) else made.decode()

    def _holds(self, until: float) -> bool:
        """Does it hold still? What would hold for longer than a day can be long was made by a clock that was ahead."""
        return 0 < until - self._clock().timestamp() <= _AT_MOST.total_seconds()

    def _read(self, cookie: str) -> dict[str, int]:
        for signer in self._signers:
            try:
                said: Any = signer.loads(cookie)
            except BadSignature:
                continue
            if isinstance(said, dict):
                return {one: until for one, until in said.items() if isinstance(until, int)}
        return {}


def _end_of_day(now: datetime) -> datetime:
    day = now.astimezone(ZoneInfo(LONDON)).date() + timedelta(days=1)
    return from_wall(datetime.combine(day, time.min), LONDON)
