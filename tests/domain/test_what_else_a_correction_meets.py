"""A correction meets what followed: an answer, a lateness, a reopening, one issue of several (rule 8)."""

from domain.base.identities import OpenIssue
from domain.base.people import Actor
from domain.commands import Corrected
from domain.policy.local_settings import Local
from tests.domain.case import CARE, SCHOOL, Case, london
from tests.domain.small import made
from tests.domain.test_protection import a_case as on_a_date
from tests.domain.test_protection import answers
from tests.domain.test_residual_issues import agreed, concludes, issue
from tests.domain.test_striking import strike

TEXT = """
[fact.formal]
values = ["needed", "not needed"]
may_change = true
[role]
worker = { title = "worker" }
[act]
talk = { kind = "discussion" }
letter = { kind = "notice" }
noted = { kind = "record" }
judged = { kind = "decision", sets = "formal" }
[[track]]
id = "ladder"
stages = ["one"]
[[stage]]
id = "one"
title = "One"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "letter", by = "receiving", when = "one.noted", within = "1 working days", clause = "1" },
  { act = "noted", by = "raising", if = { formal = "needed" }, within = "9 working days", clause = "2" },
  { act = "judged", by = "raising", strength = "may", clause = "5" },
]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
[[duty]]
when = "any.outcome"
act = "letter"
by = "each party"
done_by = ["ended"]
until = "done"
clause = "3"
[[duty]]
when = "any.talk"
act = "noted"
by = "raiser"
within = "1 working days"
until = "done"
clause = "4"
"""


def opened(**said: str) -> Case:
    return Case(policy=made(TEXT), raiser=Actor(role="worker"), local=Local(), **said).sleep_to("2025-03-04 11:00")


def test_rule_23_the_answer_that_an_act_gave_goes_with_the_act_where_it_is_struck_out() -> None:
    case = opened()
    case.does(SCHOOL, "judged", fields={"formal": "not needed"})
    needed = case.does(SCHOOL, "judged", fields={"formal": "needed"}).entry
    assert case.duty("one/2").is_outstanding

    strike(case, needed)

    assert case.state.facts == {"formal": "not needed"}, "what had been answered before holds again"
    assert case.duty("one/2").state == "lapsed"
    case.replays()


def test_rule_23_the_first_answer_that_is_struck_out_leaves_none() -> None:
    case = opened()
    needed = case.does(SCHOOL, "judged", fields={"formal": "needed"}).entry

    strike(case, needed)

    assert case.state.facts == {}
    assert case.duty("one/2").state == "lapsed"
    case.replays()


def test_rule_38_one_issue_is_owed_again_where_the_entry_that_concluded_it_is_struck_out() -> None:
    case = agreed(issue(), issue("Who writes"))
    first = concludes(case, CARE, "1").entry
    concludes(case, CARE, "2")

    case.takes(Corrected(by=case.seat(CARE, "practitioner"), entry=first, strike=True, reason="so"))

    states = {duty.origin.issue: duty.state for duty in case.state.duties if isinstance(duty.origin, OpenIssue)}
    assert states == {1: "outstanding", 2: "done"}, "the word about one issue says nothing of the other"
    case.replays()


def test_rule_33_what_the_end_had_done_stays_done_where_it_was_taken_up_again_and_the_end_is_moved() -> None:
    case = opened()
    case.sleep_to("2025-03-05 11:00")
    over = case.says(SCHOOL, "over").entry
    assert {duty.state for duty in case.duties("case/1")} == {"done"}
    case.reopens(CARE)

    case.takes(
        Corrected(
            by=case.seat(SCHOOL), entry=over, happened_at=london("2025-03-04 12:00"), reason="It was the day before."
        )
    )

    done = [(duty.state, duty.done_at) for duty in case.duties("case/1")]
    assert done == [("done", london("2025-03-04 12:00"))] * 2
    case.replays()


def test_rule_06_what_two_things_raise_runs_from_the_second_where_the_first_is_struck_out_and_was_late() -> None:
    case = opened()
    first = case.does(SCHOOL, "noted").entry
    case.pass_to("2025-03-06 11:00")
    assert case.duty("one/1").is_overdue
    second = case.does(SCHOOL, "noted").entry

    strike(case, first)

    letter = case.duty("one/1")
    assert (letter.trigger, letter.due, letter.is_overdue) == (second, london("2025-03-08"), False)
    assert [entry.kind for entry in case.entries if entry.kind.startswith("overdue")] == [
        "overdue",
        "overdue-withdrawn",
    ]
    case.replays()


def test_an_act_that_is_moved_was_known_when_it_was_entered() -> None:
    case = opened()
    act = case.does(SCHOOL, "noted").entry

    case.takes(Corrected(by=case.seat(SCHOOL), entry=act, happened_at=london("2025-03-04 10:30"), reason="so"))

    moved = next(one for one in case.state.occurrences if one.entry == act)
    assert (moved.at, moved.known_at) == (london("2025-03-04 10:30"), london("2025-03-04 11:00"))
    case.replays()


def test_rule_08_what_a_planned_date_has_done_is_left_alone_where_something_else_is_struck_out() -> None:
    case = on_a_date()
    answers(case, CARE, "review", "2025-03-20")
    case.pass_to("2025-03-20 09:00")
    waited = case.duty("one/5")
    assert (waited.state, waited.done_entry) == ("done", case.of_kind("date-reached")[0].number)
    reply = case.does(CARE, "reply").entry

    strike(case, reply, CARE)
    case.pass_to("2025-03-20 09:01")

    assert case.duty("one/5") == waited
    again = case.of_kind("corrected")[-1].body.get("owed-again", [])
    assert isinstance(again, list)
    assert waited.id not in again
    assert len(case.of_kind("date-reached")) == 1
    case.replays()
