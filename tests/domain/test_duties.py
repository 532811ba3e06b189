"""Every duty of Lincolnshire falls overdue, is done by its own act, and by no other."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from domain.base.people import Actor
from domain.policy.local_settings import Local
from tests.domain.case import CARE, POLICE, SCHOOL, TOLERANT, Case, lincolnshire, london

FAR = "2025-04-30 12:00"
PPET_MEETS = TOLERANT.but(meetings={"ppet": (london("2025-03-20 14:00"), london("2025-06-19 14:00"))})


def at(stage: str) -> Callable[[], Case]:
    return lambda: Case(local=PPET_MEETS).climb_to(stage)


def learning() -> Case:
    case = at("step-3")()
    case.says(SCHOOL, "not-urgent")
    return case


def discussed() -> Case:
    case = at("step-1")()
    case.does(SCHOOL, "discussion")
    return case


def dated() -> Case:
    case = at("step-4-urgent")()
    case.set_date("2025-03-06 10:00")
    return case


def held() -> Case:
    case = dated()
    case.does(SCHOOL, "chaired-meeting.held", with_parties=(CARE,))
    return case


def diverted() -> Case:
    return Case(facts={"concern": "conduct"})


def late_action() -> Case:
    case = at("step-1")()
    case.agree(by="2025-03-07")
    return case.pass_to("2025-03-08 00:00")


def by(party: str, act: str, role: str = "", **said: Any) -> Callable[[Case], object]:
    return lambda case: case.does(party, act, role, **said)


def agree(case: Case) -> object:
    return case.agree()


PPET = Actor(role="ppet")
EXPLAINED = {"action": "1", "reason": "staff were ill", "replacement": "2025-06-30"}


class Owed(NamedTuple):
    """How one rule comes about, who owes it, what discharges it, and what does not."""

    arises: Callable[[], Case]
    party: str
    discharge: Callable[[Case], object]
    other: Callable[[Case], object]


OWED: dict[str, Owed] = {
    "case/1": Owed(discussed, CARE, by(CARE, "written-follow-up"), by(SCHOOL, "written-follow-up")),
    "case/2": Owed(discussed, CARE, by(CARE, "filed"), by(SCHOOL, "filed")),
    "case/3": Owed(late_action, CARE, by(CARE, "explained", "slo", fields=EXPLAINED), by(CARE, "filed", "slo")),
    "step-1/1": Owed(at("step-1"), CARE, by(CARE, "acknowledgement"), by(CARE, "discussion")),
    "step-1/2": Owed(at("step-1"), "", by(SCHOOL, "discussion"), by(CARE, "acknowledgement")),
    "step-1/3": Owed(at("step-1"), "", agree, by(SCHOOL, "discussion")),
    "step-2/1": Owed(at("step-2"), CARE, by(CARE, "own-consultation"), by(SCHOOL, "own-consultation")),
    "step-2/2": Owed(at("step-2"), SCHOOL, by(SCHOOL, "justified"), by(SCHOOL, "own-consultation")),
    "step-2/3": Owed(at("step-2"), "", by(SCHOOL, "discussion"), by(SCHOOL, "justified")),
    "step-2/4": Owed(at("step-2"), "", agree, by(SCHOOL, "discussion")),
    "step-3/1": Owed(
        at("step-3"), CARE, by(CARE, "contact-slo", "line-manager"), by(SCHOOL, "contact-slo", "line-manager")
    ),
    "step-3/2": Owed(at("step-3"), SCHOOL, by(SCHOOL, "assist"), by(SCHOOL, "contact-slo", "line-manager")),
    "step-3/3": Owed(at("step-3"), "", agree, by(SCHOOL, "discussion")),
    "step-3/4": Owed(at("step-3"), "", by(SCHOOL, "meeting", with_parties=(CARE,)), by(SCHOOL, "discussion")),
    "step-4-urgent/1": Owed(
        at("step-4-urgent"), "", lambda case: case.set_date("2025-06-02 10:00"), by(SCHOOL, "discussion")
    ),
    "step-4-urgent/2": Owed(
        dated,
        "",
        by(SCHOOL, "chaired-meeting.held", with_parties=(CARE,)),
        lambda case: case.does(SCHOOL, "discussion"),
    ),
    "step-4-urgent/3": Owed(held, "", by(POLICE, "chaired-meeting.minutes", "chair"), by(SCHOOL, "discussion")),
    "learning/1": Owed(learning, "", by("", "considered", "ppet"), by("", "recommendation", "ppet", method="")),
    "learning/2": Owed(learning, "", by("", "recommendation", "ppet"), by("", "considered", "ppet")),
    "redirected/1": Owed(diverted, SCHOOL, by(SCHOOL, "redirect"), by(SCHOOL, "own-consultation")),
}
STRENGTHS = {str(key): rule.strength for key, rule in lincolnshire().rules.items()}
RULES = sorted(STRENGTHS)
LATE = [key for key in RULES if STRENGTHS[key] != "may"]
MAY = [key for key in RULES if STRENGTHS[key] == "may"]


def test_every_rule_of_the_policy_is_in_these_tests() -> None:
    assert sorted(OWED) == RULES


@pytest.mark.parametrize("key", LATE)
def test_an_undone_duty_falls_overdue(key: str) -> None:
    owed = OWED[key]
    case = owed.arises()
    assert case.duty(key, owed.party).late_from is not None

    case.pass_to(FAR)

    duty = case.duty(key, owed.party)
    assert duty.is_overdue
    assert [e.at for e in case.of_kind("overdue") if e.body["duty"] == duty.id] == [duty.late_from]


@pytest.mark.parametrize("key", RULES)
def test_its_own_act_discharges_a_duty(key: str) -> None:
    owed = OWED[key]
    case = owed.arises()

    owed.discharge(case)

    duty = case.duty(key, owed.party)
    assert (duty.state, duty.done_at) == ("done", case.now)
    assert not duty.was_late


@pytest.mark.parametrize("key", LATE)
def test_an_overdue_duty_stays_overdue_when_something_else_is_done(key: str) -> None:
    owed = OWED[key]
    case = owed.arises().pass_to(FAR)

    owed.other(case)
    case.pass_to("2025-05-02 12:00")

    assert case.duty(key, owed.party).is_overdue


@pytest.mark.parametrize("key", LATE)
def test_an_overdue_duty_that_is_done_late_is_late_for_ever(key: str) -> None:
    owed = OWED[key]
    case = owed.arises().pass_to(FAR)
    duty = case.duty(key, owed.party)

    owed.discharge(case)

    done = next(d for d in case.state.duties if d.id == duty.id)
    assert (done.state, done.was_late) == ("done", True)
    assert duty.id not in [entry.body["duty"] for entry in case.of_kind("overdue-withdrawn")]


@pytest.mark.parametrize("key", MAY)
def test_what_may_be_done_is_offered_and_never_late(key: str) -> None:
    owed = OWED[key]
    case = owed.arises()

    case.pass_to(FAR)

    duty = case.duty(key, owed.party)
    assert duty.is_outstanding
    assert duty.late_from is None
    assert duty.overdue_at is None


def test_without_local_settings_only_numbered_duties_are_ever_late() -> None:
    """Rule 16: a tolerance only decides when a word without a number alerts."""
    case = Case(local=Local()).pass_to(FAR)

    assert {str(d.origin) for d in case.state.duties if d.overdue_at} == {"step-1/3"}
    assert case.duty("step-1/1").due == london("2025-03-04 10:00")


def test_within_a_tolerance_at_once_is_not_late() -> None:
    case = Case()
    case.pass_to("2025-03-04 15:00").does(CARE, "acknowledgement")

    assert not case.duty("step-1/1").was_late


def test_a_local_target_that_was_missed_stays_missed() -> None:
    """A duty without any time in the policy is late past its local target, and that is no mistake of entry."""
    case = Case().climb_to("step-2").pass_to("2025-03-20 12:00")
    case.does(SCHOOL, "own-consultation")

    assert case.duty("step-2/1", SCHOOL).was_late
    assert "overdue-withdrawn" not in case.kinds()
