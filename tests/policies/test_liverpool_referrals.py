"""Liverpool beside the ladder: immediate risk, referrals, the authority's day, early help; row by row."""

import pytest

from domain.base.people import Actor
from domain.commands import Reopened
from tests.domain.case import CARE, SCHOOL, TUESDAY, london, refused
from tests.policies.liverpool_case import (
    AUTHORITY,
    STAFF,
    does_as,
    liverpool,
    opened,
    referral,
    tells,
    within_the_school,
)

# --- immediate risk, referrals, early help


def test_v47_anyone_raises_immediate_risk_and_telephones_without_delay_and_the_ladder_goes_on() -> None:
    case = opened()

    case.raises_risk(by=Actor(agency=CARE, role="social-worker"))

    assert case.stages == ["stage-1a", "immediate"]
    call = case.duty("immediate/1")
    assert (call.strength, call.due) == ("must", london(TUESDAY))
    assert case.duty("immediate/2").strength == "may"
    case.does(CARE, "telephoned", "social-worker")
    assert case.duty("immediate/1").state == "done"


def test_v47_a_policy_that_names_its_own_route_needs_no_built_in_one() -> None:
    case = opened()

    case.raises_risk()

    assert not [duty for duty in case.state.duties if duty.is_risk_call]


def test_v48_the_form_follows_within_24_hours_of_the_call_weekends_included() -> None:
    case = opened(opened_at="2025-03-07 09:00")
    case.raises_risk()
    assert case.duties("immediate/3") == []

    case.now = london("2025-03-07 16:00")
    case.does(SCHOOL, "telephoned", "worker")

    assert case.duty("immediate/3").due == london("2025-03-08 16:00")
    assert not case.pass_to("2025-03-08 15:59").duty("immediate/3").is_overdue
    assert case.pass_to("2025-03-08 16:01").duty("immediate/3").is_overdue
    case.does(SCHOOL, "follow-up", "worker", stage="immediate")
    case.says(SCHOOL, "risk-reported", "worker")
    assert case.stages == ["stage-1a"]


def test_v49_no_consent_is_asked_on_the_way_of_child_protection() -> None:
    case = opened(consent="refused")
    case.raises_risk()
    case.does(SCHOOL, "telephoned", "worker")

    case.does(SCHOOL, "follow-up", "worker")

    assert case.duty("immediate/3").state == "done"
    assert liverpool().acts["follow-up"].needs == liverpool().acts["follow-up"].expects == ()


def test_v50_consent_is_sought_before_a_child_in_need_referral_or_the_reason_given_why_not() -> None:
    case = opened(**{"level-of-need": "4 child in need"})
    case.says(SCHOOL, "referred", role="worker")
    assert case.duty("referral/1").is_outstanding

    refused(case, lambda: case.does(SCHOOL, "need-referral", role="worker"))
    case.does(SCHOOL, "consent-sought", role="worker", fields={"consent": "refused"})
    assert case.state.facts["consent"] == "refused"
    case.does(SCHOOL, "need-referral", role="worker")

    assert case.duty("referral/2").state == "done"


def test_v50_consent_may_change_with_a_reason_and_the_dispute_goes_on() -> None:
    case = opened(consent="given")

    refused(case, lambda: tells(case, "consent", "refused", reason=""))
    tells(case, "consent", "refused", reason="taken back by telephone")

    assert case.state.facts["consent"] == "refused"
    assert case.stages == ["stage-1a"]


def test_v51_the_authority_decides_and_acknowledges_within_one_working_day_of_the_receipt() -> None:
    case = opened(opened_at="2025-03-07 15:00")
    referral(case)
    assert case.duty("referral/4").due == london("2025-03-11 00:00")

    case.now = london("2025-03-10 09:00")
    does_as(case, AUTHORITY, "referral.received")
    assert case.duty("referral/4").due == london("2025-03-12 00:00"), "it runs from the receipt, where that is known"
    assert (AUTHORITY, "") in case.told("told") + case.told("owed")
    does_as(case, AUTHORITY, "response")

    assert case.duty("referral/4").state == "done"


def test_v51_a_receipt_known_only_as_a_date_starts_the_same_clock() -> None:
    case = opened("child protection referral refused")
    tells(case, "referral-received", "2025-03-03T14:00:00+00:00")

    response = case.duty("case/2")
    assert response.due == london("2025-03-05 00:00")
    does_as(case, AUTHORITY, "response")
    assert case.duty("case/2").state == "done"


def test_v51_v52_when_the_authoritys_day_lapses_the_referrer_presses_and_escalates_both() -> None:
    case = within_the_school()
    case.says(STAFF, "referred", "worker")
    case.does(STAFF, "referral", "worker")
    refused(case, lambda: case.says(STAFF, "response-disputed", "worker"))

    case.pass_to("2025-03-06 00:01")
    assert case.duty("referral/4").is_overdue
    case.does(STAFF, "pressed", "worker", stage="referral")
    case.says(STAFF, "response-disputed", "worker")

    assert set(case.stages) == {"internal", "referral", "stage-1a"}


def test_v52_where_a_referral_was_refused_pressing_for_reconsideration_goes_with_the_ladder() -> None:
    case = opened("child in need referral refused")

    assert case.duty("stage-1a/2").acts == ("pressed.sent",)
    assert opened("child protection plan discontinued").duties("stage-1a/2") == []


def test_v53_where_no_referral_is_needed_early_help_begins() -> None:
    case = opened()
    referral(case)
    does_as(case, AUTHORITY, "response")
    case.says(SCHOOL, "no-referral-needed", "worker")
    assert case.stages == ["stage-1a", "early-help"]

    case.does(SCHOOL, "early-help-consent-sought", "worker", fields={"early-help-consent": "given"})
    case.does(SCHOOL, "early-help-assessment", "worker")
    case.says(SCHOOL, "early-help-begun", "worker")

    assert case.stages == ["stage-1a"]


@pytest.mark.parametrize(("outcome", "left"), [("referred-after-all", ["referral"]), ("early-help-refused", [])])
def test_v54_where_consent_to_early_help_is_refused_the_lead_professional_judges(outcome: str, left: list[str]) -> None:
    case = opened()
    case.says(SCHOOL, "early-help-instead", "worker")
    assert case.duties("early-help/3") == []
    refused(case, lambda: case.says(SCHOOL, outcome, "lead-professional"))

    case.does(SCHOOL, "early-help-consent-sought", "worker", fields={"early-help-consent": "refused"})
    assert case.duty("early-help/3").is_outstanding
    case.does(SCHOOL, "judgement", "lead-professional")
    case.says(SCHOOL, outcome, "lead-professional")

    assert case.stages == ["stage-1a", *left]


def test_v55_the_level_of_need_may_rise_and_a_referral_be_made_at_any_time_also_after_the_end() -> None:
    case = opened(**{"level-of-need": "early help"})
    case.agree()
    case.says(SCHOOL, "referred", role="worker")
    assert case.stages == ["referral"]

    tells(case, "level-of-need", "4 child in need", reason="new concerns")

    assert case.duty("referral/1").is_outstanding, "consent is now to be sought"


def test_v55_a_case_that_was_resolved_is_reopened_where_concerns_return() -> None:
    case = opened()
    case.agree()

    case.takes(Reopened(by=case.seat(SCHOOL, "worker"), reason="new concerns"))

    assert case.stages == ["stage-1a"]
    assert case.ended == ""
