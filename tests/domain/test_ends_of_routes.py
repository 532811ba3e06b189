"""Two routes at once, ends that close one or all, who may end a dispute, and risk by the policy's own route."""

import tomllib

import pytest

from domain.base.people import Actor
from domain.policy import Policy, check_policy, read_policy
from domain.views.status import status_of

from .case import CARE, POLICE, SCHOOL, Case
from .small import HEADER, made

ROUTES = """
[role]
worker = { title = "worker" }
lead = { title = "safeguarding lead" }
nominated = { title = "nominated person", of = "partnership" }
[act]
deal = { kind = "plan" }
talk = { kind = "discussion" }
ruling = { kind = "decision" }
consulted = { kind = "consultation" }
written-up = { kind = "notice" }
[[track]]
id = "only"
stages = ["first", "meeting", "ladder", "bypass"]
[[stage]]
id = "first"
title = "First step"
clause = "1"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "ruling", by = "receiving" },
  { act = "talk", by = "together", within = "2 working days" },
]
outcome = [
  { id = "both", said_by = "raising", leads_to = ["meeting", "ladder"] },
  { id = "go-up", said_by = "every party", leads_to = "ladder" },
]
[[stage]]
id = "meeting"
title = "The meeting"
clause = "2"
raising = ["worker"]
receiving = ["worker"]
outcome = [
  { id = "failed", said_by = "any party", leads_to = "end: noted" },
  { id = "settled", said_by = "every party", needs = ["deal"], leads_to = "end: resolved" },
]
[[stage]]
id = "ladder"
title = "The ladder"
clause = "3"
raising = ["worker"]
receiving = ["worker"]
duty = [{ act = "ruling", by = "receiving" }]
outcome = [{ id = "not-concurred", said_by = "receiving", needs = ["reason"], leads_to = "end: stopped" }]
[[stage]]
id = "bypass"
title = "Straight to the nominated persons"
clause = "4"
strand = "risk"
body = "nominated"
duty = [
  { act = "consulted", by = "raiser", strength = "may" },
  { act = "written-up", by = "raiser", within = "24 hours", of = "risk.raised", until = "done" },
]
outcome = [{ id = "taken-up", said_by = "nominated", leads_to = "done" }]
[[outcome]]
id = "imminent"
from = ["any", "ended"]
said_by = "anyone"
opens = ["bypass"]
"""


def a_case(policy: Policy | None = None) -> Case:
    return Case(policy=policy or made(ROUTES), raiser=Actor(role="worker"))


def on_both() -> Case:
    case = a_case()
    case.says(SCHOOL, "both")
    return case


def test_rule_27_one_routes_failure_closes_that_route_alone() -> None:
    case = on_both()
    assert case.stages == ["meeting", "ladder"]

    case.says(SCHOOL, "failed")
    assert (case.stages, case.ended) == (["ladder"], "")
    case.says(CARE, "not-concurred")

    assert (case.stages, case.ended) == ([], "stopped")


def test_rule_27_resolved_by_every_party_on_one_route_ends_the_other_too() -> None:
    case = on_both()

    case.proposes(SCHOOL, fields={})
    case.confirms(CARE)

    assert (case.stages, case.ended) == ([], "resolved")


def test_rule_34_a_refusal_to_concur_ends_that_route_and_leaves_the_other_and_its_reason_stands() -> None:
    case = on_both()

    case.says(CARE, "not-concurred", fields={"reason": "The threshold is not met"})

    assert case.stages == ["meeting"]
    assert "The threshold is not met" in str(case.of_kind("outcome")[-1].body["said"])


