"""The climb of an alert: rung by rung until somebody answers; what waits for the morning; who hears that it is over."""

import datetime as dt

import pytest
from pydantic import ValidationError

from domain.policy.local_settings import Local

from .case import CARE, SCHOOL, TUESDAY, Case

HOURLY = Local(tolerance="same working day", alert_every_minutes=60)
NIGHTS = Local(untimed="4 hours", quiet_from=dt.time(20), quiet_until=dt.time(7))
DUE = "2025-03-06 10:00"
"""When the plan of a case opened on that Tuesday is due."""


def late(local: Local = HOURLY) -> Case:
    case = Case(TUESDAY, local=local)
    case.does(SCHOOL, "discussion")
    case.does(CARE, "acknowledgement")
    return case.pass_to(DUE)


def woken(case: Case) -> list[str]:
    return [role for role, _ in case.told("alert")]


def test_an_alert_nobody_answers_climbs_to_the_second_and_then_to_the_duty_manager_and_stays_there() -> None:
    case = late()

    case.pass_to("2025-03-06 14:30")

    assert woken(case) == ["on-call", "on-call", "on-call.second", "on-call.duty-manager", "on-call.duty-manager"]
    assert case.of_kind("alert")[2].body["rungs"] == ["second"]
    case.replays()


def test_an_answer_stops_the_climb_and_once_it_has_expired_it_begins_anew() -> None:
    case = late()
    case.pass_to("2025-03-06 12:30")
    case.acknowledges()
    answered = len(woken(case))

    case.pass_to("2025-03-07 12:31")

    assert woken(case)[answered:] == ["on-call"]


def test_what_is_newly_late_wakes_the_first_at_once_beside_the_rung_that_was_reached() -> None:
    case = late()
    case.pass_to("2025-03-06 13:15")
    case.says(SCHOOL, "not-agreed")
    before = len(woken(case))

    case.pass_to("2025-03-12 00:01")

    assert woken(case)[before] == "on-call"


def test_everybody_who_was_woken_hears_that_it_is_done() -> None:
    case = late()
    case.pass_to("2025-03-06 12:30")

    case.agree()

    assert case.told("alert-withdrawn") == [("on-call", ""), ("on-call.second", "")]


def test_whoever_was_woken_hears_too_when_the_step_is_left_and_it_is_owed_no_more() -> None:
    case = late()

    case.says(SCHOOL, "not-agreed")

    (told,) = [notice for notice in case.notices if notice.kind == "alert-withdrawn"]
    assert told.fact == "It is not owed any more, and counts as not done: its step was left."


def test_in_quiet_hours_nobody_is_woken_for_what_only_should_be_done_and_the_morning_has_it() -> None:
    case = Case("2025-03-04 17:00", local=NIGHTS)
    case.does(SCHOOL, "discussion")
    case.does(CARE, "acknowledgement")
    case.agree()  # from now on it owes letters and files alone, within 4 hours

    case.pass_to("2025-03-05 06:59")
    assert case.kinds().count("overdue") > 0
    assert woken(case) == []
    case.pass_to("2025-03-05 07:00")

    assert woken(case) == ["on-call"]


def test_quiet_hours_hold_back_nothing_that_must_be_done() -> None:
    case = late(Local(quiet_from=dt.time(9), quiet_until=dt.time(18)))

    assert woken(case) == ["on-call"]


def test_quiet_hours_hold_back_nothing_once_a_child_is_at_immediate_risk() -> None:
    case = Case("2025-03-04 19:30", local=NIGHTS)
    case.raises_risk()

    case.pass_to("2025-03-04 22:00")

    assert "on-call" in woken(case)


@pytest.mark.parametrize("given", [{"quiet_from": dt.time(20)}, {"quiet_from": dt.time(7), "quiet_until": dt.time(7)}])
def test_quiet_hours_begin_and_end(given: dict[str, dt.time]) -> None:
    with pytest.raises(ValidationError, match="quiet hours begin and end"):
        Local.model_validate(given)
