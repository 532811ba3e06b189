"""Whose week it is by the turns alone: rotations, and single weeks over them."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.localtime import from_wall

from .shape import About, TurnRule
from .spans import BEGINNING, END, Found, Span, Spans

WEEK = timedelta(days=7)


class Share(NamedTuple):
    """One person's share of a turn."""

    person: str
    turn: int
    """Place of the turn in the file, from 1."""


class Handover:
    """The hand-over on any day: an instant also where the clocks show its time twice (the first) or never (later)."""

    def __init__(self, about: About) -> None:
        self._zone = about.zone
        self._clock: time = about.hands_over

    def on(self, day: date) -> datetime:
        """Return the instant (UTC) of the hand-over of a day."""
        return from_wall(datetime.combine(day, self._clock), self._zone)

    def day_of(self, instant: datetime) -> date:
        """Return the day of the last hand-over at or before *instant*."""
        day = instant.astimezone(ZoneInfo(self._zone)).date()
        return day if self.on(day) <= instant else day - timedelta(days=1)


class Rotation:
    """The turns of one rank that follow one another from a date on; the one begun last stands."""

    def __init__(self, turns: Iterable[tuple[int, TurnRule]], handover: Handover) -> None:
        kept = [(turn.starting, number, turn) for number, turn in turns if turn.starting is not None]
        self._turns = sorted(kept, key=lambda one: one[0])
        self._begins = [handover.on(starting) for starting, _, _ in self._turns]
        self._handover = handover

    def at(self, instant: datetime) -> Found[Share]:
        """Return whose stretch holds *instant*, and when another begins that is not the next of the same turn."""
        place = bisect_right(self._begins, instant)
        later = self._begins[place] if place < len(self._begins) else END
        if not place:
            return Found(None, BEGINNING, later)
        starting, number, turn = self._turns[place - 1]
        ends = min(later, self._handover.on(turn.until)) if turn.until else later
        if instant >= ends:
            return Found(None, ends, later)
        days = turn.weeks_each * 7
        nth = (self._handover.day_of(instant) - starting).days // days
        begins = starting + timedelta(days=nth * days)
        until = min(ends, self._handover.on(begins + timedelta(days=days)))
        share = Share(turn.persons[nth % len(turn.persons)], number)
        span = Span(self._handover.on(begins), until, share)
        return Found(span, span.starts, later)

    def hands_over_on(self, day: date) -> bool:
        """Say whether the week of the turn that stands then begins with the hand-over of *day*."""
        place = bisect_right(self._begins, self._handover.on(day))
        return not place or (day - self._turns[place - 1][0]).days % 7 == 0


def single_weeks(turns: Iterable[tuple[int, TurnRule]], handover: Handover) -> Spans[Share]:
    """Return the weeks that are given to one person each; of two that overlap the later in the file."""
    spans: Spans[Share] = Spans()
    for number, turn in turns:
        if turn.week_of is not None:
            spans.paint(handover.on(turn.week_of), handover.on(turn.week_of + WEEK), Share(turn.persons[0], number))
    return spans
