"""Connections to the register's database: how they are set, how transactions begin, how failures are told."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.breaker import CircuitBreaker

from .address import postgres_address, shown, sqlite_path
from .errors import EntryUnfit, RegisterDown
from .group_commit import GroupCommit
from .limits import BRIEF, CONNECT_SECONDS, LONG, USUAL

T = TypeVar("T")
_NOT_PREPARED = frozenset({"42501", "42P01"})
"""What PostgreSQL says where a role may not do it, and where a table is not there."""
_FILE = "file"
"""Under this a connection keeps which file it was opened on."""
BUSY_SECONDS = 10
"""How long a writer waits for another before it says that the register is locked."""


class Connections:
    """The engine behind one register, safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Take the address; nothing is opened yet."""
        self.url = url
        path = sqlite_path(url)
        if path is None:
            self.engine = _postgres(url)
            # One reading sees one moment of the record, also while others write.
            self._snapshot = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        else:
            self.engine = _sqlite(url)
            self._snapshot = self.engine.execution_options(reading=True)
        # Apart from each other: a lock on what notices need holds up no entry, and the other way about.
        self._breakers = {within: CircuitBreaker(RegisterDown, self._rests) for within in (BRIEF, USUAL)}
        # PostgreSQL lets writers of several cases write side by side, and shares its flushes itself.
        shared = () if path is None else (BRIEF, USUAL)
        busy = self._outage("SQLITE_BUSY")
        self._groups = {within: GroupCommit(self._locked, self.outages_told, busy) for within in shared}

    def write(self, work: Callable[[Connection], T], within: float = USUAL) -> T:
        """Carry out *work* in one transaction and return what it returns: all of it is written, or nothing.

        On SQLite writers that wait for each other share a commit, so *work* may be done in another's thread. It may
        take so many seconds, `BRIEF` or `USUAL`. Raises what *work* raises, and as `writing` does.
        """
        if within not in self._groups:
            with self.writing(within) as connection:
                return work(connection)
        with self._breakers[within].through():
            return self._groups[within].write(work, within)

    @contextmanager
    def writing(self, within: float = USUAL) -> Iterator[Connection]:
        """Open one transaction: all of it is written, or nothing. PostgreSQL may take *within* seconds for it.

        Raises:
            RegisterDown: the database cannot be reached, does not answer in time, is locked, full or not prepared.
            EntryUnfit: the database cannot hold a value.
        """
        with self._connected(self.engine, within) as connection, connection.begin():
            yield connection

    @contextmanager
    def trying(self) -> Iterator[Connection]:
        """Open one transaction and take all of it back at the end: nothing of it is written.

        Raises RegisterDown as `writing` does.
        """
        with self._connected(self.engine, USUAL) as connection:
            yield connection

    @contextmanager
    def reading(self, within: float = LONG) -> Iterator[Connection]:
        """Open one reading of one moment; it holds up no writer. PostgreSQL may take *within* seconds for it.

        Raises:
            RegisterDown: the database cannot be reached, does not answer in time or is not prepared.
        """
        with self._connected(self._snapshot, within) as connection:
            yield connection

    @contextmanager
    def _connected(self, engine: Engine, within: float) -> Iterator[Connection]:
        breaker = self._breakers.get(within)
        with (
            breaker.through() if breaker else nullcontext(),
            self.outages_told(),
            engine.connect() as connection,
            _until(connection, within),
        ):
            yield connection

    @contextmanager
    def _locked(self, within: float) -> Iterator[Connection]:
        with self.engine.connect() as connection, _until(connection, within), connection.begin():
            yield connection

    def _outage(self, code: str) -> str:
        if code in _NOT_PREPARED:
            return (
                f"The register ({shown(self.url)}) has not been prepared for this account ({code}): nothing was "
                "written; have the role that owns it prepare it (`python -m adapters.register prepare`, which "
                "docker-compose.yml calls register-setup), then try again."
            )
        return (
            f"The register ({shown(self.url)}) did not answer as it should ({code}): "
            "nothing was written; see that it runs, has room, can be written and has been prepared, then try again."
        )

    def _rests(self) -> RegisterDown:
        return RegisterDown(
            f"The register ({shown(self.url)}) did not answer in time a moment ago and is left alone for some seconds: "
            "nothing was written; see that it runs and that nobody holds a lock on it, then try again."
        )

    @contextmanager
    def outages_told(self) -> Iterator[None]:
        """Turn what a driver raises into ours. Its own text and cause may quote a row, so they are left behind."""
        try:
            yield
        except DataError as error:
            raise EntryUnfit(f"The register cannot hold one of the values ({_code(error)}).") from None
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise RegisterDown(self._outage(_code(error))) from None


def _code(error: Exception) -> str:
    driver = getattr(error, "orig", None) or error
    code = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None)
    return str(code or type(driver).__name__)


@contextmanager
def _until(connection: Connection, within: float) -> Iterator[None]:
    """Have the connection wait no longer than so many seconds for all that is asked by it, SQLite for its one lock."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        # A value of the pragma cannot be bound.
        driver.execute(f"PRAGMA busy_timeout = {min(within, BUSY_SECONDS) * 1000:.0f}")
        yield
        return
    driver.until = time.monotonic() + within
    try:
        yield
    finally:
        driver.until = None


def _postgres(url: str) -> Engine:
    engine = create_engine(
        postgres_address(url, "postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=CONNECT_SECONDS,
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )
    event.listen(engine, "do_connect", _connect_postgres)
    return engine


def _connect_postgres(_dialect: Dialect, _entry: ConnectionPoolEntry, said: Any, named: Any) -> Any:
    from .postgres import LimitedConnection  # the driver is an extra

    return LimitedConnection.made(*said, **named)


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS},
        pool_timeout=BRIEF,
        pool_use_lifo=True,  # the connection that has written last has the file's pages in hand
    )
    path = sqlite_path(url)
    assert path is not None  # noqa: S101 - the caller has looked
    event.listen(engine, "do_connect", partial(_must_be_there, path))
    event.listen(engine, "connect", partial(_set_sqlite, path))
    event.listen(engine, "checkout", partial(_must_be_the_same, path))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _must_be_there(path: Path, *_: object) -> None:
    """Make no empty file where somebody has taken the register away: `prepare` alone makes one."""
    if not path.exists():
        raise sqlite3.OperationalError("unable to open database file")


def _must_be_the_same(path: Path, _connection: DBAPIConnection, entry: ConnectionPoolEntry, _fairy: object) -> None:
    """Let go of a connection to a file that is not the register any more: what it writes would be seen by nobody."""
    if entry.info.get(_FILE) != _file(path):
        raise DisconnectionError


def _file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _set_sqlite(path: Path, connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    entry.info[_FILE] = _file(path)
    # The driver would begin transactions late and never around a schema change: we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
