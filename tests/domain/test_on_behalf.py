"""What somebody else enters in a party's name: the party is told, and may contest it (rule 39)."""

from typing import Any

from domain.base.people import Actor
from domain.commands import Corrected, PartyJoined, RiskRaised
from tests.domain.case import CARE, POLICE, SCHOOL, Case, london, refused

OFFICE: dict[str, Any] = {"recorded_by": "office-7", "evidence": "a letter of 4 March"}


def again(case: Case) -> None:
    case.replays()


def entry_of(case: Case, kind: str) -> Any:
    return case.of_kind(kind)[-1]


def test_rule_39_who_did_it_who_entered_it_and_the_evidence_are_kept_and_the_party_is_told() -> None:
    case = Case()

    case.does(CARE, "acknowledgement", **OFFICE)

    entry = entry_of(case, "act")
    assert (entry.by, entry.on_behalf_of) == ("office-7", f"practitioner, {CARE}")
    assert entry.body["said"]["evidence"] == "a letter of 4 March"
    assert case.told("recorded-for-you") == [("practitioner", CARE)]
    assert next(n.fact for n in case.notices if n.kind == "recorded-for-you") == "acknowledgement of the difference"
    again(case)


def test_rule_39_nobody_is_told_of_what_they_entered_themselves() -> None:
    case = Case()

    case.does(CARE, "acknowledgement")

    assert case.told("recorded-for-you") == []


def test_rule_39_an_act_that_its_party_contests_discharges_nothing() -> None:
    case = Case()
    case.does(CARE, "acknowledgement", **OFFICE)
    assert case.duty("step-1/1").state == "done"

    case.contests(CARE, entry_of(case, "act").number)

    assert case.duty("step-1/1").is_outstanding
    assert case.told("contested") == [("practitioner", SCHOOL)]
    again(case)


def test_rule_39_what_was_late_before_is_late_again() -> None:
    case = Case().pass_to("2025-03-05 12:00")
    assert case.duty("step-1/1").is_overdue
    case.does(CARE, "acknowledgement", at="2025-03-04 11:00", **OFFICE)
    assert not case.duty("step-1/1").was_late

    case.contests(CARE, entry_of(case, "act").number)
    case.pass_to("2025-03-05 13:00")

    assert case.duty("step-1/1").is_overdue
    again(case)


def test_rule_39_only_the_party_itself_contests_it() -> None:
    case = Case()
    case.does(CARE, "acknowledgement", **OFFICE)

    refusal = refused(case, lambda: case.contests(SCHOOL, entry_of(case, "act").number))

    assert "in your own name" in refusal.sentence


def test_rule_39_an_act_of_all_entered_in_ones_name_is_contested_by_either() -> None:
    for party in (SCHOOL, CARE):
        case = Case()
        case.does(SCHOOL, "discussion", **OFFICE)
        case.contests(party, entry_of(case, "act").number)

        assert case.duty("step-1/2").is_outstanding
        again(case)


def test_rule_39_a_confirmation_is_taken_back() -> None:
    case = Case(receiving=(CARE, "police"))
    case.proposes(SCHOOL)
    case.confirms(CARE, **OFFICE)

    case.contests(CARE, entry_of(case, "plan-confirmed").number)

    assert case.state.plan is not None
    assert list(case.state.plan.confirmed) == [SCHOOL]
    again(case)


def test_rule_39_the_agreement_and_the_end_that_came_of_it_alone_are_taken_back() -> None:
    case = Case()
    case.proposes(SCHOOL)
    before = {d.id: d.state for d in case.state.duties}
    case.confirms(CARE, **OFFICE)
    assert case.ended == "resolved"

    answer = case.contests(CARE, entry_of(case, "plan-confirmed").number)

    assert "taken back" in answer.sentence
    assert (case.ended, case.stages) == ("", ["step-1"])
    assert case.state.plan is not None
    assert case.state.plan.agreed_at is None
    assert {d.id: d.state for d in case.state.duties if d.id in before} == before
    assert case.duty("plan action 1").state == "lapsed"
    case.confirms(CARE)
    assert case.ended == "resolved"
    again(case)


def test_rule_39_an_earlier_confirmation_takes_the_agreement_back_too() -> None:
    case = Case()
    case.proposes(CARE, **OFFICE)
    case.confirms(SCHOOL)

    case.contests(CARE, entry_of(case, "plan-proposed").number)

    assert case.ended == ""
    assert case.state.plan is not None
    assert list(case.state.plan.confirmed) == [SCHOOL]
    again(case)


