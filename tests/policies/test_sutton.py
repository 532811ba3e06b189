"""Sutton's policy at work: each test is named after the rows of docs/obligations.md that it shows."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.policies import load_policy
from domain.base.identities import PlanAction
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.plan import Residual
from domain.case.state import Answer
from domain.commands import ActDone, DateAgreed, FactSaid, OutcomeSaid, Reopened
from domain.policy import Policy
from domain.policy.local_settings import Local, Number
from tests.domain.case import CARE, POLICE, SCHOOL, TRUST, Case, london, refused

POLICIES = Path(__file__).parents[2] / "policies"
POINTS = {
    "referral": "referral",
    "assessment": "assessment and planning",
    "conference": "child protection conference",
    "plan": "carrying out a plan",
}
FORM = {"problem": "as said", "outcome-sought": "as said", "department": "as said", "head-of-service-contact": "no"}
MANAGER, LEAD, PROFESSIONAL, CHAIR = "first-line-manager", "safeguarding-lead", "professional", "independent-chair"


@cache
def sutton() -> Policy:
    """Return the shipped policy."""
    return load_policy(POLICIES / "sutton.toml")[0]


class Route(Case):
    """A case of Sutton on one of its routes, which can be taken on in one line."""

    def __init__(self, track: str, facts: dict[str, str] | None = None, **said: Any) -> None:
        asked = {"matter": "child", "point": POINTS.get(track, "")} if track in POINTS else {}
        whole: dict[str, Any] = {"raiser": Actor(role=PROFESSIONAL), "facts": asked | (facts or {})}
        super().__init__(policy=sutton(), **whole | said)

    def submits(self, **fields: str) -> None:
        """Let the raising professional submit the referral form."""
        self.does(SCHOOL, "referral-form", PROFESSIONAL, fields=FORM | fields)

    def signs(self, role: str, person: str, act: str = "referral-form", agency: str = SCHOOL) -> Answer:
        """Let a named person sign a form."""
        return self.takes(ActDone(by=Actor(agency=agency, role=role, person=person), act=f"{act}.signed"))

    def is_recognised(self) -> "Route":
        """Let the formal process be decided on, with its form signed by both."""
        self.does(SCHOOL, "formal-decision", MANAGER)
        self.submits()
        self.signs(PROFESSIONAL, "staff-1")
        self.signs(LEAD, "staff-2")
        self.says(SCHOOL, "formal-needed", MANAGER)
        return self

    def at(self, stage: str) -> "Route":
        """Go up by disagreement, until *stage* is open."""
        if "recognition" in self.stages and stage != "recognition":
            self.is_recognised()
        for _ in range(4):
            if stage in self.stages or "board-member" in self.stages:
                break
            self.says(SCHOOL, "not-agreed", fields={"interim-safety": "as said", "reason": "as said"})
        if stage == "final":
            self.refers_to_chair()
        assert stage in self.stages, self.stages
        return self

    def challenge(self, stage: str = "review-of-decision") -> "Route":
        """Challenge a conference's decision, up to *stage*."""
        self.does(CARE, "conference-decision", "conference-chair")
        self.does(SCHOOL, "dissent", PROFESSIONAL)
        self.says(SCHOOL, "challenged", PROFESSIONAL)
        if stage == "review-of-decision":
            self.does(SCHOOL, "concurrence", LEAD)
            self.says(SCHOOL, "concurs", LEAD)
        assert stage in self.stages
        return self

    def refers_to_chair(self) -> None:
        """Let the organisation's member refer it to the Independent Chair."""
        self.does(SCHOOL, "member-consulted", "head-of-service")
        self.does(SCHOOL, "chair-referral", "lscb-member")
        self.says(SCHOOL, "referred-to-chair", "lscb-member")


def referral(**said: Any) -> Route:
    """A disagreement about a referral."""
    return Route("referral", **said)


def conference(harm: str = "yes") -> Route:
    """A dissent from a child protection conference."""
    return Route("conference", {"significant-harm": harm})


def strategic(area: str = "HR matters") -> Route:
    """A strategic matter."""
    return Route("", {"matter": "partnership", "area": area})


def settle(case: Case) -> None:
    """Let both sides agree, with nothing left open."""
    case.proposes(SCHOOL, residual=())
    case.confirms(CARE)


# --- which route


def test_S2_S5_S6_what_is_strategic_and_what_is_about_a_child_take_their_own_routes() -> None:
    assert strategic().state.track == "strategic"
    for track in POINTS:
        assert Route(track).state.track == track
    with pytest.raises(Refusal, match="matter"):
        Route("", {})


def test_S4_a_concern_about_ones_own_organisation_is_turned_to_its_whistleblowing_policy() -> None:
    case = Route("", {"matter": "own organisation"})
    case.does(SCHOOL, "redirect", PROFESSIONAL)
    case.says(SCHOOL, "turned", PROFESSIONAL)

    assert case.ended == "diverted"
    assert case.state.closed_at is not None


