"""How rows are added, inside a transaction that the caller holds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, and_, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite

from domain.case.decided import Decided
from domain.case.effects import Entry
from domain.case.patch import State

from . import chain, on_hand, tables
from .case_key import CaseKey
from .decisions import to_bytes
from .errors import EntryConflict, EntryGap, EntryUnfit, TextLocked
from .instants import to_text
from .plain import sealed_body
from .rows import Attempt, Edition, StandingRow
from .statements import Statement, named, parameters
from .wrapping import WrappedKey

_DETAIL = 200
_END = Statement(
    lambda _: (
        select(tables.entry.c.number, tables.entry.c.hash)
        .where(tables.entry.c.case_ref == bindparam("case_ref"))
        .order_by(tables.entry.c.number.desc())
        .limit(1)
    )
)
_LEDGER_END = select(tables.ledger.c.number, tables.ledger.c.hash).order_by(tables.ledger.c.number.desc()).limit(1)
_ADD_ENTRY = Statement(lambda _: tables.entry.insert())
_ADD_KEY = Statement(lambda _: tables.case_key.insert())
_ADD_ATTEMPT = Statement(lambda _: tables.attempt.insert())


class End(NamedTuple):
    """Where a chain ends: the number and the hash of its last row."""

    number: int
    hash: str


def lock(connection: Connection, name: str) -> None:
    """Let one writer at a time add to the chain called *name*; SQLite's transaction has seen to it already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def end_of_case(connection: Connection, case_ref: str) -> End:
    """Return where the chain of a case ends; number 0 where there is none."""
    row = _END.on(connection, {"case_ref": case_ref}).first()
    return End(row.number, row.hash) if row else End(0, chain.FIRST)


def decided_rows(decided: Iterable[Decided], end: End, key: CaseKey | None) -> list[dict[str, Any]]:
    """Return the rows that go behind *end*, encrypted with the case's *key* where it has one.

    Raises EntryUnfit where one cannot be stored.
    """
    rows = []
    previous_hash = end.hash
    for one in decided:
        for entry in one.entries:
            changes = to_bytes(one) if entry is one.entries[-1] else None
            row = _entry_row(entry, key) | _changes(entry.number, changes, key) | {"previous_hash": previous_hash}
            previous_hash = row["hash"] = chain.hash_of(row)
            rows.append(row)
    return rows


def add_decided(
    connection: Connection,
    case_ref: str,
    end: End,
    rows: Sequence[Mapping[str, Any]],
    editions: Sequence[Mapping[str, Any]],
    key: Mapping[str, Any] | None,
) -> bool:
    """Add rows behind *end*, the editions they need, and the row of the case's *key* where it is new.

    False, and nothing added, where the case has gone on.
    """
    lock(connection, case_ref)
    if end_of_case(connection, case_ref) != end:
        return False
    if rows:
        if key is not None:
            _ADD_KEY.on(connection, key)
        _ADD_ENTRY.on_each(connection, rows)
        if not end.number:
            _add_to_ledger(connection, rows[0])
    for edition in editions:
        connection.execute(_insert(connection.dialect.name, tables.edition).values(edition).on_conflict_do_nothing())
    return True


def _add_to_ledger(connection: Connection, first: Mapping[str, Any]) -> None:
    """Write the line of a case that is opened by its *first* entry.

    Whoever opens another one meanwhile waits for this commit; nobody else does.
    """
    lock(connection, "ledger")
    last = connection.execute(_LEDGER_END).first()
    row = {
        "number": last.number + 1 if last else 1,
        "case_ref": first["case_ref"],
        "entry_hash": first["hash"],
        "previous_hash": last.hash if last else chain.FIRST,
    }
    connection.execute(tables.ledger.insert(), row | {"hash": chain.hash_of(row)})


def add_attempts(connection: Connection, attempts: Sequence[Attempt]) -> list[int]:
    """Add attempts in the order given, and return the number of each within its notice."""
    refs = sorted({attempt.notice_ref for attempt in attempts})
    for notice_ref in refs:  # in one order: nobody waits in a circle
        lock(connection, notice_ref)
    ends = _ends_of_notices(connection, refs)
    rows = []
    for attempt in attempts:
        row = _attempt_row(attempt, ends.get(attempt.notice_ref, End(0, chain.FIRST)))
        ends[attempt.notice_ref] = End(row["number"], row["hash"])
        rows.append(row)
    if rows:
        _ADD_ATTEMPT.on_each(connection, rows)
    return [row["number"] for row in rows]


@cache
def _ends_of(many: int) -> Statement:
    table = tables.attempt
    ends = select(table.c.notice_ref, table.c.number, table.c.hash)
    ends = ends.where(table.c.notice_ref.in_(parameters(many)))
    return Statement(lambda _: ends.order_by(table.c.notice_ref, table.c.number))


def _ends_of_notices(connection: Connection, refs: Sequence[str]) -> dict[str, End]:
    if not refs:
        return {}
    found = _ends_of(len(refs)).on(connection, named(refs))
    return {row.notice_ref: End(row.number, row.hash) for row in found}


def _attempt_row(attempt: Attempt, end: End) -> dict[str, Any]:
    row: dict[str, Any] = {
        "notice_ref": attempt.notice_ref,
        "number": end.number + 1,
        "case_ref": attempt.case_ref,
        "at": to_text(attempt.at),
        "channel": attempt.channel,
        "result": attempt.result,
        "detail": attempt.detail[:_DETAIL],
        "fallback": attempt.fallback,
        "previous_hash": end.hash,
    }
    return row | {"hash": chain.hash_of(row)}


def add_editions(connection: Connection, editions: Iterable[Edition]) -> None:
    """Keep each edition under its digest; one that is there already is left alone."""
    for edition in editions:
        insert = _insert(connection.dialect.name, tables.edition).values(edition_row(edition))
        connection.execute(insert.on_conflict_do_nothing())


