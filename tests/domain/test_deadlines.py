"""The worked examples of the obligations' section 6, to the minute, as `decide` sets them."""

import pytest

from domain.base.refusals import Refusal
from domain.views.forecast import forecast
from tests.domain.case import CARE, SCHOOL, Case, england, lincolnshire, london, refused


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2025-03-04 10:00", "2025-03-06 10:00"),
        ("2025-03-07 16:00", "2025-03-11 16:00"),
        ("2025-03-08 14:00", "2025-03-12 00:00"),
        ("2025-04-17 15:00", "2025-04-23 15:00"),
        ("2025-12-23 17:30", "2025-12-29 17:30"),
        ("2025-03-28 18:00", "2025-04-01 18:00"),
    ],
)
def test_L17_48_hours_are_counted_on_working_days_from_the_first_discussion(start: str, due: str) -> None:
    opened = Case(start)
    discussed = Case(f"{start[:11]}00:05")
    discussed.pass_to(start).does(SCHOOL, "discussion")

    assert opened.duty("step-1/3").due == london(due)
    assert discussed.duty("step-1/3").due == london(due)


def test_L17_at_the_very_instant_it_is_in_time_and_a_second_later_it_is_late() -> None:
    in_time, late = Case().sleep_to("2025-03-06 10:00"), Case().sleep_to("2025-03-06 10:00:01")
    in_time.agree()
    late.agree()

    assert not in_time.duty("step-1/3").was_late
    assert late.duty("step-1/3").was_late
    assert "agreed plan of action" not in [entry.body["what"] for entry in in_time.of_kind("overdue")]
    assert "agreed plan of action" in [entry.body["what"] for entry in late.of_kind("overdue")]


def test_L23_the_managers_discussion_is_due_within_5_working_days_of_the_step_1_discussion() -> None:
    case = Case("2025-04-17 15:00")
    case.does(SCHOOL, "discussion")
    case.pass_to("2025-04-22 09:00").climb_to("step-2")

    duty = case.duty("step-2/3")
    assert (duty.anchor, duty.due) == ("step-1.discussion", london("2025-04-29 00:00"))
    assert case.duty("step-2/4").due == duty.due


def test_L23_without_a_step_1_discussion_step_2_runs_from_the_opening() -> None:
    case = Case("2025-04-17 15:00").pass_to("2025-04-22 09:00").climb_to("step-2")

    duty = case.duty("step-2/3")
    assert (duty.anchor, duty.due) == ("step-1.opened", london("2025-04-29 00:00"))


def test_L23_step_2_can_be_opened_already_overdue_and_is_late_only_from_its_opening() -> None:
    case = Case("2025-04-17 15:00").pass_to("2025-05-06 11:30").climb_to("step-2")
    duty = case.duty("step-2/3")
    assert (duty.due, duty.late_from) == (london("2025-04-29 00:00"), london("2025-05-06 11:30"))

    case.pass_to("2025-05-06 11:30")

    assert case.duty("step-2/3").overdue_at == london("2025-05-06 11:30")
    assert case.duty("step-2/3").is_overdue


def test_L28_step_3_counts_its_48_hours_over_a_weekend_from_the_contact() -> None:
    case = Case("2025-03-07 16:00").climb_to("step-3").pass_to("2025-03-07 17:30")
    case.does(SCHOOL, "contact-slo", "line-manager")

    assert case.duty("step-3/3").due == london("2025-03-11 17:30")


def test_L36_the_date_is_due_24_elapsed_hours_after_step_3_was_found_unresolved() -> None:
    case = Case("2025-03-07 16:00").climb_to("step-4-urgent")

    assert case.duty("step-4-urgent/1").due == london("2025-03-08 16:00")


def test_L36_24_hours_are_elapsed_hours_when_the_clocks_change() -> None:
    case = Case("2025-03-29 16:00").climb_to("step-4-urgent")

    assert case.duty("step-4-urgent/1").due == london("2025-03-30 17:00")


