"""Policies of areas nobody here has seen, written as files from the manual alone: each passes the check and runs."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.calendars import load_calendar
from adapters.policies import load_policy
from domain.base.people import Actor
from domain.commands import ActDone, DateAgreed, FactSaid
from domain.policy import Policy, check_policy
from domain.policy.local_settings import Local
from tests.domain.case import CARE, POLICE, SCHOOL, TRUST, Case, london, refused

ELSEWHERE = Path(__file__).parent / "elsewhere"
ALL = sorted(path.stem for path in ELSEWHERE.glob("*.toml"))
WORDS = {"reason": "as said", "interim-safety": "as said", "risk-considered": "as said", "written": "as said"}
THURSDAY_BEFORE_EASTER = "2026-04-02 15:00"


@cache
def elsewhere(name: str) -> Policy:
    """Return a policy of this folder."""
    return load_policy(ELSEWHERE / f"{name}.toml")[0]


class There(Case):
    """A case under one of these policies, by its own nation's calendar and with no local setting."""

    def __init__(self, name: str, opened: str, role: str, **said: Any) -> None:
        policy = elsewhere(name)
        calendar = load_calendar(policy.nation, window=(2025, 2031))
        own: dict[str, Any] = {"raiser": Actor(role=role), "calendar": calendar, "local": Local()}
        super().__init__(opened, policy=policy, **own | said)

    def at_time(self, when: str) -> "There":
        """Let time pass to *when*."""
        self.pass_to(when)
        return self

    def answers(self, fact: str, value: str, who: Actor | None = None) -> None:
        """Let somebody answer what is asked about the case."""
        self.takes(FactSaid(by=who or self.seat(SCHOOL), fact=fact, value=value, reason="as said"))

    def moves(self, party: str, outcome: str, role: str = "", **said: Any) -> None:
        """Let a party say an outcome with every text there is."""
        self.says(party, outcome, role, fields=WORDS, **said)

    def names(self, act: str, by: str, role: str, *agencies: str, chair: Actor | None = None) -> None:
        """Let a seat of the partnership put a body together."""
        members = tuple(Actor(agency=agency, role=role) for agency in agencies)
        self.acts_as(Actor(role=by), act, appointees=(*members, chair) if chair else members)


@pytest.mark.parametrize("name", ALL)
def test_a_policy_written_from_the_manual_alone_checks_clean(name: str) -> None:
    policy, warnings = load_policy(ELSEWHERE / f"{name}.toml")

    assert (policy.id, check_policy(policy), warnings) == (name, (), ())


# --- Merebrook: a safeguarding adults board


def adults(**facts: str) -> There:
    return There("merebrook-adults", THURSDAY_BEFORE_EASTER, "practitioner", facts=facts)


def test_a_priority_raised_while_the_case_runs_shortens_the_time_to_the_minute() -> None:
    case = adults()
    assert case.duty("practitioners/1").due == london("2026-04-13 17:00")

    case.at_time("2026-04-02 16:10").answers("priority", "critical")

    assert case.duty("practitioners/1").due == london("2026-04-02 19:00")
    assert not case.at_time("2026-04-02 18:59").duty("practitioners/1").is_overdue
    assert case.at_time("2026-04-02 19:01").duty("practitioners/1").is_overdue
    case.moves(SCHOOL, "straight-to-leads", "manager")
    assert case.stages == ["leads"]
    assert case.duty("leads/1").due == london("2026-04-04 19:01")


def test_self_neglect_comes_before_a_panel_of_three_agencies_that_has_heard_everybody() -> None:
    case = adults(matter="self-neglect or hoarding")
    case.moves(SCHOOL, "not-agreed")
    case.moves(SCHOOL, "not-agreed")
    assert case.stages == ["panel"]

    two = refused(case, lambda: case.names("panel-named", "board-office", "panel-member", SCHOOL, CARE))
    assert "at least 3 agencies" in two.sentence
    chair = Actor(agency=POLICE, role="panel-chair")
    case.names("panel-named", "board-office", "panel-member", SCHOOL, CARE, TRUST, chair=chair)
    case.acts_as(Actor(role="board-office"), "panel-meeting.date-set", date=london("2026-04-10 10:00"), chair=chair)
    assert {case.duty("panel/2", party).due for party in (SCHOOL, CARE)} == {london("2026-04-08 17:00")}
    case.does(SCHOOL, "account", "adult-lead")
    case.at_time("2026-04-10 12:00")
    case.acts_as(Actor(role="board-office"), "panel-meeting.held")

    unheard = refused(case, lambda: case.moves(TRUST, "panel-decided", "panel-member"))
    assert "account" in unheard.sentence
    case.does(CARE, "account", "adult-lead")
    case.moves(TRUST, "panel-decided", "panel-member")
    assert case.ended == "decided"
    assert case.duty("case/1").due == london("2026-04-17 17:00")


