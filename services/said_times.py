"""Days and times of day as people in Britain say them, read without guessing: what means two things is refused."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from domain.base.words import WEEKDAYS, say_date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
HALF_A_YEAR = timedelta(days=183)
"""A day without its year that lies further off than this is as likely of another year."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
_NUMBERS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NAMED_DAYS = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}
_WEEKDAY = r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>[ap])\.?m\.?"
    r"|(?P<hour24>\d{1,2})(?P<dot>[:.])(?P<minute24>\d\d)(?::(?P<second>\d\d))?"
    r"|(?P<noon>midday|noon)|(?P<midnight>midnight))"
)
_CLOCK_FIRST = re.compile(rf"{_CLOCK}(?: on| of)?(?: (?P<rest>.+))?")
_CLOCK_LAST = re.compile(rf"(?P<rest>.+?),? (?:at )?{_CLOCK}")
_FAR = re.compile(
    r"(?P<ahead>in )?(?P<many>\d{1,4}|[a-z]+(?: an?)?) (?P<unit>minute|min|hour|hr|day|week)s?(?P<ago> ago)?(?: time)?"
)
_OF_WEEK = re.compile(rf"(?P<which>last |next |this )?{_WEEKDAY}(?P<week> week)?")
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/](?P<number>\d\d)[-/](?P<day>\d\d)"),
    re.compile(r"(?P<day>\d{1,2})(?P<by>[/.-])(?P<number>\d{1,2})(?:(?P=by)(?P<year>\d{4}|\d\d))?"),
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH}(?:[ -](?P<year>\d{{4}}))?"),
    re.compile(rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: (?P<year>\d{{4}}))?"),
)
_DATED = re.compile(rf"{_WEEKDAY} (?P<rest>.+)")
_FULL = {name[:3].lower(): number for number, name in enumerate(WEEKDAYS)}
_SPELT = {  # the letters that may follow the first three
    "mon": ("day",), "tue": ("s", "sday"), "wed": ("s", "nesday"), "thu": ("r", "rs", "rsday"),
    "fri": ("day",), "sat": ("urday",), "sun": ("day",),
    "jan": ("uary",), "feb": ("ruary",), "mar": ("ch",), "apr": ("il",), "may": (), "jun": ("e",), "jul": ("y",),
    "aug": ("ust",), "sep": ("t", "tember"), "oct": ("ober",), "nov": ("ember",), "dec": ("ember",),
}  # fmt: skip


class Moment(NamedTuple):
    """What was said: a day, a time of day, or a moment so many minutes or hours away."""

    day: date | None = None
    clock: time | None = None
    away: timedelta | None = None
    """From now, to the minute."""
    days_away: bool = False
    """True where the day was said as so many days or weeks from now, and means the same time of day unless given."""


def understood(text: str, wall: datetime, *, ahead: bool | None) -> Moment:
    """Read *text* by the clock on the *wall*, which shows now.

    A day that comes again and again (a Friday, 27 November) is the next one where what is asked for lies *ahead*, the
    last one where it does not; where that may be either (None) it must be said.

    Raises ValueError: with a sentence for people where it may mean two things, without one where it means nothing.
    """
    said = re.sub(r"^(?:by |until )?(?:on |at |(?:the )?end of )?", "", " ".join(text.lower().split()))
    rest, clock = _clock(said, wall, ahead)
    if not rest:
        if clock is None:
            raise ValueError
        return Moment(wall.date(), clock)
    rest = rest.removeprefix("on ").removesuffix(",").removesuffix(" at")
    if rest in _NAMED_DAYS:
        return Moment(wall.date() + _NAMED_DAYS[rest] * DAY, clock)
    if (far := _FAR.fullmatch(rest)) and bool(far["ahead"]) != bool(far["ago"]):
        return _far(far, wall, clock)
    if (of_week := _OF_WEEK.fullmatch(rest)) and _spelt(rest, of_week["weekday"]):
        return Moment(_of_week(rest, of_week, wall, clock, ahead), clock)
    return Moment(_dated(rest, wall, ahead), clock)


def _two(text: str, first: str, second: str, mend: str) -> ValueError:
    return ValueError(f"{text!r} may mean {first} or {second}: {mend}.")


# --- the time of day


def _clock(said: str, wall: datetime, ahead: bool | None) -> tuple[str, time | None]:
    """Return what is left of *said* without its time of day, and that; None where it has none."""
    for form in (_CLOCK_FIRST, _CLOCK_LAST):
        if (found := form.fullmatch(said)) is None:
            continue
        if found["midnight"]:
            of = f" of {found['rest']}" if found["rest"] else ""
            raise _two(said, f"the one that begins the day{of}", "the one that ends it", "write 00:00 with its day")
        clock = _read_clock(found)
        rest = found["rest"] or ""
        if not rest and found["dot"] == "." and not found["second"]:
            _must_not_be_a_date(said, wall, ahead)
        if clock is not None:
            return rest, clock
    if re.fullmatch(r"(?:.+ )?at \d{1,2}", said):
        hour = said.rpartition(" ")[2]
        if 1 <= int(hour) <= 12:
            raise _two(said, f"{hour}am", f"{hour}pm", "write which")
    return said, None


