"""The keys of cases are wrapped with the newest key of the installation, some at a time; what is done stays done."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import and_, select

from adapters.keyring import Keyring

from . import tables
from .case_keys import CaseKeys
from .connections import Connections
from .errors import TextLocked
from .limits import USUAL
from .wrapping import WrappedKey, wrapped

AT_ONCE = 200
"""Keys in one transaction: writers of entries wait no longer for it than for one another."""


class Rewrapped(NamedTuple):
    """What became of the keys that were wrapped with an older key."""

    done: int
    locked: tuple[TextLocked, ...]
    """Those that do not open here: left as they are."""


def rewrap(connections: Connections, keys: CaseKeys, keyring: Keyring, one_more: Callable[[], None]) -> Rewrapped:
    """Wrap each key with the newest of *keyring*. May be said again, and while workers run; see `Register.rewrap`."""
    table, newest = tables.case_key, keyring.current
    done, after = 0, ""
    locked: list[TextLocked] = []
    while True:
        query = select(table).where(table.c.wrapped_by != newest.id, table.c.case_ref > after)
        with connections.reading() as connection:
            rows = [row._asdict() for row in connection.execute(query.order_by(table.c.case_ref).limit(AT_ONCE))]
        if not rows:
            return Rewrapped(done, tuple(locked))
        after = rows[-1]["case_ref"]
        changed: list[tuple[str, bytes, WrappedKey]] = []
        for row in rows:
            try:
                changed.append((row["case_ref"], row["wrapped"], wrapped(keys.of_row(row["case_ref"], row), newest)))
            except TextLocked as error:
                locked.append(error)
        with connections.writing(USUAL) as connection:
            for case_ref, before, anew in changed:
                # Where it was taken out or wrapped anew meanwhile, nothing is written.
                where = and_(table.c.case_ref == case_ref, table.c.wrapped == before)
                connection.execute(table.update().where(where).values(wrapped_by=anew.by, wrapped=anew.data))
        done += len(changed)
        for _ in rows:
            one_more()
