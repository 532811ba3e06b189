"""The days between a start and its deadline, each counted or skipped and why: for explaining, never for deciding."""

import datetime as dt
from collections.abc import Iterator

from ..base.value import Value
from ..engine.periods import OFFICE_HOURS
from ..policy import Period
from ..time.calendar import Calendar, CountedDay
from ..time.working_days import DAY


class Day(Value):
    """One local date on the way to a deadline."""

    date: dt.date
    counts: str = ""
    """`day 2`, `14 hours`; empty where the day does not count."""
    why_not: str = ""
    """`Saturday`, `Good Friday`, `the day it started`; empty where the day counts."""


MINUTE = dt.timedelta(minutes=1)
Stop = tuple[dt.datetime, dt.datetime]
"""A pause: from when and until when the clock stood still."""
STILL = "the clock stood still"


def days_counted(
    calendar: Calendar, period: Period, start: dt.datetime, due: dt.datetime, stops: tuple[Stop, ...] = ()
) -> tuple[Day, ...]:
    """Return every local date from *start* to *due*; none for hours by the clock and for what is not counted in days.

    For a period that counts back from *start*, the dates from *due* to it.

    Raises:
        BeyondCalendar: the calendar does not reach so far.
    """
    match period.kind:
        case "working days" if period.before:
            return tuple(_back(calendar, start, due))
        case _ if period.before:
            return ()
        case "working days":
            return tuple(_numbered(calendar, calendar.counted_days(start, due), stops))
        case "same working day":
            return tuple(_whole(calendar.counted_days(start, due, start_day_counts=True)))
        case "days":
            return tuple(_every_day(calendar, start, due, stops))
        case "hours on working days":
            return tuple(_running(calendar, start, due, stops, dt.time(), None))
        case "working hours":
            return tuple(_running(calendar, start, due, stops, *OFFICE_HOURS))
        case _:
            return ()


def _stood_still(calendar: Calendar, day: dt.date, stops: tuple[Stop, ...]) -> bool:
    """Was it stopped on *day*? The day on which it stopped is counted no more, the one on which it went on is day 0."""
    return any(calendar.date_of(since) < day <= calendar.date_of(until) for since, until in stops)


def _numbered(calendar: Calendar, days: tuple[CountedDay, ...], stops: tuple[Stop, ...]) -> Iterator[Day]:
    number = 0
    for day in days:
        still = day.counted and _stood_still(calendar, day.date, stops)
        counts = day.counted and not still
        number += counts
        yield Day(date=day.date, counts=f"day {number}" if counts else "", why_not=STILL if still else day.why_not)


def _back(calendar: Calendar, date: dt.datetime, due: dt.datetime) -> Iterator[Day]:
    """Number working days back from *date*, whose own day is day 0; the last of them is the one that *due* ends."""
    days = [calendar.last_day(due) + n * DAY for n in range((calendar.date_of(date) - calendar.last_day(due)).days)]
    left = sum(1 for day in days if calendar.is_working(day))
    for day in days:
        why = calendar.why_off(day)
        yield Day(date=day, counts="" if why else f"day {left}", why_not=why)
        left -= not why
    yield Day(date=calendar.date_of(date), why_not="the day it is counted back from")


def _whole(days: tuple[CountedDay, ...]) -> Iterator[Day]:
    for day in days:
        yield Day(date=day.date, counts="this day" if day.counted else "", why_not=day.why_not)


def _every_day(calendar: Calendar, start: dt.datetime, due: dt.datetime, stops: tuple[Stop, ...]) -> Iterator[Day]:
    first, last = calendar.date_of(start), calendar.last_day(due)
    yield Day(date=first, why_not="the day it started")
    counted = 0
    for number in range(1, (last - first).days + 1):
        day = first + number * DAY
        still = _stood_still(calendar, day, stops)
        counted += not still
        yield Day(date=day, counts="" if still else f"day {counted}", why_not=STILL if still else "")


def _running(
    calendar: Calendar,
    start: dt.datetime,
    due: dt.datetime,
    stops: tuple[Stop, ...],
    opens: dt.time,
    closes: dt.time | None,
) -> Iterator[Day]:
    """Say how many hours each day gives, in the pieces that the pauses leave: together they are the whole time.

    Seconds are never said. Each day gives what the sum has come to, rounded up to the minute, beyond what it was.
    """
    said, so_far = dt.timedelta(), dt.timedelta()
    for day, gives in _pieces(calendar, start, due, stops, opens, closes):
        so_far += gives
        whole = -(-so_far // MINUTE) * MINUTE
        yield day.but(counts=_span(whole - said)) if gives else day
        said = whole


def _pieces(
    calendar: Calendar,
    start: dt.datetime,
    due: dt.datetime,
    stops: tuple[Stop, ...],
    opens: dt.time,
    closes: dt.time | None,
) -> Iterator[tuple[Day, dt.timedelta]]:
    for since, until in stops:
        begun = max(since, start)
        yield from _hours(calendar, start, begun, opens, closes)
        first, last = calendar.date_of(begun), calendar.date_of(until)
        still = (Day(date=first + n * DAY, why_not=STILL) for n in range(1, (last - first).days))
        yield from ((day, dt.timedelta()) for day in still)
        start = until
    yield from _hours(calendar, start, due, opens, closes)


def _hours(
    calendar: Calendar, start: dt.datetime, due: dt.datetime, opens: dt.time, closes: dt.time | None
) -> Iterator[tuple[Day, dt.timedelta]]:
    """Yield each day with what it gives, if it is a working day; *closes* None is the midnight that ends the day."""
    begins, ends = (calendar.local(instant).replace(tzinfo=None) for instant in (start, due))
    for day in calendar.counted_days(start, due, start_day_counts=True):
        last = dt.datetime.combine(day.date, closes) if closes else dt.datetime.combine(day.date + DAY, dt.time())
        gives = min(ends, last) - max(begins, dt.datetime.combine(day.date, opens))
        if not day.counted:
            yield Day(date=day.date, why_not=day.why_not), dt.timedelta()
        elif gives > dt.timedelta():
            yield Day(date=day.date), gives
        else:
            yield Day(date=day.date, why_not="outside the hours that count"), dt.timedelta()


def _span(length: dt.timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    parts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((hours, "hour"), (rest, "minute")) if n]
    return " ".join(parts) or "less than a minute"
