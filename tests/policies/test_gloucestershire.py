"""Gloucestershire's policy at work: each test is named after the rows of docs/obligations.md that it shows."""

import re
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from adapters.policies import load_policy
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.plan import Residual
from domain.commands import ActDone, OutcomeSaid
from domain.policy import Policy
from domain.policy.local_settings import Local
from tests.domain.case import CARE, POLICE, SCHOOL, TOLERANT, TRUST, Case, refused

POLICIES = Path(__file__).parents[2] / "policies"
WORDS = {"written": "as said", "risk-considered": "as said", "interim-safety": "as said"}
SENIOR, REPRESENTATIVE, CHAIR, OFFICE = "senior-manager", "safeguarding-representative", "chair", "business-manager"
MEMBERS = tuple(Actor(agency=agency, role="lscb-representative") for agency in (SCHOOL, CARE, POLICE))


@cache
def gloucestershire() -> Policy:
    """Return the shipped policy."""
    return load_policy(POLICIES / "gloucestershire.toml")[0]


class Ladder(Case):
    """A case of Gloucestershire, which can be taken to any stage in one line."""

    def __init__(self, **said: Any) -> None:
        super().__init__(policy=gloucestershire(), **{"raiser": Actor(role="worker")} | said)

    def at(self, stage: str) -> "Ladder":
        """Go up by disagreement, until *stage* is open."""
        if "pre-escalation" in self.stages and stage != "pre-escalation":
            self.does(SCHOOL, "own-consultation")
            self.does(SCHOOL, "problem-set-out")
            self.says(SCHOOL, "raised")
        for _ in range(4):
            if stage not in self.stages and "stage-5" not in self.stages:
                self.does(SCHOOL, "discussion")
                self.dissents()
        if stage == "panel":
            self.names(*MEMBERS)
            self.says("", "panel-convened", CHAIR)
        assert stage in self.stages
        return self

    def dissents(self, party: str = SCHOOL, **fields: str) -> None:
        """Let a party find it not agreed, with what every such finding needs."""
        self.says(party, "not-agreed", fields=WORDS | fields)

    def names(self, *members: Actor, **fields: str) -> None:
        """Let the Chair name the panel."""
        self.does("", "panel-named", CHAIR, appointees=members, fields=fields)

    def decides(self, agency: str = POLICE) -> None:
        """Let a member of the panel record and say its decision."""
        self.does(agency, "panel-decision", "lscb-representative")
        self.says(agency, "panel-decided", "lscb-representative")


# --- before escalation


def test_G1_G2_the_case_type_is_asked_and_the_four_areas_leave_room_for_another() -> None:
    for area in ("levels of need", "roles and responsibilities", "need for action", "communication", "a fifth"):
        case = Ladder(facts={"case-type": "child in need", "area": area})

        assert case.state.facts["area"] == area
    with pytest.raises(Refusal, match="case-type"):
        Ladder(facts={"case-type": "parking"})


@pytest.mark.parametrize("role", ["worker", "manager", "child-protection-lead", "operations-manager"])
def test_G4_a_worker_of_any_standing_may_raise_it(role: str) -> None:
    case = Ladder(raiser=Actor(role=role))
    case.does(SCHOOL, "problem-set-out", role)
    case.says(SCHOOL, "raised", role, fields={"interim-safety": "as said", "reason": "nobody to ask"})

    assert case.stages == ["stage-1"]


def test_G6_G40_no_stage_has_a_number_so_nothing_is_late_unless_a_local_target_says_so() -> None:
    assert {rule.within for rule in gloucestershire().rules.values()} == {"none", "immediately"}

    for local, late in ((Local(), False), (TOLERANT, True)):
        case = Ladder(local=local).at("stage-1").pass_to("2025-04-30 10:00")
        assert bool(case.of_kind("overdue")) is late
        assert case.stages == ["stage-1"]