@pytest.mark.parametrize("source", ["case work", "audit or quality assurance", "investigation of a serious incident"])
def test_S6_a_case_may_come_from_an_audit_or_an_incident_as_well_as_from_case_work(source: str) -> None:
    assert referral(facts={"source": source, "effect": "it is likely to"}).state.facts["source"] == source


@pytest.mark.parametrize(
    "ground", ["professional conduct", "resourcing", "a decision or action that is lacking", "new"]
)
def test_S23_S46_the_known_grounds_are_asked_about_and_another_is_welcome(ground: str) -> None:
    assert Route("plan", {"ground": ground}).state.facts["ground"] == ground


# --- strategic


@pytest.mark.parametrize(
    ("area", "seat"),
    [
        ("learning and development", "sub-group-chair.learning-and-development"),
        ("policy and practice", "sub-group-chair.policy-and-practice"),
        ("quality assurance", "sub-group-chair.quality-assurance"),
        ("case review and child deaths", "sub-group-chair.case-review-and-child-deaths"),
        ("HR matters", "sub-group-chair.hr-matters"),
        ("child sexual exploitation", "sub-group-chair.child-sexual-exploitation"),
    ],
)
def test_S17_S18_the_area_of_business_says_which_sub_groups_chair_is_told(area: str, seat: str) -> None:
    case = strategic(area)

    assert (seat, "") in case.told("step-opened")
    case.does(SCHOOL, "chair-notified", "lscb-member")
    assert (seat, "") in case.told("told")
    assert case.duty("with-sub-group/1").state == "done"


def test_S19_S20_the_sub_groups_chair_tries_and_refers_it_directly_to_the_independent_chair() -> None:
    case = strategic()

    assert refused(case, lambda: case.says(SCHOOL, "not-resolved", "lscb-member")).why == "wrong role"
    assert refused(case, lambda: case.says("", "not-resolved", "sub-group-chair")).why == "missing"
    case.does("", "resolution-tried", "sub-group-chair")
    assert case.duty("with-sub-group/2").state == "done"
    case.says("", "not-resolved", "sub-group-chair")
    assert case.stages == ["with-chair"]
    assert (CHAIR, "") in case.told("step-opened")


def test_S21_the_chair_puts_serious_concerns_to_the_council_also_after_the_end() -> None:
    case = strategic()
    case.does("", "resolution-tried", "sub-group-chair")
    case.says("", "not-resolved", "sub-group-chair")
    case.says("", "settled-by-chair", CHAIR)
    assert case.ended == "decided"
    case.says("", "serious-concern", CHAIR)

    assert case.stages == ["with-council"]
    case.does("", "put-to-council", CHAIR)
    assert {("chief-executive", ""), ("political-leadership", "")} <= set(case.told("told"))
    case.says("", "put", CHAIR)
    assert case.stages == []


def test_S22_another_area_may_be_engaged_with_a_reason() -> None:
    case = strategic()
    said = FactSaid(by=Actor(agency=SCHOOL, role="lscb-member"), fact="area", value="quality assurance")

    assert "reason" in refused(case, lambda: case.takes(said)).sentence
    case.takes(said.but(reason="It came out of an audit"))
    case.does(SCHOOL, "chair-notified", "lscb-member")
    assert ("sub-group-chair.quality-assurance", "") in case.told("told")


# --- recognition and the form


@pytest.mark.parametrize("track", ["referral", "assessment"])
def test_S8_S9_a_formal_process_needs_a_recorded_decision_of_a_manager_or_a_safeguarding_lead(track: str) -> None:
    case = Route(track)
    assert case.stages == ["recognition"]
    assert refused(case, lambda: case.does(SCHOOL, "formal-decision", PROFESSIONAL)).why == "wrong role"

    case.submits()
    assert "decision" in refused(case, lambda: case.says(SCHOOL, "formal-needed", LEAD)).sentence
    case.does(SCHOOL, "formal-decision", LEAD)
    case.says(SCHOOL, "formal-needed", LEAD)
    assert case.stages == [sutton().track(track).stages[1]]


def test_S1_S9_what_is_not_significant_needs_no_formal_process() -> None:
    case = referral()
    case.says(SCHOOL, "not-formal", MANAGER)

    assert case.ended == "stopped"


@pytest.mark.parametrize("field", ["problem", "outcome-sought", "department", "head-of-service-contact"])
def test_S10_S11_S60_S63_the_form_is_refused_with_a_gap_and_nothing_formal_begins_without_it(field: str) -> None:
    case = referral()
    case.does(SCHOOL, "formal-decision", MANAGER)

    with pytest.raises(Refusal, match=field.replace("-", " ")):
        case.submits(**{field: ""})
    assert "form" in refused(case, lambda: case.says(SCHOOL, "formal-needed", MANAGER)).sentence


