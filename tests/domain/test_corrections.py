"""What was entered wrongly, and what goes on after an end: rules 8, 33, 48 and 53."""

from domain.base.people import Actor
from domain.commands import Corrected, Linked, Reopened, Waived
from tests.domain.case import CARE, SCHOOL, Case, london, refused


def corrects(case: Case, party: str, entry: int, happened: str = "", *, strike: bool = False) -> str:
    when = london(happened) if happened else None
    said = Corrected(by=case.seat(party), entry=entry, reason="It was mistyped", happened_at=when, strike=strike)
    return case.takes(said).sentence


def entry_of(case: Case, kind: str) -> int:
    return case.of_kind(kind)[-1].number


def test_rule_08_a_corrected_start_moves_the_deadline_and_edits_nothing() -> None:
    case = Case("2025-03-04 10:00")
    case.pass_to("2025-03-04 15:00")
    case.does(SCHOOL, "discussion", at="2025-03-04 11:00")
    before = list(case.entries)
    assert case.duty("step-1/3").due == london("2025-03-06 11:00")

    corrects(case, SCHOOL, entry_of(case, "act"), "2025-03-04 14:00")

    assert case.duty("step-1/3").due == london("2025-03-06 14:00")
    assert case.entries[: len(before)] == before
    assert case.told("corrected") == [("practitioner", CARE)]
    case.replays()


def test_rule_08_an_alert_that_had_no_cause_is_withdrawn() -> None:
    case = Case("2025-03-04 10:00")
    case.does(SCHOOL, "discussion")
    case.pass_to("2025-03-06 12:00")
    assert case.duty("step-1/3").is_overdue

    corrects(case, SCHOOL, case.entries[2].number, "2025-03-05 16:00") if case.now > london(
        "2025-03-05 16:00"
    ) else None

    assert not case.duty("step-1/3").is_overdue
    assert case.kinds().count("overdue-withdrawn") == 1
    assert "overdue" in case.kinds()
    case.replays()


def test_rule_08_what_was_done_late_is_in_time_once_its_time_is_corrected() -> None:
    case = Case("2025-03-04 10:00")
    case.does(SCHOOL, "discussion")
    case.climb_to("step-2")
    case.pass_to("2025-03-12 09:00")
    case.does(SCHOOL, "discussion", role="line-manager")
    assert case.duty("step-2/3").was_late

    corrects(case, SCHOOL, entry_of(case, "act"), "2025-03-11 16:00")

    assert not case.duty("step-2/3").was_late
    case.replays()


def test_rule_08_a_struck_act_is_owed_again_with_all_that_sprang_from_it() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    assert case.duty("step-1/2").state == "done"

    corrects(case, SCHOOL, entry_of(case, "act"), strike=True)

    assert case.duty("step-1/2").is_outstanding
    assert {d.state for d in case.duties("case/1")} == {"lapsed"}
    assert case.duty("step-1/3").due == london("2025-03-06 10:00")
    case.replays()


def test_rule_08_a_struck_outcome_takes_the_case_back_if_nothing_was_done_since() -> None:
    case = Case()
    case.says(SCHOOL, "not-agreed")
    assert case.stages == ["step-2"]

    corrects(case, SCHOOL, entry_of(case, "outcome"), strike=True)

    assert case.stages == ["step-1"]
    assert case.duty("step-1/3").is_outstanding
    assert {d.state for d in case.state.duties if d.stage == "step-2"} == {"lapsed"}
    case.replays()


def test_rule_08_a_struck_outcome_never_undoes_what_people_did_since() -> None:
    case = Case()
    case.says(SCHOOL, "not-agreed")
    outcome = entry_of(case, "outcome")
    case.does(SCHOOL, "justified", role="line-manager")

    refusal = refused(case, lambda: corrects(case, SCHOOL, outcome, strike=True))

    assert "returned" in refusal.sentence


