"""An alert rests as soon as nothing waits for an answer, and the next begins at the first rung."""

from domain.base.people import Actor
from domain.commands import MomentPassed
from domain.decide import decide
from tests.domain.case import CARE, SCHOOL, Case
from tests.domain.small import made

TEXT = """
[role]
worker = { title = "worker" }
[act]
talk = { kind = "discussion" }
noted = { kind = "record" }
[[track]]
id = "ladder"
stages = ["one"]
[[stage]]
id = "one"
title = "One"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "talk", by = "raising", within = "1 working days", clause = "1" },
  { act = "noted", by = "receiving", within = "3 working days", clause = "2" },
]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
"""


def test_rule_44_an_alert_rests_with_the_decision_by_which_nothing_waits_any_more() -> None:
    case = Case(policy=made(TEXT), raiser=Actor(role="worker")).pass_to("2025-03-06 03:00")
    assert case.state.pace.climbed > 1

    case.does(SCHOOL, "talk")

    assert (case.state.pace.next_at, case.state.pace.climbed) == (None, 0)


def test_rule_44_what_falls_due_after_an_outage_alerts_as_it_would_have_without() -> None:
    """The climb of an alert that was over is not gone on with, however the moments between were passed."""
    case = Case(policy=made(TEXT), raiser=Actor(role="worker")).pass_to("2025-03-06 03:00")
    case.does(SCHOOL, "talk")
    awake, asleep = Case.pass_to, Case.sleep_to
    state, now = case.state, case.now

    awake(case, "2025-03-08 00:00")
    stepwise = case.state.pace
    case.state, case.now = state, now
    asleep(case, "2025-03-08 00:00")
    at_once = decide(case.state, MomentPassed(), case.now).escalation.pace

    assert at_once == stepwise
    assert (at_once.climbed, at_once.told) == (1, ("first",))
    assert case.duty("one/2", CARE).is_outstanding
