"""Pauses: who may agree on one, what it stops, and how it ends (rule 47)."""

from domain.commands import Corrected, Unpaused
from domain.engine.moments import next_moment
from domain.policy.local_settings import Local
from domain.views.status import status_of
from tests.domain.case import CARE, SCHOOL, london, refused
from tests.domain.still import consents, explained, opened, pauses


def test_rule_47_a_pause_needs_the_local_setting_and_every_party_and_an_end_within_a_year() -> None:
    off = opened(Local())
    assert "local setting `pausing` is off" in refused(off, lambda: consents(off, SCHOOL, "2025-04-01")).sentence

    case = opened()
    assert refused(case, lambda: consents(case, SCHOOL, "2025-03-01")).why == "time"
    assert refused(case, lambda: consents(case, SCHOOL, "2026-04-01")).why == "time"
    consents(case, SCHOOL, "2025-04-01")
    assert (case.state.pause, case.kinds()[-1]) == (None, "pause-proposed")
    assert case.told("proposed") == [("worker", CARE)]
    consents(case, CARE, "2025-04-02")
    assert case.kinds()[-1] == "pause-proposed"
    consents(case, CARE, "2025-04-01")
    assert case.state.pause is not None
    assert case.state.pause.until == london("2025-04-01")
    assert (case.state.claims, case.kinds()[-1]) == ((), "paused")
    case.replays()


def test_rule_47_a_pause_is_for_a_dispute_that_goes_on() -> None:
    case = opened()
    case.says(SCHOOL, "stopped")

    assert refused(case, lambda: consents(case, SCHOOL, "2025-04-01")).why == "not open"
    assert refused(case, lambda: case.takes(Unpaused(by=case.seat(SCHOOL)))).why == "not open"


def test_rule_47_neither_risk_nor_actions_nor_learning_nor_side_steps_are_paused() -> None:
    case = opened()
    case.says(SCHOOL, "lessons")
    case.says(SCHOOL, "to-mediation")
    case.raises_risk()
    pauses(case).pass_to("2025-03-16")

    late = {entry.body["what"] for entry in case.of_kind("overdue")}
    assert late == {"statutory services telephoned", "mediated", "learnt"}


def test_rule_47_what_was_late_stays_late_and_alerts_on() -> None:
    case = opened().pass_to("2025-03-06 20:00")
    assert case.duty("one/3").held_at is None
    case.pass_to("2025-03-07")
    pauses(case, "2025-04-01")

    assert case.duty("one/3").is_overdue
    assert case.duty("one/3").due == london("2025-03-06 22:00")
    assert next_moment(case.state) is not None
    alerts = len(case.of_kind("alert"))
    assert len(case.pass_to("2025-03-10").of_kind("alert")) > alerts


def test_rule_47_what_arises_in_a_pause_begins_after_it() -> None:
    case = pauses(opened()).sleep_to("2025-03-06 12:00")
    case.does(SCHOOL, "talk")

    duty = case.duty("case/1", CARE)
    assert (duty.held_at, duty.due) == (london("2025-03-06 12:00"), None)
    case.pass_to("2025-03-18")
    assert case.duty("case/1", CARE).due == london("2025-03-25")
    case.replays()


def test_rule_47_a_better_start_in_a_pause_sets_the_clock_that_stands() -> None:
    case = opened().sleep_to("2025-03-04 14:00")
    pauses(case).sleep_to("2025-03-06 12:00")
    case.does(SCHOOL, "talk", at="2025-03-04 12:00")

    duty = case.duty("one/2")
    assert (duty.anchor, duty.due, duty.held_due) == ("one.talk", None, london("2025-03-06 12:00"))
    case.pass_to("2025-03-17 12:00")
    assert case.duty("one/2").due == london("2025-03-19 08:00")  # 46 hours were left
    case.replays()


def test_rule_47_an_act_in_a_pause_is_in_time() -> None:
    case = pauses(opened()).sleep_to("2025-03-14 12:00")
    case.does(SCHOOL, "clock")

    assert (case.duty("one/3").state, case.duty("one/3").was_late) == ("done", False)
    case.pass_to("2025-03-18")
    assert case.duty("one/3").state == "done"
    case.replays()


