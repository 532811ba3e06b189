"""The ways through Lincolnshire's ladder: up by disagreement, out by agreement, and both branches of step 4."""

import pytest

from domain.base.people import Actor
from domain.commands.acts.offers import offers
from domain.views.status import status_of, urgency
from tests.domain.case import CARE, POLICE, SCHOOL, TRUST, Case, london, refused

LADDER = ["step-1", "step-2", "step-3", "step-4-urgent", "unresolved"]


def hold_meeting(case: Case) -> None:
    case.set_date("2025-03-06 10:00")
    case.does(SCHOOL, "chaired-meeting.held", with_parties=(CARE,))
    case.does(POLICE, "chaired-meeting.minutes", "chair")


def not_agreed_at_the_meeting(case: Case) -> Case:
    case.climb_to("step-4-urgent")
    hold_meeting(case)
    case.says(SCHOOL, "not-agreed")
    return case


# --- step 1


def test_L12_step_1_is_a_discussion_of_the_frontline_professionals() -> None:
    case = Case()

    for role in ("line-manager", "slo"):
        assert refused(case, lambda role=role: case.does(SCHOOL, "discussion", role)).why == "wrong role"  # type: ignore[misc]
    case.does(SCHOOL, "discussion", "practitioner")
    assert case.duty("step-1/2").state == "done"


def test_L14_step_1_is_due_the_moment_it_opens() -> None:
    case = Case()

    for duty in (case.duty("step-1/1"), case.duty("step-1/2")):
        assert (duty.strength, duty.due) == ("must", case.now)
    assert case.pass_to("2025-03-05 00:00").duty("step-1/1").is_overdue  # past the local tolerance


def test_L7_each_party_files_the_discussions_and_the_outcome_and_the_case_waits_for_both() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    assert [duty.party for duty in case.duties("case/2")] == [SCHOOL, CARE]
    case.climb_to("step-2").says(SCHOOL, "not-justified")
    for party in (SCHOOL, CARE):
        case.does(party, "written-follow-up")
    case.does(SCHOOL, "filed")
    assert case.state.closed_at is None

    case.does(CARE, "filed")

    assert case.state.closed_at is not None


# --- agreement


@pytest.mark.parametrize("stage", ["step-1", "step-2", "step-3", "unresolved"])
def test_L16_L24_L28_every_party_confirming_one_plan_resolves_it_at_every_step(stage: str) -> None:
    case = Case()
    if stage == "unresolved":
        not_agreed_at_the_meeting(case)
    case.climb_to(stage)
    case.proposes(SCHOOL)
    assert case.stages == [stage]

    case.confirms(CARE)

    assert case.stages == []
    assert case.state.ended is not None
    assert (case.state.ended.how, case.state.ended.outcome, case.state.ended.stage) == ("resolved", "agreed", stage)
    assert case.told("outcome") != []


def test_L16_a_change_after_one_side_confirmed_voids_that_confirmation() -> None:
    case = Case()
    case.proposes(SCHOOL)
    case.proposes(CARE)
    assert case.state.plan is not None
    assert list(case.state.plan.confirmed) == [CARE]
    assert case.told("plan-changed") == [("practitioner", SCHOOL)]

    refused(case, lambda: case.confirms(SCHOOL, version=1))
    case.confirms(SCHOOL, version=2)

    assert case.state.ended is not None
    assert [plan.version for plan in case.state.plans] == [1, 2]


def test_L16_one_side_alone_saying_agreed_is_a_claim_and_stops_no_clock() -> None:
    case = Case()
    answer = case.says(SCHOOL, "agreed")

    assert "claim" in answer.sentence
    assert case.stages == ["step-1"]
    assert case.duty("step-1/3").is_outstanding
    case.says(CARE, "agreed")
    assert case.stages == ["step-1"]  # both say so, and still there is no plan that both confirm


def test_L13_what_the_plan_is_to_the_existing_plan_must_be_said() -> None:
    case = Case()

    assert "fits existing plan" in refused(case, lambda: case.proposes(SCHOOL, fields={})).sentence


# --- up the ladder


def test_L18_L25_L30_disagreement_goes_up_the_ladder_step_by_step() -> None:
    case = Case()
    seen = [case.stages]
    for _ in range(3):
        case.says(CARE, "not-agreed")
        seen.append(case.stages)

    assert seen == [[stage] for stage in LADDER[:4]]


def test_L18_a_step_may_be_found_unresolved_before_and_after_its_deadline() -> None:
    early, late = Case(), Case().pass_to("2025-03-07 10:00")

    early.says(SCHOOL, "not-agreed")
    late.says(SCHOOL, "not-agreed")

    assert early.stages == late.stages == ["step-2"]


