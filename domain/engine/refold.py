"""A case gone through again: its duties as the rules make them of what happened, from the beginning (rule 8).

A correction edits what happened. What that comes to is found by going through it all twice by today's rules, as it
was and as it now is; where the two lead a duty to different ends, the case is brought from the one to the other.
What people said of a duty otherwise stays: a later date agreed, an acknowledgement, who has it, a waiver.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import JsonValue

from ..base.identities import RuleKey
from ..base.people import Actor
from ..case.effects import Recipient
from ..case.happened import FORMER, answers_in, as_former, is_dated
from ..case.state import Duty, Ended, Escalation, Happened
from ..policy.event_names import FACT, KEPT
from .deadlines import JOINED, PLANNED, Start, compute_deadline, planned, with_clock, with_pause
from .discharging import (
    CLOSED,
    ENDED,
    LEFT,
    OVER,
    dates_come,
    done,
    lapse,
    replaced_by,
    tell_alerted,
    undone,
    withdraw,
)
from .draft import Draft
from .duties import happen, repeats
from .recompute import date_held, owed_again, put_recomputed, recompute_from
from .retroactive import CHANGED, raise_for, read_conditions_again
from .stages import let_go_at_close, owes_still

STRUCK = "what it sprang from was struck out"
BY_WHAT_HAPPENED = frozenset({LEFT, ENDED, OVER, CLOSED, CHANGED})
"""Why what happened lets a duty go, besides another version of the plan."""


class Rehearsal(Draft):
    """A decision that is only tried: nothing is entered and nobody is told."""

    def __init__(self, case: Escalation, now: datetime, at_entry: int, waiting: Iterable[Duty]) -> None:
        super().__init__(case, now)
        self.at_entry = at_entry
        """Number of the entry that is gone through."""
        self.waiting = list(waiting)
        """Duties that are still to arise as they did, by the entries that raised them."""

    def enter(self, kind: str, at: datetime, by: Actor | None = None, **body: JsonValue) -> int:  # noqa: ARG002
        """Return the number of the entry that is gone through: what follows from it belongs to it."""
        return self.at_entry

    def note(self, key: str, fact: JsonValue, entry: int = 0) -> None:
        """Keep nothing."""

    def notify(self, kind: str, to: Iterable[Recipient], *, entry: int = 0, **said: Any) -> None:
        """Tell nobody."""


GROWS = ("visits", "occurrences", "duties", "parties", "facts", "planned", "pause", "ended", "closed_at")
"""What of a case grows as it is gone through."""


class Life(NamedTuple):
    """A duty of the case, with how it goes by what happened as that was, and as it now is."""

    real: Duty | None
    """None for one that only now arises."""
    was: Duty | None
    """None for one that only now arises."""
    now: Duty | None
    """None for one that never arose."""


def refold(draft: Draft, before: Escalation, because: str) -> None:
    """Bring every duty to what comes of what happened as it now is, where that is other than what came of it *before*.

    *because* goes on the record where a lateness is withdrawn. What is owed by that only now is late from now on at the
    earliest (rule 5).
    """
    gone = {o.entry for o in before.occurrences} - {o.entry for o in draft.case.occurrences}
    lives = [*_lives(before, draft.case, draft.now, gone)]
    never = {life.real.overdue_entry for life in lives if life.real and life.was and life.now is None}
    draft.change(occurrences=tuple(o for o in draft.case.occurrences if o.entry not in never - {0}))
    for life in lives:  # what each rests on, before any lateness is withdrawn on which another rests
        _rests_on(draft, life)
    for life in lives:
        if life.real is None and life.now is not None:
            _arises(draft, life.now)
        elif life.real is not None and life.was is not None and life.now is None:
            _never_arose(draft, life.real)
        elif life.real is not None and life.was is not None and life.now is not None:
            is_off = life.real.state == "done" and life.real.done_entry in gone
            _goes_otherwise(draft, life.real, life.was, life.now, because, is_off=is_off)


def _lives(before: Escalation, after: Escalation, now: datetime, gone: Collection[int]) -> Iterator[Life]:
    real = [duty for duty in after.duties if duty.ended_because != STRUCK]
    taken = [duty for duty in real if not isinstance(duty.origin, RuleKey)]
    was, is_now = _both_ways(before, after, now, taken, gone)
    of_real = _paired(after, real, was)
    if fallen := [duty for duty in real if duty.id not in of_real]:  # to another answer or edition since
        was, is_now = _both_ways(before, after, now, [*taken, *fallen], gone)
        of_real = _paired(after, real, was)
    become = _paired(after, was, is_now)
    for duty in real:
        one = of_real.get(duty.id)
        yield Life(duty, one, become.get(one.id) if one else None)
    known = {duty.id for duty in become.values()}
    yield from (Life(None, None, duty) for duty in is_now if duty.id not in known)


def _paired(case: Escalation, ones: Iterable[Duty], others: Iterable[Duty]) -> dict[int, Duty]:
    """Return which of the *others* each one is, by its id: raised by the same entry, or else the same but for that."""
    free: dict[tuple[object, ...], list[Duty]] = {}
    for other in others:
        free.setdefault(_same(other), []).append(other)
    pairs: dict[int, Duty] = {}
    for exactly in (True, False):
        for one in ones:
            if one.id in pairs:
                continue
            rule = case.rule_of(one)
            if not exactly and (rule is None or repeats(case, rule)):
                continue
            like = free.get(_same(one), [])
            found = next((other for other in like if not exactly or one.trigger == other.trigger), None)
            if found is not None:
                like.remove(found)
                pairs[one.id] = found
    return pairs


def _same(duty: Duty) -> tuple[object, ...]:
    return duty.origin, duty.party, duty.stage, duty.visit, duty.action


# --- going through it


def _both_ways(
    before: Escalation, after: Escalation, now: datetime, taken: Iterable[Duty], gone: Collection[int]
) -> tuple[tuple[Duty, ...], tuple[Duty, ...]]:
    """Return every duty as today's rules make it of what happened up to *now*, as that was *before* and is *after*.

    *taken* are duties that these rules would not raise again: an action of a plan, or what has fallen to another
    answer or edition since. They arise as they did. *gone* are entries that were taken off. What both have in common at
    first is gone through once.
    """
    pairs = zip(before.occurrences, after.occurrences, strict=False)
    same = next((place for place, (one, other) in enumerate(pairs) if one != other), len(after.occurrences))
    rehearsal = _beginning(before, taken)
    _go_through(rehearsal, before, before.occurrences[:same])
    come_so_far = after.but(**{name: getattr(rehearsal.case, name) for name in GROWS})
    waiting = (duty for duty in rehearsal.waiting if duty.trigger not in gone)
    other = Rehearsal(come_so_far, rehearsal.now, rehearsal.at_entry, waiting)
    _go_through(rehearsal, before, before.occurrences[same:])
    _go_through(other, after, after.occurrences[same:])
    return _end_of(rehearsal, now), _end_of(other, now)


def _beginning(case: Escalation, taken: Iterable[Duty]) -> Rehearsal:
    joined = {o.party for o in case.occurrences if JOINED in o.names}
    first = case.occurrences[0].entry if case.occurrences else 0
    beginning = case.but(
        visits=(),
        occurrences=(),
        duties=(),
        parties=tuple(party for party in case.parties if party.id not in joined),
        facts=answers_in(o for o in case.occurrences if o.entry == first),
        planned={},
        pause=None,
        ended=None,
        closed_at=None,
    )
    return Rehearsal(beginning, case.opened_at, first, sorted(taken, key=lambda duty: duty.trigger))


def _go_through(rehearsal: Rehearsal, case: Escalation, occurrences: Iterable[Happened]) -> None:
    ends = [text for rule in case.policy.rules.values() for text in (*rule.until, *rule.done_by)]
    by_dates = any(text != KEPT and case.policy.is_date(text) for text in ends)
    for happened in occurrences:
        while rehearsal.waiting and rehearsal.waiting[0].trigger < happened.entry:
            _take(rehearsal, rehearsal.waiting.pop(0))
        rehearsal.at_entry, rehearsal.now = happened.entry, _known(rehearsal, happened)
        if by_dates:
            dates_come(rehearsal, rehearsal.now)
        _again(rehearsal, case, happened)


def _end_of(rehearsal: Rehearsal, now: datetime) -> tuple[Duty, ...]:
    for duty in rehearsal.waiting:
        _take(rehearsal, duty)
    rehearsal.now = now
    dates_come(rehearsal, now)
    if rehearsal.case.ended is not None and not owes_still(rehearsal.case):
        let_go_at_close(rehearsal)
    return rehearsal.case.duties


def _known(draft: Draft, happened: Happened) -> datetime:
    """Return when it was entered."""
    if happened.known_at is not None:
        return happened.known_at
    return draft.now if is_dated(draft.case.policy, happened) else max(draft.now, happened.at)


def _take(draft: Draft, duty: Duty) -> None:
    arisen = undone(duty).but(
        id=len(draft.case.duties) + 1,
        due=duty.held_due or duty.due,
        held_at=None,
        held_due=None,
        overdue_at=None,
        overdue_entry=0,
        alerted=False,
    )
    draft.put_duty(arisen)


def _again(draft: Draft, case: Escalation, happened: Happened) -> None:
    """Let something happen in the rehearsal as it happened in the *case*."""
    happened = happened.but(names=tuple(name.removeprefix(FORMER) for name in happened.names))
    name, before = happened.names[0], draft.case.facts
    if "overdue" in happened.names and not _is_late(draft, case, happened):
        return
    _change_case(draft, case, happened)
    if draft.case.facts != before:
        read_conditions_again(draft, before, happened)
    else:
        happen(draft, happened)
    if name == JOINED:
        raise_for(draft, happened.party, happened)
    elif name.endswith(".date") and name.removesuffix(".date") in case.planned:
        meeting = name.removesuffix(".date")
        draft.change(planned={**draft.case.planned, meeting: happened.at})
        date_held(draft, meeting)


def _change_case(draft: Draft, case: Escalation, happened: Happened) -> None:
    """Change in the rehearsal what is no duty: the steps, who is in the case, its facts, its end, its plan."""
    name = happened.names[0]
    visit = next((visit for visit in case.visits if visit.has(happened)), None)
    if name == "opened" and visit is not None:
        opened = visit.but(left_at=None, left_by_entry=0, outcome="", struck=False)
        draft.change(visits=(*draft.case.visits, opened))
    elif name == "left" and visit is not None:
        draft.put_visit(visit)
    elif name == "ended":
        how = happened.names[1].removeprefix("ended.")
        draft.change(ended=Ended(how=how, outcome="", stage="", at=happened.at, entry=happened.entry))
    elif name == "reopened":
        _reopen(draft)
    elif name == JOINED:
        draft.change(parties=tuple(p for p in case.parties if p in draft.case.parties or p.id == happened.party))
    elif name.startswith(FACT):
        draft.change(facts={**draft.case.facts, **answers_in([happened])})
    elif plan := next((one for one in case.plans if one.agreed_entry == happened.entry), None):
        for duty in draft.case.outstanding:
            if duty.is_of_plan and duty.trigger < happened.entry:
                lapse(draft, duty, replaced_by(plan.version))


def _reopen(draft: Draft) -> None:
    """Let a case be taken up again, which was closed where it owed nothing more."""
    if not owes_still(draft.case):
        let_go_at_close(draft)
    draft.change(ended=None, occurrences=tuple(map(as_former, draft.case.occurrences)))


def _is_late(draft: Draft, case: Escalation, happened: Happened) -> bool:
    """Is the duty late in the rehearsal too that was found late in the *case*? Then it is overdue."""
    real = next((duty for duty in case.duties if duty.overdue_entry == happened.entry), None)
    if real is None or real.overdue_at is None:
        return False
    found = _paired(case, (real,), draft.case.outstanding).get(real.id)
    if found is None or found.late_from is None or found.late_from > max(draft.now, real.overdue_at):
        return False
    draft.put_duty(found.but(overdue_at=real.overdue_at, overdue_entry=happened.entry))
    return True


# --- bringing the case to it


def _arises(draft: Draft, duty: Duty) -> None:
    """Raise what is owed by what happened as it now is."""
    rule = draft.case.rule_of(duty)
    if rule is None or duty.state == "lapsed":
        return
    new = undone(duty).but(id=len(draft.case.duties) + 1, overdue_at=None, overdue_entry=0)
    clock = compute_deadline(draft.case, rule, new, draft.now, _start(duty))
    draft.put_duty(with_pause(draft.case, with_clock(new, clock, draft.now)))
    draft.note("arose", new.id)
    if duty.state == "done":
        _done(draft, draft.duty(new.id), duty)


def _never_arose(draft: Draft, real: Duty) -> None:
    duty = draft.duty(real.id)
    if duty.state == "waived":
        return
    was_late = duty.overdue_at is not None and not (duty.state == "done" and not duty.was_late)
    never = duty.but(
        state="lapsed",
        ended_because=STRUCK,
        done_at=None,
        done_entry=0,
        overdue_at=None,
        overdue_entry=0,
        acknowledged_until=None,
        target=None,
    )
    draft.put_duty(never)
    draft.note("lapsed", duty.id)
    if was_late:
        withdraw(draft, duty, STRUCK)
        tell_alerted(draft, never, f"It was not late: {STRUCK}.")


def _rests_on(draft: Draft, life: Life) -> None:
    if life.real and life.was and life.now and life.real.state != "waived":
        was, now = life.was, life.now
        if (was.trigger, was.arose_at) != (now.trigger, now.arose_at):
            draft.put_duty(life.real.but(trigger=now.trigger, arose_at=now.arose_at))


def _goes_otherwise(draft: Draft, real: Duty, was: Duty, now: Duty, because: str, *, is_off: bool) -> None:
    """Bring a duty to how it goes *now*. *is_off* is True where what had done it was taken off what happened."""
    duty = draft.duty(real.id)
    if duty.state == "waived":
        return
    ends = is_off or _end(was) != _end(now)
    otherwise = duty.state == "lapsed" and duty.ended_because not in {*BY_WHAT_HAPPENED, was.ended_because}
    if ends and not otherwise:
        _ends_otherwise(draft, duty, now, because)
    elif (_start(was), was.due) != (_start(now), now.due):
        _starts_otherwise(draft, duty, now, because)


def _end(duty: Duty) -> tuple[object, ...]:
    return duty.state, duty.done_at, duty.ended_because


def _start(duty: Duty) -> Start:
    return duty.anchor, duty.anchor_at, duty.rank


def _ends_otherwise(draft: Draft, duty: Duty, now: Duty, because: str) -> None:
    if now.state == "done" and duty.done_entry == now.done_entry and duty.state == "done":
        _starts_otherwise(draft, duty, now, because)
        _judged_again(draft, draft.duty(duty.id), now)
        return
    if now.state == "lapsed":
        if duty.state != "lapsed":
            lapse(draft, undone(duty) if duty.state == "done" else duty, now.ended_because)
        return
    draft.put_duty(owed_again(draft.case, undone(duty), _start(now)))
    draft.note("owed-again", duty.id)
    _starts_otherwise(draft, draft.duty(duty.id), now, because)
    if now.state == "done":
        _done(draft, draft.duty(duty.id), now)


def _done(draft: Draft, duty: Duty, now: Duty) -> None:
    """Let a duty be done by what does it now; by a date it is done when the moments are passed that have come."""
    by = (o for o in draft.case.occurrences if (o.entry, o.at) == (now.done_entry, now.done_at))
    if (happened := next(by, None)) is not None:
        done(draft, duty, happened)


def _judged_again(draft: Draft, duty: Duty, now: Duty) -> None:
    """Judge a duty anew that was done at another time."""
    mended = duty.but(done_at=now.done_at)
    draft.put_duty(mended)
    draft.note("judged-again", duty.id)
    if duty.was_late and not mended.was_late and duty.overdue_at is not None:
        withdraw(draft, mended, "corrected: it was done in time")


def _starts_otherwise(draft: Draft, duty: Duty, now: Duty, because: str) -> None:
    """Let a duty's clock run from another start."""
    rule = draft.case.rule_of(duty)
    if rule is None:
        return
    if duty.is_outstanding and PLANNED in {duty.anchor, now.anchor} and duty.anchor != now.anchor:
        if now.anchor == PLANNED and now.due is not None:
            put_recomputed(draft, planned(draft.case, duty, now.due, draft.now), because)
        else:
            clock = compute_deadline(draft.case, rule, duty, draft.now, _start(now))
            put_recomputed(draft, with_clock(duty, clock, draft.now), because)
        return
    recompute_from(draft, duty, _start(now), because)
