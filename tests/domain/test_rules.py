"""What deciding must obey: each rule of docs/rules.md that this version carries out, by its number."""

from domain.policy import DutyRule
from domain.policy.local_settings import Local
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
    assert case.duty("plan action 1").is_overdue
    assert case.duty("case/3").is_outstanding

    case.does(CARE, "action-done", "slo", at="2025-03-07 15:00", fields={"action": "1"})

    assert not case.duty("plan action 1").was_late
    assert case.kinds()[-2:] == ["act", "overdue-withdrawn"]
    assert "overdue" in case.kinds()
    assert case.duty("case/3").state == "lapsed"
    assert case.told("alert-withdrawn") == [("on-call", ""), ("on-call.second", ""), ("on-call.duty-manager", "")]


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


def test_rule_13_an_event_that_stands_for_the_act_settles_the_duty_too() -> None:
    """The recipe for a duty to refer: what is overdue raises it, and the opening of the next step settles it."""
    refer = DutyRule(
        when=("step-1.plan.overdue",), act=("filed",), by="raising", done_by=("step-2.opened",), until=("done",)
    )
    policy = lincolnshire().but(duties=(*lincolnshire().duties, refer))
    case = Case(policy=policy).pass_to("2025-03-07 09:00")
    rule = f"case/{len(policy.duties)}"
    assert case.duty(rule).is_outstanding

    case.says(SCHOOL, "not-agreed")

    assert case.duty(rule).state == "done"