def _read_clock(found: "re.Match[str]") -> time | None:
    if found["noon"]:
        return time(12)
    hour, minute = (int(found[name] or 0) for name in (("hour", "minute") if found["hour"] else ("hour24", "minute24")))
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (found["half"] == "p")
    second = int(found["second"] or 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _must_not_be_a_date(said: str, wall: datetime, ahead: bool | None) -> None:
    """Refuse `10.11`, which is eleven past ten and the tenth of November."""
    try:
        day = _dated(said, wall, ahead)
    except ValueError:
        return
    hour, _, minute = said.partition(".")
    if int(hour) < 24:
        raise _two(said, f"the time {hour}:{minute}", f"the day {say_date(day)}", f"write {hour}:{minute}, or {day}")


# --- the day


def _far(far: "re.Match[str]", wall: datetime, clock: time | None) -> Moment:
    many = far["many"]
    if many.isdecimal():
        number = float(many)
    elif many in {"half an", "half a"} and far["unit"] in {"hour", "hr"}:
        number = 0.5
    else:
        plain = {"an": "a", "one": "a"}.get(many, many)
        number = float(_NUMBERS.index(plain) + 1)  # ValueError: it is no number
    sign = -1 if far["ago"] else 1
    unit = {"min": "minute", "hr": "hour"}.get(far["unit"], far["unit"])
    away = sign * timedelta(**{f"{unit}s": number})
    if unit in {"minute", "hour"}:
        if clock is not None:
            raise ValueError
        return Moment(away=away)
    return Moment((wall + away).date(), clock, days_away=True)


def _of_week(text: str, found: "re.Match[str]", wall: datetime, clock: time | None, ahead: bool | None) -> date:
    today, number, which = wall.date(), _FULL[found["weekday"]], (found["which"] or "").strip()
    coming = today + ((number - today.weekday() - 1) % 7 + 1) * DAY
    gone = today - ((today.weekday() - number - 1) % 7 + 1) * DAY
    this_week = today + (number - today.weekday()) * DAY
    mend = "write its date"
    if found["week"]:
        if which:
            raise ValueError
        return coming + WEEK
    if which in {"last", "next"}:
        nearest, other = (gone, this_week - WEEK) if which == "last" else (coming, this_week + WEEK)
        if nearest != other:
            raise _two(text, say_date(nearest), say_date(other), mend)
        return nearest
    if which == "this":
        return this_week
    if number == today.weekday():
        if clock is not None and ahead is not None and (clock > wall.time()) != ahead:
            return coming if ahead else gone
        other = gone if ahead is False else coming
        raise _two(text, f"today, {say_date(today)},", say_date(other), "write `today`, or its date")
    if ahead is None:
        raise _two(text, say_date(gone), say_date(coming), mend)
    return coming if ahead else gone


def _dated(text: str, wall: datetime, ahead: bool | None) -> date:
    """Read a date, day first, with its weekday before it or without."""
    weekday = None
    if (found := _DATED.fullmatch(text)) and _spelt(text.partition(" ")[0], found["weekday"]):
        weekday, text = _FULL[found["weekday"]], found["rest"].strip()
    day = _read_date(text, wall, ahead)
    if weekday is not None and day.weekday() != weekday:
        raise ValueError(f"{say_date(day)} is not a {WEEKDAYS[weekday]}: write the day that is meant.")
    return day


def _read_date(text: str, wall: datetime, ahead: bool | None) -> date:
    found = next((match for form in _DATES if (match := form.fullmatch(text))), None)
    if found is None:
        raise ValueError
    said = found.groupdict()
    if said.get("month"):
        if not _spelt(re.sub(r"[^a-z ]", " ", text), said["month"]):
            raise ValueError
        month = MONTHS.index(said["month"]) + 1
    else:
        month = int(said["number"])
    number, year = int(said["day"]), said["year"]
    if month > 12 >= number and "by" in said:
        raise ValueError(
            f"{text!r} has no month {month}: the day comes first here, so day {month} of month {number} is "
            f"{month:02}/{number:02}{f'/{year}' if year else ''}."
        )
    if year:
        return _date(text, int(year) + 2000 * (len(year) == 2), month, number)
    return _of_some_year(text, wall, month, number, ahead)


def _date(text: str, year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar: check its day, month and year.") from None


def _of_some_year(text: str, wall: datetime, month: int, number: int, ahead: bool | None) -> date:
    """Return the nearest day of that month in the direction that is asked for, unless it is far off."""
    today, years = wall.date(), range(wall.year - 8, wall.year + 9)  # eight: 2100 is no leap year
    fits = 1 <= month <= 12 and number >= 1
    days = [date(year, month, number) for year in years if fits and number <= _length(year, month)]
    if not days:
        raise ValueError(f"{text!r} is no day of the calendar: check its day and month.")
    gone = max((day for day in days if day <= today), default=days[0])
    coming = min((day for day in days if day >= today), default=days[-1])
    meant = {True: coming, False: gone, None: min((gone, coming), key=lambda day: abs(day - today))}[ahead]
    if abs(meant - today) > HALF_A_YEAR:
        raise _two(text, say_date(gone), say_date(coming), "write its year")
    return meant


def _length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - DAY).day


def _spelt(text: str, begins: str) -> bool:
    """Is the word of *text* that begins so a name in full, or one of the ways to shorten it?"""
    word = next((word for word in text.split() if word.startswith(begins)), "")
    return word in {begins, *(begins + more for more in _SPELT[begins])}