def test_G10_every_stage_asks_both_sides_to_talk() -> None:
    for stage in ("stage-1", "stage-2", "stage-3", "stage-4"):
        case = Ladder().at(stage)
        owed = [duty for duty in case.state.outstanding if duty.stage == stage and "discussion" in duty.acts]

        assert [duty.by for duty in owed] == ["together"]


def test_G11_what_keeps_the_child_safe_meanwhile_is_owed_at_every_stage_and_asked_at_every_move() -> None:
    stages = ("pre-escalation", "stage-1", "stage-2", "stage-3", "stage-4", "stage-5", "panel")
    for stage in stages:
        case = Ladder().at(stage)
        assert any(d.acts == ("safety-meanwhile",) and d.stage == stage for d in case.state.outstanding)
        case.does(CARE if stage != "pre-escalation" else SCHOOL, "safety-meanwhile", case.seat(SCHOOL).role)
        assert not any(d.acts == ("safety-meanwhile",) and d.stage == stage for d in case.state.outstanding)

    case = Ladder().at("stage-1")
    why = refused(case, lambda: case.says(SCHOOL, "not-agreed", fields=WORDS | {"interim-safety": ""}))
    assert "interim safety" in why.sentence


def test_G12_a_worker_first_talks_with_an_own_lead_or_manager_or_says_why_not() -> None:
    case = Ladder()
    case.does(SCHOOL, "problem-set-out")

    assert "reason" in refused(case, lambda: case.says(SCHOOL, "raised", fields={"interim-safety": "x"})).sentence
    case.does(SCHOOL, "own-consultation")
    case.says(SCHOOL, "raised", fields={"interim-safety": "x"})
    assert case.stages == ["stage-1"]


def test_G12_nobody_of_the_other_agency_is_asked_for_anything_before_it_is_raised() -> None:
    case = Ladder()

    assert {notice.to.agency for notice in case.notices} == {SCHOOL}
    assert all(duty.party in {"", SCHOOL} for duty in case.state.outstanding)
    case.says(SCHOOL, "not-raised")
    assert case.ended == "stopped"


@pytest.mark.parametrize("part", ["problem", "disagreement", "aim", "evidence"])
def test_G13_G14_G15_G16_problem_disagreement_aim_and_evidence_must_all_be_said(part: str) -> None:
    case = Ladder()

    assert part in refused(case, lambda: case.does(SCHOOL, "problem-set-out", fields={part: ""})).sentence
    assert "problem, set out" in refused(case, lambda: case.says(SCHOOL, "raised")).sentence


def test_G17_the_record_of_discussions_begins_before_stage_1() -> None:
    case = Ladder()
    case.does(SCHOOL, "own-consultation")

    assert case.duty("case/4").acts == ("written-record",)
    case.does(SCHOOL, "written-record")
    assert case.duty("case/4").state == "done"


# --- the five stages


def test_G18_stage_1_is_normally_between_those_who_disagree_and_lets_others_in() -> None:
    case = Ladder().at("stage-1")
    case.does(SCHOOL, "discussion", "worker")

    assert case.duty("stage-1/1").state == "done"
    other = Ladder().at("stage-1")
    other.does(CARE, "discussion", "manager")
    assert other.duty("stage-1/1").state == "done"


@pytest.mark.parametrize("stage", ["pre-escalation", "stage-2", "stage-4"])
def test_G19_a_supporter_may_be_named_at_any_stage_stays_and_is_told_what_the_worker_is_told(stage: str) -> None:
    case = Ladder().at(stage)
    case.does(SCHOOL, "supporter-named", "worker", appointees=(Actor(agency=SCHOOL, role="child-protection-lead"),))
    supporter = ("supporter", SCHOOL)

    assert supporter in case.told("appointed")
    case.notices.clear()
    case.at("stage-5")
    assert supporter in case.told("outcome")
    assert supporter in case.told("step-opened")
    case.does(SCHOOL, "own-consultation", "supporter")


