"""A case that was opened in error: two people of the office void it, and all who were told are told."""

from functools import partial

import pytest

from domain.base.people import Actor
from domain.commands import CaseVoided, Corrected, FactSaid, Linked, OwnRecordCorrected, Reopened
from domain.views.status import status_of
from domain.views.waiting import waiting
from tests.domain.case import CARE, POLICE, SCHOOL, Case, refused

FIRST, SECOND = (Actor(role="operations", person=f"staff-{number}") for number in (1, 2))
WHY = "The referral was about another child."


def proposed(case: Case, by: Actor = FIRST) -> Case:
    case.takes(CaseVoided(by=by, reason=WHY))
    return case


def voided(case: Case) -> Case:
    proposed(case)
    return proposed(case, SECOND)


def test_one_person_of_the_office_proposes_and_everything_goes_on() -> None:
    case = Case()
    owed = case.state.outstanding

    answer = case.takes(CaseVoided(by=FIRST, reason=WHY))

    assert "second person" in answer.sentence
    assert (case.kinds()[-1], case.told("void-proposed")) == ("void-proposed", [("operations", "")])
    assert case.state.outstanding == owed
    assert not case.ended
    [one] = waiting(case.state)
    assert (one.by, one.waits_for) == (("the partnership's office",), ("a second person of the office",))
    assert "staff-1" not in one.model_dump_json(), "a handle is no matter for a list"
    case.replays()


def test_rule_55_a_second_person_voids_it_and_nothing_is_owed_any_more() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")

    voided(case)

    assert (case.ended, case.stages, case.state.outstanding) == ("void", [], ())
    assert case.state.closed_at == case.now
    assert case.kinds()[-2:] == ["voided", "closed"]
    assert case.told("closed") == [], "they were told of the same a line before"
    assert {duty.ended_because for duty in case.state.duties if duty.state == "lapsed"} == {
        "the case was voided: it had been opened in error"
    }
    assert waiting(case.state) == ()
    case.replays()


def test_the_same_person_does_not_confirm_what_they_proposed() -> None:
    case = proposed(Case())

    again = refused(case, lambda: case.takes(CaseVoided(by=FIRST, reason=WHY)))

    assert "second person" in again.sentence


def test_who_enters_it_is_the_person_where_no_other_is_said() -> None:
    case = Case()
    case.takes(CaseVoided(by=Actor(role="operations"), recorded_by="staff-1", reason=WHY))

    refused(case, lambda: case.takes(CaseVoided(by=Actor(role="operations"), recorded_by="staff-1", reason=WHY)))
    case.takes(CaseVoided(by=Actor(role="operations"), recorded_by="staff-2", reason=WHY))

    assert case.ended == "void"


@pytest.mark.parametrize(
    ("by", "reason", "why"),
    [
        (Actor(role="practitioner", agency=SCHOOL, person="staff-1"), WHY, "wrong role"),
        (Actor(role="operations"), WHY, "missing"),
        (FIRST, "  ", "missing"),
    ],
    ids=["a party", "nobody of the office", "no reason"],
)
def test_it_is_for_a_named_person_of_the_office_with_a_reason(by: Actor, reason: str, why: str) -> None:
    case = Case()

    assert refused(case, lambda: case.takes(CaseVoided(by=by, reason=reason))).why == why


def test_rule_55_immediate_risk_is_never_voided_away() -> None:
    case = proposed(Case())
    case.raises_risk()

    no = refused(case, lambda: case.takes(CaseVoided(by=SECOND, reason=WHY)))
    assert "immediate risk" in no.sentence

    case.takes_call()
    case.takes(CaseVoided(by=SECOND, reason=WHY))
    assert case.ended == "void"


def test_immediate_risk_is_taken_in_a_voided_case_and_its_call_is_owed() -> None:
    case = voided(Case())

    case.raises_risk()

    assert ("on-call", "") in case.told("risk")
    assert [duty.is_risk_call for duty in case.state.outstanding] == [True]
    assert case.state.closed_at is None
    case.takes_call()
    assert case.state.outstanding == ()
    assert case.state.closed_at == case.now
    case.replays()


def test_nothing_else_is_recorded_in_a_voided_case() -> None:
    case = voided(Case())
    school = Actor(agency=SCHOOL, role="practitioner")

    for call in (
        lambda: case.does(SCHOOL, "discussion", role="practitioner"),
        lambda: case.takes(FactSaid(by=school, fact="concern", value="difference")),
        lambda: case.takes(Corrected(by=school, entry=1, reason="No.", strike=True)),
        lambda: case.takes(Reopened(by=school, reason="It was no error.")),
    ):
        assert "voided" in refused(case, call).sentence
    case.takes(Linked(by=school, other="ESC-0000-0000"))
    assert case.takes(CaseVoided(by=SECOND, reason=WHY)).sentence == "ESC-TEST was voided already."


def test_what_is_struck_while_risk_is_open_brings_no_duty_back_into_a_voided_case() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    said = case.state.entries
    voided(case)
    case.raises_risk()

    case.takes(Corrected(by=Actor(agency=SCHOOL, role="practitioner"), entry=said, reason="Another case.", strike=True))

    assert [duty.is_risk_call for duty in case.state.outstanding] == [True]
    case.replays()


def test_an_alert_is_over_with_the_case_and_the_lead_is_told() -> None:
    case = Case()
    case.pass_to("2025-03-12 10:00")
    assert any(duty.is_overdue for duty in case.state.outstanding)

    voided(case)

    assert ("on-call", "") in case.told("voided")
    assert case.told("alert-withdrawn")
    assert case.state.pace.next_at is None
    told = len(case.notices)
    case.pass_to("2025-06-12 10:00")
    assert len(case.notices) == told


def test_a_case_that_has_ended_or_closed_can_still_be_found_to_be_an_error() -> None:
    case = Case()
    case.agree()
    assert case.ended
    voided(case)

    assert case.ended == "void"
    assert status_of(case.state).ended == "void"
    case.replays()


def test_the_raising_agencys_own_number_is_corrected_by_it_or_by_the_office() -> None:
    case = Case(own_record="EXAMPLE-0001")
    school = Actor(agency=SCHOOL, role="practitioner")
    assert status_of(case.state).own_record == "EXAMPLE-0001"

    case.takes(OwnRecordCorrected(by=school, number="EXAMPLE-0002", reason="Two digits were swapped."))
    case.takes(OwnRecordCorrected(by=FIRST, number="EXAMPLE-0003", reason="The school telephoned."))

    assert status_of(case.state).own_record == "EXAMPLE-0003"
    assert case.kinds()[-2:] == ["own-record-corrected"] * 2
    for agency in (CARE, POLICE):
        other = OwnRecordCorrected(by=Actor(agency=agency, role="practitioner"), number="X-1", reason="No.")
        refused(case, partial(case.takes, other))
    case.replays()
