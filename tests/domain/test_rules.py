"""What deciding must obey: each rule of docs/rules.md that this version carries out, by its number."""

import datetime as dt
import itertools

from domain.decide import next_moment
from domain.effects import Notice, Receipt
from domain.events import Action, MessageRefused, NoticesReturned
from domain.local import Local
from domain.people import Actor
from tests.domain.case import CARE, POLICE, SCHOOL, TOLERANT, TRUST, Case, lincolnshire, london, numbers, refused

# --- time and truth


def test_rule_01_moments_that_are_due_pass_before_a_word_and_one_at_the_very_instant_after_it() -> None:
    before, at_it = Case().sleep_to("2025-03-06 10:01"), Case(local=Local()).sleep_to("2025-03-06 10:00")
    before.does(SCHOOL, "own-consultation")
    at_it.does(SCHOOL, "own-consultation")

    kinds = before.kinds()
    assert kinds.index("overdue") < kinds.index("act")
    assert "overdue" not in at_it.kinds()


def test_rule_02_entries_keep_both_times_and_the_order_they_were_made_in() -> None:
    case = Case()
    case.pass_to("2025-03-04 15:00").does(CARE, "acknowledgement", at="2025-03-04 14:00")
    case.does(SCHOOL, "discussion", at="2025-03-04 11:00")

    acts = case.of_kind("act")
    assert [entry.at for entry in acts] == [london("2025-03-04 14:00"), london("2025-03-04 11:00")]
    assert {entry.entered_at for entry in acts} == {london("2025-03-04 15:00")}
    assert numbers(case.entries) == list(range(1, len(case.entries) + 1))


def test_rule_03_an_act_from_before_the_opening_is_taken_and_marked() -> None:
    case = Case()
    case.does(SCHOOL, "discussion", at="2025-03-03 16:00")

    assert case.of_kind("act")[-1].body["before_opening"] is True
    assert case.duty("step-1/3").due == london("2025-03-05 16:00")


def test_rule_04_a_move_is_not_older_than_the_visit_it_leaves() -> None:
    case = Case().pass_to("2025-03-04 12:00").climb_to("step-2")

    assert refused(case, lambda: case.says(SCHOOL, "not-agreed", at="2025-03-04 11:00")).why == "time"


def test_rule_05_a_duty_is_late_from_when_it_could_first_be_known() -> None:
    case = Case("2025-03-04 10:00", entered="2025-03-07 09:00")

    assert case.duty("step-1/3").late_from == london("2025-03-07 09:00")
    assert case.duty("step-1/3").due == london("2025-03-06 10:00")


def test_rule_06_done_in_time_and_entered_late_withdraws_the_overdue_and_what_sprang_from_it() -> None:
    case = Case(local=Local())
    case.agree(by="2025-03-07")
    case.pass_to("2025-03-10 09:00")
    assert case.duty("action/1").is_overdue
    assert case.duty("case/3").is_outstanding

    case.does(CARE, "action-done", "slo", at="2025-03-07 15:00", fields={"action": "1"})

    assert not case.duty("action/1").was_late
    assert case.kinds()[-2:] == ["act", "overdue-withdrawn"]
    assert "overdue" in case.kinds()
    assert case.duty("case/3").state == "lapsed"
    assert case.told("alert-withdrawn") == [("on-call", "")]


def test_rule_07_done_late_stays_late_whatever_is_recorded_afterwards() -> None:
    case = Case().pass_to("2025-03-06 12:00")
    case.does(CARE, "acknowledgement")
    case.does(CARE, "acknowledgement", at="2025-03-04 10:05")

    assert case.duty("step-1/1").was_late


def test_rule_09_a_worker_that_slept_enters_each_missed_moment_with_its_own_time() -> None:
    case = Case(local=Local()).sleep_to("2025-03-08 10:00")
    case.does(SCHOOL, "own-consultation")

    (missed,) = case.of_kind("overdue")
    assert (missed.at, missed.entered_at) == (london("2025-03-06 10:00"), london("2025-03-08 10:00"))
    assert missed.body["because_of_outage"] is True


# --- duties and clocks


def test_rule_10_each_discussion_owes_its_own_follow_up_and_an_open_stage_opened_again_owes_nothing_new() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.does(CARE, "discussion")
    assert len(case.duties("case/1")) == 4
    assert len(case.duties("step-1/3")) == 1

    case.climb_to("step-3").says(SCHOOL, "learning-too")
    case.says(CARE, "learning-too")

    assert len(case.duties("learning/1")) == 1


