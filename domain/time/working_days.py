"""The working days of one nation: which they are, when they end, and how far they are known."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from ..base.value import Value
from ..base.words import WEEKDAYS, say_date
from .local_time import from_wall, known_zone, to_zone

DAY = dt.timedelta(days=1)
TICK = dt.timedelta(microseconds=1)


class BeyondCalendar(ValueError):  # noqa: N818 - said of a date, not of a fault
    """A day was asked for whose holidays this calendar does not know."""


class DayOff(Value):
    """A weekday on which nobody is expected to work."""

    date: dt.date
    name: str


def _in_order(days: tuple[DayOff, ...]) -> tuple[DayOff, ...]:
    ordered = tuple(sorted(days, key=lambda off: off.date))
    for one, other in pairwise(ordered):
        if one.date == other.date:
            raise ValueError(f"{say_date(one.date)} stands twice among the days off: leave one of the two out.")
    return ordered


class WorkingDays(Value):
    """One edition of a nation's days off. It travels inside a case, so it is small and always the same JSON.

    Every method that looks at working days raises BeyondCalendar outside `covers_from` to `covers_to`, and ValueError
    where an instant has no zone or a count is negative.
    """

    edition: str
    """Such as `england-and-wales/2026-11`; names the days exactly."""
    nation: str
    zone: Annotated[str, AfterValidator(known_zone)] = "Europe/London"
    days_off: Annotated[tuple[DayOff, ...], AfterValidator(_in_order)]
    """Weekends apart; kept sorted by date, which the look-up relies on."""
    covers_from: dt.date
    covers_to: dt.date
    """The last day it knows, itself included."""
    provisional_from: dt.date | None = None
    """The first day whose holidays are projected from the rules and not yet proclaimed."""
    source: str

    @model_validator(mode="after")
    def _covers_something(self) -> Self:
        if self.covers_to < self.covers_from:
            raise ValueError(f"Calendar {self.edition} ends before it begins: swap covers_from and covers_to.")
        return self

    def is_working(self, day: dt.date) -> bool:
        """Say whether *day* is Monday to Friday and no day off."""
        return not self.why_off(day)

    def why_off(self, day: dt.date) -> str:
        """Return why nobody works on *day*: `Good Friday`, `Saturday`, or an empty string for a working day."""
        if not self.covers_from <= day <= self.covers_to:
            raise self.beyond(day)
        place = bisect_left(self.days_off, day, key=lambda off: off.date)
        if place < len(self.days_off) and self.days_off[place].date == day:
            return self.days_off[place].name
        return WEEKDAYS[day.weekday()] if day.weekday() >= 5 else ""

    def local(self, instant: dt.datetime) -> dt.datetime:
        """Return *instant* on the calendar's own clocks."""
        return to_zone(instant, self.zone)

    def date_of(self, instant: dt.datetime) -> dt.date:
        """Return the local date of *instant*; a midnight is the new day."""
        return self.local(instant).date()

    def end_of_day(self, day: dt.date, day_ends: dt.time | None = None) -> dt.datetime:
        """Return when *day* ends: the midnight that ends it, or the local time *day_ends* on it."""
        if day_ends is None:
            return from_wall(dt.datetime.combine(day + DAY, dt.time()), self.zone)
        return from_wall(dt.datetime.combine(day, day_ends), self.zone)

    def within_years(self, first: int, last: int) -> Self:
        """Return the same edition cut to the years *first* to *last*, as far as it covers them."""
        covers_from = max(self.covers_from, dt.date(first, 1, 1))
        covers_to = min(self.covers_to, dt.date(last, 12, 31))
        if covers_to < covers_from:
            raise self.beyond(dt.date(first, 1, 1))
        days_off = tuple(off for off in self.days_off if covers_from <= off.date <= covers_to)
        return self.model_copy(update={"days_off": days_off, "covers_from": covers_from, "covers_to": covers_to})

    def for_case(self, opened: dt.datetime) -> Self:
        """Return what a case opened at *opened* carries: the year before, its own, and six more where known."""
        day = self.date_of(opened)
        if not self.covers_from <= day <= self.covers_to:
            raise self.beyond(day)
        return self.within_years(day.year - 1, day.year + 6)

    def nth_working(self, day: dt.date, n: int, step: dt.timedelta = DAY) -> dt.date:
        """Return the working day with *n* others between it and *day*, *day* itself being the first looked at."""
        not_negative(n)
        return next(islice(self._working(day, step), n, None))

    def _working(self, day: dt.date, step: dt.timedelta) -> Iterator[dt.date]:
        while True:
            if self.is_working(day):
                yield day
            day += step

    def last_day(self, due: dt.datetime) -> dt.date:
        """Return the last local date that a deadline reaches; a midnight ends the day before it."""
        return self.date_of(due - TICK)

    def beyond(self, day: dt.date) -> BeyondCalendar:
        """Return the error that says *day* is not covered."""
        return BeyondCalendar(
            f"Calendar {self.edition} knows {say_date(self.covers_from)} to {say_date(self.covers_to)} and was asked "
            f"about {say_date(day)}: give a date within those, or use a calendar edition that covers it."
        )


def not_negative(count: int) -> None:
    """Raise ValueError where a count of days or hours is below 0."""
    if count < 0:
        raise ValueError(f"A timescale of {count} runs backwards: write 0 or more.")
