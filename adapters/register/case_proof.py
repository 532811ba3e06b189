"""The proof of one case: its entries, the state they fold to, what lists show of it, its notices and their tries."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple, Self

from sqlalchemy import Connection

from domain.case.patch import State, Unreadable

from . import chain, links, raw, tables, writing
from .case_keys import CaseKeys
from .case_texts import CaseTexts
from .decisions import Step, folded, from_bytes
from .entering import Shown
from .errors import RegisterError
from .instants import to_text
from .rows import Fault
from .shown import differs, is_json

ALERTS = frozenset({"alert", "risk"})
"""Kinds of notice that wake somebody."""
ALERT_TRIED_WITHIN = timedelta(minutes=5)
TRIED_WITHIN = timedelta(days=1)
"""Any other notice: it may wait for a directory to be mended."""
_LATER = "it can be written anew once the entries give the case"
_UNFIT = "holds what its case's key has not encrypted there: somebody has put it in"
_ATTEMPTS = "notice_ref IN (SELECT notice_ref FROM attempt WHERE case_ref = :ref)"


class CaseRows(NamedTuple):
    """All that stands of one case, as of one moment."""

    ref: str
    entries: Sequence[raw.Row]
    """As they are stored, and so the standings."""
    standings: Sequence[raw.Row]
    texts: CaseTexts
    attempts: Sequence[raw.Row]
    """Every try of each notice of which one bears the case, by notice and number."""
    steps: Mapping[int, Step]
    """What stands beside the last entry of each decision, by its number, as far as it can be read."""
    editions: tuple[tuple[str, str], ...]
    """The policies and calendars that it was put under: kind and digest."""
    is_alone: bool
    """True where no other case is looked at."""
    has_key: bool
    """True where the case's key is kept."""

    @classmethod
    def read(cls, connection: Connection, readable: frozenset[str], keys: CaseKeys, ref: str, *, alone: bool) -> Self:
        """Read it from those tables that can be read, and decrypt what the keys open."""

        def of(name: str, where: str, order: str) -> list[raw.Row]:
            table = tables.metadata.tables[name]
            return list(raw.rows(connection, table, where, {"ref": ref}, order)) if name in readable else []

        entries = of("entry", "case_ref = :ref", "number")
        standings = of("standing", "case_ref = :ref", "as_of_number")
        attempts = of("attempt", _ATTEMPTS, "notice_ref, number")
        kept = of("case_key", "case_ref = :ref", "case_ref")
        texts = CaseTexts.read(ref, keys, kept, entries, standings)
        steps = dict(_steps(texts.entries))
        named = tuple(dict.fromkeys(_editions(steps)))
        return cls(ref, entries, standings, texts, attempts, steps, named, alone, bool(kept))


