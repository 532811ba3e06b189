"""The events of an iCalendar file as it gives them, and their times by the file's own zones."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from adapters.given import TooLarge, read_bytes, reason_of
from domain.time.local_time import known_zone, resolve_local

from .file import RotaFault
from .shape import YEARS

LARGEST_FILE = 5_000_000
"""Bytes."""
LONGEST = timedelta(days=366)
TOO_LONG = "it lasts longer than a year; write a turn for it, or give it its real days"
"""Reported for an event with an impossible year."""
LIKE = "Europe/London"
_UNREADABLE = "?"
"""Stands for the name of a line that cannot be read."""
_DAY, _SECOND = "%Y%m%d", "%Y%m%dT%H%M%S"


class Unclear(ValueError):  # noqa: N818 - reads as a sentence
    """An event leaves something unclear: the sentence says what and what to do, without a full stop."""


class Property(NamedTuple):
    """One line of an event."""

    params: Mapping[str, Any]
    """By name, in capitals."""
    value: str

    def param(self, name: str) -> str:
        """Return a parameter's value in capitals; empty where it is not given."""
        return str(self.params.get(name, "")).strip().upper()


class Event(NamedTuple):
    """One VEVENT."""

    number: int
    """Its place in the file, from 1."""
    method: str
    """The calendar's METHOD in capitals (`PUBLISH`, `CANCEL` …); empty where it has none."""
    zone: str
    """The calendar's zone for times without one; empty where it names none."""
    zones: Mapping[str, tzinfo | None]
    """The zones that the file itself defines; None for one that cannot be used."""
    properties: Mapping[str, tuple[Property, ...]]
    """By name, in capitals; properties of alarms within the event are not included."""

    def all(self, name: str) -> tuple[Property, ...]:
        """Return all values of a property that may be given more than once."""
        return self.properties.get(name, ())

    def one(self, name: str) -> Property | None:
        """Return a property that may be given once. Raises Unclear where it is given again."""
        found = self.all(name)
        if len(found) > 1:
            raise Unclear(f"it says {name} twice; export it again")
        return found[0] if found else None

    def text(self, name: str) -> str:
        """Return a property as text; empty where it is not given. Raises Unclear where it is given again."""
        found = self.one(name)
        return _unescaped(found.value).strip() if found else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all texts of a property that is a list of them."""
        parts = (part for one in self.all(name) for part in re.split(r"(?<!\\),", one.value))
        return tuple(_unescaped(part).strip() for part in parts)

    def word(self, name: str) -> str:
        """Return a property that is one word of a list, in capitals. Raises Unclear where it is given again."""
        return self.text(name).upper()


def _unescaped(said: str) -> str:
    """Return a text without its escapes: a comma for an escaped comma, and so on."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], said)


def read_events(path: Path) -> tuple[Event, ...]:
    """Read the events of a file.

    Raises RotaFault where the file is no iCalendar file, not a whole one, or has no event in it.
    """
    try:
        # A line may be folded within a letter, and may end as on an old Mac.
        whole = re.sub(rb"\r\n?", b"\n", read_bytes(path, LARGEST_FILE))
        text = re.sub(rb"\n[ \t]", b"", whole).decode("utf-8-sig")
    except TooLarge:
        raise RotaFault(f"{path}: this is larger than {LARGEST_FILE // 1_000_000} MB; give a calendar file.") from None
    except OSError as error:
        raise RotaFault(f"{path}: the file cannot be read ({reason_of(error)}); give an iCalendar file.") from None
    except UnicodeDecodeError:
        raise RotaFault(f"{path}: this is not UTF-8 text; export the calendar as .ics and give that.") from None
    try:
        calendars = _components(text)
    except (ValueError, IndexError):
        calendars = []
    if not calendars or any(one.name != "VCALENDAR" for one in calendars):
        raise RotaFault(
            f"{path}: this is no iCalendar file, or not a whole one; export the calendar as .ics and give that."
        )
    found: list[Event] = []
    for calendar in calendars:
        if calendar.said("VERSION") not in ("", "2.0"):
            version = calendar.said("VERSION")[:20]
            raise RotaFault(f"{path}: this is a calendar of version {version}; export it as iCalendar 2.0.")
        zones = _zones(calendar)
        method, zone = (calendar.said(name) for name in ("METHOD", "X-WR-TIMEZONE"))
        for one in calendar.inner:
            if one.name == "VEVENT":
                found.append(Event(len(found) + 1, method.upper(), zone, zones, _by_name(one)))
    if not found:
        raise RotaFault(f"{path}: there is no event in it, so it says nothing of who is on call; export the calendar.")
    return tuple(found)


class _Component(NamedTuple):
    name: str
    properties: list[tuple[str, Property]]
    inner: "list[_Component]"
    lines: list[str]
    """All of it, as it is written."""

    def said(self, name: str) -> str:
        """Return the last value of a property of that name."""
        return next((one.value.strip() for said, one in reversed(self.properties) if said == name), "")


