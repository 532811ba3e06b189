"""Brings a register's schema up to date, from any working directory, by any number of processes at once."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from adapters.private import database_files, keep_private, make_file

from . import console_tables
from .address import shown, sqlite_path
from .connections import BUSY_SECONDS, Connections
from .errors import RegisterAhead
from .limits import LONG

_MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(connections: Connections) -> None:
    """Create the register if need be and bring its schema to the newest step; harmless to repeat.

    Raises RegisterAhead where it is of a step that is not known here.
    """
    path = sqlite_path(connections.url)
    if path is not None:
        with connections.outages_told():
            make_file(path)
            keep_private(*database_files(path))
            _write_ahead(path)
    with connections.writing(LONG) as connection:
        _one_at_a_time(connection)
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:  # its text names files of ours
            raise RegisterAhead(shown(connections.url)) from None
        console_tables.make_beside(connection)


def _one_at_a_time(connection: Connection) -> None:
    # SQLite has one writer in any case: the transaction began with the write lock.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:room, :door)"), {"room": 0x5AFE, "door": 1})


def _write_ahead(path: Path) -> None:
    """Switch a SQLite file to its write-ahead log; the file remembers it.

    SQLite answers "locked" at once while another process does the same, whatever its busy timeout is.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
