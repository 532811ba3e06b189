import datetime as dt
import os
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.time.calendar import Calendar, CountedDay
from domain.time.working_days import BeyondCalendar, DayOff

LONDON = ZoneInfo("Europe/London")


def london(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# Days


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("2025-04-17", ""),
        ("2025-04-18", "Good Friday"),
        ("2025-04-19", "Saturday"),
        ("2025-04-20", "Sunday"),
        ("2025-04-21", "Easter Monday"),
        ("2023-05-08", "Bank holiday for the coronation of King Charles III"),
    ],
)
def test_a_day_off_says_why(england: Calendar, date: str, why: str) -> None:
    assert england.why_off(day(date)) == why
    assert england.is_working(day(date)) is (why == "")


def test_an_instant_late_on_a_summer_evening_in_utc_is_the_next_day_in_london(england: Calendar) -> None:
    assert england.date_of(dt.datetime(2025, 7, 1, 23, 30, tzinfo=dt.UTC)) == day("2025-07-02")


@pytest.mark.parametrize("date", ["2011-12-31", "2036-01-01"])
def test_a_day_outside_the_edition_is_refused_and_never_guessed(england: Calendar, date: str) -> None:
    with pytest.raises(BeyondCalendar, match=r"england-and-wales/2026-11 knows .* and was asked about .* give a date"):
        england.is_working(day(date))


def test_a_deadline_that_would_need_unknown_holidays_is_refused(england: Calendar) -> None:
    with pytest.raises(BeyondCalendar):
        england.after_working_days(london("2035-12-28 10:00"), 5)
    with pytest.raises(BeyondCalendar):
        england.after_hours_on_working_days(london("2035-12-31 10:00"), 48)


# Working days


@pytest.mark.parametrize(
    ("start", "n", "day_ends", "due"),
    [
        ("2025-03-05 10:00", 0, None, "2025-03-06 00:00"),
        ("2025-03-08 10:00", 0, None, "2025-03-11 00:00"),
        ("2025-03-08 10:00", 1, None, "2025-03-11 00:00"),
        ("2025-03-08 10:00", 2, None, "2025-03-12 00:00"),
        ("2025-03-07 00:00", 1, None, "2025-03-11 00:00"),
        ("2025-03-07 23:59", 1, dt.time(17), "2025-03-10 17:00"),
        ("2025-03-05 18:00", 0, dt.time(17), "2025-03-05 17:00"),
        ("2026-12-24 09:00", 1, None, "2026-12-30 00:00"),
        ("2027-12-24 09:00", 1, None, "2027-12-30 00:00"),
        ("2026-04-02 09:00", 1, None, "2026-04-08 00:00"),
    ],
)
def test_working_days_end_at_the_midnight_or_at_the_hour_the_policy_says(
    england: Calendar, start: str, n: int, day_ends: dt.time | None, due: str
) -> None:
    assert england.after_working_days(london(start), n, day_ends) == london(due)


@pytest.mark.parametrize(
    ("moment", "n", "due"),
    [
        ("2025-04-24 14:00", 0, "2025-04-25 00:00"),
        ("2025-04-24 14:00", 1, "2025-04-24 00:00"),
        ("2025-04-24 14:00", 3, "2025-04-18 00:00"),
        ("2025-04-20 14:00", 0, "2025-04-18 00:00"),
        ("2025-04-20 14:00", 1, "2025-04-18 00:00"),
        ("2025-04-20 14:00", 2, "2025-04-17 00:00"),
    ],
)
def test_counting_back_from_a_meeting_passes_over_days_off_too(
    england: Calendar, moment: str, n: int, due: str
) -> None:
    assert england.before_working_days(london(moment), n) == london(due)


def test_calendar_days_take_no_notice_of_weekends(england: Calendar) -> None:
    assert england.after_days(london("2025-03-07 16:00"), 3) == london("2025-03-11 00:00")
    assert england.after_days(london("2025-03-07 16:00"), 2, dt.time(17)) == london("2025-03-09 17:00")


# Hours


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2025-03-07 00:00", 24, "2025-03-08 00:00"),
        ("2025-03-08 00:00", 24, "2025-03-11 00:00"),
        ("2025-03-07 16:00", 8, "2025-03-08 00:00"),
        ("2025-03-07 16:00", 9, "2025-03-10 01:00"),
        ("2025-03-07 16:00", 0, "2025-03-07 16:00"),
        ("2025-03-08 16:00", 0, "2025-03-10 00:00"),
        ("2025-10-24 16:00", 48, "2025-10-28 16:00"),
    ],
)
def test_hours_on_working_days_end_a_full_day_at_its_own_midnight(
    england: Calendar, start: str, hours: int, due: str
) -> None:
    assert england.after_hours_on_working_days(london(start), hours) == london(due)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2025-03-07 16:00", 1, "2025-03-07 17:00"),
        ("2025-03-07 16:00", 2, "2025-03-10 10:00"),
        ("2025-03-07 17:00", 1, "2025-03-10 10:00"),
        ("2025-03-07 17:00", 0, "2025-03-10 09:00"),
        ("2025-03-07 06:00", 8, "2025-03-07 17:00"),
        ("2025-03-08 12:00", 8, "2025-03-10 17:00"),
        ("2025-04-17 16:30", 9, "2025-04-23 09:30"),
        ("2025-03-28 16:00", 9, "2025-03-31 17:00"),
    ],
)
def test_working_hours_run_only_while_the_office_is_open(england: Calendar, start: str, hours: int, due: str) -> None:
    assert england.after_office_hours(london(start), hours, dt.time(9), dt.time(17)) == london(due)