def test_L20_a_manager_who_finds_it_not_justified_stops_it() -> None:
    case = Case().climb_to("step-2")
    case.says(SCHOOL, "not-justified")

    assert case.state.ended is not None
    assert case.state.ended.how == "stopped"


def test_L20_only_the_raising_sides_line_manager_may_find_it_not_justified() -> None:
    case = Case().climb_to("step-2")

    assert refused(case, lambda: case.says(CARE, "not-justified")).why == "wrong side"
    assert refused(case, lambda: case.says(SCHOOL, "not-justified", role="supervisor")).why == "wrong role"
    assert refused(case, lambda: case.says(SCHOOL, "not-justified", fields={})).why == "missing"


def test_L20_a_returned_concern_is_a_new_visit_of_step_1_with_new_duties() -> None:
    case = Case().climb_to("step-2")
    case.says(SCHOOL, "returned")

    assert case.stages == ["step-1"]
    assert case.state.open_visits[0].number == 2
    assert case.duty("step-1/1").visit == 2
    assert case.duty("step-1/1").is_outstanding


def test_L26_both_sides_contact_their_own_slo_at_once() -> None:
    case = Case().climb_to("step-3")

    for party in (SCHOOL, CARE):
        assert case.duty("step-3/1", party).due == case.now
        case.does(party, "contact-slo", "line-manager")
        assert case.duty("step-3/1", party).state == "done"


def test_L28_step_3_runs_from_the_raising_sides_contact_with_its_slo() -> None:
    case = Case().climb_to("step-3").pass_to("2025-03-04 16:00")
    case.does(CARE, "contact-slo", "line-manager")
    assert case.duty("step-3/3").due == london("2025-03-06 10:00")

    case.does(SCHOOL, "contact-slo", "line-manager")

    assert case.duty("step-3/3").due == london("2025-03-06 16:00")


def test_L28_without_a_contact_step_3_runs_from_its_opening() -> None:
    case = Case().climb_to("step-3").pass_to("2025-03-06 10:00")

    assert case.duty("step-3/3").overdue_at == london("2025-03-06 10:00")


def test_L27_a_slo_who_assists_has_done_what_a_slo_who_liaises_has_done() -> None:
    for act in ("assist", "discussion"):
        case = Case().climb_to("step-3")
        case.does(SCHOOL, act)
        assert case.duty("step-3/2").state == "done"


# --- step 4, urgent


def test_L36_setting_any_date_is_what_the_24_hours_ask_for() -> None:
    case = Case("2025-03-07 16:00").climb_to("step-4-urgent")
    assert case.duty("step-4-urgent/1").due == london("2025-03-08 16:00")
    case.pass_to("2025-03-07 18:00")

    case.set_date("2025-05-20 10:00")

    duty = case.duty("step-4-urgent/1")
    assert (duty.state, duty.done_at) == ("done", london("2025-03-07 18:00"))
    assert case.duty("step-4-urgent/2").due == london("2025-05-20 10:00")


def test_L36_a_date_set_in_time_and_entered_late_is_in_time() -> None:
    case = Case("2025-03-07 16:00").climb_to("step-4-urgent").pass_to("2025-03-10 09:00")
    assert case.duty("step-4-urgent/1").is_overdue

    case.set_date("2025-03-09 10:00", at="2025-03-08 15:59")

    assert not case.duty("step-4-urgent/1").was_late
    assert "overdue-withdrawn" in case.kinds()


def test_L31_a_chair_from_a_partner_that_is_no_party_is_seated_and_told() -> None:
    case = Case().climb_to("step-4-urgent")
    case.set_date("2025-03-06 10:00", Actor(agency=TRUST, role="slo"))

    assert case.state.seats["chair"].agency == TRUST
    assert case.told("chair") == [("slo", TRUST)]


@pytest.mark.parametrize("agency", [SCHOOL, CARE, "a-stranger"])
def test_L31_a_chair_who_is_not_independent_needs_a_reason(agency: str) -> None:
    case = Case().climb_to("step-4-urgent")
    chair = Actor(agency=agency, role="slo")

    assert refused(case, lambda: case.set_date("2025-03-06 10:00", chair)).why == "not allowed"
    case.set_date("2025-03-06 10:00", chair, fields={"override-reason": "nobody else can before Friday"})

    assert case.state.seats["chair"].agency == agency


def test_L31_a_chair_without_an_agency_or_with_an_unknown_role_is_refused() -> None:
    case = Case().climb_to("step-4-urgent")
    words = {"override-reason": "as said"}

    for chair in (Actor(role="slo"), Actor(agency=" "), Actor(agency=POLICE, role="admiral")):
        refused(case, lambda chair=chair: case.set_date("2025-03-06 10:00", chair, fields=words))  # type: ignore[misc]


