"""What is said of a deadline is true of it, adds up, and is said once."""

import datetime as dt
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base.people import Actor
from domain.policy import Policy, parse_period, read_policy
from domain.policy.event_words import cited
from domain.time.spans import Hours, between, forwards
from domain.views.counting import days_counted
from domain.views.explanation import Explained, explain
from domain.views.status import status_of
from services.ladder import drawn
from tests.domain.case import SCHOOL, Case, england, lincolnshire, london
from tests.domain.test_adopting import Running, other_calendar, takes_calendar
from tests.domain.test_delays import TEXT

FIRST, LAST = dt.datetime.fromisoformat("2025-03-01"), dt.datetime.fromisoformat("2025-10-01")
FORTY_EIGHT = parse_period("48 hours on working days")


def said_of(case: Case, rule: str) -> Explained:
    """The newest duty of a rule, explained."""
    return next(one for one in reversed(explain(case.state)) if one.rule == rule)


def minutes(said: str) -> int:
    hours, rest = (re.search(rf"(\d+) {unit}", said) for unit in ("hour", "minute"))
    return (int(hours[1]) * 60 if hours else 0) + (int(rest[1]) if rest else 0)


# --- what is counted adds up


@given(
    start=st.datetimes(FIRST, LAST),
    pauses=st.lists(st.tuples(st.integers(1, 200_000), st.integers(1, 200_000)), max_size=2),
)
def test_the_hours_that_are_counted_are_the_hours_of_the_policy(
    start: dt.datetime, pauses: list[tuple[int, int]]
) -> None:
    calendar, begins = england(), start.replace(tzinfo=dt.UTC)
    stops, left, at = [], dt.timedelta(hours=48), begins
    for run, still in pauses:
        since = at + dt.timedelta(seconds=run)
        ran = between(calendar, at, since, Hours())
        if ran >= left:
            break
        stops.append((since, since + dt.timedelta(seconds=still)))
        left, at = left - ran, stops[-1][1]
    due = forwards(calendar, at, left, Hours())

    days = days_counted(calendar, FORTY_EIGHT, begins, due, tuple(stops))

    assert sum(minutes(day.counts) for day in days) == 48 * 60


def test_a_start_between_two_minutes_is_counted_as_it_is_said() -> None:
    start = london("2025-03-04 10:00:40")
    due = england().after_hours_on_working_days(start, 48)

    assert [day.counts for day in days_counted(england(), FORTY_EIGHT, start, due)] == [
        "14 hours",
        "24 hours",
        "10 hours",
    ]


# --- notes are true


def test_what_was_done_in_time_and_entered_late_is_not_said_to_be_late_from_its_entry() -> None:
    """Rule 6: "Done in time but entered after the deadline is *done in time, entered late*"."""
    case = Case("2025-03-04 10:00", entered="2025-03-20 10:00")
    assert "it could not be known before" in said_of(case, "step-1/3").late_words
    case.agree(at="2025-03-05 10:00")

    plan = said_of(case, "step-1/3")
    assert "in time" in plan.stands
    assert (plan.late_words, plan.was_late) == ("never: it was done in time", False)


def test_a_start_that_was_recorded_in_its_own_visit_is_not_said_to_be_missing_after_a_reopening() -> None:
    case = Case()
    case.pass_to("2025-03-10 10:00").does(SCHOOL, "discussion", "practitioner")
    case.agree()
    case.reopens(SCHOOL)

    first = next(one for one in explain(case.state) if one.rule == "step-1/3")
    assert [note for note in first.notes if "was not recorded" in note] == []
    assert any("that happened after the due moment, so it moves nothing" in note for note in first.notes)
    assert any("is not recorded yet" in note for note in said_of(case, "step-1/3").notes), "in the new visit"


def test_what_was_overdue_and_never_done_says_so() -> None:
    case = Case().pass_to("2025-03-10 10:00")
    case.says(SCHOOL, "not-agreed")

    plan = next(one for one in explain(case.state) if one.rule == "step-1/3")
    assert plan.was_late
    assert plan.stands.startswith("lapsed: ")
    assert "; it was overdue since Thursday 6 March 2025, 10:00am (entry " in plan.stands


