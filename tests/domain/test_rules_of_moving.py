"""What deciding must obey, continued: moves, agreement, two at once, risk and closing, each rule by its number."""

import datetime as dt
import itertools

from domain.base.people import Actor
from domain.case.effects import Notice
from domain.case.plan import Action
from domain.commands import MessageRefused, NoticesReturned
from domain.engine.moments import next_moment
from domain.policy.local_settings import Local
from tests.domain.case import CARE, POLICE, SCHOOL, TRUST, Case, london, refused

# --- stages and moves


def test_rule_24_an_unnamed_act_goes_to_the_one_open_step_that_asks_for_it() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "not-urgent")
    assert case.stages == ["learning", "unresolved"]
    case.does("", "considered", "ppet")
    case.does(SCHOOL, "discussion")

    assert [entry.body["stage"] for entry in case.of_kind("act")] == ["learning", "unresolved"]


def test_rule_25_a_stage_that_is_open_already_is_merged_into() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "learning-too")
    case.says(SCHOOL, "not-urgent")

    assert case.stages == ["learning", "unresolved"]
    assert "stage-merged" in case.kinds()
    assert [visit.stage for visit in case.state.visits].count("learning") == 1


def test_rule_26_going_back_is_a_new_visit_and_acts_of_the_old_one_count_there_no_more() -> None:
    case = Case()
    case.does(CARE, "acknowledgement")
    case.climb_to("step-2").says(SCHOOL, "returned")

    first, second = case.duties("step-1/1")
    assert (first.state, first.visit, second.state, second.visit) == ("done", 1, "outstanding", 2)


def test_rule_27_an_end_closes_every_dispute_step_and_leaves_learning_open() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "learning-too")
    case.agree()

    assert case.stages == ["learning"]


def test_rule_28_several_steps_may_be_left_in_one_minute() -> None:
    case = Case().climb_to("step-4-urgent")

    assert {visit.opened_at for visit in case.state.visits} == {case.now}
    assert case.duty("step-2/3").state == "lapsed"


def test_rule_29_expiry_moves_nothing_and_lets_the_raising_side_go_on_alone() -> None:
    case = Case().pass_to("2025-03-12 10:00")
    assert case.stages == ["step-1"]

    case.says(SCHOOL, "not-agreed")

    assert case.stages == ["step-2"]


def test_rule_30_a_late_act_is_entered_at_the_step_that_was_left_and_judges_its_duty_again() -> None:
    case = Case()
    case.pass_to("2025-03-04 12:00").climb_to("step-2").pass_to("2025-03-05 09:00")
    case.does(CARE, "acknowledgement", "practitioner", stage="step-1", at="2025-03-04 11:00")

    assert case.duty("step-1/1").state == "done"


def test_rule_30_an_act_from_after_the_step_was_left_does_not() -> None:
    case = Case().climb_to("step-2").pass_to("2025-03-05 09:00")
    case.does(CARE, "acknowledgement", "practitioner", stage="step-1")

    assert case.duty("step-1/1").state == "lapsed"


def test_rule_30_a_late_outcome_is_kept_as_a_claim_and_moves_nothing() -> None:
    case = Case().climb_to("step-3")
    answer = case.says(SCHOOL, "not-agreed", "practitioner", stage="step-1")

    assert case.stages == ["step-3"]
    assert case.kinds()[-1] == "claim"
    assert "Step 3" in answer.sentence


def test_rule_31_at_rest_a_case_names_whom_it_waits_for() -> None:
    case = Case(local=Local()).climb_to("step-3")
    case.says(SCHOOL, "not-urgent")
    for party in (SCHOOL, CARE):
        case.does(party, "filed")
    case.does("", "considered", "ppet")
    case.says("", "learning-done", "ppet")
    for party in (SCHOOL, CARE):
        case.does(party, "filed")

    assert case.stages == ["unresolved"]
    assert next_moment(case.state) is None
    assert case.waits_for() == ("senior liaison officer of hill-school", "senior liaison officer of social-care")


def test_rule_32_urgent_after_not_urgent_keeps_the_learning_and_runs_from_the_call() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "not-urgent")
    case.pass_to("2025-03-12 16:45").says(SCHOOL, "called-urgent")

    assert case.stages == ["learning", "step-4-urgent"]
    assert case.duty("step-4-urgent/1").due == london("2025-03-13 16:45")


# --- agreement


def test_rule_35_proposing_is_confirming_and_a_change_carries_nothing_over() -> None:
    case = Case()
    case.proposes(SCHOOL)
    assert case.state.plan is not None
    assert list(case.state.plan.confirmed) == [SCHOOL]
    case.proposes(SCHOOL)

    assert "version 2" in refused(case, lambda: case.confirms(CARE, version=1)).sentence