def test_L32_a_meeting_needs_its_chair_and_both_parties() -> None:
    case = Case().climb_to("step-4-urgent")
    assert (
        "independent chair"
        in refused(case, lambda: case.does(SCHOOL, "chaired-meeting.held", with_parties=(CARE,))).sentence
    )
    case.set_date("2025-03-06 10:00")

    assert CARE in refused(case, lambda: case.does(SCHOOL, "chaired-meeting.held")).sentence


def test_L33_minutes_come_after_the_meeting_and_from_its_chair() -> None:
    case = Case().climb_to("step-4-urgent")
    case.set_date("2025-03-06 10:00")
    refused(case, lambda: case.does(POLICE, "chaired-meeting.minutes", "chair"))
    case.does(SCHOOL, "chaired-meeting.held", with_parties=(CARE,))

    refused(case, lambda: case.does(SCHOOL, "chaired-meeting.minutes"))
    refused(case, lambda: case.does(TRUST, "chaired-meeting.minutes", "chair"))
    case.does(POLICE, "chaired-meeting.minutes", "chair")

    assert case.duty("step-4-urgent/3").state == "done"


def test_L34_the_meeting_resolves_it_with_its_minutes_and_a_plan_that_both_confirm() -> None:
    plan_first, minutes_first = Case().climb_to("step-4-urgent"), Case().climb_to("step-4-urgent")
    hold_meeting(minutes_first)
    minutes_first.agree()
    plan_first.agree()
    assert plan_first.stages == ["step-4-urgent"]
    hold_meeting(plan_first)

    for case in (plan_first, minutes_first):
        assert case.state.ended is not None
        assert (case.state.ended.how, case.state.ended.stage) == ("resolved", "step-4-urgent")


def test_L33_the_meeting_is_not_found_without_result_before_its_minutes() -> None:
    case = Case().climb_to("step-4-urgent")

    assert "minutes" in refused(case, lambda: case.says(SCHOOL, "not-agreed")).sentence


def test_L42_unresolved_at_the_last_step_is_never_closed() -> None:
    case = not_agreed_at_the_meeting(Case()).pass_to("2025-07-01 10:00")
    assert case.stages == ["unresolved"]
    assert case.state.ended is None
    assert case.state.closed_at is None
    for party in (SCHOOL, CARE):
        case.does(party, "filed")

    assert case.state.closed_at is None
    assert case.waits_for() != ()
    assert {"agreed", "called-urgent"} <= {offer.name for offer in offers(case.state)}


def test_L35_the_meeting_itself_has_no_number_and_runs_from_the_end_of_step_3() -> None:
    case = Case().climb_to("step-4-urgent")
    duty = case.duty("step-4-urgent/2")

    assert (duty.anchor, duty.due) == ("step-3.left", case.now)
    assert urgency(case.state) == "urgent"


# --- step 4, not urgent, and learning


def test_L37_L41_what_is_not_urgent_goes_to_the_sub_group_and_stays_unresolved_beside() -> None:
    case = Case().climb_to("step-3")
    case.says(CARE, "not-urgent")

    assert case.stages == ["learning", "unresolved"]
    assert ("ppet", "") in case.told("step-opened")
    case.does("", "considered", "ppet")
    case.says("", "learning-done", "ppet")
    assert case.stages == ["unresolved"]
    assert case.state.ended is None


def test_L37_the_sub_group_considers_it_at_its_next_meeting() -> None:
    meetings = {"ppet": (london("2025-03-01 14:00"), london("2025-03-20 14:00"), london("2025-06-19 14:00"))}
    case = Case(local=Case().state.local.but(meetings=meetings)).climb_to("step-3")
    case.says(SCHOOL, "not-urgent")

    assert case.duty("learning/1").due == london("2025-03-20 14:00")


def test_L37_without_a_calendar_of_its_meetings_the_sub_group_is_waited_for_and_never_late() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "not-urgent")
    case.pass_to("2025-06-01 10:00")

    duty = case.duty("learning/1")
    assert (duty.due, duty.overdue_at) == (None, None)
    assert duty.waits != ""


def test_L40_a_case_may_have_both_branches_of_step_4() -> None:
    case = Case().climb_to("step-4-urgent")
    case.says(SCHOOL, "learning-too")
    assert case.stages == ["step-4-urgent", "learning"]

    hold_meeting(case)
    case.agree()

    assert case.state.ended is not None
    assert case.stages == ["learning"]
    assert case.state.closed_at is None


def test_L29_learning_may_be_sent_on_after_the_dispute_was_resolved() -> None:
    case = Case().climb_to("step-3")
    case.agree()
    case.says(SCHOOL, "learning-too", role="slo")
    assert case.stages == ["learning"]

    case.does("", "considered", "ppet")
    case.says("", "learning-done", "ppet")

    assert case.stages == []


