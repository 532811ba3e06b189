"""Instants and seats as people say them. English names are written out here: the process's locale changes nothing."""

import datetime as dt
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def say_date(day: dt.date) -> str:
    """Return `Monday 28 April 2025`."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_clock(clock: dt.time) -> str:
    """Return `3:00pm`, or `midday`. Seconds are left off, so a deadline is never said later than it is."""
    if (clock.hour, clock.minute) == (12, 0):
        return "midday"
    return f"{clock.hour % 12 or 12}:{clock.minute:02}{'am' if clock.hour < 12 else 'pm'}"


def say_instant(instant: dt.datetime, zone: str) -> str:
    """Return an aware *instant* in *zone*: `Wednesday 23 April 2025, 3:00pm`."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{say_date(local.date())}, {_clock_of(local)}"


def say_time(instant: dt.datetime, zone: str) -> str:
    """Return the time of day of an aware *instant* in *zone*: `3:00pm`; `1:30am GMT` in the hour that comes twice."""
    return _clock_of(instant.astimezone(ZoneInfo(zone)))


def say_due(instant: dt.datetime, zone: str) -> str:
    """Return an aware deadline in *zone*.

    `by the end of Monday 28 April 2025` where it is exactly a midnight, else `by 3:00pm on Wednesday 23 April 2025`.
    """
    local = instant.astimezone(ZoneInfo(zone))
    if local.time() == dt.time():
        return f"by the end of {say_date(local.date() - dt.timedelta(days=1))}"
    return f"by {_clock_of(local)} on {say_date(local.date())}"


def _clock_of(local: dt.datetime) -> str:
    said = say_clock(local.time())
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return said
    return f"{said} {local.tzname()}"  # the hour that comes twice, when the clocks go back


def say_seat(role: str, agency: str = "") -> str:
    """Say a seat as people type it: `role@agency`, or the role alone for one of the partnership."""
    return f"{role}@{agency}" if agency else role