def test_a_dispute_about_capacity_is_diverted_once_the_legal_adviser_has_said_so() -> None:
    case = adults(matter="capacity or best interests")
    case.does(SCHOOL, "told-legal", "practitioner")
    assert ("legal-adviser", "") in {(notice.to.role, notice.to.agency) for notice in case.notices}

    refused(case, lambda: case.answers("court-needed", "yes"))
    refused(case, lambda: case.moves(SCHOOL, "to-court", "practitioner"))
    case.answers("court-needed", "yes", Actor(role="legal-adviser"))
    case.moves(SCHOOL, "to-court", "practitioner")

    assert case.ended == "diverted"


def test_a_dispute_about_capacity_that_needs_no_court_goes_to_the_managers_and_on() -> None:
    case = adults(matter="capacity or best interests")
    case.answers("court-needed", "no", Actor(role="legal-adviser"))
    case.moves(SCHOOL, "no-court", "practitioner")
    assert case.stages == ["managers"]

    case.moves(SCHOOL, "not-agreed")

    assert case.stages == ["leads"]


def test_an_agreement_needs_the_view_of_the_adult() -> None:
    case = adults()
    case.proposes(SCHOOL, "2026-12-01", fields={"adult-outcomes": "as said"})
    case.confirms(CARE)
    assert case.ended == ""

    case.does(SCHOOL, "view-sought", fields={"adult-view": "wants to stay at home"})

    assert case.ended == "resolved"


# --- Bro Gwenllan: a regional board in Wales


def region(**facts: str) -> There:
    return There("bro-gwenllan", THURSDAY_BEFORE_EASTER, "practitioner", facts={"matter": "anything else"} | facts)


def test_three_stages_share_ten_working_days_whatever_each_takes() -> None:
    case = region()
    assert case.duty("case/1").due == london("2026-04-21 00:00")

    case.at_time("2026-04-09 12:00").moves(SCHOOL, "not-agreed")
    case.at_time("2026-04-15 12:00").moves(SCHOOL, "not-agreed")

    assert [one.due for one in case.duties("case/1")] == [london("2026-04-21 00:00")]
    assert not case.at_time("2026-04-20 23:59").duty("case/1").is_overdue
    late = case.at_time("2026-04-21 00:01").duties("case/1")[0]
    assert late.is_overdue
    case.moves(SCHOOL, "not-agreed")
    assert case.stages == ["lead-partners"]
    assert case.duty("case/1").state == "done"


def test_the_times_of_the_stages_themselves_are_a_guide_and_never_late() -> None:
    case = region().at_time("2026-04-20 12:00")

    assert case.duty("stage-1/1").due == london("2026-04-09 00:00")
    assert not case.duty("stage-1/1").is_overdue
    assert case.of_kind("overdue") == []


def test_dissent_is_due_within_five_working_days_of_the_conference_and_late_dissent_is_taken() -> None:
    facts = {"matter": "decision of a conference", "conference-on": "2026-12-21", "authority": "Gwenllan"}
    case = There("bro-gwenllan", "2026-12-23 10:00", "practitioner", facts=facts)
    assert case.duty("dissent-stage/1").due == london("2026-12-31 00:00")

    case.at_time("2026-12-31 09:00").does(SCHOOL, "dissent", "practitioner")

    assert case.duty("dissent-stage/1").state == "done"
    assert case.of_kind("overdue")
    assert case.duty("dissent-stage/2").due == london("2027-01-07 00:00")
    assert case.duty("dissent-stage/2").by == "conference-chair"


def test_papers_follow_the_review_conference_when_it_moves() -> None:
    facts = {"matter": "decision of a conference", "conference-on": "2026-04-01", "review-on": "2026-05-11"}
    case = There("bro-gwenllan", THURSDAY_BEFORE_EASTER, "practitioner", facts=facts)
    case.does(SCHOOL, "dissent", "practitioner")
    case.does("", "chair-reply", "conference-chair")
    case.moves(SCHOOL, "reply-not-accepted", "practitioner")
    assert case.duty("head-review/2").due == london("2026-05-07 00:00")

    case.answers("review-on", "2026-05-06", Actor(agency=CARE, role="head-of-service"))

    assert case.duty("head-review/2").due == london("2026-05-01 00:00")


