"""Which number or date holds for a rule in this case, and periods counted on its calendar.

The policy's own number comes first, graded by the case's facts; then one that was set locally; then a date agreed for
this case, which stands in, shortens or replaces as the policy says (rule 17).
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from ..base.identities import Origin
from ..case.state import Escalation
from ..policy import DutyRule, Period, Policy, parse_period
from ..policy.language import NamedTimescale
from ..time.calendar import Calendar
from ..time.spans import Hours, backwards, between, forwards
from ..time.working_days import DAY, TICK

UNKNOWN_WORD, CASE_DATE = "unknown", "case date"
AGREED = "agreed for this case"
UNKNOWN = "set locally – not yet known"
OFFICE_HOURS = (time(9), time(17))
"""Counted for `working hours` where a policy names them; local time."""
HOUR = timedelta(hours=1)
_IN_HOURS = {"hours on working days": Hours(), "working hours": Hours(opens=OFFICE_HOURS[0], closes=OFFICE_HOURS[1])}
_IN_DAYS = {"working days", "same working day", "days"}


class Timescale(NamedTuple):
    """What holds for one rule in one case."""

    name: str
    """By which it is filled and dated."""
    period: Period
    whose: str
    """Whose number it is, where it is not the policy's."""
    grade: str
    """The fact and its answer that chose the number, such as `urgency: high`; empty where none did."""
    date: datetime | None
    """Agreed for this case."""
    case_date: str
    """What that date does: `stands in`, `shortens` or `replaces`."""
    indicative: bool
    waits: str
    """What it waits for while there is neither number nor date."""


def resolved(case: Escalation, rule: DutyRule, key: Origin) -> Timescale:
    """Return the timescale of a rule, known in its policy as *key*, as it now holds for the case."""
    name, named = named_by(case.policy, rule, key)
    text, grade = _graded(case, named) if named else (rule.within, "")
    period, whose = parse_period(text), ""
    filled = case.filled.get(name)
    if period.kind == UNKNOWN_WORD and filled is not None:
        period, whose = parse_period(filled.within), f"set locally by {filled.whose}"
    return Timescale(
        name=name,
        period=period,
        whose=whose,
        grade=grade,
        date=case.case_dates.get(name),
        case_date=(named.case_date if named else "") or "stands in",
        indicative=rule.indicative or (named is not None and named.indicative),
        waits=_waits(case, named, period),
    )


def named_by(policy: Policy, rule: DutyRule, key: Origin) -> tuple[str, NamedTimescale | None]:
    """Return the name under which a rule's number is set, and its timescale where the policy has one of that name."""
    named = policy.timescales.get(rule.within)
    return (rule.within, named) if named else (rule.id or str(key), None)


def rules_of(policy: Policy, name: str) -> tuple[DutyRule, ...]:
    """Return the rules whose number goes by *name*."""
    return tuple(rule for key, rule in policy.rules.items() if named_by(policy, rule, key)[0] == name)


def texts_of(policy: Policy, name: str) -> tuple[str, ...]:
    """Return every period that the policy gives under *name*; none where it has no such timescale and no such rule."""
    named = policy.timescales.get(name)
    if named is not None:
        return tuple(dict.fromkeys((*([] if _always_graded(policy, named) else [named.value]), *named.grades.values())))
    return tuple(dict.fromkeys(rule.within for rule in rules_of(policy, name) if rule.within not in policy.timescales))


def may_be_filled(policy: Policy, name: str) -> bool:
    """Is it a number that the policy leaves unknown?"""
    return UNKNOWN_WORD in texts_of(policy, name)


def may_be_dated(policy: Policy, name: str) -> bool:
    """Does the policy leave it to a date agreed for the case?"""
    named = policy.timescales.get(name)
    return (named is not None and bool(named.case_date)) or CASE_DATE in texts_of(policy, name)


def set_for_cases(policy: Policy) -> tuple[str, ...]:
    """Return the names of every number that is set locally or agreed for a case."""
    unset = (pair for pair in policy.rules.items() if pair[1].within in {UNKNOWN_WORD, CASE_DATE})
    names = [*policy.timescales, *(named_by(policy, rule, key)[0] for key, rule in unset)]
    return tuple(name for name in dict.fromkeys(names) if may_be_filled(policy, name) or may_be_dated(policy, name))


