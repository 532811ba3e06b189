"""What protects one side is not undone by the other: approvals, planned dates, and answers in words of one's own."""

import tomllib
from typing import Any

import pytest

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.commands import Corrected, FactSaid
from domain.policy import Policy, check_policy, read_policy
from tests.domain.case import CARE, SCHOOL, Case, london, refused

TEXT = """
[policy]
id = "made"
title = "A made policy"
edition = "1"
nation = "england-and-wales"
effective = 2025-01-01

[fact]
priority = { values = ["high", "low"], may_change = true }
review = { type = "date", may_change = true }
topic = { values = ["care", "conduct"], other = true, may_change = true }
police = { may_change = true }

[role]
worker = { title = "worker" }
manager = { title = "manager" }

[timescale.reply-time]
is = "10 working days"
graded_by = "priority"
grades = { high = "1 working day", low = "5 working days" }

[act]
priority-set = { kind = "decision", fields = ["reason"], sets = "priority", approved_by = ["manager"] }
reply = { kind = "record" }
papers = { kind = "record" }
list = { kind = "record" }
waited = { kind = "record" }
panel = { kind = "meeting" }

[[track]]
id = "conduct"
if = { topic = "conduct" }
stages = ["one", "three"]
[[track]]
id = "police"
if = { police = true }
stages = ["one", "three"]
[[track]]
id = "plain"
stages = ["one", "two"]

[[stage]]
id = "one"
title = "Step one"
clause = "1"
raising = ["worker", "manager"]
receiving = ["worker", "manager"]
duty = [
  { act = "priority-set", by = "raising", strength = "may" },
  { act = "reply", by = "receiving", within = "reply-time" },
  { act = "papers", by = "receiving", within = "20 working days", until = "fact.review" },
  { act = "list", by = "receiving", within = "20 working days", until = "panel.date" },
  { act = "waited", by = "raising", within = "20 working days", done_by = "fact.review" },
  { act = "panel.date-set", by = "any party" },
  { act = "panel.held", by = "together", within = "as soon as possible" },
]
outcome = [
  { id = "go", said_by = "any party", leads_to = "next" },
  { id = "reviewed", said_by = "any party", after = "fact.review" },
]
[[stage]]
id = "two"
title = "Step two"
raising = ["worker"]
receiving = ["worker"]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
[[stage]]
id = "three"
title = "Step three"
raising = ["worker"]
receiving = ["worker"]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
"""
WRITER = Actor(agency=SCHOOL, role="worker", person="w-1")
MANAGER = Actor(agency=SCHOOL, role="manager", person="m-1")
REPLY, PAPERS, LIST, WAITED, HELD = "one/2", "one/3", "one/4", "one/5", "one/7"


def policy() -> Policy:
    made = read_policy(tomllib.loads(TEXT))
    assert not [fault for fault in check_policy(made) if fault.severity == "fault"]
    return made


def a_case(**said: Any) -> Case:
    """Opened on Tuesday 4 March 2025, at ten."""
    return Case(policy=policy(), raiser=Actor(role="worker"), **{"facts": {}} | said)


def sets(case: Case, value: str) -> str:
    return case.acts_as(WRITER, "priority-set", fields={"priority": value, "reason": "as said"}).sentence


def answers(case: Case, party: str, fact: str, value: str) -> str:
    return case.takes(FactSaid(by=case.seat(party), fact=fact, value=value, reason="as said")).sentence


# --- an answer that a second person approves


def test_an_answer_that_is_approved_counts_from_its_approval_on() -> None:
    case = a_case()

    told = sets(case, "high")
    assert told.endswith("Its answer counts once it is approved: by another person, a manager.")
    assert (case.state.facts, case.duty(REPLY).due) == ({}, london("2025-03-19"))

    case.pass_to("2025-03-04 12:00").acts_as(MANAGER, "priority-set.approved")
    assert (case.state.facts, case.duty(REPLY).due) == ({"priority": "high"}, london("2025-03-06"))
    case.replays()


@pytest.mark.parametrize("party", [SCHOOL, CARE])
def test_an_answer_that_is_approved_is_not_changed_past_its_approval(party: str) -> None:
    case = a_case()
    first = refused(case, lambda: answers(case, party, "priority", "low"))
    sets(case, "high")
    case.acts_as(MANAGER, "priority-set.approved")

    again = refused(case, lambda: answers(case, party, "priority", "low"))

    assert first.sentence == again.sentence
    assert again.sentence == (
        "'Priority' is answered by recording priority set (`priority-set`), which counts once a manager has approved "
        "it: record that instead."
    )
    assert case.duty(REPLY).due == london("2025-03-06")


def test_another_answer_needs_an_approval_of_its_own_and_each_side_hears_that_it_puts_a_deadline_off() -> None:
    case = a_case()
    sets(case, "high")
    case.acts_as(MANAGER, "priority-set.approved")
    sets(case, "low")
    assert case.duty(REPLY).due == london("2025-03-06")
    assert refused(case, lambda: case.acts_as(WRITER, "priority-set.approved")).why == "wrong role"

    case.acts_as(MANAGER, "priority-set.approved")

    assert case.duty(REPLY).due == london("2025-03-12")
    assert {("worker", SCHOOL), ("worker", CARE)} <= set(case.told("times-changed"))
    assert case.notices[-1].fact == "priority: low"
    assert case.state.awaiting == {}
    case.replays()


def test_an_answer_that_was_struck_out_before_its_approval_never_counts() -> None:
    case = a_case()
    sets(case, "low")
    case.takes(Corrected(by=case.seat(SCHOOL), entry=case.entries[-1].number, reason="a slip", strike=True))

    assert refused(case, lambda: case.acts_as(MANAGER, "priority-set.approved")).why == "missing"
    assert (case.state.facts, case.state.awaiting) == ({}, {})