def test_G20_G21_the_worker_goes_to_the_own_manager_and_the_managers_talk() -> None:
    case = Ladder().at("stage-2")

    assert case.duty("stage-2/1").party == SCHOOL
    case.does(SCHOOL, "own-manager-told", "worker")
    assert case.duty("stage-2/1").state == "done"
    assert refused(case, lambda: case.says(CARE, "not-agreed", "worker", fields=WORDS)).why == "wrong role"
    case.does(SCHOOL, "discussion", "manager")
    assert case.duty("stage-2/2").state == "done"


def test_G22_each_manager_reports_to_either_tier_and_the_sides_may_differ() -> None:
    case = Ladder().at("stage-3")
    case.does(SCHOOL, "reported-up", "manager", fields={"to-whom": "service manager"})

    assert [case.duty("stage-3/1", party).state for party in (SCHOOL, CARE)] == ["done", "outstanding"]
    case.does(CARE, "reported-up", "manager", fields={"to-whom": "named doctor"})
    case.does(SCHOOL, "discussion", SENIOR)
    assert case.duty("stage-3/2").state == "done"
    case.dissents(SCHOOL)
    assert case.stages == ["stage-4"]
    other = Ladder().at("stage-3")
    other.does(CARE, "discussion", REPRESENTATIVE)
    assert other.duty("stage-3/2").state == "done"


@pytest.mark.parametrize("stage", ["stage-3", "stage-4"])
def test_G23_G24_the_duty_is_to_try_to_talk_and_a_try_that_came_to_nothing_counts(stage: str) -> None:
    case = Ladder().at(stage)

    assert case.duty(f"{stage}/2").strength == "must"
    case.does(SCHOOL, "attempt", REPRESENTATIVE)
    assert case.duty(f"{stage}/2").state == "done"
    assert "discussion" in refused(case, case.dissents).sentence
    case.dissents(reason="They did not come")
    assert stage not in case.stages


def test_G25_one_person_may_attend_stages_3_and_4_and_the_record_shows_it() -> None:
    case = Ladder().at("stage-3")
    by = Actor(agency=SCHOOL, role=REPRESENTATIVE, person="staff-7")
    case.takes(ActDone(by=by, act="discussion"))
    case.dissents()
    answer = case.takes(ActDone(by=by, act="discussion"))

    assert "same person" in " ".join(answer.warnings)
    assert case.duty("stage-4/2").state == "done"


def test_G26_the_business_manager_is_advised_of_a_stage_4_outcome_that_resolves_nothing() -> None:
    case = Ladder().at("stage-5")
    owed = case.duty("stage-4/4")

    assert owed.is_outstanding
    assert refused(case, lambda: case.does(SCHOOL, "resolved-by-email", "operations-manager", stage="stage-4")).sentence
    case.does(CARE, "outcome-advised", "operations-manager")
    assert case.duty("stage-4/4").state == "done"
    assert (OFFICE, "") in case.told("told")
    assert case.duties("stage-4/5") == []


def test_G27_when_resolved_at_stage_4_the_raising_manager_owes_an_e_mail_and_the_case_stays_open_without_it() -> None:
    case = Ladder().at("stage-4")
    settle(case)
    owed = case.duty("stage-4/5")

    assert case.ended == "resolved"
    assert (owed.party, owed.strength, owed.state) == (SCHOOL, "must", "outstanding")
    assert refused(case, lambda: case.does(SCHOOL, "resolved-by-email", "operations-manager", method="letter")).why
    assert refused(case, lambda: case.does(SCHOOL, "resolved-by-email", "worker")).why == "wrong role"
    case.does(SCHOOL, "resolved-by-email", "operations-manager")
    assert case.duty("stage-4/5").state == "done"
    assert (OFFICE, "") in case.told("told")


def test_G27_a_resolved_case_closes_only_once_the_e_mail_is_sent() -> None:
    case = Ladder().at("stage-4")
    settle(case)
    for party in (SCHOOL, CARE):
        case.does(party, "written-record", "operations-manager")
    case.does(SCHOOL, "shared", "operations-manager")
    case.does(CARE, "action-done", "operations-manager", fields={"action": "1"})
    assert case.state.closed_at is None

    case.does(SCHOOL, "resolved-by-email", "operations-manager")
    assert case.state.closed_at is not None