def test_S12_S13_outcome_and_timescale_are_agreed_by_both_once_the_process_is_formal() -> None:
    case = referral()
    assert case.duties("case/1") == []
    case.is_recognised()
    case.does(SCHOOL, "aim", PROFESSIONAL)

    assert case.duty("case/1").state == "done"
    case.signs(PROFESSIONAL, "staff-1", "aim")
    assert case.duty("case/2").is_outstanding
    case.signs("receiving-officer", "staff-9", "aim", CARE)
    assert case.duty("case/2").state == "done"


def test_S60_a_yes_on_the_form_makes_the_contact_with_the_head_of_service_owed() -> None:
    case = referral()
    case.submits()
    assert case.duties("recognition/5") == []

    case = referral()
    case.submits(**{"head-of-service-contact": "yes"})
    assert case.state.facts["head-of-service-contact"] == "yes"
    assert case.duty("recognition/5").is_outstanding
    case.does(SCHOOL, "head-of-service-contacted", PROFESSIONAL)
    assert case.duty("recognition/5").state == "done"


def test_S62_the_outcome_of_the_actions_is_filled_in_after_the_rest() -> None:
    case = referral()
    with pytest.raises(Refusal):
        case.does(SCHOOL, "referral-form.completed", PROFESSIONAL, fields={"outcome-achieved": "The child is seen"})
    case.is_recognised()
    assert case.duty("recognition/4").is_outstanding
    settle(case)
    case.does(SCHOOL, "referral-form.completed", PROFESSIONAL, fields={"outcome-achieved": "The child is seen"})
    assert case.duty("recognition/4").state == "done"


def test_S63_S64_two_signatures_of_two_roles_are_two_people() -> None:
    case = referral()
    case.submits()
    case.signs(PROFESSIONAL, "staff-1")

    assert case.duty("recognition/3").is_outstanding
    assert refused(case, lambda: case.signs(LEAD, "staff-1")).why == "not allowed"
    case.does(SCHOOL, "formal-decision", MANAGER)
    missing = OutcomeSaid(by=Actor(agency=SCHOOL, role=MANAGER), outcome="formal-needed")
    assert "reason" in refused(case, lambda: case.takes(missing)).sentence
    case.signs("safeguarding advisor", "staff-2")
    assert case.duty("recognition/3").state == "done"
    case.takes(missing)
    assert case.stages == ["referral-revisited"]


# --- times that are not in the copy


@pytest.mark.parametrize(("track", "stage"), [("referral", "referral-talks"), ("assessment", "team-managers")])
def test_S16_a_time_that_is_not_in_the_copy_is_unknown_and_never_late(track: str, stage: str) -> None:
    case = Route(track, local=Local()).at(stage)
    owed = next(duty for duty in case.state.outstanding if "plan" in duty.acts)

    assert owed.due is None
    assert owed.waits
    case.pass_to("2025-06-30 10:00")
    assert case.of_kind("overdue") == []


def test_S16_a_number_set_locally_runs_from_the_opening_and_says_whose_it_is() -> None:
    number = Number(within="5 working days", whose="the Sutton partnership, provisionally")
    case = Route("assessment", local=Local(numbers={"managers-time": number})).at("team-managers")
    owed = next(duty for duty in case.state.outstanding if "plan" in duty.acts)

    assert owed.due == london("2025-03-12 00:00")
    assert "Sutton partnership" in owed.whose


def test_S13_one_side_alone_agrees_no_time() -> None:
    case = referral(local=Local()).at("referral-talks")
    until = london("2025-03-10 17:00")
    case.takes(DateAgreed(by=case.seat(SCHOOL), timescale="professionals-time", until=until))
    assert case.duty("referral-talks/4").due is None
    case.takes(DateAgreed(by=case.seat(CARE), timescale="professionals-time", until=until))

    assert case.duty("referral-talks/4").due == until


@pytest.mark.parametrize(
    ("track", "stage", "timescale"),
    [("referral", "referral-talks", "professionals-time"), ("assessment", "team-managers", "managers-time")],
)
def test_S13_S25_S32_the_time_agreed_for_the_case_stands_in_and_its_end_is_a_duty_to_refer(
    track: str, stage: str, timescale: str
) -> None:
    case = Route(track, local=Local()).at(stage)
    agreed = DateAgreed(by=case.seat(SCHOOL), timescale=timescale, until=london("2025-03-10 17:00"))
    case.takes(agreed)
    case.takes(agreed.but(by=case.seat(CARE)))
    case.pass_to("2025-03-11 09:00")

    assert case.stages == [stage]
    referring = [duty for duty in case.state.outstanding if duty.acts == ("referred-up.sent",)]
    assert referring
    assert {duty.strength for duty in referring} == {"must"}
    case.says(SCHOOL, "not-agreed")
    assert case.stages == ["senior-managers"]
    assert not [duty for duty in case.state.outstanding if duty.acts == ("referred-up.sent",)]


