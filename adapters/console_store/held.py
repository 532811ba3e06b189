"""What the store holds, as one piece of work meets it. Nothing stands there in clear: names are keyed hashes."""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, Table, delete, func, insert, select

from adapters.register.console_tables import count as counts
from adapters.register.console_tables import value as values

KEPT_LONGER = timedelta(days=2)
"""For which a row stays after its end: a clock that was ahead for a day must not make what was used good again."""
MOST_ROWS = 100_000
"""Of each table; the oldest go first."""


class Limit(NamedTuple):
    """So many within so long."""

    most: int
    within: timedelta


class Names:
    """Makes the names of rows, and signs what must not be readable. Safe to share between threads."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take keys: the first makes names, by all of them they are found."""
        self._keys = [
            HKDF(algorithm=SHA256(), length=32, salt=None, info=b"escalation console store 1").derive(key.encode())
            for key in keys
        ]

    def of(self, kind: str, what: str) -> list[str]:
        """Return what a row may be called, the name of a new one first. *kind* is a word of ours."""
        return [hmac.digest(key, f"{kind}\n{what}".encode(), "sha256").hex() for key in self._keys]

    def is_sign(self, kind: str, what: str, sign: str) -> bool:
        """Say whether it was made of this."""
        return any(hmac.compare_digest(one, sign) for one in self.of(kind, what))


class Held:
    """What is held, within one transaction.

    *kind* is a word of ours for what it is about, *what* whose or which it is. What is there counts as there until it
    is forgotten, whatever the clock says; what is counted counts for its time before and after the present, so that a
    clock which was set back forgives nothing, and one which was ahead shuts nobody out for long.
    """

    def __init__(self, connection: Connection, names: Names, now: float) -> None:
        """Take an open transaction, and the present in seconds since 1970."""
        self._connection = connection
        self.names = names
        self.now = now

    def value(self, kind: str, what: str) -> str | None:
        """Return what is kept; None for nothing."""
        asked = select(values.c.value).where(values.c.name.in_(self.names.of(kind, what))).order_by(values.c.id.desc())
        found = self._connection.execute(asked).first()
        return None if found is None else str(found[0])

    def put(self, kind: str, what: str, value: str, good_for: timedelta) -> None:
        """Keep something, in the place of what is kept."""
        self.drop(kind, what)
        row = {"name": self.names.of(kind, what)[0], "value": value, "ends": self.now + good_for.total_seconds()}
        self._connection.execute(insert(values).values(row))

    def drop(self, kind: str, what: str) -> None:
        """Keep it no longer."""
        self._connection.execute(delete(values).where(values.c.name.in_(self.names.of(kind, what))))

    def times(self, kind: str, what: str, within: timedelta) -> list[float]:
        """Return when something was counted, the earliest first, in seconds since 1970."""
        span = within.total_seconds()
        near = (counts.c.at > self.now - span) & (counts.c.at < self.now + span)
        asked = select(counts.c.at).where(counts.c.name.in_(self.names.of(kind, what)), near).order_by(counts.c.at)
        return list(self._connection.scalars(asked))

    def add(self, kind: str, what: str, within: timedelta) -> None:
        """Count once more; it is forgotten some time after *within* has passed."""
        row = {"name": self.names.of(kind, what)[0], "at": self.now, "ends": self.now + within.total_seconds()}
        self._connection.execute(insert(counts).values(row))

    def take_back(self, kind: str, what: str) -> None:
        """Count once less: what was counted last."""
        last = select(func.max(counts.c.id)).where(counts.c.name.in_(self.names.of(kind, what))).scalar_subquery()
        self._connection.execute(delete(counts).where(counts.c.id == last))

    def clear(self, kind: str, what: str) -> None:
        """Count from nothing again."""
        self._connection.execute(delete(counts).where(counts.c.name.in_(self.names.of(kind, what))))

    def wait(self, kind: str, what: str, limit: Limit) -> timedelta:
        """Return how long it is until one more is within the limit; nothing where it is now."""
        times = self.times(kind, what, limit.within)
        if len(times) < limit.most:
            return timedelta()
        return timedelta(seconds=times[-limit.most] + limit.within.total_seconds() - self.now)

    def forget(self) -> None:
        """Let go of what is long over, and of the oldest where there is too much."""
        for table in (values, counts):
            self._connection.execute(delete(table).where(table.c.ends < self.now - KEPT_LONGER.total_seconds()))
            self._connection.execute(delete(table).where(table.c.id <= _last(self._connection, table) - MOST_ROWS))


def _last(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.max(table.c.id))) or 0