class Editions:
    """The policies and calendars that are kept: of what kind each is, and whether it is as it was written."""

    def __init__(self, connection: Connection) -> None:
        self._kinds: dict[Any, Any] = {}
        self._changed: set[Any] = set()
        self._told: set[tuple[str, str]] = set()
        self._take(raw.rows(connection, tables.edition))

    def know(self, connection: Connection, wanted: Iterable[tuple[str, str]]) -> None:
        """Look for those that were not there when all were read: cases go on meanwhile."""
        for _, digest in wanted:
            if digest not in self._kinds:
                self._take(raw.rows(connection, tables.edition, "digest = :digest", {"digest": digest}))

    def _take(self, rows: Iterable[raw.Row]) -> None:
        for row in rows:
            body, digest = row["body"], row["digest"]
            self._kinds[digest] = row["kind"]
            if not isinstance(body, bytes) or chain.sha256(body) != digest:
                self._changed.add(digest)

    def faults(self) -> Iterator[Fault]:
        """Yield those that are not as they were written."""
        for digest in self._changed:
            yield _changed_edition("", digest)

    def of_case(self, rows: CaseRows) -> Iterator[Fault]:
        """Yield what is wrong with those that a case was put under, and was not told yet."""
        for kind, digest in rows.editions:
            if digest not in self._kinds:
                what = (
                    f"do not give the case: The {kind} that the case is under ({digest[:12]}…) is not in the register."
                )
                yield Fault(case_ref=rows.ref, place="entries", what=what, of="edition")
            elif digest in self._changed:
                if rows.is_alone:
                    yield _changed_edition(rows.ref, digest)
            elif self._kinds[digest] != kind and (kind, digest) not in self._told:
                self._told.add((kind, digest))
                what = f"is kept as {raw.shown(self._kinds[digest])}, and entries put the case under it as its {kind}"
                yield Fault(case_ref=rows.ref, place=f"edition {digest}", what=what, of="edition")

    def are_sound(self, wanted: Iterable[tuple[str, str]]) -> bool:
        """Is each there and as it was written?"""
        return all(digest in self._kinds and digest not in self._changed for _, digest in wanted)

    def unused(self, used: set[str]) -> Iterator[Fault]:
        """Yield those that no entry names."""
        for digest in self._kinds.keys() - used - self._changed:
            what = "is used by no entry: somebody put it in, or took out the case that was under it"
            yield Fault(case_ref="", place=f"edition {raw.shown(digest)}", what=what, of="edition")


def _changed_edition(ref: str, digest: Any) -> Fault:
    what = "was changed after it was written"
    return Fault(case_ref=ref, place=f"edition {raw.shown(digest)}", what=what, of="edition")


