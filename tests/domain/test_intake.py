"""What a case begins with: its plan's kind, its ground, its parties; and what the sub-group may do with it."""

import pytest

from domain.base.refusals import Refusal
from tests.domain.case import CARE, SCHOOL, Case, lincolnshire


@pytest.mark.parametrize("plan", ["early help", "child in need", "child protection", "looked after", "none"])
def test_L1_no_kind_of_plan_is_left_out(plan: str) -> None:
    """L1: from early help to looked-after children, the protocol covers them all."""
    assert Case(facts={"plan-type": plan}).stages == ["step-1"]


GROUNDS = ("course of action", "action not done", "plan unsuitable", "conference refused", "information or services")


@pytest.mark.parametrize(("row", "ground"), [*zip(("L44", "L45", "L46", "L47", "L48"), GROUNDS, strict=True)])
def test_L44_to_L48_each_ground_is_asked_about_by_its_name(row: str, ground: str) -> None:
    assert ground in lincolnshire().facts["ground"].values, row


@pytest.mark.parametrize("ground", [*GROUNDS, "a ground nobody listed"])
def test_L44_to_L49_each_ground_opens_a_case_and_another_is_welcome(ground: str) -> None:
    """L44, L45, L46, L47, L48: five grounds; L49: they are examples."""
    case = Case(facts={"ground": ground})

    assert case.stages == ["step-1"]
    assert case.state.facts["ground"] == ground


def test_L1_a_kind_of_plan_that_the_policy_does_not_know_is_refused() -> None:
    with pytest.raises(Refusal, match="choose early help"):
        Case(facts={"plan-type": "pupil premium"})


def test_L50_a_dispute_within_one_agency_is_labelled_in_its_first_entry() -> None:
    """L50, with L3: the scope is between agencies, and challenge within one is welcome but labelled."""
    within = Case(raising=CARE, receiving=(CARE,))

    assert within.entries[0].body["same_agency"] is True
    assert Case().entries[0].body["same_agency"] is False


def test_L38_L39_the_sub_group_may_recommend_and_never_must() -> None:
    """L38: to an agency; L39: to the partnership. A recommendation is recorded, and its absence holds nothing open."""
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "not-urgent")
    recommended = [duty for duty in case.state.duties if duty.acts == ("recommendation.sent",)]

    assert [duty.strength for duty in recommended] == ["may"]
    assert [duty.late_from for duty in recommended] == [None]

    case.does("", "recommendation", role="ppet")

    assert [duty.state for duty in case.state.duties if duty.acts == ("recommendation.sent",)] == ["done"]
