"""Liverpool's situations: within one agency, the lettered ladders, and how a plan was discontinued; row by row."""

import pytest

from domain.base.identities import RuleKey
from tests.domain.case import CARE, SCHOOL, TUESDAY, london, refused
from tests.policies.liverpool_case import (
    AUTHORITY,
    CONFERENCE,
    DISCONTINUED,
    LEAD,
    LETTERS,
    NEED,
    PROTECTION,
    STAFF,
    does_as,
    liverpool,
    opened,
    within_the_school,
)

# --- situation 1: within one agency


def test_v9_v46_two_colleagues_of_one_agency_discuss_it_without_delay_with_any_of_three_leads() -> None:
    for lead in ("designated-lead", "deputy-lead", "senior-leader"):
        case = within_the_school()
        assert [party.id for party in case.state.parties] == [STAFF, LEAD]
        assert case.duty("internal/1").due == london(TUESDAY)

        case.does(LEAD, "needs-discussion", lead)

        assert case.duty("internal/1").state == "done"


def test_v10_whoever_disagrees_presses_for_reconsideration_and_may_press_again() -> None:
    case = within_the_school()
    case.does(STAFF, "needs-discussion", "worker")
    case.says(STAFF, "pressed-again", "worker")
    case.does(LEAD, "reconsidered", "designated-lead")
    case.says(STAFF, "pressed-again", "worker")

    assert case.stages == ["reconsider"]
    assert len(case.duties("reconsider/1")) == 2
    assert case.duty("reconsider/1").is_outstanding


def test_v11_the_disagreement_keeps_nobody_from_referring_themselves() -> None:
    case = within_the_school()
    case.says(STAFF, "own-referral", "worker")

    assert case.ended == "noted"
    assert case.stages == ["referral"]
    case.does(STAFF, "referral", "worker")
    assert case.duty("referral/2").state == "done"


def test_v12_the_lead_is_told_of_a_referral_made_against_their_view_and_keeps_oversight() -> None:
    case = within_the_school()
    case.says(STAFF, "own-referral", "worker")

    assert ("designated-lead", SCHOOL) in case.told("step-opened") + case.told("outcome")
    oversight = case.duty("referral/3")
    assert oversight.party == LEAD
    case.does(STAFF, "referral", "worker")
    does_as(case, AUTHORITY, "response")
    case.says(STAFF, "referral-answered", "worker")
    assert case.duty("referral/3").is_outstanding, "oversight outlives the referral"
    case.does(LEAD, "oversight", "designated-lead")
    assert case.duty("referral/3").state == "done"


def test_v9_a_disagreement_that_stays_goes_to_the_partnerships_ladder() -> None:
    case = within_the_school()
    case.does(STAFF, "needs-discussion", "worker")

    case.says(STAFF, "not-agreed", "worker", to="stage-1b")

    assert case.stages == ["stage-1b"]


# --- situations 5, 6 and 7: a letter to a rung, then the partnership's ladder


@pytest.mark.parametrize("situation", LETTERS)
def test_v13_v20_v26_v31_each_letter_is_a_rung_and_the_last_hands_over_to_a_stage_of_ones_choice(
    situation: str,
) -> None:
    case = opened(situation)
    walked = []
    for _ in LETTERS[situation]:
        walked += case.stages
        last = case.stages[0] == LETTERS[situation][-1]
        case.says(SCHOOL, "not-agreed", to="stage-2" if last else "")

    assert walked == LETTERS[situation]
    assert case.stages == ["stage-2"]
    assert case.of_kind("outcome")[-1].body["said"]["to"] == "stage-2"  # type: ignore[index, call-overload]


@pytest.mark.parametrize("situation", LETTERS)
def test_v20_v26_v31_where_to_enter_the_partnerships_ladder_must_be_said(situation: str) -> None:
    case = opened(situation)
    for _ in LETTERS[situation][:-1]:
        case.says(SCHOOL, "not-agreed")

    assert "stage-1a" in refused(case, lambda: case.says(SCHOOL, "not-agreed")).sentence


RUNGS = [
    (NEED, 0, "social-worker", "discussion", "V14"),
    (NEED, 1, "line-manager", "discussion", "V15"),
    (NEED, 2, "social-worker", "written-concerns", "V16"),
    (NEED, 5, "service-manager", "advice", "V19"),
    (PROTECTION, 0, "social-worker", "discussion", "V21"),
    (PROTECTION, 1, "line-manager", "discussion", "V21"),
    (PROTECTION, 2, "social-worker", "written-concerns", "V21"),
    (PROTECTION, 4, "team-leader", "discussion", "V23"),
    (PROTECTION, 5, "team-leader", "iro-talk", "V24"),
    (PROTECTION, 6, "service-manager", "discussion", "V25"),
    (PROTECTION, 7, "service-manager", "advice", "V26"),
    (CONFERENCE, 0, "social-worker", "minuted", "V27"),
    (CONFERENCE, 1, "social-worker", "written-concerns", "V28"),
    (CONFERENCE, 2, "social-worker", "iro-manager-talk", "V29"),
    (CONFERENCE, 3, "team-leader", "discussion", "V30"),
    (CONFERENCE, 4, "service-manager", "discussion", "V30"),
    (CONFERENCE, 5, "service-manager", "advice", "V31"),
]


