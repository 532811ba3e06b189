"""Clocks: which event a duty runs from, when it is due, and from when it is late."""

from datetime import datetime, time
from typing import NamedTuple

from ..calendar import BeyondCalendar, Calendar
from ..escalation import Duty, Escalation
from ..policy import DutyRule, Period, Policy, parse_period
from .lookup import anchor

UNKNOWN = "set locally – not yet known"
BEYOND = "the calendar of this case does not reach so far: a new edition is needed"
OFFICE_HOURS = (time(9), time(17))
"""Counted for `working hours` where a policy names them; local time."""


class Reckoned(NamedTuple):
    """What a clock says."""

    anchor: str
    anchor_at: datetime
    rank: int
    due: datetime | None
    late_from: datetime | None
    waits: str


def period_of(policy: Policy, rule: DutyRule) -> Period:
    """Return the period of a rule's `within`, looked up where it names a timescale."""
    named = policy.timescales.get(rule.within)
    return parse_period(named.value if named else rule.within)


def start(case: Escalation, rule: DutyRule, duty: Duty) -> tuple[str, datetime, int]:
    """Return the best anchor recorded so far: its name, event time and rank.

    The duty's own trigger is the last resort.
    """
    found = [
        (text, happened.at, rank)
        for rank, text in enumerate(rule.of)
        if (happened := anchor(case, text, duty.stage, duty.visit))
    ]
    if not found:
        return "", duty.arose_at, len(rule.of)
    if rule.which == "latest":
        return max(found, key=lambda one: one[1])
    if rule.which == "earliest":
        return min(found, key=lambda one: one[1])
    return found[0]


def after(calendar: Calendar, period: Period, at: datetime, policy: Policy) -> datetime:
    """Return the instant a counted period after *at*."""
    match period.kind:
        case "working days":
            return calendar.after_working_days(at, period.amount, policy.day_ends)
        case "same working day":
            return calendar.after_working_days(at, 0, policy.day_ends)
        case "hours on working days":
            return calendar.after_hours_on_working_days(at, period.amount)
        case "hours":
            return calendar.after_hours(at, period.amount)
        case "days":
            return calendar.after_days(at, period.amount, policy.day_ends)
        case "working hours":
            return calendar.after_office_hours(at, period.amount, *OFFICE_HOURS)
        case _:
            raise AssertionError(f"{period.kind} is not counted")


def reckon(case: Escalation, rule: DutyRule, duty: Duty, known_at: datetime) -> Reckoned:
    """Set a duty's clock by its rule. *known_at* is when its present clock became known (rule 5)."""
    name, at, rank = start(case, rule, duty)
    try:
        return _set(case, rule, known_at, name, at, rank)
    except BeyondCalendar:
        return Reckoned(name, at, rank, None, None, BEYOND)


def _set(case: Escalation, rule: DutyRule, known_at: datetime, name: str, at: datetime, rank: int) -> Reckoned:
    period = period_of(case.policy, rule)
    named = case.policy.timescales.get(rule.within)
    never_late = rule.strength == "may" or rule.indicative or (named is not None and named.indicative)
    if period.kind in {"unknown", "case date"}:
        return Reckoned(name, at, rank, None, None, UNKNOWN)
    if period.kind == "none":
        target = _local(case, case.local.untimed, max(at, known_at))
        return Reckoned(name, at, rank, None, None if never_late else target, "")
    if period.is_prompt:
        tolerated = _local(case, case.local.tolerance, max(at, known_at))
        return Reckoned(name, at, rank, at, None if never_late else tolerated, "")
    if period.kind == "next meeting":
        due = next((meeting for meeting in sorted(case.local.meetings.get(period.of, ())) if meeting > at), None)
        if due is None:
            return Reckoned(name, at, rank, None, None, UNKNOWN)
    else:
        due = after(case.calendar, period, at, case.policy)
    return Reckoned(name, at, rank, due, None if never_late else max(due, known_at), "")


def _local(case: Escalation, text: str, at: datetime) -> datetime | None:
    """Return when a local allowance is used up; one of the working day, after the day has ended, is of the next."""
    if not text:
        return None
    calendar, period = case.calendar, parse_period(text)
    end = after(calendar, period, at, case.policy)
    return end if end >= at else after(calendar, period, calendar.end_of_day(calendar.date_of(at)), case.policy)


def wound(duty: Duty, clock: Reckoned, known_at: datetime) -> Duty:
    """Return the duty with its clock set."""
    return duty.but(**clock._asdict(), known_at=known_at)


def rewound(case: Escalation, rule: DutyRule, duty: Duty, now: datetime) -> Duty:
    """Return the duty after something was recorded: a better anchor replaces the fallback (rule 12).

    Only if its event time is not after the due moment the fallback gave, so that a first call made after the deadline
    cannot revive it.
    """
    if not rule.of:
        return duty
    name, at, rank = start(case, rule, duty)
    better = rank < duty.rank or (bool(rule.which) and (name, at) != (duty.anchor, duty.anchor_at))
    if not better or (duty.due is not None and at > duty.due):
        return duty
    return wound(duty, reckon(case, rule, duty, now), now)


def planned(duty: Duty, date: datetime, now: datetime) -> Duty:
    """Return a `.held` duty whose meeting now has a date: unheld when it passes, it is overdue (rule 19)."""
    if duty.strength == "may":
        return duty.but(due=date)
    return duty.but(due=date, late_from=max(date, now), anchor="its planned date", known_at=now)
