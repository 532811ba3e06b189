"""The record of reads: who looked at which case, and when. Plain drivers, as in `reading`, so that a look stays quick.

No case text stands in it: references, account names, role titles, and by what a list was narrowed.
"""

import re
import secrets
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from .address import postgres_address, shown, sqlite_path
from .chain import hash_of
from .drivers import rows
from .errors import NothingThere, RegisterDown
from .instants import to_text
from .limits import CONNECT_SECONDS

WITHIN_SECONDS = 2.0
"""How long a look may wait until it is noted; then it is kept aside, and the look goes on."""
WHATS = ("showed", "explained", "listed", "exported", "failed to open")
"""What may have been done."""
_LONGEST = 300
"""Characters of a text."""


class Read(NamedTuple):
    """One look."""

    at: str
    """In UTC, as the register writes instants."""
    what: str
    """One of WHATS."""
    case_ref: str = ""
    """Empty for a list of many cases."""
    detail: str = ""
    """By which command or page; by what a list was narrowed, and how many cases it had; why a case was not opened."""
    account: str = ""
    """The account of the machine; empty behind a link."""
    title: str = ""
    """Who it is, as a role title or a seat."""
    role: str = ""
    """What they may do here (see `adapters.people.roles`)."""
    agency: str = ""
    known: str = ""
    """How they were known, in words."""
    of_party: bool = False
    """Is their agency a party of the case?"""
    reason: str = ""
    """Why they opened what their role may not see; empty for every other look."""
    id: str = ""
    """The same wherever it is kept: noted twice, it is one row. Those of one moment stand in their order by it."""

    @classmethod
    def made(cls, at: datetime, what: str, **more: Any) -> "Read":
        """Make one under an id of its own, at an instant with a zone; what is too long is cut."""
        cut: dict[str, Any] = {
            name: value[:_LONGEST] if isinstance(value, str) else value for name, value in more.items()
        }
        return cls(at=to_text(at), what=what, id=f"{time.time_ns():016x}{secrets.token_hex(8)}", **cut)


_COLUMNS = (*Read._fields, "hash")
_INSERT = (
    f"INSERT INTO read ({', '.join(_COLUMNS)}) "  # noqa: S608 - names of ours
    f"VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
)


def row_of(read: Read) -> dict[str, Any]:
    """Return the row of a look, with its sum."""
    row = read._asdict()
    return row | {"hash": hash_of(row)}


def note_reads(url: str, reads: list[Read]) -> None:
    """Write looks down, all or none; one that stands there already is left as it is.

    Raises:
        NothingThere: there is no register, or none of this step of the schema.
        RegisterDown: it cannot be written within two seconds.
    """
    if not reads:
        return
    path = sqlite_path(url)
    if path is None:
        _into_postgres(url, reads)
    else:
        _into_sqlite(path, reads)


def _into_sqlite(path: Path, reads: list[Read]) -> None:
    if not path.exists():
        raise _nothing(str(path))
    try:
        there = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=WITHIN_SECONDS)
        with closing(there), there:
            there.executemany(_INSERT, [row_of(read) for read in reads])  # a repeat is let pass by the table's guard
    except sqlite3.Error as error:
        if str(error).startswith("no such table"):
            raise _nothing(str(path)) from None
        raise _down(str(path), getattr(error, "sqlite_errorname", type(error).__name__)) from None


def _into_postgres(url: str, reads: list[Read]) -> None:
    try:
        import psycopg

        from .postgres import LimitedConnection
    except ImportError:
        raise RegisterDown("PostgreSQL needs its driver: install the extra called postgres.") from None
    asked = re.sub(r":(\w+)", r"%(\1)s", f"{_INSERT} ON CONFLICT DO NOTHING").encode()
    try:
        place = postgres_address(url, "postgresql")
        with LimitedConnection.made(place, connect_timeout=CONNECT_SECONDS) as connection:
            connection.until = time.monotonic() + WITHIN_SECONDS
            connection.cursor().executemany(asked, [row_of(read) for read in reads])
    except psycopg.errors.UndefinedTable:
        raise _nothing(shown(url)) from None
    except psycopg.Error as error:
        raise _down(shown(url), error.sqlstate or type(error).__name__) from None


def list_reads(
    url: str, *, case: str = "", account: str = "", of_no_party: bool = False, since: datetime | None = None
) -> list[dict[str, Any]]:
    """Return looks that pass every filter given, the oldest first, without their sums.

    Args:
        url: The register's address.
        case: Only those at this case.
        account: Only those by this account of the machine.
        of_no_party: Only those at a case by somebody whose agency is no party of it.
        since: Only those from this instant on (with a zone).

    Raises:
        NothingThere: there is no register, or none of this step of the schema.
        RegisterUnreachable: it cannot be read now.
    """
    conditions, values = ["1 = 1"], dict[str, Any]()
    for condition, name, value in (
        ("case_ref = :case_ref", "case_ref", case),
        ("account = :account", "account", account),
        ("at >= :since", "since", to_text(since) if since else ""),
    ):
        if value:
            conditions.append(condition)
            values[name] = value
    if of_no_party:
        conditions += ["NOT of_party", "case_ref <> ''"]
    names, where = ", ".join(Read._fields), " AND ".join(conditions)
    found = _asked(url, f"SELECT {names} FROM read WHERE {where} ORDER BY at, id", values)  # noqa: S608 - names of ours
    return [row | {"of_party": bool(row["of_party"])} for row in found]


def accounts_of_no_role(url: str) -> list[str]:
    """Return the accounts of the machine that asked for cases without having a role. Raises as `list_reads`."""
    query = "SELECT DISTINCT account FROM read WHERE role = '' AND account <> '' ORDER BY account"
    return [row["account"] for row in _asked(url, query, {})]


def _asked(url: str, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return rows(url, query, values)
    except NothingThere:
        raise _nothing(shown(url)) from None


def _nothing(place: str) -> NothingThere:
    return NothingThere(f"The register at {place} has no record of reads yet: start a worker once, and it makes one.")


def _down(place: str, code: str) -> RegisterDown:
    return RegisterDown(f"Nothing can be noted in the register at {place} now ({code}).")
