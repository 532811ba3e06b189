"""Deadlines computed again: undone duties get other clocks, as a better start, a date or a number was recorded."""

from collections.abc import Callable

from ..case.state import Duty, Escalation
from .deadlines import (
    FIXED,
    NO_DATE,
    Start,
    compute_deadline,
    planned,
    resumed,
    same_start,
    with_better_start,
    with_clock,
    with_pause,
)
from .discharging import tell_alerted, withdraw
from .draft import Draft


def take_better_start(draft: Draft, duty: Duty) -> None:
    """Give an undone duty the better start that was just recorded, or the planned date that moved."""
    rule = draft.case.rule_of(duty)
    if rule is None or not duty.is_outstanding:
        return
    better = with_better_start(draft.case, rule, duty, draft.now)
    if better is not duty and better != duty:
        put_recomputed(draft, better, "a better start was recorded")


def take_better_starts(draft: Draft) -> None:
    """Give every undone duty the better start that there is now."""
    for duty in draft.case.outstanding:
        take_better_start(draft, duty)


def recompute(draft: Draft, because: str, only: Callable[[Duty], bool] = lambda _: True) -> None:
    """Reckon every undone duty again from its same anchor, once a fact, a number, a date or the calendar has changed.

    A clock that comes out the same is left alone; another is late from now on at the earliest, also where it became
    tighter. What is overdue stays so, and a date that people set for one duty stands. *because* goes on the record
    where a lateness is withdrawn. *only* leaves other duties alone.
    """
    for duty in draft.case.outstanding:
        rule = draft.case.rule_of(duty)
        if rule is None or duty.anchor in FIXED or duty.overdue_at is not None or not only(duty):
            continue
        begins = same_start(draft.case, rule, duty)
        if (
            with_pause(
                draft.case,
                with_clock(duty, compute_deadline(draft.case, rule, duty, duty.known_at, begins), duty.known_at),
            )
            == duty
        ):
            continue
        put_recomputed(
            draft, with_clock(duty, compute_deadline(draft.case, rule, duty, draft.now, begins), draft.now), because
        )


def recompute_from(draft: Draft, duty: Duty, begins: Start, because: str) -> None:
    """Reckon a duty's clock again from another start: one that is done is judged again by it."""
    rule = draft.case.rule_of(duty)
    if rule is None or duty.under or duty.state not in {"outstanding", "done"} or duty.anchor in FIXED:
        return
    if not duty.is_outstanding and duty.held_at is not None:  # done in a pause, and so in time
        return
    clock = compute_deadline(draft.case, rule, duty, duty.known_at, begins)
    same = with_pause(draft.case, with_clock(duty, clock, duty.known_at))
    if (same.anchor_at, same.due, same.held_due) == (duty.anchor_at, duty.due, duty.held_due):
        return
    if duty.is_outstanding and same.late_from == duty.late_from and same.held_due == duty.held_due:
        draft.put_duty(same)  # known as long as before, and late from when it was: nobody gets more time by that
    elif duty.is_outstanding and same.late_from and duty.late_from and same.late_from > duty.late_from:
        put_recomputed(draft, same, because)  # whoever knew of the earlier moment knew that it was owed
    elif duty.is_outstanding:
        known = compute_deadline(draft.case, rule, duty, draft.now, begins)
        put_recomputed(draft, with_clock(duty, known, draft.now), because)
    else:
        draft.put_duty(with_clock(duty, clock, duty.known_at))
        draft.note("judged-again", duty.id)


def owed_again(case: Escalation, duty: Duty, begins: Start) -> Duty:
    """Return a duty whose end was taken back, on the clock it would have had from that start, with the pauses since."""
    rule = case.rule_of(duty)
    if rule is None or not duty.is_outstanding or duty.overdue_at is not None:
        return duty
    if duty.anchor not in FIXED:
        clock = compute_deadline(case, rule, duty, duty.known_at, begins)
        return with_pause(case, with_clock(duty, clock, duty.known_at))
    ends = [p.until for p in case.stood_still if p.until is not None and duty.held_at and p.until > duty.held_at]
    return with_pause(case, resumed(case, duty, ends[0]) if ends else duty)


def put_recomputed(draft: Draft, duty: Duty, because: str) -> None:
    """Put a duty with its new clock in place; where that leaves it not overdue any more, say so."""
    duty = with_pause(draft.case, duty)
    draft.put_duty(duty)
    draft.note("rewound", duty.id)
    if duty.overdue_at and (duty.waits == NO_DATE or (duty.late_from and duty.late_from > draft.now)):
        withdraw(draft, duty, because)
        draft.put_duty(
            duty.but(overdue_at=None, acknowledged_until=None, overdue_entry=0, alerted=False, target=None),
        )
        tell_alerted(draft, duty, f"It is not late after all: {because}.")


def date_held(draft: Draft, meeting: str) -> None:
    """Give every outstanding `.held` of a meeting its date; a date that moves takes its lateness along."""
    for duty in draft.case.outstanding:
        if f"{meeting}.held" in duty.acts:
            moved = planned(draft.case, duty, draft.case.planned[meeting], draft.now)
            put_recomputed(draft, moved, "it has a new date")
