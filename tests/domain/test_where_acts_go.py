"""To which step, visit and owner an act belongs, where several could take it."""

from domain.base.people import Actor
from domain.policy import Policy

from .case import CARE, SCHOOL, Case, refused
from .small import made


def policy() -> Policy:
    return made("""
[role]
worker = { title = "worker" }
office = { title = "board's office", of = "partnership" }
aide = { title = "supporter", seat = "any stage" }
[act]
deal = { kind = "plan", title = "agreed outcome" }
collation = { kind = "record" }
answer = { kind = "record" }
mail = { kind = "notice", needs = ["deal"] }
talk = { kind = "discussion" }
aided = { kind = "appointment", seat = "aide" }
[[track]]
id = "only"
stages = ["first", "second"]
[[stage]]
id = "first"
title = "First step"
clause = "1"
normally = true
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "collation", by = "each party", until = "done" },
  { act = "answer", by = "office" },
  { act = "mail", by = "raising", until = "done" },
]
outcome = [
  { id = "agreed", said_by = "every party", needs = ["deal"], leads_to = "end: resolved" },
  { id = "up", said_by = "any party", leads_to = "second" },
]
[[stage]]
id = "second"
title = "Second step?"
clause = "2"
raising = ["worker"]
receiving = ["worker"]
outcome = [{ id = "ruled", said_by = "office", leads_to = "end: decided" }]
[[stage]]
id = "aside"
title = "Beside"
strand = "side"
body = "office"
outcome = [{ id = "again", said_by = "any party", needs = ["answer"], leads_to = "first" }]
[[outcome]]
id = "beside"
from = ["any"]
said_by = "any party"
opens = ["aside"]
""")


def a_case(**said: object) -> Case:
    return Case(policy=policy(), raiser=Actor(role="worker"), **said)  # type: ignore[arg-type]


def settled_twice() -> Case:
    case = a_case()
    for _ in range(2):
        case.proposes(SCHOOL, fields={})
        case.confirms(CARE)
        if len(case.duties("first/1")) == 2:
            case.reopens(SCHOOL)
    return case


def test_rule_13_what_outlived_two_visits_is_done_one_by_one_whoever_else_owes_the_same() -> None:
    case = settled_twice()
    assert len([duty for duty in case.duties("first/1") if duty.is_outstanding]) == 4

    for _ in range(2):
        case.does(SCHOOL, "collation", "worker")

    assert [(duty.party, duty.state) for duty in case.duties("first/1")] == [
        (SCHOOL, "done"),
        (CARE, "outstanding"),
        (SCHOOL, "done"),
        (CARE, "outstanding"),
    ]


def test_rule_26_a_plan_from_before_the_reopening_satisfies_nothing_after_it() -> None:
    case = a_case()
    case.proposes(SCHOOL, fields={})
    case.confirms(CARE)
    case.reopens(SCHOOL)

    refusal = refused(case, lambda: case.does(SCHOOL, "mail"))

    assert refusal.sentence == "'Mail' also needs: agreed outcome."


def test_rule_14_normally_lets_others_act_for_a_side_and_not_for_a_named_seat() -> None:
    case = a_case()

    assert refused(case, lambda: case.does(SCHOOL, "answer")).why == "wrong role"
    case.acts_as(Actor(role="office"), "answer")
    assert case.duty("first/2").state == "done"


def test_rule_33_after_a_decision_the_refusal_names_the_one_way_there_is() -> None:
    case = a_case()
    case.says(SCHOOL, "beside")
    case.says(SCHOOL, "up")
    case.says_as(Actor(role="office"), "ruled")

    refusal = refused(case, lambda: case.says(SCHOOL, "again", "worker"))

    assert "open a new case and link the two" in refusal.sentence


def test_an_outcome_of_a_step_that_was_never_opened_says_so() -> None:
    case = a_case()

    refusal = refused(case, lambda: case.says(SCHOOL, "ruled", stage="second"))

    assert refusal.sentence.startswith("Second step? has not been opened")


def test_S25_a_supporter_within_one_agency_speaks_for_neither_side() -> None:
    case = a_case(receiving=(SCHOOL,))
    case.acts_as(Actor(agency=f"{SCHOOL}.raising", role="worker"), "aided", appointees=(Actor(agency=SCHOOL),))

    case.acts_as(Actor(agency=SCHOOL, role="aide"), "talk")
    case.acts_as(Actor(agency=f"{SCHOOL}.raising", role="aide"), "talk")

    assert case.kinds().count("act") == 3


def test_with_three_parties_an_act_of_all_says_that_those_who_took_part_must_be_named() -> None:
    case = Case(receiving=(CARE, "police"))

    answer = case.does(SCHOOL, "discussion")

    assert answer.sentence.endswith("It counts for all once everybody who owes it took part: name them.")
