"""The store of the consoles: a file of the data folder, or two tables beside a register on PostgreSQL.

Consoles that use the same one know of each other. It is worth nothing in a backup: where it is lost, people sign in
again and codes are asked for anew.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import text

from adapters.breaker import CircuitBreaker
from adapters.private import make_file
from adapters.register.address import shown, sqlite_path
from adapters.register.connections import Connections
from adapters.register.console_tables import make
from adapters.register.errors import RegisterError

from .held import Held, Limit, Names

FILE = "console.db"
"""In the data folder."""
WITHIN_SECONDS = 2.5
"""For all of one piece of work. After one that waited in vain none is tried for a while: a page does without."""
_ROOM = {"room": 0x5AFE, "door": 2}
"""The lock by which PostgreSQL lets one console after the other change something, as a file does."""
T = TypeVar("T")


class StoreAway(Exception):  # noqa: N818 - reads as a sentence
    """The store cannot be read or written now: nothing was kept. A sentence for whoever looks after it."""


class ConsoleStore:
    """What consoles remember. Safe to share between threads; each call waits for a disk or a server, for some seconds
    at most.

    Every method raises StoreAway.
    """

    def __init__(self, url: str, keys: Sequence[str], clock: Callable[[], datetime]) -> None:
        """Take an address as a register has one, keys (the first makes names, by all of them they are found), and what
        gives the present, aware. Nothing is opened yet.
        """
        self._url = url
        self._file = sqlite_path(url)
        self._connections = Connections(url)
        self._names = Names(keys)
        self._clock = clock
        self._breaker = CircuitBreaker(StoreAway, lambda: StoreAway(self._why("it did not answer a moment ago")))
        self._made = threading.Lock()
        self._is_made = False

    def change(self, work: Callable[[Held], T]) -> T:
        """Carry out *work* alone, and keep all that it changes or nothing."""

        def done() -> T:
            with self._connections.writing(WITHIN_SECONDS) as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:room, :door)"), _ROOM)
                held = Held(connection, self._names, self._clock().timestamp())
                held.forget()
                return work(held)

        return self._carried_out(done)

    def look(self, work: Callable[[Held], T]) -> T:
        """Carry out *work*, which changes nothing."""

        def done() -> T:
            with self._connections.reading(WITHIN_SECONDS) as connection:
                return work(Held(connection, self._names, self._clock().timestamp()))

        return self._carried_out(done)

    def once(self, kind: str, what: str, good_for: timedelta) -> bool:
        """Say whether it is used for the first time, and remember it for longer than it is good for."""

        def used(held: Held) -> bool:
            is_first = held.value(kind, what) is None
            if is_first:
                held.put(kind, what, "", good_for)
            return is_first

        return self.change(used)

    def has(self, kind: str, what: str) -> bool:
        """Say whether it was used."""
        return self.look(lambda held: held.value(kind, what) is not None)

    def hit(self, kind: str, what: str, limit: Limit) -> bool:
        """Count once more; False where that would be more than the limit, and it is not counted.

        Whoever is over it already changes nothing, and holds up nobody who does.
        """

        def counted(held: Held) -> bool:
            if held.wait(kind, what, limit):
                return False
            held.add(kind, what, limit.within)
            return True

        return not self.wait(kind, what, limit) and self.change(counted)

    def wait(self, kind: str, what: str, limit: Limit) -> timedelta:
        """Return how long it is until one more is within the limit; nothing where it is now."""
        return self.look(lambda held: held.wait(kind, what, limit))

    def try_keeping(self) -> None:
        """See whether anything can be kept: something is put in and taken back, so that nothing changes."""

        def tried() -> None:
            with self._connections.trying() as connection:
                Held(connection, self._names, self._clock().timestamp()).put("trial", "trial", "", timedelta())

        self._carried_out(tried)

    def close(self) -> None:
        """Let go of all connections; the store can be used again afterwards."""
        self._connections.engine.dispose()

    def _carried_out(self, work: Callable[[], T]) -> T:
        with self._breaker.through():
            try:
                self._prepare()
                return work()
            except RegisterError as error:
                with self._made:
                    self._is_made = False  # somebody may have taken the file away, or put another in its place
                raise StoreAway(self._why(str(error))) from None

    def _prepare(self) -> None:
        """See that the tables of a file are there. Those on PostgreSQL are made with the register, by its owner."""
        if self._file is None:
            return
        with self._made:
            if self._is_made and self._file.exists():
                return
            with self._connections.outages_told():
                make_file(self._file)
            with self._connections.writing(WITHIN_SECONDS) as connection:
                make(connection)
            self._is_made = True

    def _why(self, error: str) -> str:
        if self._file is None:
            place = shown(self._url)
            return f"What consoles remember stands in {place}, beside the register, and cannot be read now. {error}"
        return (
            f"{self._file}, in which consoles remember who signed out and what was used, cannot be read or written: "
            "see that this account may write there and that there is room. If that does not help, move the file away: "
            "people sign in again, and nothing else is lost by it."
        )