def test_rule_34_a_decision_stands_while_it_is_challenged_until_another_takes_its_place() -> None:
    case = a_case()
    case.does(CARE, "ruling", at="2025-03-04 10:00")
    first = case.of_kind("act")[-1].number
    case.says(SCHOOL, "both")
    assert [one.entry for one in status_of(case.state).decisions] == [first]

    case.does(CARE, "ruling", stage="ladder")

    (stands,) = status_of(case.state).decisions
    assert stands.entry == case.of_kind("act")[-1].number != first
    assert (stands.title, stands.by) == ("ruling", CARE)


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ('said_by = "every party", needs = ["deal"]', 'said_by = "any party", needs = ["deal"]', "every party says so"),
        ('leads_to = "end: noted"', 'leads_to = "end: decided"', "by a role or a body that has the say"),
    ],
)
def test_rule_27_who_may_resolve_and_who_may_decide_is_held_to_by_the_check(was: str, becomes: str, fault: str) -> None:
    assert was in ROUTES
    policy = read_policy(tomllib.loads(HEADER + ROUTES.replace(was, becomes)))

    assert [one for one in check_policy(policy) if fault in one.what and one.severity == "fault"]


def test_rule_29_once_it_is_late_the_raising_side_alone_may_go_on() -> None:
    case = a_case()
    in_time = a_case()
    in_time.says(SCHOOL, "go-up")
    assert in_time.stages == ["first"]

    case.pass_to("2025-03-07 09:00")
    case.says(SCHOOL, "go-up")

    assert case.stages == ["ladder"]


def test_rule_29_the_other_side_alone_may_not() -> None:
    case = a_case()
    case.pass_to("2025-03-07 09:00")

    case.says(CARE, "go-up")

    assert case.stages == ["first"]
    assert case.kinds()[-1] == "claim"


def test_rule_44_a_policys_own_route_is_taken_instead_of_the_built_in_one() -> None:
    case = a_case()

    case.raises_risk()

    assert case.stages == ["first", "bypass"]
    assert not case.duties("risk call")
    assert case.duty("bypass/2").is_outstanding
    assert {("on-call", ""), ("worker", SCHOOL), ("worker", CARE)} <= set(case.told("risk"))
    assert ("nominated", "") in case.told("step-opened")
    assert status_of(case.state).urgency == "immediate risk"


def test_G7_anyone_takes_the_bypass_from_any_state_an_agency_that_is_no_party_too_and_after_the_end() -> None:
    case = on_both()
    case.says_as(Actor(agency=POLICE, role="worker"), "imminent")
    assert case.stages == ["meeting", "ladder", "bypass"]
    assert ("on-call", "") in case.told("risk")

    case.says_as(Actor(role="nominated"), "taken-up")
    case.says(SCHOOL, "failed")
    case.says(CARE, "not-concurred")
    case.says_as(Actor(agency=POLICE, role="worker"), "imminent")

    assert (case.ended, case.stages) == ("stopped", ["bypass"])


def test_rule_44_a_case_may_open_with_immediate_risk_raised() -> None:
    case = Case(policy=made(ROUTES), raiser=Actor(role="worker"), immediate_risk=True)

    assert case.stages == ["first", "bypass"]
    assert case.kinds()[-2:] == ["risk", "stage-opened"]
    case.replays()


def test_rule_40_one_person_at_two_steps_is_allowed_and_flagged() -> None:
    case = a_case()
    who = Actor(agency=SCHOOL, role="worker", person="p-7")
    case.acts_as(who, "talk")
    case.says_as(who, "both")

    answer = case.acts_as(who, "talk", stage="ladder")

    assert "The same person has acted at First step before." in answer.warnings[0]
    assert case.of_kind("act")[-1].body["same-person-at"] == ["first"]
    assert case.acts_as(who, "talk", stage="ladder").warnings == ()
    assert case.acts_as(who.but(person="p-8"), "talk", stage="ladder").warnings == ()


def test_rule_27_what_is_agreed_on_one_of_two_routes_is_agreed_there() -> None:
    case = on_both()
    case.says(CARE, "not-concurred")
    other = on_both()
    other.proposes(SCHOOL, fields={})

    answer = other.confirms(CARE)

    assert answer.sentence.endswith("Every party has confirmed it: it is agreed. The dispute has ended: resolved.")
    assert other.of_kind("outcome")[-1].body["stage"] == "meeting"
