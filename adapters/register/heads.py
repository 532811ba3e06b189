"""Where each chain of the register ends, for a checkpoint; and whether it still holds what a checkpoint has.

A checkpoint is older than the register, and chains grow: each is looked at at the length that it had then. So it is
found that an end was taken off, that a chain was written anew with all its sums right, and that a case was taken out
with its line in the ledger. That a body lost its key changes no hash, and is no fault.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from sqlalchemy import Connection

from adapters.checkpoint.keeping import Kept
from adapters.checkpoint.leaves import Leaf, of_attempts, of_case, of_ledger
from domain.base.words import say_instant

from . import chain, raw, schema
from .links import span
from .rows import Fault

Reading = Callable[[], AbstractContextManager[Connection]]
ZONE = "Europe/London"
_HASH = re.compile(r"[0-9a-f]{64}")
_LAST = """
    SELECT own.{of}, own.number, own.hash, own.case_ref FROM {table} own
    JOIN (SELECT {of}, max(number) AS last FROM {table} GROUP BY {of}) ends
    ON ends.{of} = own.{of} AND ends.last = own.number"""


def heads(reading: Reading) -> tuple[Leaf, ...]:
    """Return where each chain ends, in the order of a checkpoint's tree.

    A chain whose end is none that a version of ours wrote is left out: `verify` names it.
    """
    with reading() as connection, raw.as_it_stands(connection):
        readable = schema.look(connection).readable
        found = [*_of_ledger(connection)] if "ledger" in readable else []
        if "entry" in readable:
            rows = raw.asked(connection, _LAST.format(of="case_ref", table="entry"))
            found += [of_case(case, number, end) for case, number, end, _ in rows if _is_end(case, number, end)]
        if "attempt" in readable:
            found += _of_attempts(raw.asked(connection, _LAST.format(of="notice_ref", table="attempt")))
    return tuple(sorted(found, key=lambda leaf: str(leaf).encode()))


def _of_ledger(connection: Connection) -> Iterator[Leaf]:
    rows = raw.asked(connection, "SELECT number, hash FROM ledger ORDER BY number DESC LIMIT 1")
    if not rows:
        yield of_ledger(0, chain.FIRST)
    elif _is_end("ledger", *rows[0]):
        yield of_ledger(*rows[0])


def _of_attempts(rows: Iterable[tuple[Any, ...]]) -> list[Leaf]:
    by_case: dict[str, dict[str, tuple[int, str]]] = {}
    for notice, number, end, case in rows:
        if isinstance(case, str) and case and _is_end(notice, number, end):
            by_case.setdefault(case, {})[notice] = (number, end)
    return [of_attempts(case, ends) for case, ends in by_case.items()]


def _is_end(of: Any, number: Any, end: Any) -> bool:
    return isinstance(of, str) and bool(of) and type(number) is int and bool(_HASH.fullmatch(str(end)))


class _Held(NamedTuple):
    """What the register has of one table: hashes of the rows that are asked for, and where each chain ends."""

    hashes: Mapping[tuple[str, int], Any]
    ends: Mapping[str, int]


def faults(reading: Reading, kept: Sequence[Kept], only: str | None = None) -> Iterator[Fault]:
    """Yield what checkpoints have and the register has not, or otherwise: of each chain once, by the newest of them.

    *only* names the one case that is looked at.
    """
    newest = sorted(kept, key=lambda one: one.checkpoint.at, reverse=True)
    wanted = [leaf for one in newest for leaf in one.heads if only is None or leaf.case == only]
    with reading() as connection, raw.as_it_stands(connection):
        readable = schema.look(connection).readable
        ledger = _held(connection, "ledger", readable, {("", leaf.number) for leaf in wanted if leaf.kind == "ledger"})
        cases = {(leaf.case, leaf.number) for leaf in wanted if leaf.kind == "case"}
        entries = _held(connection, "entry", readable, cases)
        pairs = {pair for leaf in wanted if leaf.kind == "attempts" for pair in leaf.tries.items()}
        attempts = _held(connection, "attempt", readable, pairs)
    told: set[tuple[str, str]] = set()
    for one in newest:
        by = f"the checkpoint of {say_instant(one.checkpoint.at, ZONE)}"
        for leaf in sorted(one.heads, key=_in_order):
            if (only is not None and leaf.case != only) or (leaf.kind, leaf.case) in told:
                continue
            if fault := _LOOKS[leaf.kind](leaf, {"ledger": ledger, "case": entries, "attempts": attempts}, by):
                told |= {(leaf.kind, leaf.case)}
                if leaf.kind == "case" and leaf.case not in entries.ends:
                    told |= {("attempts", leaf.case)}  # gone with their case, which is told already
                yield fault


def _in_order(leaf: Leaf) -> tuple[int, str]:
    return ("ledger", "case", "attempts").index(leaf.kind), leaf.case


def _held(connection: Connection, table: str, readable: frozenset[str], wanted: set[tuple[str, int]]) -> _Held:
    hashes: dict[tuple[str, int], Any] = {}
    ends: dict[str, int] = {}
    if table in readable and wanted:
        of = {"ledger": "''", "entry": "case_ref", "attempt": "notice_ref"}[table]
        for name, number, end in raw.asked(connection, f"SELECT {of}, number, hash FROM {table}"):  # noqa: S608 - ours
            if isinstance(name, str) and type(number) is int:
                ends[name] = max(number, ends.get(name, 0))
                if (name, number) in wanted:
                    hashes[name, number] = end
    return _Held(hashes, ends)


def _look_at_ledger(leaf: Leaf, held: Mapping[str, _Held], by: str) -> Fault | None:
    rows, number = held["ledger"], leaf.number
    end = rows.ends.get("", 0)
    if number > end:
        place, what = f"ledger line {span(end + 1, number)}", f"is missing: {by} has it, with the case that it names"
    elif number and rows.hashes.get(("", number)) != leaf.hash:
        place, what = f"ledger line {number}", f"is not the one that {by} has: the ledger of cases was written anew"
    else:
        return None
    return Fault(case_ref="", place=place, what=what)


def _look_at_case(leaf: Leaf, held: Mapping[str, _Held], by: str) -> Fault | None:
    rows, number = held["case"], leaf.number
    end = rows.ends.get(leaf.case, 0)
    if not end:
        place, what = "entries", f"are all missing: {by} has {number} of them"
    elif number > end:
        place, what = f"entry {span(end + 1, number)}", f"is missing: {by} has it, and the record ends before it"
    elif rows.hashes.get((leaf.case, number)) != leaf.hash:
        place, what = f"entry {number}", f"is not the one that {by} has: the record of the case was written anew"
    else:
        return None
    return Fault(case_ref=leaf.case, place=place, what=what)


def _look_at_attempts(leaf: Leaf, held: Mapping[str, _Held], by: str) -> Fault | None:
    rows, tries = held["attempts"], leaf.tries
    if gone := [(ref, number) for ref, number in tries.items() if (ref, number) not in rows.hashes]:
        (ref, number), *more = gone
        place = f"attempt {number} of {raw.shown(ref)}" + f" and {len(more)} more" * bool(more)
        return Fault(
            case_ref=leaf.case,
            place=place,
            what=f"is missing: {by} has it" if not more else f"are missing: {by} has them",
        )
    if of_attempts(leaf.case, {ref: (number, rows.hashes[ref, number]) for ref, number in tries.items()}) != leaf:
        what = f"are not those that {by} has: the tries of a notice were written anew"
        return Fault(case_ref=leaf.case, place="attempts", what=what)
    return None


_LOOKS = {"ledger": _look_at_ledger, "case": _look_at_case, "attempts": _look_at_attempts}
