"""Proving the record: the chain is whole, each case follows from its entries, and lists show what they say."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Literal

from pydantic import ValidationError

from activities.entries import standing_row
from adapters.register import reading
from adapters.register.errors import EntryGap
from adapters.register.register import Register
from adapters.register.rows import Fault
from domain.escalation import Escalation
from domain.replay import NotReplayable
from domain.standing import Standing, as_known_then, standing_of

from .replayed import Replayer

READS = 5
"""A case that goes on while it is read is read so many times."""


def faults(register: Register, url: str, refs: list[str], only: str | None) -> Iterator[Fault]:
    """Yield what is wrong: in the chains of one case or of all, then in each case against its entries."""
    found = register.verify(only)
    yield from found
    changed = {one.case_ref for one in found if one.of == "record"}  # an edition's fault has no case
    replayer = Replayer(url)
    for ref in refs:
        try:
            kept, case = _together(replayer, url, ref)
        except NotReplayable as error:
            of: Literal["record", "reading"] = "record" if {ref, ""} & changed else "reading"
            yield Fault(case_ref=ref, place="entries", what=f"do not give the case: {error}", of=of)
            continue
        # That a standing is missing or behind is told by the register itself.
        if case is not None and kept is not None and kept["as_of_number"] == case.entries and not _same(kept, case):
            what = "is not what the entries give; write it anew with --rebuild"
            yield Fault(case_ref=ref, place="standing", what=what, of="copy")


def rebuild(register: Register, url: str, refs: list[str]) -> int:
    """Write the standing of each case anew from its entries, and return of how many.

    One that has taken in entries which are gone is left as it is: it is the only trace of them.
    """
    replayer, done = Replayer(url), 0
    for ref in refs:
        try:
            case = replayer.case(ref)
        except NotReplayable:
            continue
        if case is None:
            continue
        with suppress(EntryGap):  # its last entries are gone
            register.enter((), standing_row(standing_of(case)))
            done += 1
    return done


def _together(replayer: Replayer, url: str, ref: str) -> tuple[dict[str, Any] | None, Escalation | None]:
    """Read a case's standing and its entries as of one moment, though it may go on meanwhile."""
    for _ in range(READS):
        kept, case = reading.read_case(url, ref), replayer.case(ref)
        if kept is None or case is None or kept["as_of_number"] == case.entries:
            break
    return kept, case


def _same(kept: dict[str, Any], case: Escalation) -> bool:
    try:
        shown = Standing.model_validate(kept["view"])
    except ValidationError:
        return False
    today = as_known_then(standing_of(case), shown)
    return _told(shown) == _told(today) and kept["open"] == (case.closed_at is None)


def _told(standing: Standing) -> Standing:
    """Return a standing without what time alone changes and no entry tells: when an acknowledgement runs out."""
    owed = tuple(one.but(acknowledged_until=None) for one in standing.owed)
    return standing.but(owed=owed, next_moment=None)