def test_rule_39_an_agreement_on_which_something_was_done_stands_and_the_way_is_named() -> None:
    case = Case()
    case.proposes(SCHOOL)
    case.confirms(CARE, **OFFICE)
    case.does(CARE, "action-done", role="practitioner", fields={"action": "1"})

    refusal = refused(case, lambda: case.contests(CARE, entry_of(case, "plan-confirmed").number))

    assert "reopen" in refusal.sentence


def test_rule_39_the_actions_of_the_version_before_are_owed_again() -> None:
    case = Case()
    case.climb_to("step-4-urgent")
    case.agree()
    case.proposes(SCHOOL, by="2025-11-01")
    case.confirms(CARE, **OFFICE)
    assert [d.state for d in case.duties("plan action 1")] == ["lapsed", "outstanding"]

    case.contests(CARE, entry_of(case, "plan-confirmed").number)

    assert [d.state for d in case.duties("plan action 1")] == ["outstanding", "lapsed"]
    again(case)


def test_rule_39_a_confirmation_of_a_version_that_was_replaced_is_not_contested() -> None:
    case = Case(receiving=(CARE, "police"))
    case.proposes(SCHOOL)
    case.confirms(CARE, **OFFICE)
    case.proposes(SCHOOL)

    assert refused(case, lambda: case.contests(CARE, entry_of(case, "plan-confirmed").number)).why == "stale"


def test_rule_39_a_claim_is_taken_back() -> None:
    case = Case()
    case.says(CARE, "agreed", **OFFICE)

    case.contests(CARE, entry_of(case, "claim").number)

    assert case.state.claims == ()
    again(case)


def test_rule_39_an_outcome_is_taken_back_while_nothing_was_done_since() -> None:
    case = Case()
    case.says(CARE, "not-agreed", **OFFICE)
    assert case.stages == ["step-2"]

    case.contests(CARE, entry_of(case, "outcome").number)

    assert case.stages == ["step-1"]
    again(case)


def test_rule_39_an_outcome_stands_once_something_was_done_where_it_led() -> None:
    case = Case()
    case.says(CARE, "not-agreed", **OFFICE)
    case.does(SCHOOL, "discussion", role="line-manager")

    refusal = refused(case, lambda: case.contests(CARE, entry_of(case, "outcome").number))

    assert "returned" in refusal.sentence


def test_rule_39_immediate_risk_raised_in_a_partys_name_stands() -> None:
    case = Case()
    case.takes(RiskRaised(by=case.seat(CARE), recorded_by="office-7"))

    assert case.told("recorded-for-you") == [("practitioner", CARE)]
    assert refused(case, lambda: case.contests(CARE, entry_of(case, "risk").number)).why == "not open"
    assert case.duty("risk call").is_outstanding
    again(case)


def test_rule_39_an_agency_on_both_sides_is_told_where_it_did_not_say_which() -> None:
    case = Case(receiving=(SCHOOL,))

    case.takes(RiskRaised(by=Actor(agency=SCHOOL), recorded_by="office-7"))

    assert len(case.told("recorded-for-you")) == 1  # one seat: both sides are reached there


def test_a_struck_act_that_was_in_time_and_entered_late_falls_due_anew() -> None:
    case = Case().pass_to("2025-03-05 12:00")
    case.does(CARE, "acknowledgement", at="2025-03-04 11:00")

    case.takes(Corrected(by=case.seat(CARE), entry=entry_of(case, "act").number, reason="not so", strike=True))
    case.pass_to("2025-03-05 13:00")

    assert [e.body["duty"] for e in case.of_kind("overdue")].count(1) == 2
    assert london("2025-03-05 12:00") <= case.now
    again(case)


def test_rule_39_to_have_joined_on_the_other_side_too_takes_back_no_earlier_word_of_the_agency() -> None:
    """It is then told apart by its side, in its claims too; they are none that were entered with its joining."""
    case = Case(receiving=(CARE, POLICE))
    case.says(CARE, "agreed")
    joined = case.takes(
        PartyJoined(by=case.seat(CARE), agency=CARE, side="raising", reason="so", recorded_by="office-7", evidence="so")
    ).entry
    claims = case.state.claims
    assert [claim.said for claim in claims] == [(f"{CARE}.receiving",)]

    said = refused(case, lambda: case.contests(f"{CARE}.receiving", joined))

    assert "say anew how it is" in said.sentence
    assert case.state.claims == claims