def _components(text: str) -> list[_Component]:
    """Split a text at BEGIN and END. Raises ValueError where they do not match, or a line is not iCalendar."""
    from icalendar.parser import Contentlines, Parameters

    outer = _Component("", [], [], [])
    open_ones = [outer]
    for line in Contentlines.from_ical(text):  # type: ignore[no-untyped-call]
        if not line.strip():
            continue
        try:
            name, params, value = line.parts()
        except ValueError:
            if len(open_ones) < len(("outer", "VCALENDAR", "VEVENT")):
                raise
            name, params, value = _UNREADABLE, Parameters(), ""
        if name.upper() == "BEGIN":
            new = _Component(value.strip().upper(), [], [], [])
            open_ones[-1].inner.append(new)
            open_ones.append(new)
        for one in open_ones:
            one.lines.append(line)
        if name.upper() == "END":
            if open_ones.pop().name != value.strip().upper():
                raise ValueError(value)
        elif name.upper() != "BEGIN":
            of = Property({key.upper(): said for key, said in params.items()}, value)
            open_ones[-1].properties.append((name.upper(), of))
    if len(open_ones) > 1 or outer.properties:
        raise ValueError(open_ones[-1].name)
    return outer.inner


def _by_name(component: _Component) -> dict[str, tuple[Property, ...]]:
    found: dict[str, tuple[Property, ...]] = {}
    for name, one in component.properties:
        found[name] = (*found.get(name, ()), one)
    return found


def _zones(calendar: _Component) -> dict[str, tzinfo | None]:
    zones: dict[str, tzinfo | None] = {}
    written: dict[str, list[str]] = {}
    for one in calendar.inner:
        if one.name == "VTIMEZONE":
            name = one.said("TZID")
            same = written.setdefault(name, one.lines) == one.lines
            zones[name] = _zone(one) if same else None
    return zones


def _zone(component: _Component) -> tzinfo | None:
    from icalendar import Timezone

    if not all(part.said("TZOFFSETTO") and part.said("DTSTART") for part in component.inner) or not component.inner:
        return None
    try:
        return Timezone.from_ical("\r\n".join(component.lines) + "\r\n").to_tz(lookup_tzid=False)  # type: ignore[attr-defined, no-any-return]
    except Exception:  # whatever is wrong with it: an event that needs it says so
        return None


class Times(NamedTuple):
    """When an event is, in UTC; for whole days the days alone."""

    starts: datetime | date
    until: datetime | date


