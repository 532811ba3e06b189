"""What is on somebody today: what is late, due today or by the end of the next working day, or waits for their word."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

from ..base.value import Instant, Value
from ..case.effects import Notice, Recipient
from ..time.calendar import Calendar
from ..time.working_days import DAY, BeyondCalendar
from .owed_times import OwedTimes, times_of
from .status import OwedNow
from .waiting import Waiting

Band = Literal["late", "answer", "today", "coming"]
"""`answer`: another side has said or proposed something and waits for their word."""
BANDS: tuple[Band, ...] = get_args(Band)


class Edges(NamedTuple):
    """Where the bands of a digest end, which is made at *now*; each instant still belongs to its band."""

    now: datetime
    today: datetime
    coming: datetime


class Line(NamedTuple):
    """One thing that belongs into a digest, by its times alone: what it is, only its case's view says."""

    case: str
    band: Band
    due: datetime | None
    is_nobodys: bool = False


class Item(Value):
    """One thing that is owed, as a digest says it."""

    case: str
    step: str = ""
    what: str
    by: str
    due: Instant | None = None
    when: str
    """For people, in the policy's zone."""
    band: Band
    seat: str = ""
    """Whom it is for, where the message is for more than one seat."""


class Digest(Notice):
    """What is on one person today. It is about many cases, so its own `case` is empty."""

    items: tuple[Item, ...]
    """In order, as many as fit."""
    more: int = 0
    """How many did not fit."""

    def of(self, band: Band) -> tuple[Item, ...]:
        """Return the items of a band."""
        return tuple(item for item in self.items if item.band == band)


class Raised(Value):
    """An immediate risk, or something overdue, that was raised in the night in a case."""

    case: str
    at: str
    """When first, for people."""
    what: Literal["alert", "immediate risk"]
    rungs: tuple[str, ...]
    """Titles of the rungs that were woken, in order."""
    acknowledged: str = ""
    """When and by which seats, until when; empty where nobody did."""
    is_open: bool
    """Is something of it still overdue?"""


class Night(Notice):
    """What was raised in the night, for the leads on call."""

    since: str
    raised: tuple[Raised, ...]


class Area(Value):
    """What the office is told of one policy."""

    title: str
    open: int
    late: tuple[Item, ...] = ()
    """As many as fit."""
    late_count: int = 0
    today: int = 0
    on_nobody: tuple[Item, ...] = ()
    """Owed now, and by no seat that is known."""
    unheard: tuple[str, ...] = ()
    """Alerts that reached nobody, and cases that cannot be read, in sentences."""
    raised: tuple[Raised, ...] = ()
    directory: tuple[str, ...] = ()
    """What the checks found, in sentences."""
    rota: tuple[str, ...] = ()


class OfficeDigest(Notice):
    """How things stand, for the partnership's office."""

    since: str
    areas: tuple[Area, ...]
    checkpoint: tuple[str, ...] = ()
    """Lines of the newest checkpoint of the record, as it is signed, so that it leaves the building."""
    files: tuple[tuple[str, str], ...] = ()
    """The same as files, with the heads it is about: the name and the text of each, for a channel that can attach."""


def edges_of(calendar: Calendar, now: datetime) -> Edges:
    """Return where the bands end at *now*: by the days of *calendar*, on its clocks.

    A midnight belongs to the day it ends. Where the calendar does not know the next days, what is due within seven of
    them is coming: more than is asked for, and nothing is left out.
    """
    today = calendar.date_of(now)
    try:
        last = calendar.nth_working(today + DAY, 0)
    except BeyondCalendar:
        last = today + 7 * DAY
    return Edges(now, calendar.end_of_day(today), calendar.end_of_day(last))


def items_of(case: str, owed: Iterable[OwedNow], steps: dict[str, str], edges: Edges) -> Iterator[tuple[Item, OwedNow]]:
    """Yield what of a case belongs into a digest, with what it was made of.

    *steps* gives the titles of its open steps by id. What only may be done, has no time, or is due later is left out.
    """
    for one in owed:
        if band := band_of(one, edges):
            yield (
                Item(
                    case=case,
                    step=steps.get(one.stage, ""),
                    what=one.what,
                    by=one.by,
                    due=one.due,
                    when=one.due_words,
                    band=band,
                ),
                one,
            )


def lines_of(case: str, owed: Iterable[OwedTimes], awaited: int, edges: Edges) -> Iterator[Line]:
    """Yield a line for each item that `items_of` and `answers_of` make of a case, by the times of what is owed in it
    and the number of answers that it waits for.
    """
    for one in owed:
        if band := band_at(one, edges):
            yield Line(case, band, one.due, one.is_nobodys)
    for _ in range(awaited):
        yield Line(case, "answer", None)


def answers_of(case: str, waits: Iterable[Waiting], steps: dict[str, str]) -> Iterator[tuple[Item, Recipient]]:
    """Yield what of a case waits for somebody's answer, with the seat whose answer it is."""
    for one in waits:
        for party, seat in one.asked:
            item = Item(
                case=case,
                step=steps.get(one.stage, ""),
                what=one.question,
                by=party,
                when=f"it counts once {one.once}",
                band="answer",
            )
            yield item, seat


def band_of(owed: OwedNow, edges: Edges) -> Band | None:
    """Say where in a digest something belongs; None where it does not."""
    times = times_of(owed)
    return None if times is None else band_at(times, edges)


def band_at(times: OwedTimes, edges: Edges) -> Band | None:
    """Say where in a digest something with these times belongs; None where it does not.

    What is owed at once and is never late is due today, however old.
    """
    if times.overdue or (times.late_from is not None and times.late_from <= edges.now):
        return "late"
    if times.due is None:
        return None
    if times.due <= edges.today:
        return "today"
    return "coming" if times.due <= edges.coming else None


def line_rank(line: Line) -> tuple[Any, ...]:
    """Return what lines sort by, as `rank` does for their items: two of one rank are of one case."""
    return BANDS.index(line.band), line.due is None, line.due, line.case


def rank(item: Item) -> tuple[Any, ...]:
    """Return what a digest sorts by: what is late first, then today's, then what is coming; then by when it is due."""
    return BANDS.index(item.band), item.due is None, item.due, item.case, item.what


def counted(items: Iterable[Item]) -> str:
    """Say how much it is: `3 things are on you today, 1 late`, or what is coming where that is all."""
    bands = [item.band for item in items]
    now = len(bands) - bands.count("coming")
    late = f", {bands.count('late')} late" if "late" in bands else ""
    if not now:
        return f"{_things(len(bands))} due by the end of the next working day"
    return f"{_things(now)} on you today{late}"


def _things(count: int) -> str:
    return f"{count} thing{' is' if count == 1 else 's are'}"