def test_rule_36_agreed_is_when_the_last_party_confirmed() -> None:
    case = Case(receiving=(CARE, TRUST))
    case.proposes(SCHOOL)
    case.pass_to("2025-03-05 10:00").confirms(CARE)
    assert case.ended == ""
    case.pass_to("2025-03-06 15:00").confirms(TRUST, at="2025-03-06 09:30")

    assert case.state.ended is not None
    assert case.state.ended.at == london("2025-03-06 09:30")
    assert not case.duty("step-1/3").was_late


def test_rule_37_a_confirmation_may_be_taken_back_until_all_have_confirmed() -> None:
    case = Case()
    case.proposes(SCHOOL)
    case.unconfirms(SCHOOL, 1)
    case.confirms(CARE)
    assert case.ended == ""
    case.confirms(SCHOOL)

    assert case.state.ended is not None
    refused(case, lambda: case.unconfirms(SCHOOL, 1))


def test_rule_39_what_is_entered_on_a_partys_behalf_names_both() -> None:
    case = Case()
    case.proposes(SCHOOL)
    case.confirms(CARE, recorded_by="operations desk", evidence="e-mail of 4 March")

    entry = case.of_kind("plan-confirmed")[-1]
    assert (entry.by, entry.on_behalf_of) == ("operations desk", "practitioner, social-care")


def test_rule_40_a_chair_from_a_party_needs_a_reason() -> None:
    case = Case().climb_to("step-4-urgent")

    refused(case, lambda: case.set_date("2025-03-06 10:00", Actor(agency=CARE)))


# --- two at once


def test_rule_41_a_stale_word_is_refused_with_who_what_and_when() -> None:
    case = Case()
    seen = case.state.entries
    case.says(CARE, "not-agreed")

    assert "not agreed" in refused(case, lambda: case.says(SCHOOL, "not-agreed", "practitioner", seen=seen)).sentence


def test_rule_42_not_agreed_moves_and_the_plan_stays_confirmable_by_the_one_who_dissented() -> None:
    case = Case()
    case.proposes(SCHOOL)
    case.says(CARE, "not-agreed")
    assert case.stages == ["step-2"]

    case.confirms(CARE)

    assert case.state.ended is not None
    assert case.state.ended.stage == "step-2"


def test_rule_43_a_refused_word_leaves_nothing_and_one_by_a_door_that_cannot_say_no_is_entered() -> None:
    case = Case()
    entries = case.state.entries
    refused(case, lambda: case.does(SCHOOL, "tea-party"))
    assert case.state.entries == entries

    by = Actor(role="practitioner", agency=CARE)
    case.takes(MessageRefused(name="act", why="unknown", sentence="No such act.", by=by))

    assert case.kinds()[-1] == "refused"
    assert case.told("refused") == [("practitioner", CARE)]


# --- risk


def test_rule_44_immediate_risk_goes_beside_and_the_clocks_go_on() -> None:
    case = Case(local=Local())
    case.raises_risk()
    case.pass_to("2025-03-06 10:00")

    assert case.duty("step-1/3").is_overdue
    assert case.duty("risk call").is_overdue
    assert case.stages == ["step-1"]


def test_rule_45_no_outcome_ends_the_duty_to_telephone() -> None:
    case = Case()
    case.raises_risk()
    case.agree()

    assert case.state.ended is not None
    assert case.duty("risk call").is_outstanding


# --- closing


def test_rule_48_ended_is_not_closed_until_nothing_is_owed() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.agree(by="2025-03-20")
    assert case.state.ended is not None
    for party, act in ((CARE, "action-done"), (SCHOOL, "filed"), (CARE, "filed"), (SCHOOL, "written-follow-up")):
        case.does(party, act, fields={"action": "1"})
        assert case.state.closed_at is None

    case.does(CARE, "written-follow-up")

    assert case.state.closed_at is not None
    assert next_moment(case.state) is None
    assert case.told("closed") != []


def test_rule_49_a_late_action_needs_a_reason_and_a_new_date_and_the_old_one_is_kept() -> None:
    case = Case(local=Local())
    case.agree(by="2025-03-07")
    case.pass_to("2025-03-10 09:00")
    assert case.duty("plan action 1").overdue_at == london("2025-03-08 00:00")
    words = {"action": "1", "reason": "staff were ill", "replacement": "2025-03-14"}
    assert refused(case, lambda: case.does(SCHOOL, "explained", fields=words)).why == "wrong side"
    assert (
        "date" in refused(case, lambda: case.does(CARE, "explained", fields=words | {"replacement": "soon"})).sentence
    )
    refused(case, lambda: case.does(CARE, "explained", fields=words | {"replacement": "9999-12-31"}))
    refused(case, lambda: case.does(CARE, "explained", fields=words | {"action": "2"}))
    assert refused(case, lambda: case.does(CARE, "explained", fields=words | {"reason": ""})).why == "missing"

    case.does(CARE, "explained", fields=words)

    old, new = case.duties("plan action 1")
    assert (old.state, old.due, old.overdue_at) == ("lapsed", london("2025-03-08 00:00"), london("2025-03-08 00:00"))
    assert new.due == london("2025-03-15 00:00")
    assert case.duty("case/3").state == "done"


