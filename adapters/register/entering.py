"""Decisions on their way into the register: folded before the write lock is taken, then written whole or not at all."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from domain.case.decided import Decided, mark_of
from domain.case.patch import State, Unreadable

from . import chain, tables, writing
from .case_key import CaseKey
from .case_keys import CaseKeys, given
from .connections import Connections
from .decisions import Step, entry_of, folded, steps_of
from .errors import EntryConflict, EntryGap, RegisterDown
from .limits import USUAL
from .plain import entry_in_clear, text_in_clear
from .rows import Edition, StandingRow
from .statements import Statement
from .wrapping import WrappedKey

Shown = Callable[[State], StandingRow | None]
"""Makes of a case's state what lists and `show` read; None where that cannot be told, which leaves them as they are."""
_LAST = Statement(
    lambda _: (
        select(
            *(column for column in tables.entry.columns if column.name != "changes"),
            *(column.label(f"shown_{column.name}") for column in tables.standing.columns),
            *(column.label(f"key_{column.name}") for column in tables.case_key.columns),
        )
        .outerjoin_from(tables.entry, tables.standing, tables.standing.c.case_ref == tables.entry.c.case_ref)
        .outerjoin(tables.case_key, tables.case_key.c.case_ref == tables.entry.c.case_ref)
        .where(tables.entry.c.case_ref == bindparam("case_ref"))
        .order_by(tables.entry.c.number.desc())
        .limit(1)
    )
)
"""The last entry of a case, its standing beside it, and its key."""
TRIES = 10
"""While another writer adds to the same case, which is seldom: it has one workflow."""


class _Before(NamedTuple):
    """What stands of a case before new decisions are written."""

    end: writing.End
    is_shown: bool
    """True where its standing and the state beside it have taken in the last entry."""
    state: State | None
    """None where its changes do not fold: entries are taken all the same, and `verify` says so."""
    last: Mapping[str, Any]
    """The row of its last entry; empty where there is none."""
    key: CaseKey | None
    """None where nothing of it is encrypted."""


class _New(NamedTuple):
    """All that one call writes."""

    case_ref: str
    end: writing.End
    """Behind which the rows go."""
    rows: Sequence[Mapping[str, Any]]
    editions: Sequence[Mapping[str, Any]]
    standing: Mapping[str, Any] | None
    key: Mapping[str, Any] | None
    """Of the case, where it is new."""

    def is_written(self, connection: Connection) -> bool:
        """Write it; False, and nothing written, where the case has gone on since it was looked at."""
        if not writing.add_decided(connection, self.case_ref, self.end, self.rows, self.editions, self.key):
            return False
        if self.standing is not None:
            last = self.rows[-1]["number"] if self.rows else self.end.number
            writing.put_standing(connection, self.standing, last)
        return True


def enter(
    connections: Connections,
    keys: CaseKeys,
    decided: Sequence[Decided],
    editions: Sequence[Edition],
    shown: Shown,
    case_key: str,
) -> None:
    """Write decisions of one case; see `Register.enter`."""
    case_ref = _one_case(decided)
    kept = [writing.edition_row(edition) for edition in editions]
    for _ in range(TRIES):
        with connections.reading(USUAL) as connection:
            before = _before(connection, case_ref, keys)
            key = before.key or (keys.read(case_ref, case_key) if case_key else None)
            new = _new(connection, before, decided)
            _must_have_editions(connection, new, {row["digest"] for row in kept})
        if not new and before.is_shown and not kept:
            return
        rows = writing.decided_rows(new, before.end, key)
        row = _row(_after(before.state, new), shown, key)
        key_row = writing.key_row(key, WrappedKey.read(case_key)) if key and before.key is None else None
        if connections.write(_New(case_ref, before.end, rows, kept, row, key_row).is_written):
            return
    raise RegisterDown(f"Others keep adding to case {case_ref}: nothing was written, so try again.")


def show_anew(connections: Connections, keys: CaseKeys, case_ref: str, shown: Shown) -> None:
    """Put what lists show of a case together again from its record; see `Register.show_anew`."""
    with connections.reading() as connection:
        end = writing.end_of_case(connection, case_ref)
        found = key_row_of(connection, case_ref)
        key = keys.of_row(case_ref, found) if found else None
        state = _whole(connection, case_ref, key)
    row = _row(state if end.number else None, shown, key)
    if row is not None:
        connections.write(lambda connection: writing.put_standing_anew(connection, row, end))