def test_rule_11_an_anchor_means_its_first_occurrence_in_the_latest_visit() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.climb_to("step-2").says(SCHOOL, "returned")
    case.pass_to("2025-03-05 10:00").does(SCHOOL, "discussion")
    case.pass_to("2025-03-05 12:00").does(SCHOOL, "discussion")

    case.climb_to("step-2")

    assert case.duty("step-2/3").anchor_at == london("2025-03-05 10:00")


def test_rule_12_a_missing_record_never_stops_the_clock() -> None:
    case = Case(local=Local()).pass_to("2025-03-06 10:00")

    assert case.duty("step-1/3").is_overdue


def test_rule_13_one_entry_settles_every_duty_that_names_its_act() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.does(SCHOOL, "discussion")
    case.does(SCHOOL, "written-follow-up")

    assert {d.state for d in case.duties("case/1") if d.party == SCHOOL} == {"done"}
    assert {d.state for d in case.duties("case/1") if d.party == CARE} == {"outstanding"}


def test_rule_13_a_follow_up_from_before_the_discussion_does_not_settle_it() -> None:
    case = Case().pass_to("2025-03-04 12:00")
    case.does(SCHOOL, "discussion")
    case.does(SCHOOL, "written-follow-up", at="2025-03-04 11:59")

    assert case.duty("case/1", SCHOOL).is_outstanding


def test_rule_14_a_discouraged_method_discharges_nothing() -> None:
    case = Case()

    assert "departure" in case.does(SCHOOL, "discussion", method="e-mail").warnings[0]
    assert case.duty("step-1/2").is_outstanding


def test_rule_15_what_one_party_enters_for_all_is_told_and_may_be_contested() -> None:
    case = Case(local=Local())
    case.pass_to("2025-03-05 10:00").does(SCHOOL, "discussion")
    number = case.last.answer.entry
    assert case.told("act-recorded") == [("practitioner", CARE)]
    assert case.duty("step-1/3").due == london("2025-03-07 10:00")

    case.contests(CARE, number)

    assert case.duty("step-1/2").is_outstanding
    assert case.duty("step-1/3").due == london("2025-03-06 10:00")
    assert case.told("contested") == [("practitioner", SCHOOL)]
    refused(case, lambda: case.contests(CARE, number))
    case.does(CARE, "discussion")
    assert case.duty("step-1/2").state == "done"


def test_rule_15_a_contested_act_that_had_quietened_an_alert_lets_it_start_again() -> None:
    case = Case().pass_to("2025-03-05 00:00")
    assert case.duty("step-1/2").is_overdue
    case.does(SCHOOL, "discussion", at="2025-03-04 12:00")
    number = case.last.answer.entry
    assert not case.duty("step-1/2").is_overdue
    case.does(CARE, "acknowledgement")
    case.contests(CARE, number)

    case.pass_to("2025-03-05 00:01")

    assert case.duty("step-1/2").is_overdue
    assert case.of_kind("alert")[-1].body["duties"] == [case.duty("step-1/2").id]


def test_rule_15_an_act_contested_after_its_step_was_left_is_not_done_and_not_owed() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    number = case.last.answer.entry
    case.climb_to("step-2").contests(CARE, number)

    assert case.duty("step-1/2").state == "lapsed"


def test_rule_15_with_three_parties_a_discussion_of_two_is_not_one_together() -> None:
    case = Case(receiving=(CARE, TRUST))
    case.does(SCHOOL, "discussion")
    case.does(SCHOOL, "discussion", with_parties=(CARE,))
    assert case.duty("step-1/2").is_outstanding

    case.does(SCHOOL, "discussion", with_parties=(CARE, TRUST))

    assert case.duty("step-1/2").state == "done"


def test_rule_16_what_may_be_done_holds_no_case_open() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "learning-too")
    case.agree(by="2025-04-01")
    case.does("", "considered", "ppet")
    case.says("", "learning-done", "ppet")
    case.does(CARE, "action-done", fields={"action": "1"})
    for party in (SCHOOL, CARE):
        case.does(party, "filed")

    assert case.state.closed_at is not None
    assert case.duty("learning/2").state == "lapsed"


def test_rule_16_an_indicative_timescale_is_shown_and_never_overdue() -> None:
    own = lincolnshire()
    first = own.stage("step-1")
    shown = first.but(duties=tuple(rule.but(indicative=True) for rule in first.duties))
    policy = own.but(stages=(shown, *own.stages[1:]))
    case = Case(policy=policy.model_validate(policy.model_dump())).pass_to("2025-04-01 10:00")

    assert case.duty("step-1/3").due == london("2025-03-06 10:00")
    assert case.of_kind("overdue") == []


