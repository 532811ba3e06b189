"""Between the clock on the wall and the absolute timeline."""

import datetime as dt
from zoneinfo import ZoneInfo

from ..base.words import say_clock, say_date


class AmbiguousTime(ValueError):  # noqa: N818 - said of what was typed
    """The clocks went back and this time came twice; `readings` holds both instants, in UTC."""

    def __init__(self, naive: dt.datetime, zone: str, readings: tuple[dt.datetime, dt.datetime]) -> None:
        self.readings = readings
        first, second = (reading.astimezone(ZoneInfo(zone)).isoformat() for reading in readings)
        super().__init__(
            f"{_said(naive)} came twice in {zone}, because the clocks went back: "
            f"write {first} for the first time or {second} for the second."
        )


class MissingTime(ValueError):  # noqa: N818 - said of what was typed
    """The clocks went forward over this time; `readings` holds the instants either side, in UTC."""

    def __init__(self, naive: dt.datetime, zone: str, readings: tuple[dt.datetime, dt.datetime]) -> None:
        self.readings = readings
        before, after = (reading.astimezone(ZoneInfo(zone)).isoformat() for reading in readings)
        super().__init__(
            f"{_said(naive)} did not exist in {zone}, because the clocks went forward: "
            f"write {before} if your clock had already been changed or {after} if it had not."
        )


def known_zone(zone: str) -> str:
    """Return *zone*, or raise ValueError where no such time zone is known."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # a folder of the zone database answers with an OSError
        raise ValueError(f"No time zone is called {zone!r}: write one such as Europe/London.") from None
    return zone


def to_zone(instant: dt.datetime, zone: str) -> dt.datetime:
    """Return *instant* on the clocks of *zone*. ValueError where it has no zone of its own."""
    if instant.utcoffset() is None:
        raise ValueError("This time has no zone: give an instant with an offset, such as 2025-03-07T16:00:00+00:00.")
    return instant.astimezone(ZoneInfo(zone))


def from_wall(naive: dt.datetime, zone: str) -> dt.datetime:
    """Return the instant (UTC) at which clocks in *zone* show *naive*.

    The first where they show it twice; where they never show it, as much later as they were put forward. A midnight
    is thus always the instant at which its day begins. Computed deadlines use this; what people type, `resolve_local`.
    """
    return naive.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(dt.UTC)


def resolve_local(naive: dt.datetime, zone: str) -> dt.datetime:
    """Return the instant (UTC) that a person means by a time without a zone.

    Raises AmbiguousTime or MissingTime, whose sentence gives both readings; ValueError where *naive* has an offset.
    """
    if naive.tzinfo is not None:
        raise ValueError("This time already has an offset: it needs no zone to be read in.")
    place = ZoneInfo(known_zone(zone))
    first, second = (naive.replace(tzinfo=place, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    if first == second:
        return first
    if first < second:
        raise AmbiguousTime(naive, zone, (first, second))
    raise MissingTime(naive, zone, (second, first))


def _said(naive: dt.datetime) -> str:
    return f"{say_clock(naive.time())} on {say_date(naive.date())}"
