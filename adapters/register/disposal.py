"""What becomes of cases at the end, on the record: holds, destruction lists, approvals, destructions.

One chain over all cases, append-only as the record is. A list goes *proposed*, *approved* by a second person,
*destroyed*, a row for each case at each step. A *hold* keeps a case whatever list it stands in, until it is *released*.

A case is destroyed by taking its key: what people wrote can be read by nobody any more, and every chain stays whole.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, select, text

from . import chain, tables, writing
from .connections import Connections
from .errors import RegisterError
from .instants import from_text, to_text

Step = Literal["held", "released", "proposed", "approved", "withdrawn", "destroyed"]
LISTED: tuple[Step, ...] = ("proposed", "approved", "withdrawn", "destroyed")
"""Steps of a case in a destruction list."""


class Disposal(NamedTuple):
    """One row."""

    case_ref: str
    step: Step
    at: datetime
    by: str
    """Who said so: a handle, never a name."""
    reason: str
    account: str = ""
    """Of the machine, under which it was typed."""
    list_ref: str = ""
    """Of the destruction list; empty for a hold."""
    policy: str = ""
    """Under which the case was; written with the row, so that of a destroyed case the lead on call is still known."""
    entries: int = 0
    """How many entries the case had then."""
    entry_hash: str = ""
    """Hash of the last of them."""
    number: int = 0
    """Of the row, from 1; 0 for one that is not written yet."""


class DisposalRefused(RegisterError):  # noqa: N818 - reads as a sentence
    """It is not, or not yet, to be done: the sentence says why. Nothing was written."""


class Disposals:
    """All that was said, in order, and what follows from it."""

    def __init__(self, rows: Iterable[Disposal]) -> None:
        """Take the rows in order."""
        self.rows = tuple(rows)

    def held(self) -> dict[str, Disposal]:
        """Return the cases that are on hold, with the row that says so."""
        found: dict[str, Disposal] = {}
        for row in self.rows:
            if row.step == "held":
                found[row.case_ref] = row
            elif row.step == "released":
                found.pop(row.case_ref, None)
        return found

    def destroyed(self) -> dict[str, Disposal]:
        """Return the cases that were destroyed."""
        return {row.case_ref: row for row in self.rows if row.step == "destroyed"}

    def lists(self) -> dict[str, dict[str, list[Disposal]]]:
        """Return each list by its reference: its cases, each with its rows in order."""
        found: dict[str, dict[str, list[Disposal]]] = {}
        for row in self.rows:
            if row.list_ref:
                found.setdefault(row.list_ref, {}).setdefault(row.case_ref, []).append(row)
        return found

    def listed(self) -> dict[str, str]:
        """Return the cases that stand in a list that is neither withdrawn for them nor carried out, with the list."""
        return {
            case: ref
            for ref, cases in self.lists().items()
            for case, rows in cases.items()
            if rows[-1].step in {"proposed", "approved"}
        }

    def next_list(self) -> str:
        """Return a reference for a new list."""
        return f"DL-{len(self.lists()) + 1}"


def read(connection: Connection) -> Disposals:
    """Return all that was said."""
    table = tables.disposal
    found = connection.execute(select(table).order_by(table.c.number))
    return Disposals(_of_row(row._asdict()) for row in found)


def _of_row(row: Mapping[str, Any]) -> Disposal:
    said = {name: row[name] for name in Disposal._fields if name != "at"}
    return Disposal(at=from_text(row["at"]), **said)


def add(connections: Connections, said: Sequence[Disposal]) -> None:
    """Write rows behind those that stand, in one transaction, each with where the case's chain ends now."""
    connections.write(lambda connection: _add(connection, said))


def add_as(connections: Connections, decided: Callable[[Disposals], Sequence[Disposal]]) -> Sequence[Disposal]:
    """Write what *decided* makes of all that was said, and return it: nobody says anything in between.

    It may be asked again, and what it raises is raised.
    """

    def added(connection: Connection) -> Sequence[Disposal]:
        writing.lock(connection, "disposal")
        said = decided(read(connection))
        _add(connection, said)
        return said

    return connections.write(added)


def _add(connection: Connection, said: Sequence[Disposal]) -> None:
    writing.lock(connection, "disposal")
    table = tables.disposal
    last = connection.execute(select(table.c.number, table.c.hash).order_by(table.c.number.desc()).limit(1)).first()
    number, previous_hash = (last.number, last.hash) if last else (0, chain.FIRST)
    for one in said:
        number += 1
        end = writing.end_of_case(connection, one.case_ref)
        standing = select(tables.standing.c.policy).where(tables.standing.c.case_ref == one.case_ref)
        row = {
            **one._asdict(),
            "number": number,
            "at": to_text(one.at),
            "policy": connection.execute(standing).scalar_one_or_none() or "",
            "entries": end.number,
            "entry_hash": end.hash if end.number else "",
            "previous_hash": previous_hash,
        }
        previous_hash = row["hash"] = chain.hash_of(row)
        connection.execute(table.insert(), row)


def destroy(connections: Connections, said: Disposal) -> None:
    """Take the key of a case and what lists show of it, and say so, in one transaction.

    On SQLite what stood there is written over, in the file and in its journal. On PostgreSQL the owner of the tables
    alone may do it, and the old bytes go with the next VACUUM, which is asked for at once.

    Raises:
        DisposalRefused: the case has gone on since it was listed, is on hold, or some of it was written in clear.
        RegisterDown: it cannot be written, or by this role not.
    """
    is_sqlite = connections.engine.dialect.name == "sqlite"

    with connections.writing() as connection:
        writing.lock(connection, said.case_ref)
        must_be_destroyable(connection, said)
        _add(connection, [said])
        if is_sqlite:
            connection.execute(text("PRAGMA secure_delete = ON"))
        for table in (tables.standing, tables.case_key):
            connection.execute(table.delete().where(table.c.case_ref == said.case_ref))
    with connections.outages_told(), connections.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if is_sqlite:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            driver.autocommit = True
            try:
                driver.execute("VACUUM case_key, standing")
            finally:
                driver.autocommit = False


def must_be_destroyable(connection: Connection, said: Disposal) -> None:
    """Raise DisposalRefused where a case is not to be destroyed, or not yet."""
    known = read(connection)
    rows = known.lists().get(said.list_ref, {}).get(said.case_ref, [])
    if not rows or rows[-1].step != "approved":
        raise DisposalRefused(f"{said.case_ref} is not approved for destruction in {said.list_ref}.")
    if said.case_ref in known.held():
        raise DisposalRefused(f"{said.case_ref} is on hold, so it is kept.")
    end = writing.end_of_case(connection, said.case_ref)
    if (end.number, end.hash) != (rows[0].entries, rows[0].entry_hash):
        raise DisposalRefused(
            f"{said.case_ref} has gone on since it was listed (entry {rows[0].entries}, now {end.number}): it is kept. "
            "Withdraw it from the list, and list it again once its time has come."
        )
    entry = tables.entry
    clear = select(entry.c.number).where(entry.c.case_ref == said.case_ref, entry.c.body_key_id.is_(None)).limit(1)
    if connection.execute(clear).first() is not None:
        raise DisposalRefused(
            f"{said.case_ref} was written in clear, before the register was encrypted, so taking its key would destroy "
            "nothing: it goes with the register as a whole alone."
        )