def test_L30_either_slo_may_call_it_urgent_after_all_and_the_24_hours_run_from_the_call() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "not-urgent")
    case.pass_to("2025-03-10 15:00").says(CARE, "called-urgent")

    assert case.stages == ["learning", "step-4-urgent"]
    assert case.duty("step-4-urgent/1").due == london("2025-03-11 15:00")


def test_L30_a_second_chaired_meeting_has_its_own_date_and_its_own_minutes() -> None:
    case = not_agreed_at_the_meeting(Case()).pass_to("2025-03-20 10:00")
    case.says(SCHOOL, "called-urgent")
    assert case.duty("step-4-urgent/2").due == london("2025-03-04 10:00")  # as soon as possible, from the end of step 3
    assert case.duty("step-4-urgent/2").is_outstanding
    assert case.state.planned == {}

    refused(case, lambda: case.does(POLICE, "chaired-meeting.minutes", "chair"))
    hold_meeting_again(case)
    case.agree()

    assert case.state.ended is not None


def hold_meeting_again(case: Case) -> None:
    case.set_date("2025-03-25 10:00")
    case.does(SCHOOL, "chaired-meeting.held", with_parties=(CARE,))
    case.does(POLICE, "chaired-meeting.minutes", "chair")


# --- immediate risk, and conduct


def states() -> dict[str, Case]:
    resolved, closed = Case(), Case()
    resolved.agree()
    closed.agree(by="2025-03-20")
    finish(closed)
    found = {stage: Case().climb_to(stage) for stage in LADDER[:4]}
    return found | {"unresolved": not_agreed_at_the_meeting(Case()), "resolved": resolved, "closed": closed}


def finish(case: Case) -> None:
    case.does(CARE, "action-done", fields={"action": "1"})
    for party in (SCHOOL, CARE):
        case.does(party, "filed")
    assert case.state.closed_at is not None


@pytest.mark.parametrize("state", [*LADDER, "resolved", "closed"])
def test_L51_immediate_risk_is_taken_from_anyone_in_any_state(state: str) -> None:
    case = states()[state]
    stages = case.stages
    clocks = [duty for duty in case.state.duties if duty.is_outstanding]

    answer = case.raises_risk()

    assert "999" in answer.sentence
    assert case.stages == stages
    assert [duty for duty in case.state.duties if duty.is_outstanding][:-1] == clocks
    assert ("on-call", "") in case.told("risk")
    assert status_of(case.state).urgency == "immediate risk"
    assert status_of(case.state).next_moment is not None
    case.takes_call()
    assert case.duty("risk call").state == "done"
    assert (case.state.closed_at is not None) == (state == "closed")


def test_L51_risk_that_nobody_telephones_about_wakes_the_lead_again() -> None:
    case = Case()
    case.raises_risk(wording="a bruise")
    case.pass_to("2025-03-04 11:00")

    assert case.duty("risk call").overdue_at == london("2025-03-04 11:00")
    assert ("on-call", "") in case.told("alert")


def test_L51_a_call_from_before_the_risk_was_raised_is_recorded_and_does_not_answer_it() -> None:
    case = Case().pass_to("2025-03-04 12:00")
    case.raises_risk()
    answer = case.takes_call(at="2025-03-04 11:00")

    assert "still owed" in answer.sentence
    assert case.duty("risk call").is_outstanding


def test_L52_a_conduct_concern_is_diverted_with_its_target() -> None:
    case = Case(facts={"concern": "conduct"})
    assert case.stages == ["redirected"]
    assert "turned to the procedure" in refused(case, lambda: case.says(SCHOOL, "turned")).sentence
    refused(case, lambda: case.proposes(SCHOOL))
    refused(case, lambda: case.proposes(CARE, role="slo"))

    case.does(SCHOOL, "redirect", fields={"procedure": "allegations", "with-whom": "line manager"})
    case.says(SCHOOL, "turned")

    assert case.state.ended is not None
    assert case.state.ended.how == "diverted"


def test_L2_time_alone_never_closes_or_moves_a_case() -> None:
    for stage in LADDER[:4]:
        case = Case().climb_to(stage).pass_to("2025-06-02 10:00")

        assert case.stages == [stage]
        assert case.state.ended is None


def test_L57_the_same_person_may_act_at_step_1_and_as_slo_at_step_3() -> None:
    case = Case()
    case.takes_as(SCHOOL, "practitioner", "staff-7")
    case.climb_to("step-3")
    case.takes_as(SCHOOL, "slo", "staff-7")

    assert case.duty("step-3/2").state == "done"