# --- Strathallery: a child protection committee in Scotland


def committee(opened: str = THURSDAY_BEFORE_EASTER, **facts: str) -> There:
    return There("strathallery", opened, "practitioner", facts=facts)


def test_easter_monday_is_a_working_day_and_saint_andrews_day_is_none() -> None:
    easter, andrew = committee(), committee("2026-11-27 10:00")
    for case in (easter, andrew):
        case.does(SCHOOL, "notice-of-disagreement", "practitioner")

    assert easter.duty("practitioners/3").due == london("2026-04-06 17:00")
    assert andrew.duty("practitioners/3").due == london("2026-12-01 17:00")


def test_a_clock_starts_on_receipt_and_from_the_sending_where_no_receipt_is_recorded() -> None:
    case = committee("2026-06-05 16:40")
    case.does(SCHOOL, "notice-of-disagreement", "practitioner")
    assert case.duty("practitioners/3").due == london("2026-06-08 17:00")

    case.at_time("2026-06-08 09:30").does(CARE, "notice-of-disagreement.received", "practitioner")

    assert case.duty("practitioners/3").due == london("2026-06-09 17:00")


def at_managers(**facts: str) -> There:
    case = committee(**facts)
    case.moves(SCHOOL, "not-agreed")
    case.does(SCHOOL, "notice-of-disagreement", "line-manager")
    return case


def test_the_managers_are_held_to_the_earlier_of_two_times() -> None:
    case = at_managers(**{"planning-meeting": "2026-04-09"})
    assert case.duty("managers/4").due == london("2026-04-10 17:00")
    assert case.duty("managers/5").due == london("2026-04-08 17:00")

    assert case.at_time("2026-04-08 17:01").duty("managers/5").is_overdue
    assert not case.duty("managers/4").is_overdue
    case.does(SCHOOL, "position", "line-manager")

    assert {case.duty(rule).state for rule in ("managers/4", "managers/5")} == {"done"}


def test_mediation_stops_the_clocks_and_gives_back_the_day_that_was_left() -> None:
    case = at_managers()
    assert case.duty("managers/3").due == london("2026-04-07 17:00")

    case.at_time("2026-04-06 11:30").moves(SCHOOL, "mediate")
    assert case.stages == ["managers"]
    case.moves(CARE, "mediate")
    assert case.stages == ["managers", "mediation"]
    assert case.at_time("2026-04-13 11:00").of_kind("overdue") == []
    case.moves(CARE, "mediation-over", "line-manager")

    assert case.stages == ["managers"]
    assert case.duty("managers/3").due == london("2026-04-14 17:00")
    assert not case.at_time("2026-04-14 16:59").duty("managers/3").is_overdue
    assert case.at_time("2026-04-14 17:01").duty("managers/3").is_overdue


def test_no_reply_in_time_lets_the_raising_side_go_up_and_the_next_clock_runs_from_the_missed_hour() -> None:
    case = at_managers()
    refused(case, lambda: case.moves(SCHOOL, "no-reply"))

    case.at_time("2026-04-08 10:00").moves(SCHOOL, "no-reply")

    assert case.stages == ["senior"]
    assert case.duty("senior/1").due == london("2026-04-09 17:00")


def test_the_named_person_disputes_the_plan_before_the_lead_professional_and_the_chief_officers_end_it() -> None:
    case = committee(matter="child's plan and named person")
    assert case.stages == ["plan-partners"]
    case.does(SCHOOL, "notice-of-disagreement", "named-person")
    assert case.duty("plan-partners/2").due == london("2026-04-10 17:00")
    for _ in range(4):
        case.moves(SCHOOL, "not-agreed")

    assert case.stages == ["chief-officers"]
    chair = Actor(agency=TRUST, role="chief-officers-chair")
    case.names("group-named", "committee-office", "chief-officer", SCHOOL, CARE, chair=chair)
    case.does(CARE, "group-decision", "chief-officer")
    case.moves(CARE, "group-decided", "chief-officer")
    assert case.ended == "decided"


# --- Ashmere Vale: a children's partnership in England


def vale(opened: str = THURSDAY_BEFORE_EASTER, **said: Any) -> There:
    return There("ashmere-vale", opened, "worker", **said)