# --- what other rules worked out


def test_a_deadline_that_was_counted_otherwise_stands_and_no_days_are_said_to_lead_to_it() -> None:
    """Rules of an earlier version counted it so; the record is not worked out again."""
    case = Case()
    number = next(number for number, one in enumerate(explain(case.state)) if one.days)
    plan = case.state.duties[number]
    assert plan.due is not None
    earlier = plan.but(due=plan.due - dt.timedelta(days=1))
    state = case.state.but(duties=(*case.state.duties[:number], earlier, *case.state.duties[number + 1 :]))

    told = explain(state)[number]
    assert told.due == earlier.due
    assert told.days == ()
    assert told.notes[-1].startswith("It was worked out by what held on ")
    assert "and stands. By what holds now it would come to " in told.notes[-1]


def test_a_deadline_that_lapsed_is_not_explained_by_a_calendar_that_was_adopted_since() -> None:
    case = Running()
    case.says(SCHOOL, "go")
    before = said_of(case, "one/2")
    takes_calendar(case, other_calendar("2025-03-06"))

    after = said_of(case, "one/2")
    assert (before.state, after.due, after.days) == ("lapsed", before.due, ())
    assert len(before.days) > 0
    assert after.notes[-1].startswith("It was worked out by what held on ")


# --- a date that was set


def test_a_date_that_was_set_in_place_of_the_policys_time_is_said_to() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "not-agreed", role="slo")
    case.set_date("2025-03-20 10:00")

    held = next(one for one in explain(case.state) if one.event == "its planned date")
    assert held.whose == "the date that was set for it"
    assert "The date that was set takes the place of the policy's own time (“as soon as possible”)." in held.notes


ENDS = "which ends by the end of Tuesday 11 March 2025"


THAT = "The date that was set, Thursday 20 March 2025, 10:00am"


@pytest.mark.parametrize(
    ("date", "says"),
    [
        ("2025-03-07 10:00", f"The date that was set takes the place of the policy's own time, {ENDS}."),
        (
            "2025-03-20 10:00",
            f"{THAT}, lies beyond the policy's own time, {ENDS}: it moves nothing.",
        ),
    ],
)
def test_a_date_before_and_one_beyond_the_policys_own_number_are_told_apart(date: str, says: str) -> None:
    held = 'act = "panel.held", by = "together"'
    policy = read_policy(tomllib.loads(TEXT.replace(held, f'{held}, within = "5 working days"')))
    case = Case(policy=policy, raiser=Actor(role="worker"))
    case.does(SCHOOL, "panel.date-set", date=london(date))

    assert says in next(one for one in explain(case.state) if one.what.startswith("panel")).notes


# --- once


def test_a_clause_that_step_and_duty_share_is_cited_once() -> None:
    own = lincolnshire()
    step = own.stages[0]
    rule = step.duties[0].but(clause=step.clause, rows=(step.clause, "L14"))
    policy = own.but(stages=(step.but(duties=(rule, *step.duties[1:])), *own.stages[1:]))
    case = Case(policy=policy)

    first = explain(case.state)[0]
    assert (first.clause, first.rows) == (step.clause, ("L14",))
    assert status_of(case.state).owed[0].clause == f"{step.clause} – L14"


def test_what_another_place_names_too_is_left_out() -> None:
    assert cited("7b and 7f", "7b", "S34", "", "S34") == ("7b and 7f", "S34")
    assert cited("5", "5.2", "S5") == ("5", "5.2", "S5")


def test_what_is_done_until_a_gap_is_filled_stands_below_that_gap() -> None:
    gaps = tuple({"says": f"gap {n}", "falls_back": f"way {n}"} if n != 2 else {"says": "gap 2"} for n in (1, 2, 3))
    policy = Policy.model_validate(lincolnshire().model_dump(by_alias=True) | {"gaps": gaps})
    lines = [line.text.strip() for line in drawn(policy)]

    assert lines[lines.index("gap 1") :][:5] == ["gap 1", "until then: way 1", "gap 2", "gap 3", "until then: way 3"]
