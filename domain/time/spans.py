"""Time that passes on working days alone: how much lies between two instants, and where a length of it leads.

Instants go in with any zone and come out in UTC. A midnight belongs to the day it ends.
"""

import datetime as dt

from ..base.value import Value
from .calendar import Calendar
from .local_time import from_wall
from .working_days import DAY

MIDNIGHT = dt.time()


class Hours(Value):
    """Which hours of a working day count, by the clocks on the wall."""

    opens: dt.time = MIDNIGHT
    closes: dt.time = MIDNIGHT
    """Midnight is the one that ends the day."""


def between(calendar: Calendar, start: dt.datetime, end: dt.datetime, hours: Hours) -> dt.timedelta:
    """Return how much time counts from *start* to *end*; none where *end* is not later."""
    begins, ends = _wall(calendar, start), _wall(calendar, end)
    total, day = dt.timedelta(), begins.date()
    while dt.datetime.combine(day, MIDNIGHT) < ends:
        if calendar.is_working(day):
            opens, closes = _of(day, hours)
            total += max(min(ends, closes) - max(begins, opens), dt.timedelta())
        day += DAY
    return total


def forwards(calendar: Calendar, start: dt.datetime, length: dt.timedelta, hours: Hours) -> dt.datetime:
    """Return when *length* has been counted from *start* on."""
    wall = _wall(calendar, start)
    day, left = wall.date(), length
    while True:
        opens, closes = _of(day, hours)
        begins = max(wall, opens)
        if begins < closes and calendar.is_working(day):
            if left <= closes - begins:
                return from_wall(begins + left, calendar.zone)
            left -= closes - begins
        day += DAY


def backwards(calendar: Calendar, end: dt.datetime, length: dt.timedelta, hours: Hours) -> dt.datetime:
    """Return from when on *length* is counted until *end*."""
    wall = _wall(calendar, end)
    day, left = wall.date(), length
    while True:
        opens, closes = _of(day, hours)
        ends = min(wall, closes)
        if opens < ends and calendar.is_working(day):
            if left <= ends - opens:
                return from_wall(ends - left, calendar.zone)
            left -= ends - opens
        day -= DAY


def _of(day: dt.date, hours: Hours) -> tuple[dt.datetime, dt.datetime]:
    opens = dt.datetime.combine(day, hours.opens)
    last = day if hours.closes != MIDNIGHT else day + DAY
    return opens, dt.datetime.combine(last, hours.closes)


def _wall(calendar: Calendar, instant: dt.datetime) -> dt.datetime:
    return calendar.local(instant).replace(tzinfo=None)
