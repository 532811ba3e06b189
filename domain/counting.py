"""The days between a start and its deadline, each counted or skipped and why: for explaining, never for deciding."""

import datetime as dt
from collections.abc import Iterator

from .calendar import Calendar, CountedDay
from .decide.clocks import OFFICE_HOURS
from .policy import Period
from .value import Value
from .working_days import DAY


class Day(Value):
    """One local date on the way to a deadline."""

    date: dt.date
    counts: str = ""
    """`day 2`, `14 hours`; empty where the day does not count."""
    why_not: str = ""
    """`Saturday`, `Good Friday`, `the day it started`; empty where the day counts."""


def days_counted(calendar: Calendar, period: Period, start: dt.datetime, due: dt.datetime) -> tuple[Day, ...]:
    """Return every local date from *start* to *due*; none for hours by the clock and for what is not counted in days.

    Raises:
        BeyondCalendar: the calendar does not reach so far.
    """
    match period.kind:
        case "working days":
            return tuple(_numbered(calendar.counted_days(start, due)))
        case "same working day":
            return tuple(_whole(calendar.counted_days(start, due, start_day_counts=True)))
        case "days":
            return tuple(_every_day(calendar, start, due))
        case "hours on working days":
            return tuple(_hours(calendar, start, due, dt.time(), None))
        case "working hours":
            return tuple(_hours(calendar, start, due, *OFFICE_HOURS))
        case _:
            return ()


def _numbered(days: tuple[CountedDay, ...]) -> Iterator[Day]:
    number = 0
    for day in days:
        number += day.counted
        yield Day(date=day.date, counts=f"day {number}" if day.counted else "", why_not=day.why_not)


def _whole(days: tuple[CountedDay, ...]) -> Iterator[Day]:
    for day in days:
        yield Day(date=day.date, counts="this day" if day.counted else "", why_not=day.why_not)


def _every_day(calendar: Calendar, start: dt.datetime, due: dt.datetime) -> Iterator[Day]:
    first, last = calendar.date_of(start), calendar.last_day(due)
    yield Day(date=first, why_not="the day it started")
    for number in range(1, (last - first).days + 1):
        yield Day(date=first + number * DAY, counts=f"day {number}")


def _hours(
    calendar: Calendar, start: dt.datetime, due: dt.datetime, opens: dt.time, closes: dt.time | None
) -> Iterator[Day]:
    """Say how many hours each working day gives; *closes* None is the midnight that ends the day."""
    begins, ends = (calendar.local(instant).replace(tzinfo=None) for instant in (start, due))
    for day in calendar.counted_days(start, due, start_day_counts=True):
        last = dt.datetime.combine(day.date, closes) if closes else dt.datetime.combine(day.date + DAY, dt.time())
        gives = min(ends, last) - max(begins, dt.datetime.combine(day.date, opens))
        if not day.counted:
            yield Day(date=day.date, why_not=day.why_not)
        elif gives > dt.timedelta():
            yield Day(date=day.date, counts=_span(gives))
        else:
            yield Day(date=day.date, why_not="outside the hours that count")


def _span(length: dt.timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    parts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((hours, "hour"), (rest, "minute")) if n]
    return " ".join(parts) or "less than a minute"