def test_G26_G27_one_e_mail_of_the_raising_manager_answers_both_and_the_other_sides_word_answers_one() -> None:
    case = Ladder().at("stage-4")
    settle(case)
    case.does(SCHOOL, "resolved-by-email", "operations-manager")
    assert [case.duty(rule).state for rule in ("stage-4/4", "stage-4/5")] == ["done", "done"]

    other = Ladder().at("stage-4")
    settle(other)
    other.does(CARE, "outcome-advised", "operations-manager")
    assert [other.duty(rule).state for rule in ("stage-4/4", "stage-4/5")] == ["done", "outstanding"]


@pytest.mark.parametrize("stage", ["stage-1", "stage-2", "stage-3"])
def test_G27_below_stage_4_nobody_owes_the_business_manager_an_e_mail(stage: str) -> None:
    case = Ladder().at(stage)
    settle(case)

    assert case.duties("stage-4/4") == case.duties("stage-4/5") == []


def test_G28_what_the_agencies_cannot_resolve_goes_to_the_chair() -> None:
    case = Ladder().at("stage-5")

    assert (CHAIR, "") in case.told("step-opened")
    case.does(SCHOOL, "referral-to-chair", "operations-manager")
    assert case.duty("stage-5/1").state == "done"


def test_G29_the_chair_alone_chooses_between_deciding_and_convening() -> None:
    direct = Ladder().at("stage-5")
    assert refused(direct, lambda: direct.says(SCHOOL, "chair-decided")).why == "wrong role"
    direct.does("", "chair-decision", CHAIR)
    direct.says("", "chair-decided", CHAIR)
    assert direct.ended == "decided"

    panel = Ladder().at("stage-5")
    assert refused(panel, lambda: panel.says("", "panel-convened", CHAIR)).why == "missing"
    panel.names(*MEMBERS)
    assert panel.duty("stage-5/2").state == "done"
    panel.says("", "panel-convened", CHAIR)
    assert panel.stages == ["panel"]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (MEMBERS[:2], "3 agencies"),
        ((*MEMBERS[:2], Actor(agency=CARE, role="lscb-representative")), "3 agencies"),
        ((*MEMBERS[:2], Actor(agency=POLICE, role="manager")), "does not sit"),
    ],
)
def test_G30_a_panel_of_fewer_than_three_agencies_or_of_others_is_refused(
    members: tuple[Actor, ...], said: str
) -> None:
    case = Ladder().at("stage-5")

    assert said in refused(case, lambda: case.names(*members)).sentence


def test_G30_only_the_chair_names_the_panel() -> None:
    case = Ladder().at("stage-5")

    who = Actor(agency=SCHOOL, role="operations-manager")
    assert refused(case, lambda: case.takes(ActDone(by=who, act="panel-named", appointees=MEMBERS))).why == "wrong role"


def test_G31_the_agencies_concerned_sit_in_the_panel_or_a_reason_is_given() -> None:
    case = Ladder().at("stage-5")
    others = (*MEMBERS[1:], Actor(agency=TRUST, role="lscb-representative"))

    assert SCHOOL in refused(case, lambda: case.names(*others)).sentence
    case.names(*others, reason="Its representative is away")
    assert len(case.state.bodies["resolution-panel"]) == 3


def test_G32_the_panel_hears_every_party_or_that_it_wishes_to_say_nothing_before_it_decides() -> None:
    case = Ladder().at("panel")
    case.does(SCHOOL, "representation", method="in writing")
    case.does(POLICE, "panel-decision", "lscb-representative")
    decide = (POLICE, "panel-decided", "lscb-representative")

    assert CARE in refused(case, lambda: case.says(*decide)).sentence
    case.does(CARE, "representation", method="none wished")
    case.says(*decide)
    assert case.ended == "decided"