def edition_row(edition: Edition) -> dict[str, Any]:
    """Return the row of an edition. Raises EntryUnfit where it has no canonical JSON."""
    body = chain.canonical(edition.body, "An edition")
    return {"digest": chain.sha256(body), "kind": edition.kind, "body": body}


def put_standing(connection: Connection, standing: Mapping[str, Any], last: int) -> None:
    """Show *standing* (a row) as the case's present state, unless a later one is there already.

    Raises:
        EntryGap: it has taken in an entry after *last*, the last of the case.
    """
    if standing["as_of_number"] > last:
        raise EntryGap(standing["case_ref"], last + 1)
    _PUT_STANDING.on(connection, standing)


def put_standing_anew(connection: Connection, standing: Mapping[str, Any], end: End) -> None:
    """Show *standing* (a row) whatever is shown now, unless the case has gone on behind *end*, and so is shown anew."""
    lock(connection, standing["case_ref"])
    if end_of_case(connection, standing["case_ref"]) == end:
        connection.execute(_standing_put(connection.dialect.name, only_newer=False), standing)


def _standing_put(dialect: str, *, only_newer: bool = True) -> "postgresql.Insert | sqlite.Insert":
    table = tables.standing
    insert = _insert(dialect, table)
    newer = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    is_newer = insert.excluded.as_of_number >= table.c.as_of_number if only_newer else None
    return insert.on_conflict_do_update(index_elements=[table.c.case_ref], set_=newer, where=is_newer)


_PUT_STANDING = Statement(_standing_put)


def _insert(dialect: str, table: Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def must_be_stored(connection: Connection, entry: Entry, key: CaseKey | None) -> None:
    """See that an entry stands there as it is given. One that was encrypted is known by its mark, and not decrypted.

    Raises:
        EntryConflict: another one does.
        EntryGap: none does.
        TextLocked: it is encrypted, and *key* is not the one.
    """
    _must_be_numbered(entry)
    table = tables.entry
    where = and_(table.c.case_ref == entry.case, table.c.number == entry.number)
    found: Row[Any] | None = connection.execute(select(table).where(where)).first()
    if found is None:  # somebody took it out of the middle: `verify` says so too
        raise EntryGap(entry.case, entry.number)
    stored = found._mapping
    if stored["body_key_id"] is not None and (key is None or key.id != stored["body_key_id"]):
        raise TextLocked(entry.case, f"it needs the case's key {stored['body_key_id']}, and another one is kept.")
    meant = _entry_row(entry, None if stored["body_key_id"] is None else key)
    if stored["body_mark"] is not None:
        del meant["body"]
    if any(stored[name] != value for name, value in meant.items()):
        raise EntryConflict(entry.case, entry.number)


def _must_be_numbered(entry: Entry) -> None:
    if entry.number < 1:
        raise EntryUnfit(f"Entry {entry.number} of case {entry.case} is out of range: numbers begin at 1.")


def _entry_row(entry: Entry, key: CaseKey | None) -> dict[str, Any]:
    _must_be_numbered(entry)
    place = f"Entry {entry.number} of case {entry.case}"
    inside = entry.body if key is None else sealed_body(entry.by, entry.on_behalf_of, entry.body)
    body = chain.canonical(inside, place)
    if json.loads(body) != inside:  # a fraction past 2**53 comes back as another number
        raise EntryUnfit(f"{place} holds a number that would not come back as it went in.")
    row: dict[str, Any] = {
        "case_ref": entry.case,
        "number": entry.number,
        "kind": entry.kind,
        "event_time": to_text(entry.at),
        "entry_time": to_text(entry.entered_at),
        "by": entry.by,
        "on_behalf_of": entry.on_behalf_of,
        "body": body,
        "body_key_id": None,
        "body_mark": None,
    }
    if key is None:
        return row
    stored, mark = key.encrypted("body", entry.number, body)
    return row | {"by": "", "on_behalf_of": "", "body": stored, "body_key_id": key.id, "body_mark": mark}


def _changes(number: int, plain: bytes | None, key: CaseKey | None) -> dict[str, Any]:
    if plain is None or key is None:
        return {"changes": plain, "changes_mark": None}
    stored, mark = key.encrypted("changes", number, plain)
    return {"changes": stored, "changes_mark": mark}


def key_row(key: CaseKey, kept: WrappedKey) -> dict[str, Any]:
    """Return the row of a case's key as it is kept."""
    return {"case_ref": key.case_ref, "key_id": key.id, "wrapped_by": kept.by, "wrapped": kept.data}


def standing_row(standing: StandingRow, state: State, key: CaseKey | None) -> dict[str, Any]:
    """Return the row of what lists show of a case, and of the state beside it; encrypted where the case has a key."""
    number = standing.as_of_number
    view, kept = (json.dumps(one, allow_nan=False, separators=(",", ":")) for one in (standing.view, state))
    if key is not None:
        view, kept = key.encrypted_text("view", number, view), key.encrypted_text("state", number, kept)
    row = {
        "case_ref": standing.case_ref,
        "as_of_number": standing.as_of_number,
        "policy": standing.policy,
        "stage": standing.stage,
        "urgency": standing.urgency,
        "opened_at": to_text(standing.opened_at),
        "next_due": None if standing.next_due is None else to_text(standing.next_due),
        "overdue": standing.overdue,
        "open": standing.open,
        # A space on either side of each, so that one can be looked for whole.
        "agencies": f" {' '.join(standing.agencies)} ",
        "view": view,
        "state": kept,
        **on_hand.columns(number, standing.owed, standing.awaited, standing.next_moment),
    }
    return row | {"hash": chain.hash_of_standing(row)}
