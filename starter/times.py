"""Times as people type them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.localtime import from_wall, resolve_local
from domain.spoken import say_due, say_instant

from .exits import Trouble
from .screen import note

LONDON = "Europe/London"
"""Where people are who read lists; a policy may name another zone for its own times."""
FORMS = "2026-12-03T15:00, `today 15:00`, `yesterday 09:30`, `2 hours ago` or `3 days ago`"
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(?P<offset>Z|[+-]\d\d:\d\d)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NAMED = re.compile(r"(?P<day>today|yesterday|tomorrow)(?: at)? (?P<clock>\d{1,2}:\d\d)")
_AGO = re.compile(r"(?P<many>\d{1,4}) (?P<unit>minute|hour|day|week)s? ago")
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


def _clock() -> datetime:
    return datetime.now(UTC)


clock = _clock
"""Tells the time. Tests put another in its place."""


def now() -> datetime:
    """Return the present instant."""
    return clock()


def read_time(said: Any, place: str, zone: str = LONDON, *, whole_day: bool = False) -> datetime:
    """Return the instant (UTC) that *said* means, a string or a time from a TOML file.

    Without an offset it is read in *zone* and echoed on stderr. *place* names the option in what people are told.
    With *whole_day* a date alone is taken as the midnight that begins it.

    Raises:
        Trouble: it is no time, or one that does not exist or exists twice; the sentence gives both readings.
    """
    text = " ".join(said.isoformat() if isinstance(said, datetime | date) else str(said).split())
    if isinstance(said, datetime):
        text = said.isoformat()
    try:
        instant, offset = _read(text.strip(), zone, whole_day)
    except (ValueError, OverflowError) as error:
        sentence = str(error) if len(error.args) == 1 and str(error).endswith(".") else _unread(text)
        raise Trouble(f"{place}: {sentence}") from None
    if not offset:
        note(f"{place}: {say_instant(instant, zone)} ({zone}).")
    return instant


def read_until(said: str, place: str, zone: str = LONDON) -> datetime:
    """Return the instant (UTC) up to which *said* reaches: a time as above, or a whole day, to the midnight ending it.

    Raises:
        Trouble: as above.
    """
    if not _DAY.fullmatch(said.strip()):
        return read_time(said, place, zone)
    ends = from_wall(datetime.combine(read_day(said, place) + timedelta(days=1), time.min), zone)
    note(f"{place}: {say_due(ends, zone)} ({zone}).")
    return ends


def read_day(said: Any, place: str) -> date:
    """Return the date that *said* means. Raises Trouble."""
    try:
        return date.fromisoformat(str(said).strip())
    except ValueError:
        raise Trouble(f"{place}: {str(said)[:40]!r} is no date: write one like 2026-12-03.") from None


def _read(text: str, zone: str, whole_day: bool) -> tuple[datetime, bool]:
    if iso := _ISO.fullmatch(text):
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(UTC), True) if iso["offset"] else (resolve_local(moment, zone), False)
    if _DAY.fullmatch(text) and whole_day:
        return resolve_local(datetime.fromisoformat(text), zone), False
    if _DAY.fullmatch(text):
        raise ValueError(f"{text} has no time of day: write it like {text}T15:00.")
    wall = now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    text = text.lower()
    if text == "now":
        return now(), True
    if named := _NAMED.fullmatch(text):
        clock = datetime.strptime(named["clock"], "%H:%M").time()  # noqa: DTZ007 - a time of day alone
        return resolve_local(datetime.combine(wall.date() + timedelta(days=_DAYS[named["day"]]), clock), zone), False
    if ago := _AGO.fullmatch(text):
        back = timedelta(**{f"{ago['unit']}s": int(ago["many"])})
        by_the_day = ago["unit"] in {"day", "week"}
        return (from_wall(wall - back, zone) if by_the_day else now() - back), False
    raise ValueError


def _unread(text: str) -> str:
    return f"{text[:40]!r} is no time that can be read: write {FORMS}."
