"""Proving the record: the chain is whole, each case is the fold of what was decided, and lists show that."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from activities.entries import standing_row
from adapters.register import reading
from adapters.register.recorded import Recorded
from adapters.register.register import Register
from adapters.register.rows import Fault
from domain.base.refusals import Refusal
from domain.case.patch import Unreadable
from domain.case.state import Escalation
from domain.views.replay import decided_today, otherwise
from domain.views.status import status_of

READS = 5
"""A case that goes on while it is read is read so many times."""


def faults(register: Register, url: str, refs: Iterable[str], only: str | None) -> Iterator[Fault]:
    """Yield what is wrong: in the chains of one case or of all, then in what lists show of each. No rule is asked."""
    found = register.verify(only)
    yield from found
    named = {one.case_ref for one in found}
    record = Recorded(url)
    for ref in refs:
        if ref in named:
            continue
        try:
            kept, case = _together(record, ref)
        except Unreadable as error:
            yield Fault(case_ref=ref, place="entries", what=f"do not give the case: {error}", of="reading")
            continue
        # That a standing is missing or behind is told by the register itself.
        if case is not None and kept is not None and kept["as_of_number"] == case.entries and not _same(kept, case):
            what = "is not what the entries give; write it anew with --rebuild"
            yield Fault(case_ref=ref, place="standing", what=what, of="copy")


def rebuild(register: Register, url: str, refs: Iterable[str]) -> int:
    """Write what lists show of each case anew from its record, and return of how many.

    One that has taken in entries which are gone is left as it is: it is the only trace of them.
    """
    record, done = Recorded(url), 0
    for ref in refs:
        try:
            case = record.case(ref)
        except Unreadable:
            continue
        if case is None or reading.shown_through(url, ref) > case.entries:
            continue
        register.show_anew(ref, lambda state: standing_row(status_of(record.editions.case(state))))
        done += 1
    return done


class Otherwise(NamedTuple):
    """A decision that today's rules would take otherwise, or that nobody can ask them about."""

    case: str
    entries: tuple[int, int]
    """Its first and its last."""
    what: str


def otherwise_today(url: str, refs: Iterable[str]) -> Iterator[Otherwise]:
    """Yield every decision that today's rules would take otherwise. That is no fault: the record stands as decided."""
    record = Recorded(url)
    for ref in refs:
        try:
            yield from _otherwise_in(record, ref)
        except Unreadable as error:
            yield Otherwise(ref, (0, 0), f"cannot be compared: {error}")


def _otherwise_in(record: Recorded, ref: str) -> Iterator[Otherwise]:
    before: Escalation | None = None
    for decided, state in record.decisions(ref):
        after = record.editions.case(state)
        try:
            what = otherwise(decided, after, decided_today(before, decided.entries, after.policy, after.calendar))
        except Refusal:
            what = "would refuse what was said"
        except Unreadable as error:
            what = str(error)
        except Exception as error:  # whatever it is, it is today's rules that fail, and the next decision may be asked
            what = f"would fail ({type(error).__name__})"
        if what:
            yield Otherwise(ref, (decided.entries[0].number, decided.entries[-1].number), what)
        before = after


def _together(record: Recorded, ref: str) -> tuple[dict[str, Any] | None, Escalation | None]:
    """Read what lists show of a case and the case itself as of one moment, though it may go on meanwhile."""
    for _ in range(READS):
        kept, case = reading.read_case(record.url, ref), record.case(ref)
        if kept is None or case is None or kept["as_of_number"] == case.entries:
            break
    return kept, case


def _same(kept: dict[str, Any], case: Escalation) -> bool:
    """Do lists show the case? What they say in words is of the version that wrote it, and is not compared.

    That nobody has laid hands on them is told by the register itself.
    """
    try:
        return kept["open"] == (case.closed_at is None) and _of_view(kept["view"]) == _of_case(case)
    except (KeyError, TypeError, ValueError):
        return False


def _of_view(view: dict[str, Any]) -> tuple[Any, ...]:
    plan = view["plan"]
    return (
        tuple(view[name] for name in ("case", "as_of", "policy", "track", "ended")),
        tuple(_instant(view[name]) for name in ("opened_at", "ended_at", "closed_at")),
        [(one["id"], one["agency"], one["side"]) for one in view["parties"]],
        sorted((one["id"], one["visit"]) for one in view["stages"]),
        [(one["id"], one["overdue"], *(_instant(one[name]) for name in _TIMES)) for one in view["owed"]],
        plan and (plan["version"], sorted(plan["confirmed"])),
    )


def _of_case(case: Escalation) -> tuple[Any, ...]:
    ended, plan = case.ended, case.plan
    return (
        (case.case, case.entries, case.policy.id, case.track, ended.how if ended else ""),
        (case.opened_at, ended.at if ended else None, case.closed_at),
        [(one.id, one.agency, one.side) for one in case.parties],
        sorted((one.stage, one.number) for one in case.open_visits),
        [(one.id, one.is_overdue, *(getattr(one, name) for name in _TIMES)) for one in case.outstanding],
        plan and (plan.version, sorted(plan.confirmed)),
    )


_TIMES = ("arose_at", "due", "late_from", "target", "acknowledged_until")


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