@pytest.mark.parametrize(("situation", "rung", "receiver", "act", "row"), RUNGS)
def test_v14_to_v31_each_rung_asks_for_its_act_of_its_person_and_to_leave_it_out_needs_a_reason(
    situation: str, rung: int, receiver: str, act: str, row: str
) -> None:
    case = opened(situation)
    for _ in range(rung):
        case.says(SCHOOL, "not-agreed")
    stage = case.state.policy.stage(case.stages[0])
    to = "stage-1a" if stage.id == LETTERS[situation][-1] else ""

    assert receiver in stage.receiving
    assert case.duty(f"{stage.id}/1").strength == "should"
    assert row in case.state.policy.rules[RuleKey(stage=stage.id, place=1)].rows
    assert "reason" in refused(case, lambda: case.says(SCHOOL, "not-agreed", fields={}, to=to)).sentence
    case.does(SCHOOL, act)
    assert case.duty(f"{stage.id}/1").state == "done"
    case.says(SCHOOL, "not-agreed", fields={}, to=to)
    assert stage.id not in case.stages


@pytest.mark.parametrize(("situation", "rungs"), [(NEED, 2), (PROTECTION, 2)])
def test_v16_v21_concerns_in_writing_go_to_the_social_worker_and_the_line_manager(situation: str, rungs: int) -> None:
    case = opened(situation)
    for _ in range(rungs):
        case.says(SCHOOL, "not-agreed")
    stage = case.stages[0]

    case.does(SCHOOL, "written-concerns")

    told = case.told("told") + case.told("step-opened")
    assert case.state.policy.rules[RuleKey(stage=stage, place=1)].to == ("social-worker", "line-manager")
    assert {("social-worker", CARE), ("line-manager", CARE)} <= set(told)


@pytest.mark.parametrize(("situation", "rungs"), [(NEED, 3), (PROTECTION, 3)])
def test_v17_v22_to_ask_for_a_meeting_is_to_be_considered_and_never_late(situation: str, rungs: int) -> None:
    case = opened(situation)
    for _ in range(rungs):
        case.says(SCHOOL, "not-agreed")
    stage = case.stages[0]
    request = case.duty(f"{stage}/1")

    assert (request.acts, request.strength, request.late_from) == (("meeting-request.sent",), "may", None)
    case.does(SCHOOL, "meeting-request")
    assert case.duty(f"{stage}/2").acts == ("plan-meeting.held",)
    case.says(SCHOOL, "not-agreed", fields={})
    assert stage not in case.stages


def test_v18_the_team_leader_is_spoken_to_and_then_the_service_manager() -> None:
    case = opened(NEED)
    for _ in range(4):
        case.says(SCHOOL, "not-agreed")
    assert case.stages == ["need-e"]

    assert "team leader" in refused(case, lambda: case.does(SCHOOL, "service-manager-talk")).sentence
    case.does(SCHOOL, "team-leader-talk")
    case.does(SCHOOL, "service-manager-talk")
    case.says(SCHOOL, "not-agreed", fields={})

    assert case.stages == ["need-f"]


def test_v19_the_advisers_advice_may_be_asked_at_any_rung_and_moves_nothing() -> None:
    case = opened(NEED)

    case.does(SCHOOL, "advice")

    assert case.stages == ["need-a"]
    assert case.duty("need-a/1").is_outstanding


def test_v24_v28_v29_the_reviewing_officer_stands_apart_from_the_parties_and_is_told() -> None:
    case = opened(CONFERENCE)
    case.says(SCHOOL, "not-agreed")
    case.does(SCHOOL, "written-concerns")

    assert case.state.policy.roles["iro"].of == "partnership"
    assert ("iro", "") in case.told("told")


def test_v27_the_dissent_of_a_conference_before_the_opening_is_taken_at_its_own_time() -> None:
    case = opened(CONFERENCE)

    case.does(SCHOOL, "minuted", at="2025-03-03 14:00")

    assert case.entries[-1].at == london("2025-03-03 14:00")
    assert case.entries[-1].body["before_opening"]
    assert case.duty("conference-a/1").state == "done"


def test_v25_v30_the_service_manager_is_reached_only_where_there_is_no_agreement() -> None:
    protection, conference = LETTERS[PROTECTION], LETTERS[CONFERENCE]
    policy = liverpool()

    assert protection.index("protection-f") < protection.index("protection-g")
    assert conference.index("conference-c") < conference.index("conference-d") < conference.index("conference-e")
    for stage in ("protection-f", "conference-d"):
        assert [o.id for o in policy.outcomes_of(stage) if o.leads_to and o.leads_to[0] == "next"] == ["not-agreed"]


def test_v32_how_the_plan_was_discontinued_is_the_receiving_sides_to_say() -> None:
    case = opened(DISCONTINUED)

    refused(case, lambda: case.does(SCHOOL, "meeting-decision"))
    case.does(CARE, "meeting-decision")

    assert case.duty("discontinued/1").state == "done"


def test_v32_a_decision_made_outside_a_meeting_is_itself_a_ground_for_one() -> None:
    case = opened(DISCONTINUED, **{"decided-at-a-meeting": "no"})

    assert case.duty("discontinued/2").acts == ("plan-meeting.held",)
    assert opened(DISCONTINUED, **{"decided-at-a-meeting": "yes"}).duties("discontinued/2") == []


def test_v32_v57_situation_8_goes_on_to_the_partnerships_first_stage() -> None:
    case = opened(DISCONTINUED)

    case.says(SCHOOL, "not-agreed")

    assert case.stages == ["stage-1a"]
