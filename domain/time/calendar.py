"""The working days of one nation, and every way a policy counts time from an instant.

Instants go in with any zone and come out in UTC. Days are days on the clocks of the calendar's own zone, never of the
machine's. A midnight belongs to the day it ends: an act at the very instant is in time.
"""

import datetime as dt
from collections.abc import Callable

from ..base.value import Value
from ..base.words import WEEKDAYS
from .local_time import from_wall
from .working_days import DAY, TICK, BeyondCalendar, WorkingDays, not_negative

MORNING = dt.time(9)
LOOK_BACK_DAYS = 14
"""More than any run of days off."""


class CountedDay(Value):
    """One local date between a start and its deadline."""

    date: dt.date
    counted: bool
    why_not: str = ""
    """`Saturday`, `Good Friday`, `the day it started`; empty where the day counts."""


class Calendar(WorkingDays):
    """The pinned edition of a case, and every timescale that is counted on it."""

    def after_working_days(self, start: dt.datetime, n: int, day_ends: dt.time | None = None) -> dt.datetime:
        """Return the end of the *n*th working day after *start*, whose own day is day 0.

        A start on a day off counts from the next working day's beginning, and that day is then day 1. With *n* 0 it is
        the end of the same day, or of the next working day where that is a day off; if *day_ends* is set and *start*
        is later in the day, that deadline lies before *start*.
        """
        day = self.date_of(start)
        return self.end_of_day(self.nth_working(day, n) if n == 0 else self.nth_working(day + DAY, n - 1), day_ends)

    def before_working_days(self, moment: dt.datetime, n: int, day_ends: dt.time | None = None) -> dt.datetime:
        """Return the end of the *n*th working day before the day of *moment*, which is day 0.

        With *n* 0 it is the end of that day itself, or of the last working day before where that is a day off.
        """
        day = self.date_of(moment)
        return self.end_of_day(
            self.nth_working(day, n, -DAY) if n == 0 else self.nth_working(day - DAY, n - 1, -DAY), day_ends
        )

    def after_hours_on_working_days(self, start: dt.datetime, hours: int) -> dt.datetime:
        """Return when *hours* have passed on working days alone, each of which gives 24 by the clock on the wall.

        Friday 16:00 and 48 hours is Tuesday 16:00. A start on a day off counts from the midnight that begins the next
        working day, so Saturday and 48 hours is the midnight that ends Tuesday. In the United Kingdom clocks change on
        Sundays alone, so each working day is 24 real hours too.
        """
        not_negative(hours)
        wall = self.local(start).replace(tzinfo=None)
        first = self.nth_working(wall.date(), 0)
        begins = max(wall, dt.datetime.combine(first, dt.time()))
        days, rest = divmod(begins - dt.datetime.combine(first, dt.time()) + dt.timedelta(hours=hours), DAY)
        if days and not rest:
            days, rest = days - 1, DAY
        return from_wall(dt.datetime.combine(self.nth_working(first, days), dt.time()) + rest, self.zone)

    def after_office_hours(self, start: dt.datetime, hours: int, opens: dt.time, closes: dt.time) -> dt.datetime:
        """Return when *hours* have passed between *opens* and *closes* (local) on working days.

        A start outside them counts from the next opening; hours used up exactly at closing end there. ValueError
        where the office does not open before it closes.
        """
        not_negative(hours)
        if opens >= closes:
            raise ValueError(f"Office hours of {opens:%H:%M} to {closes:%H:%M} hold no time: open before closing.")
        wall, left = self.local(start).replace(tzinfo=None), dt.timedelta(hours=hours)
        day = wall.date()
        while True:
            begins, ends = max(wall, dt.datetime.combine(day, opens)), dt.datetime.combine(day, closes)
            if self.is_working(day) and begins < ends:
                if left <= ends - begins:
                    return from_wall(begins + left, self.zone)
                left -= ends - begins
            day += DAY

    def after_hours(self, start: dt.datetime, hours: int) -> dt.datetime:
        """Return *start* and *hours* of real time: nights, weekends and changes of the clocks included."""
        not_negative(hours)
        return self.local(start).astimezone(dt.UTC) + dt.timedelta(hours=hours)

    def after_days(self, start: dt.datetime, n: int, day_ends: dt.time | None = None) -> dt.datetime:
        """Return the end of the *n*th calendar day after *start*, whose own day is day 0."""
        not_negative(n)
        return self.end_of_day(self.date_of(start) + n * DAY, day_ends)

    def latest_start(self, due: dt.datetime, forward: Callable[[dt.datetime], dt.datetime]) -> dt.datetime:
        """Return the latest start, to the microsecond, whose deadline `forward(start)` is not after *due*.

        *forward* is one of the methods above with its numbers filled in: a later start never has an earlier deadline,
        and starts late enough have late deadlines. BeyondCalendar where no start within the calendar is early enough.
        """

        def in_time(start: dt.datetime) -> bool:
            try:
                return forward(start) <= due
            except BeyondCalendar:  # searched from covers_from on, so it is the far end that was passed
                return False

        floor = from_wall(dt.datetime.combine(self.covers_from, dt.time()), self.zone)
        early = late = self.local(due).astimezone(dt.UTC)
        stride = dt.timedelta(hours=1)
        while in_time(late):
            early, late, stride = late, late + stride, stride * 2
        while not in_time(early):
            if early <= floor:
                raise self.beyond(self.covers_from - DAY)
            early, late, stride = max(floor, early - stride), early, stride * 2
        while late - early > TICK:
            middle = early + (late - early) // 2
            early, late = (middle, late) if in_time(middle) else (early, middle)
        return early

    # What is shown of a deadline

    def counted_days(
        self, start: dt.datetime, due: dt.datetime, *, start_day_counts: bool = False
    ) -> tuple[CountedDay, ...]:
        """Return every local date from *start* to *due*, counted or not and why.

        *start_day_counts* is for hours on working days; for whole working days the day it started is day 0.
        """
        first, last = self.date_of(start), self.last_day(due)
        days = (first + n * DAY for n in range((last - first).days + 1))
        day_zero = "" if start_day_counts else "the day it started"
        whys = ((day, self.why_off(day) or (day_zero if day == first else "")) for day in days)
        return tuple(CountedDay(date=day, counted=not why, why_not=why) for day, why in whys)

    def morning_before(self, due: dt.datetime, now: dt.datetime) -> dt.datetime | None:
        """Return 9am of the last working day on which at least an hour is left until *due*: when to be reminded.

        Where that is over at *now*, of the last day of any kind; None where that is over too.
        """
        mornings = [
            (day, from_wall(dt.datetime.combine(day, MORNING), self.zone))
            for day in (self.last_day(due) - n * DAY for n in range(LOOK_BACK_DAYS))
        ]
        ahead = [(day, at) for day, at in mornings if now < at <= due - dt.timedelta(hours=1)]
        return next((at for day, at in ahead if self._may_work(day)), ahead[0][1] if ahead else None)

    def _may_work(self, day: dt.date) -> bool:
        try:
            return self.is_working(day)
        except BeyondCalendar:
            return day.weekday() < len(WEEKDAYS) - 2

    def is_provisional(self, due: dt.datetime) -> bool:
        """Say whether *due* falls where holidays are only projected, so that a proclamation may yet move it."""
        return self.provisional_from is not None and self.last_day(due) >= self.provisional_from