def test_rule_47_any_party_ends_a_pause_before_its_date() -> None:
    case = pauses(opened()).sleep_to("2025-03-06 10:00")
    said = case.takes(Unpaused(by=case.seat(CARE))).sentence

    assert case.state.pause is None
    assert case.duty("one/1").due == london("2025-03-14")
    assert said.startswith("The pause is over.")
    assert refused(case, lambda: case.takes(Unpaused(by=case.seat(CARE)))).why == "not open"
    case.replays()


def test_rule_47_a_pause_that_ended_while_nobody_worked_ended_at_its_date() -> None:
    case = pauses(opened(Local(pausing=True))).sleep_to("2025-04-30")
    case.does(SCHOOL, "talk")

    late = {entry.body["what"]: entry.at for entry in case.of_kind("overdue")}
    assert late["days"] == london("2025-03-25")
    assert case.of_kind("resumed")[0].at == london("2025-03-17 10:00")
    case.replays()


def test_rule_47_a_further_pause_takes_the_place_of_the_first_and_both_are_left_out() -> None:
    case = pauses(opened())
    case.sleep_to("2025-03-10 10:00")
    pauses(case, "2025-03-19 10:00")
    assert case.duty("one/1").waits == "paused until 10:00am on Wednesday 19 March 2025"
    case.pass_to("2025-03-20 10:00")
    assert case.duty("one/1").due == london("2025-03-27")
    pauses(case, "2025-03-24 10:00").pass_to("2025-03-25")
    assert case.duty("one/1").due == london("2025-03-29")
    assert [day.counts for day in explained(case, "one/1").days if day.counts] == [f"day {n}" for n in range(1, 6)]
    case.replays()


def test_rule_47_the_end_of_the_dispute_ends_the_pause() -> None:
    case = opened()
    case.does(SCHOOL, "talk")
    pauses(case, "2025-06-02 10:00").sleep_to("2025-03-06 10:00")
    case.says(SCHOOL, "stopped")

    assert case.state.pause is None
    assert case.duty("case/1", CARE).due == london("2025-03-14")
    case.replays()


def test_rule_47_an_open_case_in_a_pause_has_a_next_moment_and_says_whom_it_waits_for() -> None:
    case = pauses(opened())

    assert next_moment(case.state) == london("2025-03-17 10:00")
    assert status_of(case.state).waits_for
    assert status_of(case.state).next_moment == london("2025-03-17 10:00")


def test_rule_47_a_step_that_pauses_stops_the_clocks_while_it_is_open_without_any_setting() -> None:
    case = opened(Local()).sleep_to("2025-03-04 14:00")
    case.says(SCHOOL, "to-mediation")
    assert case.duty("one/1").waits == "paused while Mediation is open"
    assert case.duty("mediation/1").due == london("2025-03-07")
    unpause = refused(case, lambda: case.takes(Unpaused(by=case.seat(SCHOOL, "worker"))))
    assert "Mediation" in unpause.sentence
    case.pass_to("2025-03-17 10:00")
    case.says(CARE, "over", role="worker")

    assert case.state.pause is None
    assert case.duty("one/1").due == london("2025-03-25")
    assert case.kinds()[-1] == "resumed"
    case.replays()


def test_rule_47_an_agreed_pause_goes_on_after_the_step_and_the_step_after_the_pause() -> None:
    first, then = opened(), opened()
    for case in (first, then):
        case.says(SCHOOL, "to-mediation")
        pauses(case, "2025-03-17 10:00")
    first.sleep_to("2025-03-10 10:00").says(CARE, "over", role="worker")
    assert first.duty("one/1").held_at is not None
    assert first.pass_to("2025-03-18").duty("one/1").due == london("2025-03-25")

    then.pass_to("2025-03-18 10:00")
    assert then.duty("one/1").waits == "paused while Mediation is open"
    then.says(CARE, "over", role="worker")
    assert then.duty("one/1").due == london("2025-03-26")
    for case in (first, then):
        case.replays()


def test_rule_47_striking_out_the_word_that_opened_such_a_step_lets_the_clocks_go_on() -> None:
    case = opened().sleep_to("2025-03-05 10:00")
    case.says(SCHOOL, "to-mediation")
    case.sleep_to("2025-03-06 10:00")
    entry = case.of_kind("outcome")[-1].number
    case.takes(Corrected(by=case.seat(SCHOOL, "worker"), entry=entry, reason="a slip", strike=True))

    assert case.state.pause is None
    assert case.duty("one/1").due == london("2025-03-13")
    case.replays()
