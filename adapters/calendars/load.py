"""Reads an edition of a nation's days off, and lays a partnership's own days over it."""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Collection, Mapping
from importlib.resources import files
from types import MappingProxyType

from domain.base.words import say_date
from domain.time.calendar import Calendar
from domain.time.working_days import DayOff

_EDITIONS = files("adapters.calendars") / "editions"
_NONE: Mapping[dt.date, str] = MappingProxyType({})


class UnknownNation(ValueError):  # noqa: N818 - said of a setting
    """No edition is kept for this nation."""


def known_nations() -> tuple[str, ...]:
    """Return the nations that `load_calendar` knows, in order."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _EDITIONS.iterdir() if file.name.endswith(".toml")))


def load_calendar(
    nation: str,
    *,
    additions: Mapping[dt.date, str] = _NONE,
    removals: Collection[dt.date] = (),
    zone: str = "Europe/London",
    window: tuple[int, int] | None = None,
) -> Calendar:
    """Return the kept edition of *nation*, with a partnership's own days off laid over it.

    *additions* maps a date to its name, as people should read it; *removals* are bank holidays that are worked after
    all. With either, the edition's name ends in `+local-` and a digest of them, so two lists never share a name.
    *window* keeps only those years, first and last included; `Calendar.for_case` does that for one case.

    Raises UnknownNation; ValueError for a removal that is no bank holiday there, or is an addition too; BeyondCalendar
    for a local day or a window outside the edition.
    """
    edition = _read(nation, zone)
    if additions or removals:
        edition = _with_local(edition, additions, removals)
    return edition.within_years(*window) if window else edition


def _read(nation: str, zone: str) -> Calendar:
    if nation not in known_nations():
        raise UnknownNation(f"No calendar is kept for {nation!r}: use one of {', '.join(known_nations())}.")
    kept = tomllib.loads((_EDITIONS / f"{nation}.toml").read_text(encoding="utf-8"))
    days = kept.pop("days_off")
    days_off = tuple(DayOff(date=dt.date.fromisoformat(day), name=name) for day, name in days.items())
    return Calendar(**kept, zone=zone, days_off=days_off)


def _with_local(edition: Calendar, additions: Mapping[dt.date, str], removals: Collection[dt.date]) -> Calendar:
    names = {off.date: off.name for off in edition.days_off}
    for day in removals:
        if day in additions:
            raise ValueError(f"{say_date(day)} is both added and removed as a day off: keep one of the two.")
        if day not in names:
            raise ValueError(
                f"{say_date(day)} is no bank holiday in {edition.edition}: take it out of the removed days."
            )
    for day in additions:
        edition.why_off(day)  # refuses a day outside the edition, which would be lost in silence
    kept = {day: name for day, name in names.items() if day not in removals} | dict(additions)
    return Calendar(
        edition=f"{edition.edition}+local-{_digest(additions, removals)}",
        nation=edition.nation,
        zone=edition.zone,
        days_off=tuple(DayOff(date=day, name=name) for day, name in kept.items()),
        covers_from=edition.covers_from,
        covers_to=edition.covers_to,
        provisional_from=edition.provisional_from,
        source=f"{edition.source}; with {len(additions)} local additions and {len(set(removals))} removals",
    )


def _digest(additions: Mapping[dt.date, str], removals: Collection[dt.date]) -> str:
    lines = [f"+{day} {name}" for day, name in sorted(additions.items())] + [f"-{day}" for day in sorted(set(removals))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
