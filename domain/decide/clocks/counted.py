"""Periods counted on a case's calendar: forwards, back from a planned date, and on after a pause."""

from datetime import date, datetime, time, timedelta

from ...calendar import Calendar
from ...escalation import Escalation
from ...policy import Period
from ...spans import Hours, backwards, between, forwards
from ...working_days import DAY, TICK

OFFICE_HOURS = (time(9), time(17))
"""Counted for `working hours` where a policy names them; local time."""
HOUR = timedelta(hours=1)
_IN_HOURS = {"hours on working days": Hours(), "working hours": Hours(opens=OFFICE_HOURS[0], closes=OFFICE_HOURS[1])}
_IN_DAYS = {"working days", "same working day", "days"}


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
