import datetime as dt

import pytest

from domain.base.words import say_due, say_instant
from domain.time.calendar import Calendar
from domain.time.local_time import AmbiguousTime, MissingTime, from_wall, resolve_local

LONDON = "Europe/London"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def typed(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


# What people type


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-01-10 09:00", "2025-01-10 09:00"),
        ("2025-07-10 09:00", "2025-07-10 08:00"),
        ("2025-03-30 00:59", "2025-03-30 00:59"),
        ("2025-03-30 02:00", "2025-03-30 01:00"),
        ("2025-10-26 00:59", "2025-10-25 23:59"),
        ("2025-10-26 02:00", "2025-10-26 02:00"),
    ],
)
def test_a_time_without_a_zone_is_the_policys_own(text: str, instant: str) -> None:
    assert resolve_local(typed(text), LONDON) == utc(instant)


def test_a_time_that_came_twice_is_refused_with_both_readings() -> None:
    with pytest.raises(AmbiguousTime) as refused:
        resolve_local(typed("2025-10-26 01:30"), LONDON)

    assert (utc("2025-10-26 00:30"), utc("2025-10-26 01:30")) == refused.value.readings
    assert str(refused.value) == (
        "1:30am on Sunday 26 October 2025 came twice in Europe/London, because the clocks went back: "
        "write 2025-10-26T01:30:00+01:00 for the first time or 2025-10-26T01:30:00+00:00 for the second."
    )


def test_a_time_that_never_came_is_refused_with_the_instants_either_side() -> None:
    with pytest.raises(MissingTime) as refused:
        resolve_local(typed("2025-03-30 01:30"), LONDON)

    assert (utc("2025-03-30 00:30"), utc("2025-03-30 01:30")) == refused.value.readings
    assert str(refused.value) == (
        "1:30am on Sunday 30 March 2025 did not exist in Europe/London, because the clocks went forward: "
        "write 2025-03-30T00:30:00+00:00 if your clock had already been changed "
        "or 2025-03-30T02:30:00+01:00 if it had not."
    )


def test_a_time_with_an_offset_and_an_unknown_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="already has an offset"):
        resolve_local(utc("2025-03-30 12:00"), LONDON)
    with pytest.raises(ValueError, match="No time zone is called 'London'"):
        resolve_local(typed("2025-03-30 12:00"), "London")


# Computed deadlines across a change of the clocks


def test_a_day_of_23_hours_and_one_of_25_end_at_their_own_midnight(england: Calendar) -> None:
    assert england.end_of_day(dt.date(2025, 3, 30)) == utc("2025-03-30 23:00")
    assert england.end_of_day(dt.date(2025, 3, 29)) == utc("2025-03-30 00:00")
    assert england.end_of_day(dt.date(2025, 10, 26)) == utc("2025-10-26 00:00") + dt.timedelta(hours=24)
    assert england.end_of_day(dt.date(2025, 10, 25)) == utc("2025-10-25 23:00")


def test_elapsed_hours_are_real_hours_when_the_clocks_change(england: Calendar) -> None:
    assert england.after_hours(utc("2025-03-28 18:00"), 48) == utc("2025-03-30 18:00")
    assert england.after_hours(utc("2025-10-24 17:00"), 48) == utc("2025-10-26 17:00")


@pytest.mark.parametrize("zone", ["Africa/Cairo", "America/Havana", "Asia/Beirut", "Europe/London"])
def test_a_midnight_is_when_its_day_begins_even_where_clocks_change_at_midnight(zone: str) -> None:
    for n in range(366):
        day = dt.date(2024, 1, 1) + dt.timedelta(days=n)
        midnight = from_wall(dt.datetime.combine(day, dt.time()), zone)
        calendar = Calendar(
            edition="x", nation="x", zone=zone, days_off=(), covers_from=day, covers_to=day, source="invented"
        )

        assert calendar.date_of(midnight) == day
        assert day > calendar.date_of(midnight - dt.timedelta(seconds=1))


# What people read


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2025-04-23 14:00", "Wednesday 23 April 2025, 3:00pm"),
        ("2025-01-06 09:05", "Monday 6 January 2025, 9:05am"),
        ("2025-01-06 12:00", "Monday 6 January 2025, midday"),
        ("2025-01-06 00:00", "Monday 6 January 2025, 12:00am"),
        ("2025-01-06 12:30", "Monday 6 January 2025, 12:30pm"),
        ("2025-10-26 00:30", "Sunday 26 October 2025, 1:30am BST"),
        ("2025-10-26 01:30", "Sunday 26 October 2025, 1:30am GMT"),
    ],
)
def test_an_instant_is_said_on_london_clocks(instant: str, said: str) -> None:
    assert say_instant(utc(instant), LONDON) == said


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2025-04-28 23:00", "by the end of Monday 28 April 2025"),
        ("2024-12-31 00:00", "by the end of Monday 30 December 2024"),
        ("2025-04-23 14:00", "by 3:00pm on Wednesday 23 April 2025"),
        ("2025-01-06 12:00", "by midday on Monday 6 January 2025"),
        ("2025-01-06 12:00:59", "by midday on Monday 6 January 2025"),
    ],
)
def test_a_deadline_at_midnight_is_the_end_of_the_day_before(due: str, said: str) -> None:
    assert say_due(utc(due), LONDON) == said
