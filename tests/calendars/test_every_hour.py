"""Every hour of four years as a start, against an oracle that is slow and obviously right.

The oracle shares nothing with the calendar: its holidays come from the package `holidays`, its summer time from the
table below, and it walks one hour, or one day, at a time.
"""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import holidays
import pytest

from domain.time.calendar import Calendar

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
BEGIN = dt.datetime(2023, 12, 1)  # noqa: DTZ001 - the oracle reckons in UTC without saying so
FIRST = dt.datetime(2024, 1, 1)  # noqa: DTZ001
LAST = dt.datetime(2027, 12, 31, 23)  # noqa: DTZ001
SUMMERS = [  # from and to 01:00 UTC on these days
    (dt.datetime(2024, 3, 31, 1), dt.datetime(2024, 10, 27, 1)),  # noqa: DTZ001
    (dt.datetime(2025, 3, 30, 1), dt.datetime(2025, 10, 26, 1)),  # noqa: DTZ001
    (dt.datetime(2026, 3, 29, 1), dt.datetime(2026, 10, 25, 1)),  # noqa: DTZ001
    (dt.datetime(2027, 3, 28, 1), dt.datetime(2027, 10, 31, 1)),  # noqa: DTZ001
]
OFF = set(holidays.country_holidays("GB", subdiv="ENG", years=range(2023, 2029)))


def wall(moment: dt.datetime) -> dt.datetime:
    summer = any(begins <= moment < ends for begins, ends in SUMMERS)
    return moment + HOUR if summer else moment


def works(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in OFF


# Entry n is the hour that begins n hours after BEGIN.
HOURS = [BEGIN + n * HOUR for n in range(int((LAST - BEGIN) / HOUR) + 24 * 60)]
DATES = [wall(hour).date() for hour in HOURS]
COUNTS = [works(date) for date in DATES]
MIDNIGHT = {date: hour for hour, date in reversed(list(zip(HOURS, DATES, strict=True)))}
STARTS = range(HOURS.index(FIRST), HOURS.index(LAST) + 1)


def hours_on_working_days(start: int, hours: int) -> dt.datetime:
    at = start
    while hours:
        if COUNTS[at]:
            hours -= 1
        at += 1
    return HOURS[at]


def end_of_working_day(start: int, days: int) -> dt.datetime:
    date = DATES[start]
    while days:
        date += DAY
        if works(date):
            days -= 1
    return MIDNIGHT[date + DAY]


def test_the_oracle_looks_at_every_hour_of_four_years() -> None:
    assert len(STARTS) == 35_064
    assert wall(HOURS[STARTS[-1]]) == LAST


def disagreements(
    forward: Callable[[dt.datetime], dt.datetime], oracle: Callable[[int], dt.datetime]
) -> list[dt.datetime]:
    """Return every start whose deadlines differ."""
    return [HOURS[n] for n in STARTS if forward(HOURS[n].replace(tzinfo=dt.UTC)) != oracle(n).replace(tzinfo=dt.UTC)]


def test_48_hours_on_working_days_agree_with_the_oracle_from_every_hour(england: Calendar) -> None:
    pinned = england.within_years(2023, 2028)

    wrong = disagreements(lambda s: pinned.after_hours_on_working_days(s, 48), lambda n: hours_on_working_days(n, 48))

    assert not wrong


@pytest.mark.parametrize("days", [1, 5])
def test_working_days_agree_with_the_oracle_from_every_hour(england: Calendar, days: int) -> None:
    pinned = england.within_years(2023, 2028)

    wrong = disagreements(lambda s: pinned.after_working_days(s, days), lambda n: end_of_working_day(n, days))

    assert not wrong


def test_the_zone_a_start_is_written_in_changes_nothing(england: Calendar) -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    for n in STARTS[::97]:
        start = HOURS[n].replace(tzinfo=dt.UTC)

        assert england.after_working_days(start, 5) == england.after_working_days(start.astimezone(tokyo), 5)