def test_rule_08_only_who_entered_it_corrects_it() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")

    assert refused(case, lambda: corrects(case, CARE, entry_of(case, "act"), strike=True)).why == "wrong side"
    assert refused(case, lambda: corrects(case, SCHOOL, 1, strike=True)).why == "not open"
    assert refused(case, lambda: corrects(case, SCHOOL, entry_of(case, "act"), "2026-01-01 10:00")).why == "time"
    assert refused(case, lambda: corrects(case, SCHOOL, entry_of(case, "act"))).why == "missing"


def reopens(case: Case) -> str:
    return case.takes(Reopened(by=case.seat(SCHOOL), reason="The plan fell apart")).sentence


def test_rule_33_a_reopened_case_is_at_a_new_visit_of_the_step_it_ended_at() -> None:
    case = Case().climb_to("step-2")
    case.agree()
    assert case.ended == "resolved"

    reopens(case)

    assert case.ended == ""
    assert [(v.stage, v.number) for v in case.state.open_visits] == [("step-2", 2)]
    case.replays()


def test_rule_33_the_old_plan_does_not_end_a_reopened_case_and_a_new_one_does() -> None:
    case = Case()
    case.agree()
    reopens(case)
    assert refused(case, lambda: case.confirms(CARE)).why == "not open"

    case.agree(by="2025-12-24")

    assert case.ended == "resolved"
    case.replays()


def test_rule_33_only_what_has_ended_is_reopened() -> None:
    case = Case()

    assert refused(case, lambda: reopens(case)).why == "not open"


def test_rule_48_a_named_person_may_waive_what_keeps_an_ended_case_open() -> None:
    case = Case()
    case.says(SCHOOL, "not-agreed")
    case.says(SCHOOL, "not-justified", role="line-manager")
    assert case.ended == "stopped"
    owed = [duty.id for duty in case.state.outstanding]
    assert owed
    nobody = Actor(agency=SCHOOL, role="slo")
    refused(case, lambda: case.takes(Waived(by=nobody, duty=owed[0], reason="Agency closed")))

    for duty in owed:
        case.takes(Waived(by=nobody.but(person="staff-0042"), duty=duty, reason="The agency was dissolved"))

    assert case.state.closed_at is not None
    assert case.kinds()[-1] == "closed"
    told = [
        one for one in case.notices if one.kind == "told" and one.fact.startswith("waived, and counted as not done: ")
    ]
    assert {one.to.agency for one in told} == {SCHOOL, CARE}, "both sides know what is let go, and by whom"
    assert {one.by for one in told} == {f"slo, {SCHOOL}"}
    case.replays()


def test_rule_48_nothing_is_waived_while_the_dispute_goes_on_and_risk_never() -> None:
    case = Case()
    person = Actor(agency=SCHOOL, role="slo", person="staff-0042")
    refused(case, lambda: case.takes(Waived(by=person, duty=1, reason="Never mind")))
    case.agree()
    case.raises_risk()
    risk = case.state.outstanding[-1].id

    assert refused(case, lambda: case.takes(Waived(by=person, duty=risk, reason="Never mind"))).why == "not allowed"


def test_rule_53_linked_cases_share_nothing_but_the_knowledge_of_each_other() -> None:
    case = Case()
    duties = case.state.duties
    case.takes(Linked(by=case.seat(SCHOOL), other="ESC-0000-0000", reason="The same person"))

    assert case.state.links == ("ESC-0000-0000",)
    assert case.state.duties == duties
    assert refused(case, lambda: case.takes(Linked(by=case.seat(SCHOOL), other="ESC-TEST"))).why == "not allowed"
    case.replays()


def test_rule_08_a_reopening_is_not_corrected_away_it_would_leave_no_step_open() -> None:
    case = Case()
    case.agree()
    case.takes(Reopened(by=case.seat(SCHOOL), reason="It broke down"))
    entry = case.of_kind("reopened")[-1].number

    refusal = refused(
        case, lambda: case.takes(Corrected(by=case.seat(SCHOOL), entry=entry, reason="A slip", strike=True))
    )

    assert refusal.why == "not open"
