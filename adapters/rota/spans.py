"""Stretches of time that never overlap, each holding something, found by bisection."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
END = datetime(2200, 1, 1, tzinfo=UTC)
"""Later than any instant here."""
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)


class Span(NamedTuple, Generic[T]):
    """From an instant, that instant included, until another, excluded."""

    starts: datetime
    until: datetime
    holds: T


class Found(NamedTuple, Generic[T]):
    """What holds at an instant."""

    span: Span[T] | None
    since: datetime
    """Since when that is so; BEGINNING for ever."""
    later: datetime
    """When another span begins; END for never."""


class Spans(Generic[T]):
    """Spans in order. What is painted later covers what lay there before."""

    def __init__(self) -> None:
        self._starts: list[datetime] = []
        self._spans: list[Span[T]] = []

    def paint(self, starts: datetime, until: datetime, holds: T) -> None:
        """Cover from *starts* until *until*; what reached over either end keeps its rest."""
        first = bisect_right(self._starts, starts)
        if first and self._spans[first - 1].until > starts:
            first -= 1
        last = bisect_left(self._starts, until)
        covered = self._spans[first:last]
        new = [Span(starts, until, holds)]
        if covered and covered[0].starts < starts:
            new.insert(0, covered[0]._replace(until=starts))
        if covered and covered[-1].until > until:
            new.append(covered[-1]._replace(starts=until))
        self._spans[first:last] = new
        self._starts[first:last] = [span.starts for span in new]

    def at(self, instant: datetime) -> Found[T]:
        """Return what holds at *instant*, and when something else held last or holds next."""
        place = bisect_right(self._starts, instant)
        later = self._starts[place] if place < len(self._starts) else END
        if not place:
            return Found(None, BEGINNING, later)
        span = self._spans[place - 1]
        if instant < span.until:
            return Found(span, span.starts, later)
        return Found(None, span.until, later)
