"""The worked examples of the policies' reading, to the minute. Names begin with the row that asks for it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from domain.base.words import say_due
from domain.time.calendar import Calendar

LONDON = ZoneInfo("Europe/London")


def london(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


SHEET = [
    # start, 48 hours elapsed, 48 hours on working days, last moment of the second working day
    ("2025-03-04 10:00", "2025-03-06 10:00", "2025-03-06 10:00", "2025-03-07 00:00"),
    ("2025-03-07 16:00", "2025-03-09 16:00", "2025-03-11 16:00", "2025-03-12 00:00"),
    ("2025-03-08 14:00", "2025-03-10 14:00", "2025-03-12 00:00", "2025-03-12 00:00"),
    ("2025-04-17 15:00", "2025-04-19 15:00", "2025-04-23 15:00", "2025-04-24 00:00"),
    ("2025-12-23 17:30", "2025-12-25 17:30", "2025-12-29 17:30", "2025-12-30 00:00"),
    ("2025-03-28 18:00", "2025-03-30 19:00", "2025-04-01 18:00", "2025-04-02 00:00"),
]


@pytest.mark.parametrize(("start", "elapsed", "working", "second_day"), SHEET)
def test_L17_L28_48_hours_are_counted_on_working_days_only(
    england: Calendar, start: str, elapsed: str, working: str, second_day: str
) -> None:
    """Row L17 says "48 hours (2 working days)": the bracket says which hours count."""
    assert england.after_hours_on_working_days(london(start), 48) == london(working)
    assert england.after_hours(london(start), 48) == london(elapsed)
    assert england.after_working_days(london(start), 2) == london(second_day)


def test_L23_5_working_days_from_maundy_thursday_pass_over_easter(england: Calendar) -> None:
    """Due "within 5 working days of step 1", whose discussion was on Thursday 17 April 2025 at 15:00."""
    due = england.after_working_days(london("2025-04-17 15:00"), 5)

    assert due == london("2025-04-29 00:00")
    assert say_due(due, "Europe/London") == "by the end of Monday 28 April 2025"


def test_L36_a_date_is_set_within_24_elapsed_hours_though_the_next_day_is_a_saturday(england: Calendar) -> None:
    """Needs "a date set within 24 hours of step 3", found unresolved on Friday 7 March 2025 at 16:00."""
    assert england.after_hours(london("2025-03-07 16:00"), 24) == london("2025-03-08 16:00")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2025-03-05 09:00", "2025-03-07 00:00"),
        ("2025-03-07 16:00", "2025-03-11 00:00"),
        ("2025-03-08 11:00", "2025-03-11 00:00"),
        ("2025-04-17 15:00", "2025-04-23 00:00"),
    ],
)
def test_V51_one_working_day_of_receipt_is_the_end_of_the_next_working_day(
    england: Calendar, received: str, due: str
) -> None:
    assert england.after_working_days(london(received), 1) == london(due)


def test_V48_24_hours_from_the_telephone_call_run_through_the_weekend(england: Calendar) -> None:
    assert england.after_hours(london("2025-04-18 17:45"), 24) == london("2025-04-19 17:45")


def test_an_act_at_the_very_instant_of_the_deadline_is_in_time(england: Calendar) -> None:
    """Tuesday 11 March ends at the midnight that begins Wednesday 12 March, and that midnight is still Tuesday's."""
    due = england.after_hours_on_working_days(london("2025-03-08 14:00"), 48)

    assert due <= england.after_working_days(london("2025-03-08 14:00"), 2)
    assert say_due(due, "Europe/London") == "by the end of Tuesday 11 March 2025"