def _graded(case: Escalation, named: NamedTimescale) -> tuple[str, str]:
    answer = case.facts.get(named.graded_by, "") if named.graded_by else ""
    if answer in named.grades:
        return named.grades[answer], f"{named.graded_by}: {answer}"
    return named.value, ""


def _waits(case: Escalation, named: NamedTimescale | None, period: Period) -> str:
    if period.kind == CASE_DATE:
        return "a date agreed for this case – not yet agreed"
    if named is not None and _always_graded(case.policy, named) and not case.facts.get(named.graded_by):
        return f"the answer to `{named.graded_by}`"
    return UNKNOWN


def _always_graded(policy: Policy, named: NamedTimescale) -> bool:
    """Does every answer have its grade, so that what stands under `is` only holds until there is an answer?"""
    fact = policy.facts.get(named.graded_by)
    return fact is not None and bool(fact.values) and not fact.other and set(fact.values) <= set(named.grades)


def after(case: Escalation, period: Period, at: datetime) -> datetime:
    """Return the instant a counted period after *at*."""
    calendar, ends = case.calendar, case.policy.day_ends
    match period.kind:
        case "working days":
            return calendar.after_working_days(at, period.amount, ends)
        case "same working day":
            end = calendar.after_working_days(at, 0, ends)
            return end if end > at else calendar.after_working_days(at, 1, ends)  # that day was over already
        case "hours on working days":
            return calendar.after_hours_on_working_days(at, period.amount)
        case "hours":
            return calendar.after_hours(at, period.amount)
        case "days":
            return calendar.after_days(at, period.amount, ends)
        case "working hours":
            return calendar.after_office_hours(at, period.amount, *OFFICE_HOURS)
        case _:
            raise AssertionError(f"{period.kind} is not counted")


def before(case: Escalation, period: Period, moment: datetime) -> datetime:
    """Return the instant a counted period before *moment*, whose own day is day 0.

    Of days it is the end of the last one that leaves all of them: two working days before a Thursday is the end of
    Tuesday.
    """
    calendar, ends = case.calendar, case.policy.day_ends
    match period.kind:
        case "working days" | "same working day":
            return calendar.before_working_days(moment, period.amount, ends)
        case "days":
            return calendar.end_of_day(calendar.date_of(moment) - period.amount * DAY, ends)
        case "hours":
            return calendar.after_hours(moment, 0) - period.amount * HOUR
        case "hours on working days" | "working hours":
            return backwards(calendar, moment, period.amount * HOUR, _IN_HOURS[period.kind])
        case _:
            raise AssertionError(f"{period.kind} is not counted")


def ahead(case: Escalation, lead: Period, due: datetime) -> datetime:
    """Return the instant a lead time before a deadline; a midnight belongs to the day it ends."""
    return before(case, lead, due - TICK if lead.kind in _IN_DAYS else due)


def stood_still(case: Escalation, unit: Period, moment: datetime, since: datetime, until: datetime) -> datetime | None:
    """Return when a clock runs out that would have run out at *moment*, had it not stood still from *since* to *until*.

    What was left of it is kept in its own unit: so many working days after the day on which it stopped, so many hours.
    A date that people set (`case date` as the unit) stays where it is, unless it passed meanwhile. None where it waits
    for a meeting and no later one is known.
    """
    calendar = case.calendar
    match unit.kind:
        case "working days" | "same working day" | "days":
            return _days_left(case, unit, moment, since, until)
        case "hours":
            return until + (moment - since)
        case "hours on working days" | "working hours":
            hours = _IN_HOURS[unit.kind]
            return forwards(calendar, until, between(calendar, since, moment, hours), hours)
        case "next meeting":
            later = (meeting for meeting in sorted(case.local.meetings.get(unit.of, ())) if meeting > until)
            return moment if moment > until else next(later, None)
        case _:
            return moment if moment > until else until + (moment - since)


def _days_left(case: Escalation, unit: Period, moment: datetime, since: datetime, until: datetime) -> datetime:
    calendar, ends = case.calendar, case.policy.day_ends
    first, last = calendar.date_of(since), calendar.last_day(moment)
    days = [first + n * DAY for n in range(1, (last - first).days + 1)]
    left = len(days) if unit.kind == "days" else _working(calendar, days)
    counts = calendar.after_days if unit.kind == "days" else calendar.after_working_days
    due = counts(until, left, ends)
    return due if due > until else counts(until, 1, ends)


def _working(calendar: Calendar, days: list[date]) -> int:
    return sum(1 for day in days if calendar.is_working(day))