def test_G33_the_panels_decision_ends_it_and_nothing_leads_on() -> None:
    case = Ladder().at("panel")
    case.does(SCHOOL, "representation", method="in person")
    case.does(CARE, "representation", method="none wished")
    assert refused(case, lambda: case.says(POLICE, "panel-decided", "lscb-representative")).why == "missing"
    assert refused(case, lambda: case.says(TRUST, "panel-decided", "lscb-representative")).sentence
    case.decides()

    assert case.ended == "decided"
    assert case.duty("panel/3").state == "done"
    assert case.stages == []


# --- in writing


@pytest.mark.parametrize("word", ["written", "risk-considered", "interim-safety"])
def test_G3_G34_no_stage_is_left_unresolved_without_a_written_account_and_the_risk_considered(word: str) -> None:
    for stage in ("stage-1", "stage-2", "stage-3", "stage-4"):
        case = Ladder().at(stage)
        case.does(SCHOOL, "discussion")

        why = refused(case, partial(case.dissents, **{word: ""}))
        assert word.replace("-", " ") in why.sentence


def test_G34_each_party_keeps_a_written_record_of_each_discussion_and_outcome() -> None:
    case = Ladder().at("stage-1")
    case.does(SCHOOL, "discussion")
    owed = [duty for duty in case.state.outstanding if str(duty.origin) == "case/2"]

    assert {duty.party for duty in owed} == {SCHOOL, CARE}
    case.dissents()
    case.does(SCHOOL, "written-record")
    assert {duty.party for duty in case.state.outstanding if str(duty.origin) == "case/2"} == {CARE}


def test_G35_the_worker_who_raised_it_is_told_of_every_outcome_when_managers_have_taken_over() -> None:
    case = Ladder().at("stage-3")
    case.notices.clear()
    case.dissents(reason="They did not come")

    assert ("worker", SCHOOL) in case.told("outcome")
    assert case.duty("case/3", SCHOOL).is_outstanding
    case.does(SCHOOL, "shared", "operations-manager")
    assert case.duty("case/3", SCHOOL).state == "done"
    assert ("worker", SCHOOL) in case.told("told")


@pytest.mark.parametrize("stage", ["stage-1", "stage-2", "stage-3", "stage-4", "stage-5", "panel"])
def test_G36_both_sides_confirm_one_written_outcome_at_any_stage(stage: str) -> None:
    case = Ladder().at(stage)
    case.proposes(SCHOOL, residual=())

    assert case.ended == ""
    case.confirms(CARE)
    assert case.ended == "resolved"


def test_G37_an_agreed_outcome_says_what_stays_open_or_that_nothing_does() -> None:
    case = Ladder().at("stage-1")
    with pytest.raises(Refusal, match="what stays open"):
        case.proposes(SCHOOL)

    open_still = Residual(what="Who leads the plan", owner=CARE, by=case.now.date())
    case.proposes(SCHOOL, residual=(open_still,))
    case.confirms(CARE)
    assert case.ended == "resolved"
    assert case.state.plan
    assert case.state.plan.residual == (open_still,)
    assert case.duty("open issue 1").party == CARE
    case.does(CARE, "issue-concluded", "worker", fields={"issue": "1", "how": "The social worker leads it"})
    assert case.duty("open issue 1").state == "done"


def test_G39_old_and_new_names_of_a_seat_are_understood() -> None:
    case = Ladder().at("stage-5")
    case.does("", "chair-decision", "Chair of the Local Safeguarding Children Board")

    assert case.duty("stage-5/2").state == "done"


# --- beside the ladder