def test_S25_the_senior_member_of_staff_stays_with_the_case_to_its_end() -> None:
    case = referral().at("senior-managers")
    assert case.duty("senior-managers/1").strength == "must"
    case.says(SCHOOL, "not-agreed")
    assert case.duty("senior-managers/1").is_outstanding
    case.does(SCHOOL, "supporter-named", "head-of-service", appointees=(Actor(agency=SCHOOL, role="senior-manager"),))
    assert case.duty("senior-managers/1").state == "done"

    case.notices.clear()
    case.at("final")
    assert ("supporter", SCHOOL) in case.told("step-opened")
    assert ("supporter", SCHOOL) in case.told("outcome")


def test_S24_S25_an_unnamed_supporter_is_owed_until_the_dispute_ends_and_no_longer() -> None:
    case = referral().at("heads-of-service")
    settle(case)

    assert case.duty("senior-managers/1").state == "lapsed"


# --- referral


def test_S26_S27_the_referral_is_looked_at_again_amended_and_looked_at_anew_by_the_receiving_service() -> None:
    case = referral().at("referral-revisited")
    case.does(CARE, "comments", "receiving-officer")
    assert refused(case, lambda: case.says(SCHOOL, "resubmitted")).why == "missing"
    case.does(SCHOOL, "revisited", LEAD)
    case.does(SCHOOL, "amended-referral", PROFESSIONAL)
    case.says(SCHOOL, "resubmitted")

    assert case.stages == ["referral-revisited"]
    assert case.duty("referral-revisited/1").visit == 2
    assert case.duty("referral-revisited/1").is_outstanding
    assert refused(case, lambda: case.says(SCHOOL, "resubmitted")).why == "missing"


@pytest.mark.parametrize("role", [MANAGER, LEAD])
def test_S26_a_manager_or_a_safeguarding_lead_revisits_it_and_not_the_referrer_alone(role: str) -> None:
    case = referral().at("referral-revisited")

    assert refused(case, lambda: case.does(SCHOOL, "revisited", PROFESSIONAL)).why == "wrong role"
    case.does(SCHOOL, "revisited", role)
    assert case.duty("referral-revisited/2").state == "done"


def test_S28_a_discussion_or_a_meeting_will_do() -> None:
    talked = referral().at("referral-talks")
    talked.does(SCHOOL, "discussion", PROFESSIONAL)
    met = referral().at("referral-talks")
    met.does(SCHOOL, "professionals-meeting", PROFESSIONAL, with_parties=(CARE,))

    assert talked.duty("referral-talks/1").state == met.duty("referral-talks/1").state == "done"


def test_S29_a_facilitator_may_be_considered_and_comes_from_neither_party_or_with_a_reason() -> None:
    case = referral().at("referral-talks")
    assert [case.duty(f"referral-talks/{n}").strength for n in (2, 3)] == ["may", "may"]
    case.does(CARE, "facilitator-considered", "receiving-officer")

    def invite(agency: str) -> None:
        case.does(SCHOOL, "facilitator-invited", PROFESSIONAL, appointees=(Actor(agency=agency, role="facilitator"),))

    assert "independent" in refused(case, lambda: invite(CARE)).sentence.lower()
    invite(POLICE)
    assert case.state.seats["facilitator"].agency == POLICE


# --- assessment and planning


def test_S30_several_agencies_take_part_and_all_must_be_there_for_it_to_count() -> None:
    case = Route("assessment", receiving=(CARE, TRUST)).at("team-managers")
    case.does(SCHOOL, "discussion", MANAGER, with_parties=(CARE,))
    assert case.duty("team-managers/1").is_outstanding
    case.does(SCHOOL, "discussion", MANAGER, with_parties=(CARE, TRUST))

    assert case.duty("team-managers/1").state == "done"
    assert refused(case, lambda: case.does(CARE, "discussion", PROFESSIONAL)).why == "wrong role"


def test_S31_advice_may_be_asked_and_touches_no_clock_and_no_step() -> None:
    case = Route("assessment").at("team-managers")
    before = [duty.due for duty in case.state.duties]
    case.does(SCHOOL, "advice", MANAGER)

    assert [duty.due for duty in case.state.duties[: len(before)]] == before
    assert case.stages == ["team-managers"]


