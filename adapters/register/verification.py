"""Going over the record for what was changed, taken out, put in or moved after it was written.

Nothing ends it at a fault: whatever stands in a column is taken as it is (see `raw`). It goes case by case, each read
as of one moment and let go again, so that a long register holds nothing up.

What a chain alone cannot show is that its end was taken off. For entries the standing tells; that a case was taken out
whole, the ledger of cases; that all tries of a notice were, the decision by which it went. Against somebody who owns
the database and writes all of these anew, keep the last hashes somewhere else (see `End`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from . import chain, links, raw, schema, tables
from .case_keys import CaseKeys
from .case_proof import CaseProof, CaseRows, Editions
from .entering import Shown
from .errors import NothingThere, TextLocked
from .rows import Fault

Reading = Callable[[], AbstractContextManager[Connection]]
Locked = Callable[[TextLocked], None]
"""Told of each case of which a text cannot be decrypted here, and why."""
_OF_NO_CASE = ""
"""What attempts bear as their case that are of none: those of digests."""


class End(NamedTuple):
    """Where the ledger of cases ended. Kept outside the database it shows that the newest cases were taken out."""

    number: int
    hash: str


def faults(
    reading: Reading,
    keys: CaseKeys,
    case_ref: str | None,
    shown: Shown | None,
    now: datetime | None,
    known: End | None,
    goes_on: Callable[[], bool],
    locked: Locked,
) -> Iterator[Fault]:
    """Yield what is wrong with one case, or with all cases, the editions and the database if none is named.

    See `Register.verify`.
    """
    with reading() as connection, raw.as_it_stands(connection):
        found = schema.look(connection)
        yield from found.faults
        kept = Editions(connection) if "edition" in found.readable else None
        ledger = _Ledger(connection, found.readable)
        ends = list(raw.rows(connection, tables.disposal, order="number")) if "disposal" in found.readable else []
        destroyed = {row["case_ref"] for row in ends if row["step"] == "destroyed"}
        refs, odd = (_references(connection, found.readable), []) if case_ref is None else ([case_ref], [])
        odd = [ref for ref in refs if not isinstance(ref, str)]
        if odd:
            yield from _nowhere(connection, found.readable)
        if case_ref is None:
            yield from ledger.faults(known)
            yield from (Fault(case_ref="", place=f"disposal {n}", what=what) for n, what in links.broken(ends))
            yield from kept.faults() if kept else ()
            yield from _reads(connection) if "read" in found.readable else ()
    used: set[str] = set()
    is_whole = kept is not None and not odd
    for ref in refs:
        if not isinstance(ref, str):
            continue
        with reading() as connection, raw.as_it_stands(connection):
            rows = CaseRows.read(connection, found.readable, keys, ref, alone=case_ref is not None)
            if rows.texts.locked is not None and ref not in destroyed:
                locked(rows.texts.locked)
            if kept is not None:
                kept.know(connection, rows.editions)
            proof = CaseProof(rows, kept, ledger.of(ref), found.readable, shown, now, is_destroyed=ref in destroyed)
            yield from proof.faults()
        used |= {digest for _, digest in rows.editions}
        is_whole = is_whole and proof.is_sound and rows.texts.locked is None
        if not goes_on():
            return
    if case_ref is None and kept is not None and is_whole and shown is not None and "entry" in found.readable:
        yield from kept.unused(used)


def _reads(connection: Connection) -> Iterator[Fault]:
    """Yield each look that is not as it was noted. They are no chain: that one was taken out is not seen."""
    for row in raw.rows(connection, tables.read, order="at, id"):
        if not links.as_written(row):
            place = f"look of {raw.shown(row['at'])} by {raw.shown(row['account'] or row['title'])}"
            yield Fault(case_ref="", place=place, what="was changed after it was noted")


def references(reading: Reading) -> list[str]:
    """Return the reference of every case of which anything stands anywhere, in order.

    Raises NothingThere where the database holds no table of a register.
    """
    with reading() as connection, raw.as_it_stands(connection):
        made = schema.look(connection)
        if not made.is_there:
            raise NothingThere("There is no register in that database yet: start a worker once, and it makes one.")
        found = _references(connection, made.readable)
    return sorted(ref for ref in found if isinstance(ref, str) and ref != _OF_NO_CASE)


def end_of_ledger(reading: Reading) -> End | None:
    """Return where the ledger of cases ends; None where there is none, or nobody can say."""
    with reading() as connection, raw.as_it_stands(connection):
        if "ledger" not in schema.look(connection).readable:
            return None
        rows = [row for row in raw.rows(connection, tables.ledger, order="number") if type(row["number"]) is int]
    return End(rows[-1]["number"], str(rows[-1]["hash"])) if rows else End(0, chain.FIRST)


_OF_CASES = ("entry", "standing", "attempt", "ledger")


def _references(connection: Connection, readable: frozenset[str]) -> list[Any]:
    """Return every case that any table names, each once; what is no text too."""
    found: dict[Any, None] = {}
    for name in _OF_CASES:
        if name in readable:
            query = f"SELECT DISTINCT case_ref FROM {name} ORDER BY case_ref"  # noqa: S608 - a name of ours
            found |= dict.fromkeys(row[0] for row in raw.asked(connection, query))
    return list(found)


def _nowhere(connection: Connection, readable: frozenset[str]) -> Iterator[Fault]:
    """Yield each row that bears as its case what is no text at all."""
    for name in _OF_CASES:
        if name not in readable:
            continue
        for row in raw.rows(connection, tables.metadata.tables[name]):
            if not isinstance(row["case_ref"], str):
                of = f" of {raw.shown(row['notice_ref'])}" if name == "attempt" else ""
                place = f"{name} {raw.shown(row['number'])}{of}" if "number" in row else name
                yield Fault(case_ref="", place=place, what=f"is of no case: it bears {raw.shown(row['case_ref'])}")


class _Ledger:
    """The lines of the ledger, by the case of each."""

    def __init__(self, connection: Connection, readable: frozenset[str]) -> None:
        self.is_kept = "ledger" in readable
        self._rows = list(raw.rows(connection, tables.ledger, order="number")) if self.is_kept else []
        self._by_case: dict[Any, Mapping[str, Any]] = {}
        for row in self._rows:
            self._by_case.setdefault(row["case_ref"], row)

    def of(self, ref: str) -> Mapping[str, Any] | None:
        """Return the line of a case."""
        return self._by_case.get(ref)

    def faults(self, known: End | None) -> Iterator[Fault]:
        """Yield what is wrong with the ledger as a chain; *known* is where it ended at an earlier time."""
        end = 0
        whose = {raw.shown(row["number"]): row["case_ref"] for row in self._rows}
        for number, what in links.broken(self._rows):
            case = whose.get(number)
            yield Fault(case_ref=case if isinstance(case, str) else "", place=f"ledger line {number}", what=what)
        numbers = [row["number"] for row in self._rows if type(row["number"]) is int]
        end = max(numbers, default=0)
        if known is not None and self.is_kept:
            if known.number > end:
                what = "is missing: it stood there when the record was last proved, with the case that it names"
                yield Fault(case_ref="", place=f"ledger line {links.span(end + 1, known.number)}", what=what)
            elif known.number and not any(r["number"] == known.number and r["hash"] == known.hash for r in self._rows):
                what = "is not the one that stood there when the record was last proved"
                yield Fault(case_ref="", place=f"ledger line {known.number}", what=what)
        seen: set[Any] = set()
        for row in self._rows:
            if row["case_ref"] in seen:
                of = raw.shown(row["case_ref"])
                yield Fault(case_ref="", place=f"ledger line {row['number']}", what=f"names {of} a second time")
            seen.add(row["case_ref"])