def test_L36_a_late_finding_starts_the_24_hours_and_not_the_deadline_that_had_passed() -> None:
    case = Case("2025-03-07 16:00").climb_to("step-3").pass_to("2025-03-13 09:00")
    case.says(CARE, "not-agreed")

    assert case.duty("step-4-urgent/1").due == london("2025-03-14 09:00")


def test_a_better_start_recorded_in_time_replaces_the_opening_and_one_after_the_deadline_does_not() -> None:
    """Rule 12: a missing record never stops the clock, and a first call after the deadline cannot revive it."""
    prompt, slow = Case().pass_to("2025-03-05 15:00"), Case().pass_to("2025-03-06 10:01")

    prompt.does(SCHOOL, "discussion")
    slow.does(SCHOOL, "discussion")

    assert prompt.duty("step-1/3").due == london("2025-03-07 15:00")
    assert slow.duty("step-1/3").due == london("2025-03-06 10:00")
    assert slow.duty("step-1/3").is_overdue


def test_a_discussion_entered_late_takes_the_overdue_mark_away_and_says_so() -> None:
    case = Case().pass_to("2025-03-06 10:30")
    assert case.duty("step-1/3").is_overdue

    case.does(SCHOOL, "discussion", at="2025-03-05 15:00")

    duty = case.duty("step-1/3")
    assert (duty.is_overdue, duty.due) == (False, london("2025-03-07 15:00"))
    assert [e.body["duty"] for e in case.of_kind("overdue-withdrawn")].count(duty.id) == 1
    assert [e for e in case.of_kind("overdue") if e.body["duty"] == duty.id] != []


def test_a_second_discussion_moves_no_clock() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    due = case.duty("step-1/3").due

    case.pass_to("2025-03-05 10:00").does(CARE, "discussion")

    assert case.duty("step-1/3").due == due


def test_an_opening_entered_late_is_not_blamed_for_what_nobody_could_know() -> None:
    case = Case("2025-03-04 10:00", entered="2025-03-10 09:00")
    duty = case.duty("step-1/3")

    assert (duty.due, duty.late_from) == (london("2025-03-06 10:00"), london("2025-03-10 09:00"))
    assert case.duty("step-1/1").late_from == london("2025-03-11 00:00")


def test_a_case_cannot_be_opened_in_the_future_or_before_the_calendar() -> None:
    for opened, entered in (("2025-03-04 10:00", "2025-03-04 09:59"), ("2012-03-04 10:00", "2025-03-04 10:00")):
        with pytest.raises(Refusal, match=r"future|before the calendar"):
            Case(opened, entered=entered)


def test_a_deadline_beyond_the_calendar_waits_for_a_new_edition_and_breaks_nothing() -> None:
    case = Case("2031-12-31 10:00")

    assert case.duty("step-1/3").due is None
    assert "calendar" in case.duty("step-1/3").waits
    case.does(SCHOOL, "discussion")
    refused(case, lambda: case.does(SCHOOL, "discussion", at="1999-03-04 10:00"))


def test_the_forecast_of_maundy_thursday() -> None:
    deadlines = {one.duty: one for one in forecast(lincolnshire(), england(), london("2025-04-17 15:00"))}

    assert deadlines["step-1/3"].due == london("2025-04-23 15:00")
    assert deadlines["step-1/3"].due_words == "by 3:00pm on Wednesday 23 April 2025"
    assert deadlines["step-2/3"].due == london("2025-04-29 00:00")
    assert deadlines["step-2/3"].due_words == "by the end of Monday 28 April 2025"
    assert deadlines["step-4-urgent/1"].timescale == "24 hours"


def test_a_forecast_of_a_track_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refusal, match="ladder, conduct"):
        forecast(lincolnshire(), england(), london("2025-04-17 15:00"), "other")
    assert forecast(lincolnshire(), england(), london("2025-04-17 15:00"), "conduct") is not None