@pytest.mark.parametrize("role", ["designated-nurse", "designated-doctor", "senior-manager"])
def test_S33_in_health_the_designated_nurse_or_doctor_may_act_for_the_senior_manager_and_is_written_to(
    role: str,
) -> None:
    case = Route("assessment", raising=TRUST, kinds={TRUST: "health"})
    by = {name: Actor(agency=TRUST, role=name) for name in (PROFESSIONAL, MANAGER, role)}
    case.takes(ActDone(by=by[MANAGER], act="formal-decision", fields={"significance": "x", "reason": "x"}))
    case.takes(ActDone(by=by[PROFESSIONAL], act="referral-form", fields=FORM))
    case.says(TRUST, "formal-needed", MANAGER)
    case.says(TRUST, "not-agreed", MANAGER)

    assert ("designated-nurse", TRUST) in case.told("step-opened")
    assert ("senior-manager", CARE) in case.told("step-opened")
    case.takes(ActDone(by=by[role], act="discussion"))
    assert case.duty("senior-managers/2").state == "done"


def test_S33_outside_health_the_designated_nurse_has_no_such_place() -> None:
    case = Route("assessment").at("senior-managers")

    assert refused(case, lambda: case.does(SCHOOL, "discussion", "designated-nurse")).why == "wrong role"


# --- conference


def test_S38_S39_the_chairs_decision_and_the_dissent_are_recorded_and_the_dissent_may_be_only_noted() -> None:
    case = conference("no")
    assert refused(case, lambda: case.does(SCHOOL, "conference-decision", PROFESSIONAL)).sentence
    case.does(CARE, "conference-decision", "conference-chair")
    case.does(SCHOOL, "dissent", PROFESSIONAL)
    assert [case.duty(f"conference/{n}").state for n in (1, 2)] == ["done", "done"]
    case.says(SCHOOL, "dissent-only", PROFESSIONAL)

    assert case.ended == "noted"


def test_S38_while_challenged_the_decision_stays_on_the_record_as_it_was() -> None:
    case = conference().challenge("lead-concurs")

    decisions = [entry for entry in case.of_kind("act") if entry.body["act"] == "conference-decision"]
    assert len(decisions) == 1
    assert case.ended == ""
    assert case.of_kind("corrected") == []


def test_S40_only_a_belief_in_significant_harm_is_challenged_further() -> None:
    case = conference("no")
    case.does(SCHOOL, "dissent", PROFESSIONAL)

    assert "significant harm" in refused(case, lambda: case.says(SCHOOL, "challenged", PROFESSIONAL)).sentence


def test_S41_the_lead_must_concur_and_the_safeguarding_manager_is_informed_in_writing() -> None:
    case = conference().challenge("lead-concurs")
    assert refused(case, lambda: case.says(SCHOOL, "concurs", PROFESSIONAL)).why == "wrong role"
    assert refused(case, lambda: case.says(SCHOOL, "concurs", LEAD)).why == "missing"
    case.does(SCHOOL, "concurrence", LEAD)
    case.says(SCHOOL, "concurs", LEAD)

    assert ("safeguarding-manager", CARE) in case.told("step-opened")
    assert refused(case, lambda: case.does(SCHOOL, "informed-in-writing", LEAD, method="telephone")).sentence
    case.does(SCHOOL, "informed-in-writing", LEAD)
    assert case.duty("review-of-decision/1").state == "done"


def test_S42_without_the_leads_concurrence_the_route_ends_with_the_reason_and_risk_may_still_be_raised() -> None:
    case = conference().challenge("lead-concurs")
    case.does(SCHOOL, "concurrence", LEAD)
    assert refused(case, lambda: case.says(SCHOOL, "does-not-concur", LEAD, fields={})).why == "missing"
    case.says(SCHOOL, "does-not-concur", LEAD)

    assert case.ended == "noted"
    case.raises_risk()
    assert str(case.state.outstanding[-1].origin) == "risk call"


def test_S43_the_safeguarding_manager_upholds_the_decision_or_sets_a_date_for_the_review() -> None:
    upheld = conference().challenge()
    assert refused(upheld, lambda: upheld.does(SCHOOL, "upheld", LEAD)).why == "wrong side"
    upheld.does(CARE, "upheld", "safeguarding-manager")
    assert upheld.duty("review-of-decision/2").state == "done"
    assert upheld.duties("review-of-decision/3") == []

    dated = conference().challenge()
    dated.does(CARE, "review-conference.date-set", "safeguarding-manager", date=london("2025-03-20 10:00"))
    assert dated.duty("review-of-decision/2").state == "done"
    assert dated.duty("review-of-decision/3").due == london("2025-03-20 10:00")


