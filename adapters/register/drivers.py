"""One query, asked of a plain driver: `sqlite3`, or `psycopg` where the address is PostgreSQL's."""

import re
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from .address import postgres_address, shown, sqlite_path
from .errors import ColumnMissing, NothingThere, RegisterUnreachable
from .limits import CONNECT_SECONDS, READ_SECONDS


def rows(url: str, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of *query*, whose values stand as `:name`.

    Raises:
        NothingThere: there is no register at this address yet.
        RegisterUnreachable: it cannot be read now.
        ColumnMissing: it has not got a column yet; that is a RegisterUnreachable too.
    """
    path = sqlite_path(url)
    return _from_postgres(url, query, values) if path is None else _from_sqlite(path, query, values)


def _from_sqlite(path: Path, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not path.exists():
        raise _nothing(str(path))
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            return _all(connection, query, values)
    except sqlite3.Error as error:
        if str(error).startswith("no such table"):
            raise _nothing(str(path)) from None
        if str(error).startswith("no such column"):
            raise _unprepared(str(path)) from None
        raise _unreachable(str(path), getattr(error, "sqlite_errorname", "")) from None


def _all(connection: sqlite3.Connection, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    try:
        cursor = connection.execute(query, dict(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
    except sqlite3.OperationalError as error:
        # What is no UTF-8 is shown as such: it must not hide the rows beside it.
        if connection.text_factory is not str or not str(error).startswith("Could not decode"):
            raise
        connection.text_factory = lambda stored: stored.decode(errors="replace")
        return _all(connection, query, values)


def _from_postgres(url: str, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    try:
        import psycopg
        from psycopg.rows import dict_row

        from .postgres import LimitedConnection
    except ImportError:
        raise RegisterUnreachable("PostgreSQL needs its driver: install the extra called postgres.") from None
    # Our own fixed queries hold no colon and no per cent sign but these.
    asked = re.sub(r":(\w+)", r"%(\1)s", query).encode()
    try:
        place = postgres_address(url, "postgresql")
        with LimitedConnection.made(place, connect_timeout=CONNECT_SECONDS, row_factory=dict_row) as connection:
            connection.read_only = True
            connection.until = time.monotonic() + READ_SECONDS
            return connection.execute(asked, dict(values)).fetchall()
    except psycopg.errors.UndefinedTable:
        raise _nothing(shown(url)) from None
    except psycopg.errors.UndefinedColumn:
        raise _unprepared(shown(url)) from None
    except psycopg.Error as error:
        raise _unreachable(shown(url), error.sqlstate or "") from None


def _nothing(place: str) -> NothingThere:
    return NothingThere(f"There is no register at {place} yet: start a worker once, and it makes one.")


def _unprepared(place: str) -> ColumnMissing:
    return ColumnMissing(f"The register at {place} is of an older version: start a worker once, and it is brought on.")


def _unreachable(place: str, code: str) -> RegisterUnreachable:
    reason = f" ({code})" if code else ""
    return RegisterUnreachable(f"The register at {place} cannot be read now{reason}: see that it runs, then try again.")
