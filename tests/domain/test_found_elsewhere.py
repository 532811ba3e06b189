"""What writing other areas' policies brought to light: rules held to where nobody had looked before."""

import datetime as dt

from domain.base.people import Actor
from domain.policy import Policy
from domain.policy.local_settings import Local

from .case import CARE, SCHOOL, Case, london, refused
from .small import made

BASE = """
[fact.kind]
values = ["x", "y"]
may_change = true
[fact.safe]
values = ["yes", "no"]
[role]
worker = { title = "worker" }
office = { title = "office", of = "partnership" }
[act]
letter = { kind = "form", fields = ["what"], signed_by = ["every party"] }
call = { kind = "record" }
sitting = { kind = "meeting", chair = "office" }
"""


def first_step(duties: str = "", outcomes: str = "", more: str = "") -> Policy:
    return made(f"""{BASE}
[[track]]
id = "only"
stages = ["first"]
[[stage]]
id = "first"
title = "First step"
clause = "1"
raising = ["worker"]
receiving = ["worker"]
duty = [{duties}]
outcome = [{{ id = "over", said_by = "any party", leads_to = "end: noted" }}, {outcomes}]
{more}""")


def a_case(policy: Policy, opened: str = "2025-03-04 10:00", **said: object) -> Case:
    return Case(opened, policy=policy, raiser=Actor(role="worker"), local=Local(), **said)  # type: ignore[arg-type]


def test_rule_44_what_ends_the_dispute_from_any_step_is_not_said_at_the_step_of_the_risk() -> None:
    more = """
[[stage]]
id = "danger"
title = "Danger"
clause = "9"
strand = "risk"
raising = ["worker"]
duty = [{ act = "call", by = "anyone", within = "immediately" }]
[[outcome]]
id = "away"
from = ["any"]
said_by = "any party"
leads_to = "end: diverted"
"""
    case = a_case(first_step(more=more))
    case.raises_risk()

    refused(case, lambda: case.says(SCHOOL, "away", stage="danger"))
    case.says(SCHOOL, "away", "worker")

    assert (case.ended, case.stages) == ("diverted", ["danger"])
    assert case.duty("danger/1").is_outstanding


def test_next_follows_a_route_whose_conditions_hold() -> None:
    policy = made(f"""{BASE}
[[track]]
id = "x"
if = {{ kind = "x" }}
stages = ["one", "x-panel"]
[[track]]
id = "y"
if = {{ kind = "y" }}
stages = ["first"]
[[track]]
id = "z"
if = {{ safe = true }}
stages = ["one", "z-panel"]
[[stage]]
id = "first"
title = "First"
raising = ["worker"]
outcome = [{{ id = "on", said_by = "any party", leads_to = "one" }}]
[[stage]]
id = "one"
title = "One"
raising = ["worker"]
receiving = ["worker"]
outcome = [{{ id = "up", said_by = "any party", leads_to = "next" }}]
[[stage]]
id = "x-panel"
title = "X"
raising = ["worker"]
outcome = [{{ id = "over", said_by = "any party", leads_to = "end: noted" }}]
[[stage]]
id = "z-panel"
title = "Z"
raising = ["worker"]
outcome = [{{ id = "over", said_by = "any party", leads_to = "end: noted" }}]
""")
    case = a_case(policy, facts={"kind": "y", "safe": "yes"})
    case.says(SCHOOL, "on")

    case.says(SCHOOL, "up")

    assert case.stages == ["z-panel"]


def test_the_same_working_day_is_the_next_once_that_day_was_over() -> None:
    policy = first_step('{ act = "call", by = "raising", within = "same working day" }').but(day_ends=dt.time(17))

    case = a_case(policy, "2025-03-07 17:20")

    assert case.duty("first/1").due == london("2025-03-10 17:00")


def test_rule_19_a_date_beyond_the_policys_time_moves_no_deadline_and_says_so() -> None:
    case = a_case(first_step('{ act = "sitting.held", by = "together", within = "2 working days" }'))
    chair = Actor(role="office")

    answer = case.acts_as(case.seat(SCHOOL), "sitting.date-set", date=london("2025-04-04 10:00"), chair=chair)
    far = case.duty("first/1").due
    case.acts_as(case.seat(SCHOOL), "sitting.date-set", date=london("2025-03-05 10:00"))
    near = case.duty("first/1").due
    case.acts_as(case.seat(SCHOOL), "sitting.date-set", date=london("2025-04-04 10:00"))

    assert far == case.duty("first/1").due == london("2025-03-07 00:00")
    assert near == london("2025-03-05 10:00")
    assert answer.warnings == (
        "That is later than the policy allows: it stays due by the end of Thursday 6 March 2025.",
    )


def test_whoever_receives_a_form_does_not_fill_it_in_again() -> None:
    case = a_case(first_step('{ act = "letter", by = "raising" }, { act = "letter.received", by = "receiving" }'))
    case.does(SCHOOL, "letter")

    case.acts_as(case.seat(CARE), "letter.received")

    assert case.duty("first/2").state == "done"


def test_what_all_sign_is_done_together_once_the_last_of_three_has_signed() -> None:
    duties = '{ act = "letter", by = "raising" }, { act = "letter.signed", by = "together" }'
    case = a_case(first_step(duties), receiving=(CARE, "police"))
    case.does(SCHOOL, "letter")

    for number, party in enumerate((SCHOOL, CARE, "police")):
        case.acts_as(case.seat(party).but(person=f"p-{number}"), "letter.signed")

    assert case.duty("first/2").state == "done"


def test_a_duty_of_a_step_that_waits_for_an_answer_arises_though_it_was_given_before_the_step_opened() -> None:
    policy = first_step('{ act = "call", by = "raising", when = "fact.kind", within = "24 hours" }')

    case = a_case(policy, facts={"kind": "x"})

    assert case.duty("first/1").due == london("2025-03-05 10:00")


def test_an_outcome_may_wait_for_lateness_in_its_own_step_and_for_an_answer_of_yes() -> None:
    waits = '{ id = "up", said_by = "raising", after = ["letter.overdue"], if = { safe = true }, leads_to = "first" }'
    case = a_case(first_step('{ act = "letter", by = "raising", within = "2 days" }', waits), facts={"safe": "yes"})

    early = refused(case, lambda: case.says(SCHOOL, "up"))
    case.pass_to("2025-03-07 09:00")
    case.says(SCHOOL, "up")

    assert "is open only after" in early.sentence
    assert case.state.visits[-1].number == 2


def test_rule_44_what_a_policys_route_for_risk_asks_for_at_once_alerts_again_while_it_is_undone() -> None:
    more = """
[[stage]]
id = "danger"
title = "Danger"
clause = "9"
strand = "risk"
raising = ["worker"]
duty = [{ act = "call", by = "anyone", within = "immediately" }]
outcome = [{ id = "answered", said_by = "anyone", leads_to = "done" }]
"""
    case = a_case(first_step(more=more))
    case.raises_risk()

    case.pass_to("2025-03-04 12:30")

    assert case.duty("danger/1").is_overdue
    assert case.told("alert") == [("on-call", ""), ("on-call", "")]