def test_S44_whether_it_satisfies_is_the_dissenting_sides_word_and_the_way_on_skips_the_heads_of_service() -> None:
    case = conference().challenge()
    case.does(CARE, "upheld", "safeguarding-manager")
    with pytest.raises(Refusal, match="raising"):
        case.says(CARE, "satisfied", "safeguarding-manager")
    words = {"reason": "x", "interim-safety": "x", "risk-considered": "x"}
    case.says(SCHOOL, "not-satisfied", PROFESSIONAL, fields=words)

    assert case.stages == ["board-member"]
    case.refers_to_chair()
    assert case.stages == ["final"]
    assert "heads-of-service" not in {visit.stage for visit in case.state.visits}


def test_S44_a_satisfied_side_pursues_it_no_further() -> None:
    case = conference().challenge()
    case.does(CARE, "upheld", "safeguarding-manager")
    case.says(SCHOOL, "satisfied", PROFESSIONAL)

    assert case.ended == "stopped"


# --- carrying out a plan


@pytest.mark.parametrize(
    ("ways", "outcome", "stages"),
    [
        ("meeting", "to-meeting", ["plan-talks"]),
        ("escalation", "to-escalation", ["recognition"]),
        ("both", "to-both", ["plan-talks", "recognition"]),
    ],
)
def test_S45_a_meeting_or_the_escalation_process_or_both(ways: str, outcome: str, stages: list[str]) -> None:
    case = Route("plan")
    case.does(CARE, "way-chosen", MANAGER, fields={"ways": ways})
    case.says(SCHOOL, outcome, PROFESSIONAL)

    assert case.duty("plan-dissent/1").state == "done"
    assert case.stages == stages


def test_S45_of_two_routes_one_that_fails_closes_alone_and_the_other_goes_on() -> None:
    case = Route("plan")
    case.does(SCHOOL, "way-chosen", MANAGER, fields={"ways": "both"})
    case.says(SCHOOL, "to-both", PROFESSIONAL)
    case.is_recognised()
    assert case.stages == ["plan-talks", "senior-managers"]
    case.says(SCHOOL, "left-to-escalation", PROFESSIONAL, stage="plan-talks")

    assert case.stages == ["senior-managers"]
    assert case.ended == ""


def test_S45_a_meeting_that_does_not_agree_leads_to_the_escalation_process() -> None:
    case = Route("plan")
    case.does(SCHOOL, "way-chosen", MANAGER, fields={"ways": "meeting"})
    case.says(SCHOOL, "to-meeting", PROFESSIONAL)
    case.says(CARE, "to-escalation", PROFESSIONAL)
    assert case.stages == ["recognition"]

    case.is_recognised()
    assert case.stages == ["senior-managers"]


def test_S47_timing_representation_progress_and_points_of_practice_of_the_meeting_are_recorded() -> None:
    case = Route("plan")
    case.does(SCHOOL, "way-chosen", MANAGER, fields={"ways": "meeting"})
    case.says(SCHOOL, "to-meeting", PROFESSIONAL)
    case.does(SCHOOL, "plan-meeting", PROFESSIONAL, with_parties=(CARE,))

    assert case.duty("plan-talks/2").is_outstanding
    why = refused(case, lambda: case.does(SCHOOL, "meeting-points", PROFESSIONAL, fields={"representation": ""}))
    assert "representation" in why.sentence
    case.does(SCHOOL, "meeting-points", PROFESSIONAL)
    assert case.duty("plan-talks/2").state == "done"


# --- what stays unresolved


def test_S48_the_heads_of_service_of_every_agency_are_told_and_not_of_two_alone() -> None:
    case = Route("assessment", receiving=(CARE, TRUST)).at("heads-of-service")

    assert {agency for role, agency in case.told("step-opened") if role == "head-of-service"} == {SCHOOL, CARE, TRUST}
    assert {duty.party for duty in case.duties("heads-of-service/1")} == {SCHOOL, CARE, TRUST}


def test_S49_a_report_by_word_of_mouth_is_followed_by_a_written_one() -> None:
    case = referral().at("heads-of-service")
    case.does(SCHOOL, "verbal-report", "senior-manager")
    assert case.duty("heads-of-service/1", SCHOOL).state == "done"
    owed = case.duty("heads-of-service/2", SCHOOL)
    assert owed.is_outstanding
    assert (
        "attempts made"
        in refused(
            case, lambda: case.does(SCHOOL, "written-report", "senior-manager", fields={"attempts-made": ""})
        ).sentence
    )
    case.does(SCHOOL, "written-report", "senior-manager")

    assert case.duty("heads-of-service/2", SCHOOL).state == "done"
    assert [duty for duty in case.duties("heads-of-service/2") if duty.party == CARE] == []


def test_S49_a_report_in_writing_needs_no_second_one() -> None:
    case = referral().at("heads-of-service")
    case.does(CARE, "written-report", "senior-manager")

    assert case.duty("heads-of-service/1", CARE).state == "done"
    assert [duty for duty in case.duties("heads-of-service/2") if duty.party == CARE] == []