def test_an_act_does_not_answer_anew_what_the_policy_lets_nobody_answer_anew() -> None:
    text = TEXT.replace('values = ["high", "low"], may_change = true', 'values = ["high", "low"]')
    text = text.replace(', approved_by = ["manager"]', "")
    case = Case(policy=read_policy(tomllib.loads(text)), raiser=Actor(role="worker"), facts={})
    sets(case, "high")

    assert "does not let it be answered anew" in refused(case, lambda: sets(case, "low")).sentence
    sets(case, "high")
    assert case.duty(REPLY).due == london("2025-03-06")


# --- a planned date happens on the date


def test_what_is_owed_until_a_date_lapses_on_the_date_and_not_when_the_date_is_told() -> None:
    case = a_case()

    answers(case, CARE, "review", "2025-03-20")
    assert case.duty(PAPERS).is_outstanding
    case.pass_to("2025-03-19 23:59")
    assert case.duty(PAPERS).is_outstanding

    case.pass_to("2025-03-20 00:00")

    assert (case.duty(PAPERS).state, case.duty(PAPERS).ended_because) == ("lapsed", "its time to be done has ended")
    entry = case.of_kind("date-reached")[0]
    assert (entry.at, entry.body["what"]) == (london("2025-03-20 00:00"), "the review")
    case.replays()


def test_a_date_that_moves_takes_the_lapsing_along_and_one_that_has_passed_lets_go_at_once() -> None:
    case = a_case()
    answers(case, CARE, "review", "2025-03-20")
    case.pass_to("2025-03-12 10:00")
    answers(case, SCHOOL, "review", "2025-03-25")
    case.pass_to("2025-03-24 10:00")
    assert case.duty(PAPERS).is_outstanding

    answers(case, SCHOOL, "review", "2025-03-21")

    assert case.duty(PAPERS).state == "lapsed"
    assert case.of_kind("date-reached") == []
    case.replays()


def test_a_date_told_with_the_opening_ends_what_arises_afterwards() -> None:
    case = a_case(facts={"review": "2025-03-20"})
    assert case.duty(PAPERS).is_outstanding

    case.pass_to("2025-03-20 10:00")

    assert case.duty(PAPERS).state == "lapsed"


def test_a_meetings_date_ends_what_is_owed_until_it_when_it_has_come_also_where_it_moved() -> None:
    case = a_case()
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-10 14:00"))
    assert case.duty(LIST).is_outstanding
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-12 14:00"))
    case.pass_to("2025-03-12 13:59")
    assert case.duty(LIST).is_outstanding

    case.pass_to("2025-03-12 14:00")

    assert case.duty(LIST).state == "lapsed"
    case.replays()


def test_a_date_that_counts_as_doing_it_does_so_on_the_date() -> None:
    case = a_case()
    answers(case, CARE, "review", "2025-03-20")
    assert case.duty(WAITED).is_outstanding

    case.pass_to("2025-03-20 10:00")

    assert (case.duty(WAITED).state, case.duty(WAITED).done_at) == ("done", london("2025-03-20 00:00"))
    assert not case.duty(WAITED).was_late
    case.replays()


def test_a_way_on_that_is_open_after_a_date_opens_on_the_date() -> None:
    case = a_case()
    answers(case, CARE, "review", "2025-03-20")
    assert "open only after" in refused(case, lambda: case.says(SCHOOL, "reviewed")).sentence

    case.pass_to("2025-03-20 10:00").says(SCHOOL, "reviewed")

    assert case.of_kind("outcome")[-1].body["outcome"] == "reviewed"


def test_another_date_for_a_meeting_is_told_to_each_side_with_the_one_before() -> None:
    case = a_case()
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-10 14:00"))
    assert case.told("times-changed") == []

    case.does(CARE, "panel.date-set", date=london("2025-04-10 14:00"))

    assert {("worker", SCHOOL), ("worker", CARE)} <= set(case.told("times-changed"))
    told = next(notice for notice in case.notices if notice.kind == "times-changed")
    assert told.fact == "panel: Thursday 10 April 2025, 2:00pm, and not Monday 10 March 2025, 2:00pm"
    assert CARE in told.by


# --- an answer in words of one's own


@pytest.mark.parametrize(("fact", "value"), [("topic", "conduct, sort of"), ("topic", "neither"), ("police", "maybe")])
def test_an_answer_in_words_of_ones_own_leaves_the_route_as_it_is(fact: str, value: str) -> None:
    case = a_case(facts={"topic": "conduct"} if value == "conduct, sort of" else {})
    before = case.state.track

    told = answers(case, CARE, fact, value)

    assert case.state.track == before
    if fact == "police" or before == "conduct":
        assert told.endswith("It is no answer that the policy writes, so the case stays on its route.")
    case.replays()


@pytest.mark.parametrize("value", ["Conduct", " conduct", "CONDUCT "])
def test_a_listed_answer_that_is_written_otherwise_is_refused_with_what_was_meant(value: str) -> None:
    with pytest.raises(Refusal, match="write 'conduct'"):
        a_case(facts={"topic": value})
    assert refused(a_case(), lambda: answers(a_case(), CARE, "topic", value)).sentence.endswith("write 'conduct'.")


@pytest.mark.parametrize(("fact", "value", "track"), [("topic", "conduct", "conduct"), ("police", "yes", "police")])
def test_an_answer_that_the_policy_writes_chooses_the_route(fact: str, value: str, track: str) -> None:
    case = a_case()

    answers(case, CARE, fact, value)

    assert case.state.track == track
    case.replays()
