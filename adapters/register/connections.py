"""Connections to the register's database: how they are set, how transactions begin, how failures are told."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from .address import postgres_address, shown, sqlite_path
from .errors import EntryUnfit, RegisterDown

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

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open one transaction: all of it is written, or nothing.

        Raises:
            RegisterDown: the database cannot be reached, is locked, full or not prepared.
            EntryUnfit: the database cannot hold a value.
        """
        with self.outages_told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def trying(self) -> Iterator[Connection]:
        """Open one transaction and take all of it back at the end: nothing of it is written.

        Raises RegisterDown as `writing` does.
        """
        with self.outages_told(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open one reading of one moment; it holds up no writer.

        Raises:
            RegisterDown: the database cannot be reached or is not prepared.
        """
        with self.outages_told(), self._snapshot.connect() as connection:
            yield connection

    @contextmanager
    def outages_told(self) -> Iterator[None]:
        """Turn what a driver raises into ours. Its own text and cause may quote a row, so they are left behind."""
        try:
            yield
        except DataError as error:
            raise EntryUnfit(f"The register cannot hold one of the values ({_code(error)}).") from None
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise RegisterDown(
                f"The register ({shown(self.url)}) did not answer as it should ({_code(error)}): "
                "nothing was written; see that it runs, has room, can be written and has been prepared, then try again."
            ) from None


def _code(error: Exception) -> str:
    driver = getattr(error, "orig", None) or error
    code = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None)
    return str(code or type(driver).__name__)


def _postgres(url: str) -> Engine:
    return create_engine(
        postgres_address(url, "postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5},
    )


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver would begin transactions late and never around a schema change: we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