def test_S50_the_organisations_member_is_talked_with_and_then_it_goes_to_the_chair() -> None:
    case = referral().at("board-member")
    case.does(SCHOOL, "chair-referral", "lscb-member")
    said = OutcomeSaid(by=Actor(agency=SCHOOL, role="lscb-member"), outcome="referred-to-chair")
    assert "reason" in refused(case, lambda: case.takes(said)).sentence
    case.does(SCHOOL, "member-consulted", "head-of-service")
    case.takes(said)

    assert case.stages == ["final"]
    assert (CHAIR, "") in case.told("step-opened")


@pytest.mark.parametrize("part", ["account-of-the-dispute", "attempts-made", "risk-to-the-child", "resolution-sought"])
def test_S51_the_referral_to_the_chair_is_refused_while_one_of_its_four_parts_is_empty(part: str) -> None:
    case = referral().at("board-member")

    why = refused(case, lambda: case.does(SCHOOL, "chair-referral", "lscb-member", fields={part: ""}))
    assert part.replace("-", " ") in why.sentence
    assert refused(case, lambda: case.says(SCHOOL, "referred-to-chair", "lscb-member")).why == "missing"


def test_S52_S53_the_chairs_written_response_is_final() -> None:
    case = referral().at("final")
    assert refused(case, lambda: case.says("", "decided", CHAIR)).why == "missing"
    case.does("", "written-response", CHAIR)
    case.says("", "decided", CHAIR)

    assert case.ended == "decided"
    assert (PROFESSIONAL, SCHOOL) in case.told("told")
    assert refused(case, lambda: case.takes(Reopened(by=Actor(agency=SCHOOL, role="lscb-member"), reason="x"))).sentence


def test_S15_every_step_may_be_taken_within_one_minute() -> None:
    case = referral().at("final")

    assert {visit.opened_at for visit in case.state.visits} == {case.now}
    assert len({visit.stage for visit in case.state.visits}) == 7


# --- records, learning


def test_S34_S35_each_discussion_is_recorded_at_once_and_approved_by_another_person_with_its_date() -> None:
    case = Route("assessment").at("team-managers")
    case.does(SCHOOL, "discussion", MANAGER)
    author = Actor(agency=SCHOOL, role=MANAGER, person="staff-3")
    assert case.duty("case/3", SCHOOL).is_outstanding
    case.takes(ActDone(by=author, act="discussion-record"))
    assert case.duty("case/3", SCHOOL).state == "done"

    own = ActDone(by=author, act="discussion-record.approved")
    assert refused(case, lambda: case.takes(own)).why == "not allowed"
    case.takes(own.but(by=Actor(agency=SCHOOL, role=LEAD, person="staff-4")))
    assert case.duty("case/4", SCHOOL).state == "done"
    assert case.entries[-1].at == case.now
    assert case.duty("case/4", CARE).is_outstanding


def test_S34_a_record_made_later_shows_when_it_happened_and_when_it_was_entered() -> None:
    case = Route("assessment").at("team-managers")
    case.pass_to("2025-03-07 10:00")
    case.does(SCHOOL, "discussion", MANAGER, at="2025-03-05 10:00")
    entry = next(one for one in case.of_kind("act") if one.body["act"] == "discussion")

    assert (entry.at, entry.entered_at) == (london("2025-03-05 10:00"), london("2025-03-07 10:00"))


def test_S34_a_talk_within_one_agency_asks_that_agency_alone_for_a_record() -> None:
    case = Route("assessment").at("team-managers")
    case.does(CARE, "advice", "team-manager")

    assert [duty.party for duty in case.duties("case/5") if duty.is_outstanding] == [CARE]


def test_S36_S57_every_party_files_discussions_and_outcomes() -> None:
    case = Route("assessment").at("team-managers")
    case.does(SCHOOL, "discussion", MANAGER)
    owed = {duty.party for duty in case.duties("case/6") if duty.is_outstanding}
    assert owed == {SCHOOL, CARE}
    case.does(CARE, "filed", "team-manager")

    assert {duty.party for duty in case.duties("case/6") if duty.is_outstanding} == {SCHOOL}


def test_S58_S61_the_agreed_outcome_is_confirmed_by_all_and_says_who_what_when_and_what_stays_open() -> None:
    case = referral().at("referral-talks")
    with pytest.raises(Refusal, match="what stays open"):
        case.proposes(SCHOOL)
    stays = Residual(what="Who takes the child to school", owner=CARE, by=case.now.date())
    case.proposes(SCHOOL, residual=(stays,))
    assert case.ended == ""
    case.confirms(CARE)

    assert case.ended == "resolved"
    assert [str(duty.origin) for duty in case.state.duties if isinstance(duty.origin, PlanAction)] == ["plan action 1"]
    assert case.duty("open issue 1").party == CARE
    case.does(CARE, "issue-concluded", "receiving-officer", fields={"issue": "1", "how": "The foster carer does"})
    assert case.duty("open issue 1").state == "done"


