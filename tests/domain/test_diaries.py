"""What stands in the diaries of those who owe something, after each notice that they get."""

import datetime as dt
from collections.abc import Iterable

import pytest

from domain.base.people import Actor
from domain.case.effects import Notice
from domain.commands import DutyHandedOver, Extended, PartyLeft, Paused
from domain.policy.local_settings import Local

from .case import CARE, LONDON, POLICE, SCHOOL, Case, england, london
from .test_reminders import opened

WORKER, MANAGER = ("worker", SCHOOL), ("manager", CARE)


def diary(notices: Iterable[Notice], *seat: str) -> dict[str, str]:
    """What a seat's diary holds once it took every notice over by the number of the duty: title to London time."""
    held: dict[int, tuple[int, str, str]] = {}
    for notice in notices:
        if (notice.to.role, notice.to.agency) == seat:
            for one in notice.deadlines or ():
                assert held.get(one.duty, (0,))[0] <= one.version
                held[one.duty] = (one.version, one.what, "" if one.over else f"{one.due.astimezone(LONDON):%d %H:%M}")
    return {what: when for _, what, when in held.values() if when}


def alarms(case: Case, *seat: str) -> dict[str, str]:
    """When a seat's diary speaks of each, by the last notice that it got."""
    last = [n for n in case.notices if (n.to.role, n.to.agency) == seat][-1]
    return {d.what: f"{d.alarm_at.astimezone(LONDON):%d %H:%M}" for d in last.deadlines or () if d.alarm_at}


def test_each_deadline_stands_once_in_the_diary_of_those_who_owe_it_and_what_may_be_done_in_none() -> None:
    case = opened()

    assert diary(case.notices, *WORKER) == {"letter": "12 00:00", "guide": "12 00:00"}
    assert diary(case.notices, *MANAGER) == {"reply": "04 16:00"}


def test_a_deadline_at_midnight_is_spoken_of_on_the_morning_of_the_working_day_it_ends() -> None:
    """Tuesday 11 March ends at the midnight of the 12th."""
    assert alarms(opened(), *WORKER)["letter"] == "11 09:00"


@pytest.mark.parametrize(
    ("due", "now", "expected"),
    [
        ("2025-03-12 00:00", "2025-03-04 10:00", "2025-03-11 09:00"),
        ("2025-03-12 15:00", "2025-03-04 10:00", "2025-03-12 09:00"),
        ("2025-03-12 09:30", "2025-03-04 10:00", "2025-03-11 09:00"),
        ("2025-03-16 11:00", "2025-03-10 10:00", "2025-03-14 09:00"),  # a Sunday: Friday's morning
        ("2025-03-16 11:00", "2025-03-15 10:00", "2025-03-16 09:00"),  # told on the Saturday
        ("2025-04-22 00:00", "2025-04-10 10:00", "2025-04-17 09:00"),  # over Easter: Maundy Thursday's
        ("2025-03-12 00:00", "2025-03-11 10:00", ""),
    ],
)
def test_a_diary_speaks_on_the_last_working_morning_on_which_there_is_time(due, now, expected) -> None:
    found = england().morning_before(london(due), london(now))

    assert (f"{found.astimezone(LONDON):%Y-%m-%d %H:%M}" if found else "") == expected


def test_what_is_done_leaves_the_diary_with_the_next_notice() -> None:
    case = opened()
    case.does(SCHOOL, "letter")

    case.raises_risk()
    case.says(CARE, "stopped")

    assert diary(case.notices, *WORKER) == {}


def test_what_is_let_go_with_its_step_leaves_the_diary() -> None:
    case = Case()
    before = diary(case.notices, "practitioner", CARE)
    case.climb_to("step-2")
    after = {seat: diary(case.notices, seat, CARE) for seat in ("practitioner", "line-manager")}
    still = {case.state.policy.act_title(act) for duty in case.state.outstanding for act in duty.acts}

    assert before
    assert set(after["practitioner"]) <= still
    assert after["line-manager"]


def test_a_deadline_that_moved_is_moved_and_one_that_stands_still_is_taken_out() -> None:
    case = opened()
    letter = next(duty for duty in case.state.duties if str(duty.origin) == "one/1")
    until = london("2025-03-14 12:00")
    for party in (SCHOOL, CARE):
        case.takes(Extended(by=Actor(agency=party, role="worker"), duty=letter.id, until=until, reason="Ill"))
    moved = diary(case.notices, *WORKER)

    for party in (SCHOOL, CARE):
        pause = dt.datetime(2025, 3, 20, 12, tzinfo=dt.UTC)
        case.takes(Paused(by=Actor(agency=party, role="worker"), until=pause, reason="Away"))
    still = diary(case.notices, *WORKER)
    case.pass_to("2025-03-21")
    again = diary(case.notices, *WORKER)

    assert moved["letter"] == "14 12:00"
    assert "letter" not in still
    assert "letter" in again


def test_what_was_handed_over_stands_in_both_diaries_until_it_is_taken_back() -> None:
    case = opened()
    letter = next(duty for duty in case.state.duties if str(duty.origin) == "one/1")
    to = ("manager", SCHOOL)

    def hands(role: str) -> None:
        by = Actor(agency=SCHOOL, role="worker")
        until = london("2025-03-10 12:00")
        case.takes(DutyHandedOver(by=by, duty=letter.id, to=Actor(agency=SCHOOL, role=role), until=until, reason="Ill"))

    hands("manager")
    assert diary(case.notices, *to) == {"letter": "12 00:00"}
    hands("worker")
    assert diary(case.notices, *to) == {}
    assert "letter" in diary(case.notices, *WORKER)


def test_a_party_that_leaves_has_nothing_of_the_case_in_its_diary() -> None:
    case = Case(receiving=(CARE, POLICE))
    before = diary(case.notices, "practitioner", POLICE)

    case.takes(PartyLeft(by=Actor(agency=POLICE, role="practitioner"), party=POLICE, reason="It is not theirs"))

    assert before
    assert diary(case.notices, "practitioner", POLICE) == {}
    assert diary(case.notices, "practitioner", CARE)


def test_a_deadline_that_has_just_passed_is_where_it_was_when_it_passed() -> None:
    case = opened().pass_to("2025-03-04 16:00")

    assert diary(case.notices, *MANAGER) == {"reply": "04 16:00"}
    assert alarms(case, *MANAGER) == {}


def test_no_lead_on_call_has_the_parties_deadlines_in_a_diary() -> None:
    case = Case(local=Local(tolerance="same working day")).pass_to("2025-03-12")

    assert {notice.deadlines for notice in case.notices if notice.to.role.startswith("on-call")} == {()}