class CaseProof:
    """Goes over one case."""

    def __init__(
        self,
        rows: CaseRows,
        editions: Editions | None,
        line: Mapping[str, Any] | None,
        readable: frozenset[str],
        shown: Shown | None,
        now: datetime | None,
        *,
        is_destroyed: bool = False,
    ) -> None:
        """Take its rows and its *line* in the ledger. *editions* is None where that table cannot be read.

        Without *shown* what lists show is held to its own sum and to the state alone, without *now* no notice is said
        to be late.
        """
        self._rows = rows
        self._editions = editions
        self._line = line
        self._readable = readable
        self._shown = shown
        self._now = now
        self.is_sound = True
        """False once its entries were found not to be as they were written."""
        self._is_destroyed = is_destroyed
        self._unfolded = ""
        numbers = [row["number"] for row in rows.entries if type(row["number"]) is int]
        self._end = max(numbers, default=0)

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong, in the order of what the case is made of."""
        if "entry" in self._readable:
            yield from self._of_entries()
            yield from self._of_ledger()
            if self._editions is not None:
                yield from self._editions.of_case(self._rows)
            if self._is_destroyed:
                yield from self._of_destruction()
            else:
                yield from self._of_standing()
        yield from self._of_attempts()

    def _fault(self, place: str, what: str, of: Any = "record") -> Fault:
        return Fault(case_ref=self._rows.ref, place=place, what=what, of=of)

    # --- what was decided

    def _of_entries(self) -> Iterator[Fault]:
        named = set[str]()
        for number, what in links.broken(self._rows.entries):
            self.is_sound = False
            named.add(number)
            yield self._fault(f"entry {number}", what)
        for number in self._rows.texts.unfit:
            self.is_sound = False
            if number not in named:
                yield self._fault(f"entry {number}", _UNFIT)
        if self._rows.texts.locked is not None and self._rows.texts.locked.is_damage:
            yield self._fault("key of the case", "is not as it was kept, so nothing that it has encrypted can be read")
        self._state = self._folded()
        if self._is_destroyed:
            return
        if not self.is_sound or not self._rows.entries:
            return
        if self._rows.entries[-1]["changes"] is None:
            self.is_sound, self._state = False, None
            what = "is not the last of its decision: the record ends in the middle of it"
            yield self._fault(f"entry {self._end}", what)
        elif self._unfolded:
            yield self._fault("entries", f"do not give the case: {self._unfolded}", "reading")

    def _folded(self) -> State | None:
        """Return the state after the last entry; None where nobody can say."""
        if not self.is_sound or not self._rows.entries or self._rows.texts.locked is not None:
            return None
        state: State = {}
        for row in self._rows.texts.entries:
            if row["changes"] is None:
                continue
            try:
                step = self._rows.steps.get(row["number"]) or from_bytes(row["number"], row["changes"])
                state = folded(state, [step])
            except Unreadable as error:
                self._unfolded = str(error)
                return None
            except Exception as error:  # it bears the right hash, and still is nothing that a version of ours wrote
                self._unfolded = f"What entry {row['number']} changed cannot be followed ({type(error).__name__})."
                return None
        return state

    def _of_destruction(self) -> Iterator[Fault]:
        """What was destroyed is gone: its key, and what lists showed."""
        if self._rows.standings:
            yield self._fault("standing", "stands there, and the record says that the case was destroyed")
        if self._rows.has_key:
            yield self._fault("key of the case", "stands there, and the record says that the case was destroyed")

    # --- that it was opened

    def _of_ledger(self) -> Iterator[Fault]:
        if "ledger" not in self._readable or not self._rows.ref:
            return
        line, first = self._line, next(iter(self._rows.entries), None)
        if first is None:
            if line is not None and not self._standing_tells():
                self.is_sound = False
                yield self._fault("entries", f"are all missing: the ledger of cases has it in line {line['number']}")
        elif line is None:
            what = "are of a case that is in no line of the ledger of cases: somebody put them in, or took out the line"
            yield self._fault("entries", what)
        elif first["number"] == 1 and self.is_sound and links.as_written(line) and line["entry_hash"] != first["hash"]:
            yield self._fault("entry 1", f"is not the one that the ledger of cases has in line {line['number']}")

    def _standing_tells(self) -> bool:
        """Can the standing be trusted to have taken in what is not there?"""
        return any(type(one["as_of_number"]) is int and chain.is_as_shown(one) for one in self._rows.standings)

    # --- what lists show

    def _of_standing(self) -> Iterator[Fault]:
        if "standing" not in self._readable or not self._rows.ref:
            return
        meant: Mapping[str, Any] | None = None
        can_be_shown = self._state is not None
        if self._state is not None and self._shown is not None:
            meant, why = self._meant(self._state, self._shown)
            can_be_shown = meant is not None
            if why and not (self._editions and not self._editions.are_sound(self._rows.editions)):
                yield self._fault("entries", f"do not give the case: {why}", "reading")
        of: Literal["copy", "record"] = "copy" if can_be_shown else "record"
        if not self._rows.standings:
            if self._rows.entries:
                then = "rebuild it from them" if can_be_shown else _LATER
                yield self._fault("standing", f"is missing, while entries up to {self._end} stand; {then}", of)
            return
        row, *more = self._rows.standings
        plain = self._rows.texts.standings[0]
        as_of, is_number = row["as_of_number"], type(row["as_of_number"]) is int
        if more:
            yield self._fault("standing", "stands there more than once")
        elif is_number and as_of < self._end:
            then = "rebuild it from them" if can_be_shown else _LATER
            yield self._fault("standing", f"has taken in entries up to {as_of} of {self._end}; {then}", of)
        elif not self._rows.entries and not self._standing_tells():
            yield self._fault("standing", "is of a case that has no entry, and is not as it was written")
        elif is_number and as_of > self._end and self._standing_tells():
            self.is_sound = False
            what = "is missing: the case's standing had taken it in, and the record ends before it"
            yield self._fault(f"entry {links.span(self._end + 1, as_of)}", what)
        elif not chain.is_as_shown(row) or self._is_other(plain, meant):
            then = "write it anew with --rebuild" if can_be_shown else _LATER
            yield self._fault("standing", f"is not what the entries give; {then}", of)

    def _meant(self, state: State, shown: Shown) -> tuple[Mapping[str, Any] | None, str]:
        """Return the row that lists should have of a state, or why nobody can say."""
        try:
            standing = shown(state)
            return (None, "") if standing is None else (writing.standing_row(standing, state, None), "")
        except (Unreadable, RegisterError) as error:
            return None, str(error)
        except Exception as error:  # whatever it is, it is not told by what was put in
            return None, f"This version of the program makes no case of them ({type(error).__name__})."

    def _is_other(self, row: raw.Row | None, meant: Mapping[str, Any] | None) -> bool:
        """Is what lists show, in clear, another thing than the entries give? None is what could not be decrypted."""
        if row is None:
            return self._rows.texts.locked is None
        if not all(isinstance(row[name], str) for name in ("view", "state")):
            return True
        if self._state is not None and not is_json(row["state"], self._state):
            return True
        if meant is None or (self._editions and not self._editions.are_sound(self._rows.editions)):
            return False
        return differs(row, meant)

    # --- whom it told

    def _of_attempts(self) -> Iterator[Fault]:
        if "attempt" not in self._readable:
            return
        rows = self._rows
        for notice, found in groupby(rows.attempts, key=itemgetter("notice_ref")):
            tries = list(found)
            if tries[0]["case_ref"] == rows.ref or rows.is_alone:  # else it is told of with the case of its first
                for number, what in links.broken(tries):
                    yield self._fault(f"attempt {number} of {raw.shown(notice)}", what)
        if not rows.entries:
            if "entry" in self._readable and rows.ref and not rows.standings and self._line is None:
                yield from self._of_tries_alone()
            return
        if self._now is not None and self.is_sound:
            yield from self._untried(self._now)

    def _of_tries_alone(self) -> Iterator[Fault]:
        """An alert may be noted before its entry, while entries wait for something; it does not stay so."""
        if self._now is None:
            return
        before = to_text(self._now - TRIED_WITHIN)
        if any(isinstance(row["at"], str) and row["at"] <= before for row in self._rows.attempts):
            yield self._fault("entries", "are all missing: notices of the case were sent")

    def _untried(self, now: datetime) -> Iterator[Fault]:
        tried = {row["notice_ref"] for row in self._rows.attempts}
        times = {row["number"]: row["entry_time"] for row in self._rows.entries}
        over = set(_given_up(self._rows.texts.entries))
        for number, step in self._rows.steps.items():
            for notice in step.told:
                ref, kind = notice.get("ref"), notice.get("kind")
                within = ALERT_TRIED_WITHIN if kind in ALERTS else TRIED_WITHIN
                if ref not in tried and ref not in over and times[number] <= to_text(now - within):
                    what = "has no try to send it: it never went, or its tries were taken out"
                    yield self._fault(f"{raw.shown(kind)} {raw.shown(ref)}", what, "sending")


def _steps(entries: Iterable[raw.Row]) -> Iterator[tuple[int, Step]]:
    for row in entries:
        if type(row["number"]) is int and isinstance(row["changes"], bytes):
            try:
                step = from_bytes(row["number"], row["changes"])
            except (Unreadable, RecursionError):
                continue
            if all(isinstance(one, dict) for one in step.told):
                yield row["number"], step


def _editions(steps: Mapping[int, Step]) -> Iterator[tuple[str, str]]:
    for step in steps.values():
        for op in step.changes.ops:
            if len(op) == 2 and op[0] in (["policy"], ["calendar"]) and isinstance(op[0], list):
                yield str(op[0][0]), str(op[1])


def _given_up(entries: Iterable[raw.Row]) -> Iterator[str]:
    """Yield the notices of which an entry says that they went, or that no way takes them."""
    for row in entries:
        if row["kind"] in {"notice-failed", "notice-sent"} and isinstance(row["body"], bytes):
            try:
                yield str(json.loads(row["body"])["ref"])
            except (ValueError, TypeError, KeyError):
                continue
