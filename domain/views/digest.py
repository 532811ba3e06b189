"""What is on somebody today: what is late, due today or by the end of the next working day, or waits for their word."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args

from ..base.value import Instant, Value
from ..case.effects import Notice, Recipient
from ..time.calendar import Calendar
from ..time.working_days import DAY
from .status import OwedNow
from .waiting import Waiting

Band = Literal["late", "answer", "today", "coming"]
"""`answer`: another side has said or proposed something and waits for their word."""
BANDS: tuple[Band, ...] = get_args(Band)


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


def items_of(
    case: str, owed: Iterable[OwedNow], steps: dict[str, str], calendar: Calendar, now: Instant
) -> Iterator[tuple[Item, OwedNow]]:
    """Yield what of a case belongs into a digest at *now*, with what it was made of.

    *steps* gives the titles of its open steps by id. What only may be done, has no time, or is due later is left out.
    """
    for one in owed:
        if band := band_of(one, calendar, now):
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


def band_of(owed: OwedNow, calendar: Calendar, now: Instant) -> Band | None:
    """Say where in a digest at *now* something belongs; None where it does not.

    A midnight belongs to the day it ends. What is owed at once and is never late is due today, however old.
    """
    if owed.strength == "may":
        return None
    if owed.overdue or (owed.late_from is not None and owed.late_from <= now):
        return "late"
    if owed.due is None:
        return None
    day, today = calendar.last_day(owed.due), calendar.date_of(now)
    if day <= today:
        return "today"
    return "coming" if day <= calendar.nth_working(today + DAY, 0) else None


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
