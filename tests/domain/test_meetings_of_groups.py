"""The next meeting of a group: it moves what waits for it, and rolls on when it has passed that by (rule 18)."""

import datetime as dt

from domain.base.people import Actor
from domain.commands import MeetingsPlanned
from domain.policy.local_settings import Local
from tests.domain.case import Case, london, refused
from tests.domain.timed import OFFICE, meets, opened


def test_rule_18_without_a_calendar_the_next_meeting_is_unknown_and_planning_it_sets_the_clock() -> None:
    case = opened()
    assert (case.duty("one/6").due, case.duty("one/6").waits) == (None, "set locally – not yet known")

    meets(case, "2025-04-10 14:00", "2025-03-20 14:00")

    assert case.duty("one/6").due == london("2025-03-20 14:00")
    case.replays()


def test_rule_18_a_moved_meeting_moves_it() -> None:
    case = opened(local=Local(meetings={"group": (london("2025-03-20 14:00"),)}))
    case.pass_to("2025-03-18")
    meets(case, "2025-03-27 14:00")

    assert case.duty("one/6").due == london("2025-03-27 14:00")
    case.pass_to("2025-03-26")
    assert not case.duty("one/6").is_overdue
    case.replays()


def test_rule_18_a_meeting_that_passed_it_by_is_one_overdue_entry_and_rolls_on() -> None:
    case = opened()
    meets(case, "2025-03-20 14:00", "2025-04-10 14:00")
    case.pass_to("2025-03-21")

    duty = case.duty("one/6")
    assert (duty.is_overdue, duty.due, duty.target) == (True, london("2025-03-20 14:00"), london("2025-04-10 14:00"))
    assert passed(case) == [london("2025-03-20 14:00")]

    case.pass_to("2025-04-11")
    assert passed(case) == [london("2025-03-20 14:00"), london("2025-04-10 14:00")]
    assert case.duty("one/6").target is None
    case.sleep_to("2025-04-12")
    meets(case, "2025-05-01 14:00")
    assert case.duty("one/6").target == london("2025-05-01 14:00")
    case.acts_as(Actor(role="group"), "considered")
    assert case.duty("one/6").was_late
    case.replays()


def passed(case: Case) -> list[dt.datetime]:
    """When a meeting passed the group's duty by."""
    number = case.duty("one/6").id
    return [entry.at for entry in case.of_kind("overdue") if entry.body["duty"] == number]


def test_rule_18_a_meeting_is_planned_ahead_for_a_role_of_the_policy() -> None:
    case = opened()

    assert refused(case, lambda: meets(case, "2025-03-03 14:00")).why == "time"
    nobody = MeetingsPlanned(by=OFFICE, of="nobody", at_times=())
    assert refused(case, lambda: case.takes(nobody)).why == "unknown"
