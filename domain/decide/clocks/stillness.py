"""Clocks that stand still in a pause, and go on with what was left of them (rule 47)."""

from datetime import datetime

from ...calendar import BeyondCalendar
from ...escalation import Duty, Escalation, Visit
from ...spoken import say_due
from .counted import stood_still
from .reckoning import BEYOND, local_unit, never_late, stops, unit_of
from .timescales import UNKNOWN, resolved


def is_still(case: Escalation, duty: Duty) -> bool:
    """Does a pause now stop the clock of a duty? One that is late already has none."""
    return case.pause is not None and duty.is_outstanding and duty.overdue_at is None and stops(case, duty)


def held(case: Escalation, duty: Duty) -> Duty:
    """Return the duty with its clock standing still, where a pause stops it; else as it is.

    What ran out before the pause, and became known only now, is late none the less.
    """
    rule = case.rule_of(duty)
    if case.pause is None or rule is None or duty.held_at is not None or not is_still(case, duty):
        return duty
    moment = duty.late_from if local_unit(case, unit_of(case, rule, duty)) else duty.due
    if moment is None or moment <= case.pause.since:
        return duty
    since = max(case.pause.since, duty.anchor_at) if duty.anchor_at <= moment else case.pause.since
    return duty.but(held_at=since, held_due=moment, due=None, late_from=None, waits=stands(case))


def resumed(case: Escalation, duty: Duty, at: datetime) -> Duty:
    """Return the duty with its clock going on at *at*, with what was left of it in its own unit."""
    rule = case.rule_of(duty)
    if rule is None or duty.held_at is None or duty.held_due is None:
        return duty
    unit = unit_of(case, rule, duty)
    local = local_unit(case, unit)
    free = duty.but(held_at=None, held_due=None, waits="")
    counted = local or unit
    try:
        moment = stood_still(case, counted, duty.held_due, duty.held_at, max(at, duty.held_at)) if counted else None
    except BeyondCalendar:
        return free.but(waits=BEYOND)
    if moment is None:
        return free.but(waits=UNKNOWN)
    if local:
        return free.but(due=duty.anchor_at if unit and unit.is_prompt else None, late_from=moment)
    never = never_late(resolved(case, rule, duty.origin), rule)
    return free.but(due=moment, late_from=None if never else moment)


def stands(case: Escalation) -> str:
    """Say until when the clocks of the dispute stand still."""
    if case.pause is None:
        return ""
    if case.pause.until is None:
        titles = [case.policy.stage(visit.stage).title for visit in pausing(case)]
        return f"paused while {' and '.join(titles)} is open" if titles else "paused"
    return f"paused {say_due(case.pause.until, case.policy.zone).replace('by ', 'until ', 1)}"


def pausing(case: Escalation) -> list[Visit]:
    """Return the open visits of steps that stop the dispute's clocks."""
    return [visit for visit in case.open_visits if case.policy.stage(visit.stage).pauses]