@pytest.mark.parametrize("stage", ["pre-escalation", "stage-1", "stage-4", "stage-5", "panel"])
def test_G7_a_child_at_imminent_risk_is_referred_direct_from_any_stage_by_anyone(stage: str) -> None:
    case = Ladder().at(stage)
    case.takes(OutcomeSaid(by=Actor(agency=POLICE, role="worker"), outcome="referred-direct"))

    assert case.stages == [stage, "imminent-risk"]
    assert ("nominated-person", "") in case.told("step-opened")
    case.takes(ActDone(by=Actor(agency=POLICE, role="worker"), act="direct-referral"))
    assert ("nominated-person", "") in case.told("told")


def test_G7_the_word_risk_opens_the_same_road_also_after_the_end() -> None:
    case = Ladder().at("stage-1")
    settle(case)
    case.raises_risk()

    assert case.stages == ["imminent-risk"]
    assert not any(duty.is_risk_call for duty in case.state.outstanding)


def test_G8_a_quick_consultation_is_recorded_and_never_in_the_way() -> None:
    case = Ladder().at("stage-2")
    case.says(SCHOOL, "referred-direct", "worker", fields={})

    assert case.duty("imminent-risk/1").is_outstanding
    case.does(SCHOOL, "direct-referral", "worker")
    case.says(SCHOOL, "risk-answered", "worker")
    assert case.stages == ["stage-2"]
    other = Ladder().at("stage-2")
    other.says(SCHOOL, "referred-direct", "worker", fields={})
    other.does(SCHOOL, "quick-word", "worker")
    assert other.duty("imminent-risk/1").state == "done"


def test_G9_the_nominated_persons_are_a_declared_gap_with_the_mailbox_and_999_in_their_place() -> None:
    gap = next(one for one in gloucestershire().gaps if "G9" in one.rows)
    assert "mailbox" in gap.falls_back
    assert "999" in gap.falls_back

    case = Ladder().at("stage-1")
    case.raises_risk()
    assert case.duty("imminent-risk/3").acts == ("emergency-call",)
    case.takes(ActDone(by=Actor(agency=TRUST, role="worker"), act="emergency-call"))
    assert case.duty("imminent-risk/3").state == "done"


def test_G5_what_is_unclear_between_agencies_goes_on_to_be_amended_also_after_the_end() -> None:
    case = Ladder().at("stage-1")
    settle(case)
    case.says(CARE, "unclear-area-found", "worker")

    assert case.stages == ["learning"]
    case.does("", "considered", OFFICE)
    case.does("", "amendment", OFFICE)
    case.says("", "learned", OFFICE)
    assert case.stages == []


def test_G5_a_difference_within_one_agency_takes_the_same_ladder() -> None:
    case = Ladder(receiving=(SCHOOL,))

    assert [party.id for party in case.state.parties] == [f"{SCHOOL}.raising", f"{SCHOOL}.receiving"]


# --- the file


def test_G38_edition_and_review_are_in_the_policy_and_its_mailbox_is_the_directorys() -> None:
    policy = gloucestershire()

    assert (policy.edition, policy.review) == ("2024-08", None)
    assert any("G38" in gap.rows for gap in policy.gaps)


def test_a_case_of_gloucestershire_is_the_fold_of_its_entries() -> None:
    case = Ladder(facts={"area": "communication"}).at("panel")
    case.raises_risk()
    case.pass_to("2025-03-20 10:00")
    case.does(SCHOOL, "representation", method="in person")
    case.does(CARE, "representation", method="none wished")
    case.decides()

    case.replays()


def test_every_rule_outcome_and_reading_of_gloucestershire_cites_a_row() -> None:
    policy = gloucestershire()
    row = re.compile(r"G([1-9]|[1-3]\d|40)")
    cited = [rule.rows for rule in policy.rules.values()]
    cited += [outcome.rows for stage in policy.stages for outcome in policy.outcomes_of(stage.id)]
    cited += [said.rows for said in policy.assumptions] + [said.rows for said in policy.gaps]

    assert all(rows and all(row.fullmatch(one) for one in rows) for rows in cited)


def settle(case: Case) -> None:
    """Let both sides agree, with nothing left open."""
    case.proposes(SCHOOL, residual=())
    case.confirms(CARE)