@pytest.mark.parametrize("end", ["resolved", "decided", "stopped", "noted"])
def test_S7_S54_what_was_learnt_is_owed_by_each_party_however_it_ended(end: str) -> None:
    case = referral()
    if end == "resolved":
        settle(case)
    elif end == "decided":
        case.at("final").does("", "written-response", CHAIR)
        case.says("", "decided", CHAIR)
    elif end == "stopped":
        case.says(SCHOOL, "not-formal", MANAGER)
    else:
        case = conference()
        case.does(SCHOOL, "dissent", PROFESSIONAL)
        case.says(SCHOOL, "dissent-only", PROFESSIONAL)

    assert case.ended == end
    assert {duty.party for duty in case.duties("case/7") if duty.is_outstanding} == {SCHOOL, CARE}
    why = refused(case, lambda: case.does(SCHOOL, "learnt", MANAGER, fields={"outcome-for-the-child": ""}))
    assert "outcome for the child" in why.sentence


def test_S14_S54_S55_learning_goes_to_the_relevant_sub_group_and_on_to_a_change() -> None:
    case = referral()
    settle(case)
    found = (SCHOOL, "learning-found", MANAGER)
    assert "area" in refused(case, lambda: case.says(*found)).sentence
    case.takes(FactSaid(by=Actor(agency=SCHOOL, role=MANAGER), fact="area", value="policy and practice"))
    case.says(*found)

    assert case.stages == ["learning"]
    assert ("sub-group.policy-and-practice", "") in case.told("step-opened")
    assert case.duty("learning/3").strength == "may"
    case.does("", "expert-advice", "sub-group")
    case.does("", "considered", "sub-group")
    assert "change" in refused(case, lambda: case.says("", "learned", "sub-group", fields={})).sentence
    case.does("", "change", "sub-group")
    case.says("", "learned", "sub-group", fields={})
    assert case.stages == []


def test_S54_learning_may_begin_beside_a_live_dispute() -> None:
    case = referral(facts={"area": "quality assurance"})
    case.says(SCHOOL, "learning-found", MANAGER)

    assert case.stages == ["recognition", "learning"]


def test_S56_a_debrief_is_offered_and_holds_nothing_open() -> None:
    case = referral()
    settle(case)
    owed = case.duty("case/8", SCHOOL)
    assert owed.strength == "may"
    case.does(SCHOOL, "debrief", MANAGER)

    assert case.duty("case/8", SCHOOL).state == "done"


# --- the file


def test_S16_S42_S47_S59_S65_S66_what_the_copy_leaves_out_is_declared() -> None:
    declared = {row for gap in sutton().gaps for row in gap.rows}

    assert declared >= {"S16", "S42", "S47", "S59", "S65", "S66"}
    assert all(timescale.value == "unknown" and timescale.gap for timescale in sutton().timescales.values())


def test_S3_S37_what_is_only_named_or_miswritten_is_said_as_our_reading() -> None:
    read = {row: reading.says for reading in sutton().assumptions for row in reading.rows}

    assert "Pan London" in read["S3"]
    assert "heading" in read["S37"]


def test_S64_S66_titles_and_other_names_of_seats_are_the_files_and_not_the_programs() -> None:
    roles = sutton().roles

    assert "safeguarding advisor" in roles[LEAD].also
    assert roles[CHAIR].title == "Independent LSCB Chair"


def test_a_case_of_sutton_is_the_fold_of_its_entries() -> None:
    case = Route("plan", {"area": "policy and practice"})
    case.does(SCHOOL, "way-chosen", MANAGER, fields={"ways": "both"})
    case.says(SCHOOL, "to-both", PROFESSIONAL)
    case.is_recognised()
    case.pass_to("2025-03-20 10:00")
    case.does(SCHOOL, "supporter-named", "senior-manager", appointees=(Actor(agency=SCHOOL, role="senior-manager"),))
    case.says(SCHOOL, "left-to-escalation", PROFESSIONAL, stage="plan-talks")
    case.at("final").does("", "written-response", CHAIR)
    case.says("", "decided", CHAIR)
    case.says(SCHOOL, "learning-found", MANAGER)

    case.replays()


def test_every_rule_outcome_and_reading_of_sutton_cites_a_row() -> None:
    policy = sutton()
    row = re.compile(r"S([1-9]|[1-5]\d|6[0-6])")
    cited = [rule.rows for rule in policy.rules.values()]
    cited += [outcome.rows for stage in policy.stages for outcome in policy.outcomes_of(stage.id)]
    cited += [said.rows for said in policy.assumptions] + [said.rows for said in policy.gaps]

    assert all(rows and all(row.fullmatch(one) for one in rows) for rows in cited)