def test_an_office_that_never_opens_is_refused(england: Calendar) -> None:
    with pytest.raises(ValueError, match="open before closing"):
        england.after_office_hours(london("2025-03-07 16:00"), 1, dt.time(17), dt.time(9))


def test_a_timescale_below_nothing_and_a_time_without_a_zone_are_refused(england: Calendar) -> None:
    with pytest.raises(ValueError, match="runs backwards"):
        england.after_working_days(london("2025-03-07 16:00"), -1)
    with pytest.raises(ValueError, match="runs backwards"):
        england.after_hours(london("2025-03-07 16:00"), -1)
    with pytest.raises(ValueError, match="has no zone"):
        england.after_hours(london("2025-03-07 16:00").replace(tzinfo=None), 1)


# Shown


def test_explain_can_show_each_day_counted_or_passed_over_and_why(england: Calendar) -> None:
    """L23's example: five days are counted, and nothing is left out between."""
    start = london("2025-04-17 15:00")
    days = england.counted_days(start, england.after_working_days(start, 5))

    assert [(one.date.day, one.why_not) for one in days] == [
        (17, "the day it started"),
        (18, "Good Friday"),
        (19, "Saturday"),
        (20, "Sunday"),
        (21, "Easter Monday"),
        (22, ""),
        (23, ""),
        (24, ""),
        (25, ""),
        (26, "Saturday"),
        (27, "Sunday"),
        (28, ""),
    ]
    assert sum(one.counted for one in days) == 5


def test_the_day_it_started_counts_where_hours_are_counted(england: Calendar) -> None:
    start = london("2025-03-07 16:00")
    days = england.counted_days(start, england.after_hours_on_working_days(start, 48), start_day_counts=True)

    assert days[0] == CountedDay(date=day("2025-03-07"), counted=True)
    assert [one.counted for one in days] == [True, False, False, True, True]


def test_only_a_deadline_past_the_proclaimed_years_is_provisional(england: Calendar) -> None:
    assert not england.is_provisional(london("2029-01-01 00:00"))  # the midnight that ends 2028
    assert england.is_provisional(london("2029-01-01 00:01"))
    assert not england.model_copy(update={"provisional_from": None}).is_provisional(london("2030-01-01 12:00"))


# Pinned in a case


def test_a_case_carries_eight_years_and_the_same_deadlines(england: Calendar) -> None:
    opened = london("2026-11-23 09:00")
    pinned = england.for_case(opened)

    assert (day("2025-01-01"), day("2032-12-31")) == (pinned.covers_from, pinned.covers_to)
    assert 60 <= len(pinned.days_off) <= 70
    assert england.edition == pinned.edition
    assert england.after_working_days(opened, 30) == pinned.after_working_days(opened, 30)
    with pytest.raises(BeyondCalendar):
        england.for_case(london("2036-01-01 09:00"))


def test_a_pinned_calendar_is_small_and_the_same_json_every_time(england: Calendar) -> None:
    """It travels in a workflow's input: looking days up leaves nothing behind in it."""
    pinned = england.for_case(london("2026-11-23 09:00"))
    before = pinned.model_dump_json()
    pinned.after_working_days(london("2026-11-23 09:00"), 30)

    assert pinned.model_dump_json() == before
    assert pinned == Calendar.model_validate_json(before)
    assert len(before) < 4_000


def test_days_off_are_kept_in_order_however_they_are_given(england: Calendar) -> None:
    shuffled = Calendar(**(england.model_dump() | {"days_off": tuple(reversed(england.days_off))}))

    assert england == shuffled


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"zone": "Europe/Lodnon"}, "No time zone is called"),
        ({"zone": "Europe"}, "No time zone is called"),
        ({"covers_to": day("2011-01-01")}, "ends before it begins"),
        ({"days_off": (DayOff(date=day("2025-01-01"), name="a"),) * 2}, "stands twice"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(england: Calendar, change: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Calendar(**(england.model_dump() | change))


@pytest.fixture
def machine_in_auckland(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    if before is None:
        monkeypatch.delenv("TZ")
    else:
        monkeypatch.setenv("TZ", before)
    time.tzset()


@pytest.mark.usefixtures("machine_in_auckland")
def test_where_the_machine_stands_changes_no_deadline(england: Calendar) -> None:
    assert dt.datetime(2025, 3, 11, 16, tzinfo=dt.UTC) == england.after_hours_on_working_days(
        dt.datetime(2025, 3, 7, 16, tzinfo=dt.UTC), 48
    )
    assert dt.datetime(2025, 7, 2, 23, tzinfo=dt.UTC) == england.after_working_days(
        dt.datetime(2025, 7, 1, 22, 59, tzinfo=dt.UTC), 1
    )
