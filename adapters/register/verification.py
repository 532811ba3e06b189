"""Going over the record for what was changed, taken out, put in or moved after it was written.

What a chain alone cannot show: that its end was taken off (for entries the standing tells), or that somebody who owns
the database wrote the whole chain anew. Against that, keep the last hashes somewhere else.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, select

from domain.case.patch import State, Unreadable

from . import chain, tables
from .decisions import folded, from_bytes
from .errors import EntryUnfit
from .rows import Fault

_AT_A_TIME = 500


def faults(connection: Connection, case_ref: str | None) -> Iterator[Fault]:
    """Yield what is wrong with one case, or with all cases and the editions if none is named."""
    ends: dict[str, _End] = {}
    for case, rows in groupby(_rows(connection, _entries(case_ref)), key=itemgetter("case_ref")):
        end = ends[case] = _End()
        for number, what in _broken_links(end.counting(rows)):
            end.is_sound = False
            yield Fault(case_ref=case, place=f"entry {number}", what=what)
        if end.is_sound and end.is_torn:
            what = "is not the last of its decision: the record ends in the middle of it"
            yield Fault(case_ref=case, place=f"entry {end.number}", what=what)
        elif end.is_sound and end.unfolded:
            yield Fault(case_ref=case, place="entries", what=f"do not give the case: {end.unfolded}", of="reading")
    yield from _standing_faults(connection, case_ref, ends)
    for notice, rows in groupby(_rows(connection, _attempts(case_ref)), key=itemgetter("notice_ref")):
        whole = list(rows)
        for number, what in _broken_links(whole):
            yield Fault(case_ref=whole[0]["case_ref"], place=f"attempt {number} of {notice}", what=what)
    if case_ref is None:
        yield from _edition_faults(connection)


class _End:
    """Where the entries of a case end, and the state to which what they changed folds."""

    def __init__(self) -> None:
        self.number = 0
        self.is_sound = True
        self.unfolded = ""
        """Why they do not fold; empty while they do."""
        self._state: State = {}
        self.is_torn = False
        """True between the first entry of a decision and its last, which carries what it changed."""

    def counting(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Pass the rows on, and take them in."""
        for row in rows:
            self.number = row["number"]
            self.is_torn = row["changes"] is None
            if not self.is_torn and not self.unfolded:
                try:
                    self._state = folded(self._state, [from_bytes(self.number, row["changes"])])
                except Unreadable as error:
                    self.unfolded = str(error)
            yield row

    @property
    def state(self) -> State | None:
        """The state after the last entry; None where nobody can say."""
        return None if self.is_torn or self.unfolded or not self.is_sound else self._state


def _entries(case_ref: str | None) -> Select[Any]:
    table = tables.entry
    found = select(table).order_by(table.c.case_ref, table.c.number)
    return found if case_ref is None else found.where(table.c.case_ref == case_ref)


def _attempts(case_ref: str | None) -> Select[Any]:
    table = tables.attempt
    found = select(table).order_by(table.c.notice_ref, table.c.number)
    if case_ref is None:
        return found
    return found.where(table.c.notice_ref.in_(select(table.c.notice_ref).where(table.c.case_ref == case_ref)))


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Mapping[str, Any]]:
    for row in connection.execution_options(yield_per=_AT_A_TIME).execute(query):
        yield row._asdict()


def _broken_links(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Go along one chain in the order of its numbers; yield the number (or a span of them) and what is wrong."""
    number, previous_hash, sound = 0, chain.FIRST, True
    for row in rows:
        # What follows a fault is not accused as well: its link points at what is no longer there.
        follows = sound and row["number"] == number + 1
        if row["number"] > number + 1:
            yield _span(number + 1, row["number"] - 1), "is missing"
        sound = _as_written(row)
        if not sound:
            yield str(row["number"]), "was changed after it was written, or moved here from another number"
        elif follows and row["previous_hash"] != previous_hash:
            yield str(row["number"]), _does_not_follow(number)
        number, previous_hash = row["number"], row["hash"]


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _as_written(row: Mapping[str, Any]) -> bool:
    try:
        return bool(chain.hash_of(row) == row["hash"])
    except EntryUnfit:  # somebody put in what no entry can hold
        return False


def _does_not_follow(number: int) -> str:
    if number == 0:
        return "is not the first that was written here"
    return f"does not follow {number}: one of the two was replaced, together with its hash"


def _standing_faults(connection: Connection, case_ref: str | None, ends: Mapping[str, _End]) -> Iterator[Fault]:
    table = tables.standing
    query = select(table).order_by(table.c.case_ref)
    if case_ref is not None:
        query = query.where(table.c.case_ref == case_ref)
    left = dict(ends)
    for row in connection.execution_options(yield_per=_AT_A_TIME).execute(query):
        end = left.pop(row.case_ref, _End())
        if row.as_of_number < end.number:
            what = f"has taken in entries up to {row.as_of_number} of {end.number}; rebuild it from them"
            yield Fault(case_ref=row.case_ref, place="standing", what=what, of="copy")
        elif row.as_of_number > end.number:
            what = "is missing: the case's standing had taken it in, and the record ends before it"
            place = f"entry {_span(end.number + 1, row.as_of_number)}"
            yield Fault(case_ref=row.case_ref, place=place, what=what)
        elif not chain.is_as_shown(row._asdict()) or (end.state is not None and not _is_state(row.state, end.state)):
            what = "is not what the entries give; write it anew with --rebuild"
            yield Fault(case_ref=row.case_ref, place="standing", what=what, of="copy")
    for case, end in left.items():
        what = f"is missing, while entries up to {end.number} stand; rebuild it from them"
        yield Fault(case_ref=case, place="standing", what=what, of="copy")


def _is_state(kept: str, state: State) -> bool:
    try:
        return bool(json.loads(kept) == state)
    except (ValueError, RecursionError):
        return False


def _edition_faults(connection: Connection) -> Iterator[Fault]:
    for row in _rows(connection, select(tables.edition)):
        # On SQLite a column holds what was put in, whatever its type.
        if not isinstance(row["body"], bytes) or chain.sha256(row["body"]) != row["digest"]:
            yield Fault(case_ref="", place=f"edition {row['digest']}", what="was changed after it was written")
