import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.calendars import load_calendar
from domain.time.calendar import Calendar
from domain.time.working_days import BeyondCalendar

TICK = dt.timedelta(microseconds=1)
CALENDARS = {nation: load_calendar(nation) for nation in ("england-and-wales", "scotland", "northern-ireland")}
Forward = Callable[[dt.datetime], dt.datetime]

instants = st.datetimes(
    min_value=dt.datetime(2014, 1, 1),  # noqa: DTZ001 - the zone is the next argument
    max_value=dt.datetime(2033, 12, 31),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)
day_ends = st.none() | st.sampled_from([dt.time(17), dt.time(9, 30)])


@st.composite
def timescales(draw: st.DrawFn) -> tuple[Calendar, Forward]:
    calendar = CALENDARS[draw(st.sampled_from(sorted(CALENDARS)))]
    n, ends = draw(st.integers(0, 60)), draw(day_ends)
    kinds: list[Forward] = [
        lambda start: calendar.after_working_days(start, n, ends),
        lambda start: calendar.after_hours_on_working_days(start, n),
        lambda start: calendar.after_hours(start, n),
        lambda start: calendar.after_days(start, n, ends),
        lambda start: calendar.after_office_hours(start, n, dt.time(9), dt.time(17)),
        lambda start: calendar.before_working_days(start, n, ends),
    ]
    return calendar, draw(st.sampled_from(kinds))


@given(timescales(), instants, st.timedeltas(dt.timedelta(0), dt.timedelta(days=30)))
@settings(deadline=None, max_examples=300)
def test_a_later_start_never_has_an_earlier_deadline(
    timescale: tuple[Calendar, Forward], start: dt.datetime, later: dt.timedelta
) -> None:
    _, forward = timescale

    assert forward(start) <= forward(start + later)


@given(timescales(), instants)
@settings(deadline=None, max_examples=300)
def test_the_latest_start_is_in_time_and_a_microsecond_later_is_not(
    timescale: tuple[Calendar, Forward], due: dt.datetime
) -> None:
    calendar, forward = timescale
    latest = calendar.latest_start(due, forward)

    assert latest.utcoffset() == dt.timedelta(0)
    assert forward(latest) <= due < forward(latest + TICK)


@given(instants, st.integers(1, 40))
@settings(deadline=None)
def test_as_many_days_are_counted_as_the_policy_says(start: dt.datetime, n: int) -> None:
    for calendar in CALENDARS.values():
        due = calendar.after_working_days(start, n)

        assert sum(day.counted for day in calendar.counted_days(start, due)) == n


@given(instants)
@settings(deadline=None)
def test_a_pinned_calendar_reckons_as_the_whole_edition_does(opened: dt.datetime) -> None:
    for calendar in CALENDARS.values():
        pinned = calendar.for_case(opened)

        assert calendar.after_hours_on_working_days(opened, 48) == pinned.after_hours_on_working_days(opened, 48)
        assert calendar.before_working_days(opened, 10) == pinned.before_working_days(opened, 10)


def test_no_latest_start_before_the_calendar_begins(england: Calendar) -> None:
    with pytest.raises(BeyondCalendar):
        england.latest_start(dt.datetime(2012, 1, 4, tzinfo=dt.UTC), lambda start: england.after_working_days(start, 5))


def test_a_latest_start_is_found_beside_the_calendars_first_day(england: Calendar) -> None:
    latest = england.latest_start(england.end_of_day(dt.date(2012, 1, 19)), lambda s: england.after_working_days(s, 12))

    assert latest == dt.datetime(2012, 1, 3, 23, 59, 59, 999_999, tzinfo=dt.UTC)


def test_a_latest_start_is_found_beside_the_calendars_last_day(england: Calendar) -> None:
    """Monday 31 December 2035 is the last day it knows; a start at the last of Sunday is in time for its end."""
    latest = england.latest_start(england.end_of_day(dt.date(2035, 12, 31)), lambda s: england.after_working_days(s, 1))

    assert latest == dt.datetime(2035, 12, 30, 23, 59, 59, 999_999, tzinfo=dt.UTC)