@pytest.mark.parametrize(
    ("urgency", "first", "second"),
    [
        ("red", "2026-06-05 18:40", "2026-06-05 20:40"),
        ("amber", "2026-06-08 12:40", "2026-06-06 16:40"),
        ("green", "2026-06-06 16:40", "2026-06-09 16:40"),
    ],
)
def test_hours_are_graded_by_urgency_from_a_friday_afternoon(urgency: str, first: str, second: str) -> None:
    case = vale("2026-06-05 16:40", facts={"urgency": urgency})
    assert case.duty("stage-1/1").due == london(first)

    case.moves(SCHOOL, "not-agreed")

    assert case.duty("stage-2/1").due == london(second)


def at_letters() -> There:
    case = vale()
    case.moves(SCHOOL, "not-agreed")
    case.moves(SCHOOL, "not-agreed")
    return case


def test_each_letter_of_the_chain_gives_two_working_days_for_the_next() -> None:
    case = at_letters()
    case.does(SCHOOL, "letter")
    assert case.duty("stage-3/3").due == london("2026-04-09 00:00")

    case.at_time("2026-04-07 09:00").does(CARE, "letter.received")
    assert case.duty("stage-3/3").due == london("2026-04-10 00:00")
    case.at_time("2026-04-09 16:00").does(CARE, "answer")
    assert case.duty("stage-3/4").due == london("2026-04-14 00:00")
    case.at_time("2026-04-13 16:00").does(SCHOOL, "rejoinder")
    assert case.duty("stage-3/5").due == london("2026-04-16 00:00")
    refused(case, lambda: case.moves(SCHOOL, "not-agreed"))
    case.at_time("2026-04-15 16:00").does(CARE, "last-word")
    case.moves(SCHOOL, "not-agreed")

    assert case.stages == ["stage-4"]
    assert case.of_kind("overdue") == []


def at_panel() -> There:
    case = vale(facts={"urgency": "red"})
    case.moves(SCHOOL, "panel-at-once", "service-lead")
    return case


def test_only_all_sides_together_may_set_another_time_for_the_panel() -> None:
    case = at_panel()
    assert case.duty("stage-4/4").due == london("2026-04-04 15:00")
    until = london("2026-04-08 12:00")

    case.takes(DateAgreed(by=case.seat(SCHOOL), timescale="panel-time", until=until, reason="as said"))
    assert case.duty("stage-4/4").due == london("2026-04-04 15:00")
    case.takes(DateAgreed(by=case.seat(CARE), timescale="panel-time", until=until, reason="as said"))

    assert case.duty("stage-4/4").due == until


def test_the_panel_has_its_quorum_and_the_delegated_partners_decide_with_the_scrutineer() -> None:
    case = at_panel()
    chair, team = Actor(agency=POLICE, role="panel-chair"), Actor(role="partnership-team")

    def call(*agencies: str, led: bool = True) -> None:
        case.names("panel-called", team.role, "panel-member", *agencies, chair=chair if led else None)

    assert "3 agencies" in refused(case, lambda: call(SCHOOL)).sentence
    assert "reason" in refused(case, lambda: call(CARE, TRUST)).sentence
    assert "chair" in refused(case, lambda: call(SCHOOL, CARE, TRUST, led=False)).sentence
    call(SCHOOL, CARE, TRUST)
    case.acts_as(team, "panel-sits.date-set", date=london("2026-04-03 15:00"), chair=chair)
    for party in (SCHOOL, CARE):
        case.does(party, "written-case", "designated-lead")
    case.at_time("2026-04-03 17:00").acts_as(team, "panel-sits.held")
    case.moves(TRUST, "to-partners", "panel-member")
    case.names("partners-called", "partnership-team", "delegated-partner", CARE, POLICE, TRUST)
    case.acts_as(Actor(agency=POLICE, role="delegated-partner", person="p-1"), "partners-decision")

    refused(case, lambda: case.moves(POLICE, "partners-decided", "delegated-partner"))
    case.takes(ActDone(by=Actor(role="scrutineer", person="p-2"), act="partners-decision.approved"))
    case.moves(POLICE, "partners-decided", "delegated-partner")
    assert case.ended == "decided"


def test_every_case_is_owed_to_the_yearly_report_until_its_themes_are_gathered() -> None:
    gathering = london("2026-07-01 10:00")
    case = vale(local=Local(meetings={"yearly-report": (gathering,)}))
    case.agree(by="2026-12-01")
    assert case.ended == "resolved"

    assert case.duty("case/2").due == gathering
    case.does(SCHOOL, "theme-return", "worker", fields={"theme": "threshold"})
    assert case.state.facts["theme"] == "threshold"
    assert case.at_time("2026-07-01 10:01").duty("case/2").is_overdue
    case.does("", "themes-gathered", "yearly-report")
    assert {str(duty.origin) for duty in case.state.outstanding} == {"plan action 1"}