def test_rule_17_an_unknown_timescale_is_outstanding_and_cannot_be_late() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "not-urgent")

    duty = case.duty("learning/1")
    assert (duty.late_from, duty.waits) == (None, "set locally – not yet known")


def test_rule_18_the_next_meeting_is_the_first_after_the_anchor() -> None:
    meetings = {"ppet": (london("2025-06-19 14:00"), london("2025-03-04 10:00"), london("2025-03-20 14:00"))}
    case = Case(local=TOLERANT.but(meetings=meetings)).climb_to("step-3")
    case.says(SCHOOL, "not-urgent")

    assert case.duty("learning/1").due == london("2025-03-20 14:00")


def test_rule_19_a_date_that_passes_unheld_is_overdue_and_a_new_one_does_not_reopen_setting_it() -> None:
    case = Case(local=Local()).climb_to("step-4-urgent")
    case.set_date("2025-03-06 10:00")
    case.pass_to("2025-03-06 10:00")
    assert case.duty("step-4-urgent/2").is_overdue

    case.set_date("2025-03-10 10:00")

    assert case.duty("step-4-urgent/1").state == "done"
    assert (case.duty("step-4-urgent/2").is_overdue, case.duty("step-4-urgent/2").due) == (
        False,
        london("2025-03-10 10:00"),
    )
    assert case.of_kind("overdue-withdrawn")[-1].body["because"] == "it has a new date"
    case.pass_to("2025-03-10 10:00")
    assert case.duty("step-4-urgent/2").is_overdue


def test_rule_21_what_a_left_step_still_owed_lapses_and_what_is_kept_until_done_does_not() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.climb_to("step-2")

    assert case.duty("step-1/1").state == "lapsed"
    assert case.duty("case/1", CARE).is_outstanding


def test_rule_21_minutes_are_owed_even_after_the_dispute_has_ended() -> None:
    own = lincolnshire()
    urgent = own.stage("step-4-urgent")
    without = urgent.but(outcomes=tuple(o.but(needs=("plan",)) if o.id == "agreed" else o for o in urgent.outcomes))
    policy = own.but(stages=tuple(without if s.id == urgent.id else s for s in own.stages))
    case = Case(policy=policy.model_validate(policy.model_dump())).climb_to("step-4-urgent")
    case.set_date("2025-03-06 10:00")
    case.does(SCHOOL, "chaired-meeting.held", with_parties=(CARE,))
    case.agree()
    assert case.state.ended is not None
    assert case.duty("step-4-urgent/3").is_outstanding

    case.does(POLICE, "chaired-meeting.minutes", "chair")

    assert case.duty("step-4-urgent/3").state == "done"


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
    assert case.duty("risk/1").is_overdue
    assert case.stages == ["step-1"]


def test_rule_45_no_outcome_ends_the_duty_to_telephone() -> None:
    case = Case()
    case.raises_risk()
    case.agree()

    assert case.state.ended is not None
    assert case.duty("risk/1").is_outstanding


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
    assert case.duty("action/1").overdue_at == london("2025-03-08 00:00")
    words = {"action": "1", "reason": "staff were ill", "replacement": "2025-03-14"}
    assert refused(case, lambda: case.does(SCHOOL, "explained", fields=words)).why == "wrong side"
    assert (
        "date" in refused(case, lambda: case.does(CARE, "explained", fields=words | {"replacement": "soon"})).sentence
    )
    refused(case, lambda: case.does(CARE, "explained", fields=words | {"replacement": "9999-12-31"}))
    refused(case, lambda: case.does(CARE, "explained", fields=words | {"action": "2"}))

    case.does(CARE, "explained", fields=words)

    old, new = case.duties("action/1")
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

    assert case.duty("action/1").was_late
    assert case.duty("case/3").state == "done"


def test_rule_49_two_actions_are_two_duties_of_their_own_owners() -> None:
    case = Case(local=Local())
    day = dt.date(2025, 3, 20)
    case.agree(actions=(Action(what="Visit", owner=CARE, by=day), Action(what="Call", owner=SCHOOL, by=day)))

    case.does(SCHOOL, "action-done", fields={"action": "2"})

    assert [d.state for d in (case.duty("action/1"), case.duty("action/2"))] == ["outstanding", "done"]
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


def test_rule_54_what_became_of_a_notice_is_entered_where_the_register_was_away() -> None:
    case = Case()
    receipt = Receipt(ref="ESC-TEST/2/1", channel="outbox", accepted_at=case.now)
    case.takes(NoticesReturned(receipts=(receipt,), hopeless=("ESC-TEST/2/2",)))

    assert case.kinds()[-2:] == ["notice-sent", "notice-failed"]


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
