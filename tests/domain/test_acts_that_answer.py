"""Acts that ask for something first, and acts that answer a fact of the case (S9, S13, V49)."""

from domain.base.people import Actor
from domain.policy import Policy

from .case import CARE, SCHOOL, Case, refused
from .small import made


def policy() -> Policy:
    return made("""
[fact.formal]
values = ["needed", "not needed"]
may_change = true
[fact.consent]
values = ["given", "refused", "withdrawn"]
may_change = true
[role]
worker = { title = "worker" }
[act]
judged = { kind = "decision", sets = "formal" }
shared = { kind = "notice", needs = ["consent is given"] }
view = { kind = "record" }
summary = { kind = "record", needs = ["view by each party"], expects = ["judged"] }
[[track]]
id = "only"
stages = ["first"]
[[stage]]
id = "first"
title = "First step"
clause = "1"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "judged", by = "raising" },
  { act = "view", by = "each party", if = { formal = "needed" } },
  { act = "summary", by = "raising", strength = "may" },
]
outcome = [{ id = "over", said_by = "any party", needs = ["formal is needed"], leads_to = "end: noted" }]
""")


def a_case(**facts: str) -> Case:
    return Case(policy=policy(), raiser=Actor(role="worker"), facts=facts)


def test_S9_a_decision_answers_a_fact_and_duties_follow_from_the_answer() -> None:
    case = a_case()
    early = refused(case, lambda: case.says(SCHOOL, "over"))

    case.does(SCHOOL, "judged", fields={"formal": "needed"})

    assert early.sentence == "'Over' also needs: formal is needed."
    assert case.state.facts["formal"] == "needed"
    assert len(case.duties("first/2")) == 2
    case.says(SCHOOL, "over")
    assert case.ended == "noted"
    case.replays()


def test_an_answer_that_the_fact_does_not_take_is_refused_with_those_it_does() -> None:
    case = a_case()

    refusal = refused(case, lambda: case.does(SCHOOL, "judged", fields={"formal": "perhaps"}))

    assert "choose needed or not needed" in refusal.sentence


def test_rule_46_withdrawn_consent_refuses_only_what_needs_it() -> None:
    case = a_case(consent="withdrawn")

    refusal = refused(case, lambda: case.does(SCHOOL, "shared"))
    case.does(CARE, "view")

    assert refusal.sentence == "'Shared' also needs: consent is given."


def test_an_act_may_need_the_same_act_of_each_party_and_names_who_is_missing() -> None:
    case = a_case()
    case.does(SCHOOL, "view")
    first = refused(case, lambda: case.does(SCHOOL, "summary"))
    case.does(CARE, "view")

    second = refused(case, lambda: case.does(SCHOOL, "summary"))
    case.does(SCHOOL, "summary", fields={"reason": "The lead was away"})

    assert first.sentence == f"'Summary' also needs: view by {CARE}."
    assert second.sentence == "This is missing: judged. Record it first, or give the reason why not."