def test_rule_49_an_action_done_late_is_still_explained_and_then_nothing_is_owed() -> None:
    case = Case(local=Local())
    case.agree(by="2025-03-07")
    case.pass_to("2025-03-10 09:00").does(CARE, "action-done", fields={"action": "1"})
    for party in (SCHOOL, CARE):
        case.does(party, "filed")
    assert case.state.closed_at is None

    case.does(CARE, "explained", fields={"action": "1", "reason": "staff were ill", "replacement": ""})

    assert case.state.closed_at is not None


def test_rule_49_a_partner_that_is_no_party_may_own_an_action_and_is_told_when_it_is_late() -> None:
    case = Case(local=Local())
    case.agree(by="2025-03-07", owner=POLICE)
    assert refused(case, lambda: case.does(CARE, "action-done", fields={"action": "1"})).why == "wrong side"
    assert refused(case, lambda: case.does(POLICE, "filed", "slo")).why == "wrong side"
    case.pass_to("2025-03-10 09:00")
    assert POLICE in [agency for _, agency in case.told("overdue")]

    case.does(POLICE, "action-done", "slo", fields={"action": "1"})
    case.does(POLICE, "explained", "slo", fields={"action": "1", "reason": "as said"})

    assert case.duty("plan action 1").was_late
    assert case.duty("case/3").state == "done"


def test_rule_49_two_actions_are_two_duties_of_their_own_owners() -> None:
    case = Case(local=Local())
    day = dt.date(2025, 3, 20)
    case.agree(actions=(Action(what="Visit", owner=CARE, by=day), Action(what="Call", owner=SCHOOL, by=day)))

    case.does(SCHOOL, "action-done", fields={"action": "2"})

    assert [d.state for d in (case.duty("plan action 1"), case.duty("plan action 2"))] == ["outstanding", "done"]
    for number in ("0", "3", "", "1.0", "one", "²", "9" * 500):
        refused(case, lambda n=number: case.does(CARE, "action-done", fields={"action": n}))  # type: ignore[misc]


def test_rule_50_a_consultation_may_be_entered_at_any_step_and_touches_no_clock() -> None:
    for stage in ("step-1", "step-3", "step-4-urgent"):
        case = Case().climb_to(stage)
        owed = case.state.outstanding
        case.does(SCHOOL, "own-consultation", "line-manager")

        assert case.state.outstanding == owed


def test_rule_54_notices_follow_entries_and_each_has_a_reference_of_its_own() -> None:
    case = Case()
    case.climb_to("step-2").agree()

    effects = [*case.last.effects]
    first_notice = next(n for n, effect in enumerate(effects) if isinstance(effect, Notice))
    assert all(isinstance(effect, Notice) for effect in effects[first_notice:])
    refs = [notice.ref for notice in case.notices]
    assert len(refs) == len(set(refs))
    for (number,), group in itertools.groupby(case.notices, lambda n: (n.ref.split("/")[1],)):
        assert [n.ref.split("/")[2] for n in group] == [str(i + 1) for i in range(refs_of(case, number))]
    assert ("practitioner", SCHOOL) in case.told("outcome")


def refs_of(case: Case, number: str) -> int:
    return sum(1 for notice in case.notices if notice.ref.split("/")[1] == number)


def test_rule_54_a_notice_that_reaches_nobody_is_entered() -> None:
    case = Case()
    case.takes(NoticesReturned(hopeless=("ESC-TEST/2/2",)))

    assert case.kinds()[-1] == "notice-failed"


def test_rule_53_diversion_ends_a_case_with_its_target_entered() -> None:
    case = Case(facts={"concern": "conduct"})
    case.does(SCHOOL, "redirect", fields={"procedure": "allegations", "with-whom": "designated officer"})
    case.says(SCHOOL, "turned")

    (act,) = case.of_kind("act")
    assert "designated officer" in str(act.body["said"])
    assert case.ended == "diverted"


# --- same agency on both sides


def test_rule_10_an_agency_on_both_sides_says_which_side_it_speaks_for() -> None:
    """L3, L50: a dispute within one agency has two parties of it, told apart by their side."""
    case = Case(receiving=(SCHOOL,))
    raising, receiving = f"{SCHOOL}.raising", f"{SCHOOL}.receiving"
    assert "raising" in refused(case, lambda: case.does(SCHOOL, "discussion", "practitioner")).sentence
    assert case.entries[0].body["same_agency"] is True

    case.does(receiving, "acknowledgement")
    case.proposes(raising, owner=SCHOOL)
    case.confirms(receiving)

    assert case.state.ended is not None
