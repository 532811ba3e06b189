"""Counting back from a planned date, which is followed when it moves (rule 20)."""

import tomllib

import pytest

from domain.base.people import Actor
from domain.policy import read_policy
from domain.views.explanation import explain
from tests.domain.case import CARE, SCHOOL, Case, london
from tests.domain.small import made
from tests.domain.timed import TEXT, agrees, answers, corrects, fills, opened


def test_rule_20_counting_back_waits_for_a_date_and_follows_it() -> None:
    case = opened()
    assert (case.duty("one/7").due, case.duty("one/7").waits) == (None, "a date is not set yet")

    case.does(SCHOOL, "panel.date-set", date=london("2025-03-20 14:00"))
    assert case.duty("one/7").due == london("2025-03-14")
    assert case.duty("one/8").due == london("2025-03-20 14:00")

    case.does(CARE, "panel.date-set", date=london("2025-03-27 14:00"))
    duty = case.duty("one/7")
    assert (duty.due, duty.late_from) == (london("2025-03-21"), london("2025-03-21"))
    assert len([o for o in case.state.occurrences if "panel.date" in o.names]) == 1
    case.replays()


def test_rule_20_where_the_new_due_has_passed_it_is_late_from_the_change_on() -> None:
    case = opened()
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-27 14:00"))
    case.pass_to("2025-03-10 09:00")
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-12 14:00"))

    duty = case.duty("one/7")
    assert (duty.due, duty.late_from) == (london("2025-03-06"), london("2025-03-10 09:00"))


def test_rule_20_what_was_late_by_the_old_date_stays_late_and_aims_at_the_new_one() -> None:
    case = opened()
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-20 14:00"))
    case.pass_to("2025-03-17")
    case.does(SCHOOL, "panel.date-set", date=london("2025-04-17 14:00"))

    duty = case.duty("one/7")
    assert (duty.is_overdue, duty.due, duty.target) == (True, london("2025-03-14"), london("2025-04-11"))
    case.replays()


def test_rule_20_a_date_struck_out_takes_its_clocks_along() -> None:
    case = opened()
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-20 14:00"))
    case.pass_to("2025-03-17")
    corrects(case)

    assert (case.duty("one/7").waits, case.duty("one/7").is_overdue) == ("a date is not set yet", False)
    assert case.duty("one/8").due is None
    assert "overdue-withdrawn" in case.kinds()
    case.replays()


def test_rule_20_a_corrected_time_of_setting_leaves_the_date_where_it_is() -> None:
    case = opened()
    case.sleep_to("2025-03-05 10:00")
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-20 14:00"))
    corrects(case, happened_at=london("2025-03-04 12:00"))

    assert case.duty("one/7").due == london("2025-03-14")
    case.replays()


def test_rule_20_hours_and_days_are_counted_back_from_a_date_of_the_case() -> None:
    case = opened(facts={"conference": "2025-04-01"})
    assert (case.duty("one/9").due, case.duty("one/10").due) == (london("2025-03-29 23:00"), london("2025-03-23"))

    answers(case, "conference", "2025-04-08T10:00+01:00")
    assert (case.duty("one/9").due, case.duty("one/10").due) == (london("2025-04-06 10:00"), london("2025-03-30"))
    case.replays()


def test_rule_20_a_duty_may_arise_of_a_planned_date_and_run_from_it() -> None:
    case = opened()
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-20 14:00"))
    assert case.duty("one/11").due == london("2025-03-25")

    case.does(SCHOOL, "panel.date-set", date=london("2025-03-24 14:00"))
    assert [duty.due for duty in case.duties("one/11")] == [london("2025-03-27")]
    case.does(SCHOOL, "note")
    assert case.duty("one/11").state == "done"


@pytest.mark.parametrize(
    ("within", "due"),
    [
        ("1 working day before", "2025-03-20"),
        ("2 weeks before", "2025-03-07"),
        ("36 hours before", "2025-03-19 02:00"),
        ("48 hours on working days before", "2025-03-18 14:00"),
        ("72 hours on working days before", "2025-03-17 14:00"),
        ("96 hours on working days before", "2025-03-14 14:00"),
        ("9 working hours before", "2025-03-19 13:00"),
    ],
)
def test_rule_20_each_unit_counts_back(within: str, due: str) -> None:
    text = TEXT.replace("5 working days before", within)
    case = opened(policy=read_policy(tomllib.loads(text)))
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-20 14:00"))

    assert case.duty("one/7").due == london(due)


def test_what_set_a_clock_is_explained() -> None:
    case = opened(facts={"urgency": "high"})
    fills(case, "reply", "5 working days")
    agrees(case, SCHOOL, "shorter", "2025-03-10 12:00")
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-20 14:00"))
    told = {one.rule: one for one in explain(case.state)}

    assert f"5 working days is set locally by the board (entry {case.of_kind('number-filled')[0].number})." in (
        " ".join(told["one/1"].notes)
    )
    assert [day.counts for day in told["one/1"].days if day.counts] == [f"day {n}" for n in range(1, 6)]
    assert told["one/2"].notes[0] == "The policy grades this time, and here it goes by urgency: high."
    assert told["one/2"].timescale == "graded: 24 hours"
    assert (told["one/3"].whose, told["one/3"].days) == ("agreed for this case", ())
    assert "It only ever shortens" in told["one/3"].notes[0]
    back = told["one/7"]
    assert "Counted back from Thursday 20 March 2025, 2:00pm" in back.notes[0]
    assert next((day.date.day, day.counts) for day in back.days if day.counts) == (13, "day 5")
    assert back.days[-1].why_not == "the day it is counted back from"


def test_rule_20_the_date_of_whichever_meeting_is_a_planned_date_for_the_check_and_for_the_clock() -> None:
    text = """
[role]
worker = { title = "worker" }
[act]
panel = { kind = "meeting" }
papers = { kind = "notice" }
[[track]]
id = "ladder"
stages = ["one"]
[[stage]]
id = "one"
title = "One"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "panel.date-set", by = "together", clause = "1" },
  { act = "papers", by = "raising", within = "2 working days before", of = "any.meeting.date", clause = "2" },
]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
"""
    case = Case(policy=made(text), raiser=Actor(role="worker"))
    assert case.duty("one/2").waits == "a date is not set yet"

    case.does(SCHOOL, "panel.date-set", date=london("2025-03-20 14:00"))

    assert case.duty("one/2").due == london("2025-03-19")
    case.replays()
