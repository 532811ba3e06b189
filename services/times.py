"""Times as people type them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.base.words import say_date, say_due, say_instant
from domain.time.local_time import from_wall, resolve_local

from .errors import Trouble
from .remarks import note
from .said_times import Moment, understood

LONDON = "Europe/London"
"""Where people are who read lists; a policy may name another zone for its own times."""
FORMS = {
    None: "2026-12-03T15:00, `today 15:00`, `27/11/2026 9.30am`, `2 hours ago` or `in 3 days`",
    False: "2026-12-03T15:00, `today 15:00`, `yesterday 09:30`, `2 hours ago` or `3 days ago`",
    True: "2026-12-03T15:00, `tomorrow 9am`, `friday 15:00`, `27/11/2026 3pm` or `in 3 days`",
}
"""What may be typed for a time that has been (False), that is to come (True), or either."""
DAY_FORM = "date: write one like 2026-12-03"
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(?P<offset>Z|[+-]\d\d:\d\d)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _clock() -> datetime:
    return datetime.now(UTC)


clock = _clock
"""Tells the time. Tests put another in its place."""


def now() -> datetime:
    """Return the present instant."""
    return clock()


def read_time(
    said: Any, place: str, zone: str = LONDON, *, whole_day: bool = False, ahead: bool | None = None
) -> datetime:
    """Return the instant (UTC) that *said* means, a string or a time from a TOML file.

    Without an offset it is read in *zone* and echoed on stderr. *place* names the option in what people are told.
    With *whole_day* a date alone is taken as the midnight that begins it. *ahead* says whether what is asked for is
    still to come, or has been: then a weekday, or a day without its year, is the next or the last one.

    Raises:
        Trouble: it is no time, one that does not exist or exists twice, or may mean two; the sentence gives both.
    """
    text = _text(said)
    if isinstance(said, datetime):
        text = said.isoformat()
    with _told(text, place, _time_forms(ahead)):
        instant, is_exact = _read(text, zone, ahead, whole_day=whole_day)
        if not date.min.year < instant.year < date.max.year:  # by the clocks of some zone it is out of every calendar
            raise ValueError(f"{text[:40]} cannot be right: check the year.")
    if not is_exact:
        note(f"{place}: {say_instant(instant, zone)} ({zone}).")
    return instant


def read_until(said: str, place: str, zone: str = LONDON) -> datetime:
    """Return the instant (UTC) up to which *said* reaches: a time ahead, or a whole day, to the midnight ending it.

    Raises:
        Trouble: as above.
    """
    text = _text(said)
    if _ISO.fullmatch(text) or text.lower() == "now":
        return read_time(said, place, zone)
    if _DAY.fullmatch(text):
        text = read_day(text, place, zone).isoformat()
    with _told(text, place, _time_forms(True)):
        moment = _understood(text, zone, ahead=True)
    if moment.day is None or moment.clock is not None:
        return read_time(said, place, zone, ahead=True)
    ends = from_wall(datetime.combine(moment.day + timedelta(days=1), time.min), zone)
    note(f"{place}: {say_due(ends, zone)} ({zone}).")
    return ends


def read_before(said: str, place: str, zone: str = LONDON) -> datetime:
    """Return the instant (UTC) before which something is due: a time as above, or the beginning of a whole day.

    A midnight belongs to the day that it ends: what is due by the end of 4 December is due before 5 December.

    Raises:
        Trouble: as above.
    """
    before = read_time(said, place, zone, whole_day=True, ahead=True)
    is_midnight = before.astimezone(ZoneInfo(zone)).time() == time.min
    return before + timedelta(microseconds=1) if is_midnight else before


def read_day(said: Any, place: str, zone: str = LONDON, *, ahead: bool | None = True) -> date:
    """Return the date that *said* means, by the clocks of *zone*; echoed unless it was written as 2026-12-03.

    *ahead* is as for a time. Raises Trouble.
    """
    text = _text(said)
    with suppress(ValueError):
        return date.fromisoformat(text)
    with _told(text, place, DAY_FORM):
        if _DAY.fullmatch(text):
            raise ValueError
        moment = _understood(text, zone, ahead=ahead)
        if moment.day is None or moment.clock is not None:
            raise ValueError
    note(f"{place}: {say_date(moment.day)}.")
    return moment.day


def read_day_or_time(said: str, place: str, zone: str = LONDON) -> date | datetime:
    """Return the day that *said* means, or the instant (UTC) where it gives a time too; it may lie ahead or be past.

    Raises Trouble.
    """
    text = _text(said)
    if _ISO.fullmatch(text) or text.lower() == "now":
        return read_time(said, place, zone)
    with _told(text, place, _time_forms(None)):
        moment = _understood(text, zone, ahead=None)
    if moment.day is None or moment.clock is not None:
        return read_time(said, place, zone)
    return read_day(said, place, zone, ahead=None)


def _text(said: Any) -> str:
    return " ".join((said.isoformat() if isinstance(said, datetime | date) else str(said)).split())


@contextmanager
def _told(text: str, place: str, forms: str) -> Iterator[None]:
    """Tell in a sentence why *text* could not be read. An error that has none of its own gets the forms there are."""
    try:
        yield
    except (ValueError, OverflowError) as error:
        unread = f"{text[:40]!r} is no {forms}."
        has_its_own = len(error.args) == 1 and str(error).endswith(".")
        raise Trouble(f"{place}: {error if has_its_own else unread}") from None


def _time_forms(ahead: bool | None) -> str:
    return f"time that can be read: write {FORMS[ahead]}"


def _wall(zone: str) -> datetime:
    return now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _understood(text: str, zone: str, *, ahead: bool | None) -> Moment:
    return understood(text, _wall(zone), ahead=ahead)


def _read(text: str, zone: str, ahead: bool | None, *, whole_day: bool) -> tuple[datetime, bool]:
    """Return the instant, and whether it was said so exactly that it need not be echoed."""
    if iso := _ISO.fullmatch(text):
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(UTC), True) if iso["offset"] else (resolve_local(moment, zone), False)
    if text.lower() == "now":
        return now(), True
    said = _understood(text, zone, ahead=ahead)
    if said.away is not None:
        return now() + said.away, False
    if said.day is None:
        raise ValueError
    if said.clock is not None:
        return resolve_local(datetime.combine(said.day, said.clock), zone), False
    if said.days_away and not whole_day:
        return from_wall(datetime.combine(said.day, _wall(zone).time()), zone), False
    if whole_day:
        return resolve_local(datetime.combine(said.day, time.min), zone), False
    like = f"{text}T15:00" if _DAY.fullmatch(text) else f"`{text} 15:00`"
    raise ValueError(f"{text[:40]} has no time of day: write it like {like}.")
