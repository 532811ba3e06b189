"""Overrides from an iCalendar file: each event puts one person into one rank for a time."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from domain.localtime import resolve_local
from domain.spoken import say_date

from .book import Rota
from .file import RotaFault
from .shape import Override

LARGEST_FILE = 5_000_000
"""Bytes."""
WHY = "calendar feed"
"""What an override from a feed gives as its reason: an event's own text may hold anything."""
_REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")


class Feed(NamedTuple):
    """What a file says."""

    overrides: tuple[Override, ...]
    cancelled: frozenset[str]
    """Ids of events that were called off."""
    over: int
    """How many events have ended already, and are left alone."""
    faults: tuple[str, ...]
    """One sentence for each event that cannot be used."""


class _Unfit(ValueError):  # noqa: N818 - the house word for what cannot be used
    """An event cannot be used."""


def read_feed(path: Path, rota: Rota, now: datetime, rank: str = "") -> Feed:
    """Read the events of a file that end after *now* (aware); *rank* is that of events that name none.

    Who: an attendee with the e-mail address of one person of the rota, or a handle in the summary. Which rank: its
    name in the summary or the categories. A time without a zone is on the rota's clocks; whole days run from hand-over
    to hand-over. Raises RotaFault where the file as a whole cannot be read.
    """
    overrides: list[Override] = []
    cancelled: set[str] = set()
    faults: list[str] = []
    over = 0
    for number, event in enumerate(_events(path), 1):
        place = f"event {number}"
        try:
            uid = _text(event, "UID")
            if not uid:
                raise _Unfit("it has no UID, so it would be taken for another one next time; export it with one")
            if _text(event, "STATUS").upper() == "CANCELLED":
                cancelled.add(uid)
                continue
            starts, until = _times(event, rota)
            place = f"event {number}, {say_date(starts.date())}"
            if until <= now:
                over += 1
                continue
            made = _override(event, rota, (starts, until), uid, rank)
            _must_not_overlap(made, overrides, rota)
            overrides.append(made)
        except (_Unfit, ValueError) as error:
            faults.append(f"{place}: {str(error).rstrip('.')}.")
    return Feed(tuple(overrides), frozenset(cancelled), over, tuple(faults))


def _events(path: Path) -> Iterator[Any]:
    from icalendar import Calendar

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise RotaFault(f"{path}: this is larger than {LARGEST_FILE // 1_000_000} MB; give a calendar file.")
        calendars = Calendar.from_ical(path.read_bytes(), multiple=True)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise RotaFault(f"{path}: the file cannot be read ({why}); give an iCalendar file.") from None
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise RotaFault(f"{path}: this is no iCalendar file; export the calendar as .ics and give that.") from None
    if not calendars:
        raise RotaFault(f"{path}: this is no iCalendar file; export the calendar as .ics and give that.")
    for calendar in calendars:
        yield from calendar.walk("VEVENT")


def _override(event: Any, rota: Rota, times: tuple[datetime, datetime], uid: str, rank: str) -> Override:
    if any(event.get(name) for name in _REPEATS):
        raise _Unfit("it repeats; write a turn for it, or export its dates one by one")
    starts, until = times
    said = {"rank": _rank(event, rota, rank), "person": _person(event, rota), "why": WHY, "uid": uid}
    return Override.model_validate(said | {"from": starts, "until": until})


def _times(event: Any, rota: Rota) -> tuple[datetime, datetime]:
    starts, until, lasts = (_value(event, name) for name in ("DTSTART", "DTEND", "DURATION"))
    if starts is None:
        raise _Unfit("it does not say when it starts; export it again")
    if until is None:
        whole_day = timedelta(days=0 if isinstance(starts, datetime) else 1)
        until = starts + (lasts if isinstance(lasts, timedelta) else whole_day)
    both = _instant(starts, rota), _instant(until, rota)
    if both[1] <= both[0]:
        raise _Unfit("it ends before it starts, or lasts no time; give it an end")
    return both


def _instant(said: date | datetime, rota: Rota) -> datetime:
    if not isinstance(said, datetime):
        return rota.handover.on(said)
    return said if said.tzinfo else resolve_local(said, rota.about.zone)


def _value(event: Any, name: str) -> Any:
    found = event.get(name)
    try:
        return found.dt if found is not None else None
    except AttributeError:  # the same property twice
        raise _Unfit(f"it says {name} twice, or in a way that cannot be read; export it again") from None


def _rank(event: Any, rota: Rota, usual: str) -> str:
    categories = event.get("CATEGORIES") or []
    several = categories if isinstance(categories, list) else [categories]
    words = " ".join(
        [_text(event, "SUMMARY"), *(str(one) for each in several for one in getattr(each, "cats", [each]))]
    )
    found = [rank for rank in rota.ranks if _says(words, rank)]
    if len(found) > 1:
        raise _Unfit(f"it names the ranks {' and '.join(found)}; name one")
    if not found and not usual:
        raise _Unfit(f"it names no rank; write {' or '.join(rota.ranks)} into its title, or give --rank")
    return found[0] if found else usual


def _says(words: str, name: str) -> bool:
    pattern = re.escape(name).replace("\\-", "[- ]")
    return re.search(rf"(?<![\w.-]){pattern}(?![\w-]|\.\w)", words, re.IGNORECASE) is not None


def _person(event: Any, rota: Rota) -> str:
    attending = event.get("ATTENDEE") or []
    several = attending if isinstance(attending, list) else [attending]
    emails = {str(one).casefold().removeprefix("mailto:") for one in several}
    found = [h for h, person in rota.people.items() if emails & {email.casefold() for email in person.email}]
    found = found or [handle for handle in rota.people if _says(_text(event, "SUMMARY"), handle)]
    if len(found) != 1:
        who = f"{len(found)} people" if found else "nobody"
        raise _Unfit(f"it names {who} of the rota; invite one of them by e-mail, or write one handle into its title")
    return found[0]


def _must_not_overlap(made: Override, before: list[Override], rota: Rota) -> None:
    starts, until = made.span(rota.about.zone)
    for other in before:
        if other.rank == made.rank and starts < other.until and other.starts < until:
            raise _Unfit(f"it overlaps another event for rank {made.rank}; end one where the other starts")


def _text(event: Any, name: str) -> str:
    found = event.get(name)
    return str(found).strip() if found is not None and not isinstance(found, list) else ""