def times_of(event: Event, zone: str) -> Times:
    """Return when an event starts and ends; times without a zone are in *zone*.

    A zone that the file defines is used as it is defined there. `PT24H` is 24 hours, `P1D` the same time on the next
    day. Raises Unclear, or ValueError in a sentence, where a time is missing, contradicts itself, does not exist, or
    exists twice.
    """
    if event.all(_UNREADABLE):
        raise Unclear("a line of it cannot be read; export it again")
    starts, until, lasts = (event.one(name) for name in ("DTSTART", "DTEND", "DURATION"))
    if starts is None:
        raise Unclear("it does not say when it starts; export it again")
    if until and lasts:
        raise Unclear("it has an end and a DURATION; keep one of the two")
    begins = _wall(starts, "DTSTART")
    ends = _wall(until, "DTEND") if until else None
    if ends and isinstance(ends, datetime) != isinstance(begins, datetime):
        raise Unclear("one of its ends is a day and the other a time; write both the same way")
    if not isinstance(begins, datetime):
        return Times(begins, ends or begins + (_lasting(lasts.value)[0] if lasts else timedelta(days=1)))
    first = _instant(begins, starts, event, zone)
    if until and isinstance(ends, datetime):
        last = _instant(ends, until, event, zone)
    else:
        days, more = _lasting(lasts.value) if lasts else (timedelta(), timedelta())
        ends = begins + days
        last = (_instant(ends, starts, event, zone) if days else first) + more
        ends += more
    if event.word("X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE":
        return _whole_days((begins, ends), (first, last), zone)
    return Times(first, last)


def _wall(said: Property, name: str) -> datetime | date:
    """Read a date, or a local time."""
    value, kind = said.value.strip().upper(), said.param("VALUE")
    try:
        if kind in ("", "DATE") and len(value) == len("20300131"):
            return datetime.strptime(value, _DAY).date()  # noqa: DTZ007 - a day has no zone
        # `strptime` alone reads 0930 as 09:03.
        if kind in ("", "DATE-TIME") and len(value.removesuffix("Z")) == len("20300131T090000"):
            return datetime.strptime(value.removesuffix("Z"), _SECOND)  # noqa: DTZ007 - the zone stands beside it
    except ValueError:
        pass
    raise Unclear(f"its {name} is no day or time that there is; export it again")


def _lasting(said: str) -> tuple[timedelta, timedelta]:
    """Return the days of a DURATION, which follow the local clock, and its hours, which do not."""
    days, _, clock = said.strip().upper().partition("T")
    try:
        both = _duration(days if days[-1:] in ("D", "W") else f"{days}0D")
        rest = _duration(f"PT{clock}") if clock else timedelta()
    except ValueError:
        raise Unclear("its DURATION cannot be read; give it an end") from None
    if both < timedelta() or days.startswith("-"):
        raise Unclear("it ends before it starts, or lasts no time; give it an end")
    if max(both, rest) > LONGEST:
        raise Unclear(TOO_LONG)
    return both, rest


def _duration(said: str) -> timedelta:
    from icalendar import vDuration

    read: timedelta = vDuration.from_ical(said)  # type: ignore[no-untyped-call]
    return read


def _instant(wall: datetime, said: Property, event: Event, zone: str) -> datetime:
    """Return the instant (UTC) of a local time with its zone."""
    if not YEARS[0] <= wall.year <= YEARS[1]:
        raise Unclear(f"the year {wall.year} cannot be right; give it the real days")
    named = str(said.params.get("TZID", "")).strip()
    if said.value.strip().upper().endswith("Z"):
        instant = wall.replace(tzinfo=UTC)
        if named and _in_named(wall, named, event) != instant:
            raise Unclear(f"a time of it is in UTC and in the zone {named[:60]!r} at once; export it again")
        return instant
    if named:
        return _in_named(wall, named, event)
    instant = resolve_local(wall, zone)
    if event.zone and event.zone != zone and _in_named(wall, event.zone, event) != instant:
        raise Unclear(f"its times have no zone, and its calendar is on the clocks of {event.zone[:60]}, not of {zone}")
    return instant


def _in_named(wall: datetime, name: str, event: Event) -> datetime:
    """Return the instant of a local time in the zone of that name: as the file defines it, else the known zone.

    Raises Unclear where the file defines a place's zone differently from the clocks there.
    """
    own, known = event.zones.get(name), _known(name)
    if name in event.zones and own is None:
        raise Unclear(f"the file defines the zone {name[:60]!r} in a way that cannot be read; write its times in UTC")
    if own is None:
        if not known:
            raise Unclear(f"no time zone is called {name[:60]!r}; write its times in UTC or in a zone such as {LIKE}")
        return resolve_local(wall, known)
    instant = _in(wall, own, name)
    if known and _is_place(known) and wall.replace(tzinfo=ZoneInfo(known)).astimezone(UTC) != instant:
        raise Unclear(f"the file defines the zone {name[:60]!r} otherwise than clocks go there; write its times in UTC")
    return instant


def _in(wall: datetime, zone: tzinfo, name: str) -> datetime:
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second or first.astimezone(zone).replace(tzinfo=None) != wall:
        raise Unclear(f"a time of it comes twice or never in {name[:60]!r}, where clocks change; write it in UTC")
    return first


def _known(name: str) -> str:
    """Return the zone of that name, or of Windows's name for it; empty where there is none."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    try:
        return known_zone(str(WINDOWS_TO_OLSON.get(name, name)))
    except ValueError:
        return ""


def _is_place(zone: str) -> bool:
    """Say whether a zone is a place's, whose clocks everybody can look up: `Europe/London` is, `GMT` is not."""
    return "/" in zone and not zone.startswith("Etc/")


def _whole_days(walls: tuple[datetime, datetime], instants: tuple[datetime, datetime], zone: str) -> Times:
    """Return the days of an event that Outlook marks as all-day but gives times for."""
    local = tuple(instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for instant in instants)
    for starts, until in (walls, local):
        if starts.time() == until.time() == datetime.min.time():
            return Times(starts.date(), until.date())
    raise Unclear("it is marked as of whole days, and does not run from midnight to midnight; export it again")


def in_order(events: tuple[Event, ...]) -> Iterator[Event]:
    """Yield the events, leaving out older versions of an event that is there in a newer one.

    Versions of an event share its UID and differ in SEQUENCE; each date of a repeating event counts separately. Events
    without a UID all stay.
    """
    newest: dict[tuple[str, str], int] = {}
    for event in events:
        key = _key(event)
        newest[key] = max(newest.get(key, 0), version_of(event))
    yield from (event for event in events if not _key(event)[0] or version_of(event) == newest[_key(event)])


def _key(event: Event) -> tuple[str, str]:
    uid, date_of = (event.all(name) for name in ("UID", "RECURRENCE-ID"))
    return uid[0].value.strip() if uid else "", date_of[0].value.strip() if date_of else ""


def version_of(event: Event) -> int:
    """Return an event's SEQUENCE, which counts its changes; 0 where there is none or it is no number."""
    said = event.all("SEQUENCE")
    value = said[0].value.strip() if said else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < len(str(2**63)) else 0
