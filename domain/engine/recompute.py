"""Rewinding: undone duties get other clocks, because a better start, another date or another number was recorded."""

from collections.abc import Callable

from ..case.state import Duty, Escalation
from .deadlines import (
    FIXED,
    NO_DATE,
    PLANNED,
    anchors,
    held,
    planned,
    reckon,
    resumed,
    rewound,
    same_start,
    start_forwards,
    wound,
)
from .discharging import tell_alerted, withdraw
from .draft import Turn


def rewind(turn: Turn) -> None:
    """Give undone duties the better start that was just recorded, or the planned date that moved."""
    for duty in turn.case.outstanding:
        rule = turn.case.rule_of(duty)
        if rule is None:
            continue
        better = rewound(turn.case, rule, duty, turn.now)
        if better is duty or better == duty:
            continue
        put_rewound(turn, better, "a better start was recorded")


def unwind(turn: Turn, because: str) -> None:
    """Reckon again every clock whose start was taken off the record; what is done is judged again (rules 8, 15)."""
    for duty in turn.case.duties:
        rule = turn.case.rule_of(duty)
        if rule is not None and duty.anchor in anchors(turn.case.policy, rule):
            reckon_again(turn, duty, because)


def rereckon(turn: Turn, because: str, only: Callable[[Duty], bool] = lambda _: True) -> None:
    """Reckon every undone duty again from its same anchor, once a fact, a number, a date or the calendar has changed.

    A clock that comes out the same is left alone; another is late from now on at the earliest, also where it became
    tighter. What is overdue stays so, and a date that people set for one duty stands. *because* goes on the record
    where a lateness is withdrawn. *only* leaves other duties alone.
    """
    for duty in turn.case.outstanding:
        rule = turn.case.rule_of(duty)
        if rule is None or duty.anchor in FIXED or duty.overdue_at is not None or not only(duty):
            continue
        begins = same_start(turn.case, rule, duty)
        if held(turn.case, wound(duty, reckon(turn.case, rule, duty, duty.known_at, begins), duty.known_at)) == duty:
            continue
        put_rewound(turn, wound(duty, reckon(turn.case, rule, duty, turn.now, begins), turn.now), because)


def reckon_again(turn: Turn, duty: Duty, because: str) -> None:
    """Reckon a duty's clock again from whatever now starts it: one that is done is judged again by it."""
    rule = turn.case.rule_of(duty)
    if rule is None or duty.under or duty.state not in {"outstanding", "done"} or duty.anchor in FIXED:
        return
    if not duty.is_outstanding and duty.held_at is not None:  # done in a pause, and so in time
        return
    begins = start_forwards(turn.case, rule, duty)
    clock = reckon(turn.case, rule, duty, duty.known_at, begins)
    same = held(turn.case, wound(duty, clock, duty.known_at))
    if (same.anchor_at, same.due, same.held_due) == (duty.anchor_at, duty.due, duty.held_due):
        return
    if duty.is_outstanding and same.late_from == duty.late_from and same.held_due == duty.held_due:
        turn.put_duty(same)  # known as long as before, and late from when it was: nobody gets more time by that
    elif duty.is_outstanding and same.late_from and duty.late_from and same.late_from > duty.late_from:
        put_rewound(turn, same, because)  # whoever knew of the earlier moment knew that it was owed
    elif duty.is_outstanding:
        known = reckon(turn.case, rule, duty, turn.now, begins)
        put_rewound(turn, wound(duty, known, turn.now), because)
    else:
        turn.put_duty(wound(duty, clock, duty.known_at))
        turn.note("judged-again", duty.id)


def owed_again(case: Escalation, duty: Duty) -> Duty:
    """Return a duty whose discharge was taken back, on its old clock: with the pauses since, or standing in one."""
    rule = case.rule_of(duty)
    if rule is None or not duty.is_outstanding or duty.overdue_at is not None:
        return duty
    if duty.anchor not in FIXED:
        clock = reckon(case, rule, duty, duty.known_at, same_start(case, rule, duty))
        return held(case, wound(duty, clock, duty.known_at))
    ends = [p.until for p in case.stood_still if p.until is not None and duty.held_at and p.until > duty.held_at]
    return held(case, resumed(case, duty, ends[0]) if ends else duty)


def put_rewound(turn: Turn, duty: Duty, because: str) -> None:
    """Put a duty with its new clock in place; where that leaves it not overdue any more, say so."""
    duty = held(turn.case, duty)
    turn.put_duty(duty)
    turn.note("rewound", duty.id)
    if duty.overdue_at and (duty.waits == NO_DATE or (duty.late_from and duty.late_from > turn.now)):
        withdraw(turn, duty, because)
        turn.put_duty(
            duty.but(overdue_at=None, acknowledged_until=None, overdue_entry=0, alerted=False, target=None),
        )
        tell_alerted(turn, duty, f"It is not late after all: {because}.")


def date_held(turn: Turn, meeting: str) -> None:
    """Give every outstanding `.held` of a meeting its date; a date that moves takes its lateness along."""
    for duty in turn.case.outstanding:
        if f"{meeting}.held" in duty.acts:
            moved = planned(turn.case, duty, turn.case.planned[meeting], turn.now)
            put_rewound(turn, moved, "it has a new date")


def undate(turn: Turn, meeting: str) -> None:
    """Take its date back from every outstanding `.held` of a meeting whose date was struck out."""
    for duty in turn.case.outstanding:
        rule = turn.case.rule_of(duty)
        if rule is not None and duty.anchor == PLANNED and f"{meeting}.held" in duty.acts:
            put_rewound(turn, wound(duty, reckon(turn.case, rule, duty, turn.now), turn.now), "its date was struck out")