def key_row_of(connection: Connection, case_ref: str) -> Mapping[str, Any] | None:
    """Return the row of a case's key; None where it has none."""
    table = tables.case_key
    found = connection.execute(select(table).where(table.c.case_ref == case_ref)).first()
    return found._asdict() if found else None


def _row(state: State | None, shown: Shown, key: CaseKey | None) -> dict[str, Any] | None:
    if state is None or (standing := shown(state)) is None:
        return None
    return writing.standing_row(standing, state, key)


def _one_case(decided: Sequence[Decided]) -> str:
    cases = {entry.case for one in decided for entry in one.entries}
    if len(cases) != 1:
        raise ValueError("One call enters one case: make a call for each.")
    return cases.pop()


def _before(connection: Connection, case_ref: str, keys: CaseKeys) -> _Before:
    found = _LAST.on(connection, {"case_ref": case_ref}).first()
    if found is None:
        return _Before(writing.End(0, chain.FIRST), True, {}, {}, None)
    last = found._asdict()
    end = writing.End(last["number"], last["hash"])
    key = None
    if last["key_case_ref"] is not None:
        key = keys.of_row(case_ref, {name: last[f"key_{name}"] for name in ("key_id", "wrapped_by", "wrapped")})
    kept = {column.name: last[f"shown_{column.name}"] for column in tables.standing.columns}
    kept["open"] = bool(kept["open"])  # which SQLite keeps as a number
    # Nothing is built on a copy on which somebody has laid hands: it is made anew.
    if kept["as_of_number"] == end.number and chain.is_as_shown(kept):
        state = text_in_clear("state", end.number, kept["state"], given(case_ref, key))
        return _Before(end, True, json.loads(state), last, key)
    return _Before(end, False, _whole(connection, case_ref, key), last, key)


def _whole(connection: Connection, case_ref: str, key: CaseKey | None) -> State | None:
    table = tables.entry
    query = select(table.c.number, table.c.changes, table.c.body_key_id)
    rows = connection.execute(query.where(table.c.case_ref == case_ref).order_by(table.c.number))
    plain = [entry_in_clear(row._asdict(), given(case_ref, key)) for row in rows]
    try:
        return folded({}, steps_of(plain))
    except Unreadable:
        return None


def _new(connection: Connection, before: _Before, decided: Iterable[Decided]) -> list[Decided]:
    """Return those that are not there yet, having seen that the others are there as they are given."""
    new: list[Decided] = []
    last = end = before.end.number
    for one in decided:
        first = one.entries[0].number
        if first > last + 1:
            raise EntryGap(one.entries[0].case, last + 1)
        for place, entry in enumerate(one.entries):
            if entry.number != first + place:
                raise EntryGap(entry.case, first + place)
            if entry.number <= end:
                writing.must_be_stored(connection, entry, before.key)
        if first > end:
            if not new:
                _must_follow(before, one)
            new.append(one)
        elif one.entries[-1].number > end:  # it was written whole, and then its end was taken off
            raise EntryConflict(one.entries[0].case, end)
        last = max(last, one.entries[-1].number)
    return new


def _must_follow(before: _Before, one: Decided) -> None:
    """See that a decision comes after the entry that it was decided after: what it changed fits no other.

    Raises EntryConflict.
    """
    if not (before.last and one.follows):
        return
    last = entry_in_clear(before.last, given(one.entries[0].case, before.key))
    if mark_of(entry_of(last, last["body"])) != one.follows:
        raise EntryConflict(last["case_ref"], last["number"])


def _after(state: State | None, new: Iterable[Decided]) -> State | None:
    if state is None:
        return None
    try:
        return folded(state, [Step(one.entries[-1].number, one.changes, ()) for one in new])
    except Unreadable:
        return None


def _must_have_editions(connection: Connection, new: Iterable[Decided], given: set[str]) -> None:
    named: set[Any] = set()
    for one in new:
        named |= {op[1] for op in one.changes.ops if len(op) == 2 and op[0] in (["policy"], ["calendar"])}
    for digest in named - given:
        if connection.execute(select(tables.edition.c.digest).where(tables.edition.c.digest == digest)).first() is None:
            raise ValueError("The case is under an edition that is neither kept nor given: give it with the decision.")
