"""Immediate risk that is raised again and again: each word is on the record and told, and no flood fills a case."""

from datetime import timedelta

import pytest

from domain.base.identities import RiskCall
from domain.base.people import Actor
from domain.case.state import Duty
from domain.commands import AlertAcknowledged
from domain.views.status import status_of
from tests.domain.case import CARE, SCHOOL, Case, london
from tests.domain.small import made

NOON = "2025-03-04 12:00"


def told(case: Case) -> list[tuple[str, str, str]]:
    """Return what leads on call were told of immediate risk: under which entry, and what."""
    of_risk = [one for one in case.notices if (one.kind, one.to.role) == ("risk", "on-call")]
    return [(one.ref.split("/")[1], one.to.role, one.fact) for one in of_risk]


def wordings(case: Case) -> list[str]:
    """Return what was said of each risk, in the order of entry."""
    said = [one.body["said"] for one in case.entries if "risk" in one.kind and "said" in one.body]
    return [str(one["wording"]) for one in said if isinstance(one, dict)]


def calls(case: Case) -> list[Duty]:
    return [duty for duty in case.state.duties if duty.is_risk_call]


def test_rule_44_the_first_is_told_at_once_and_what_follows_within_minutes_is_told_together() -> None:
    case = Case().sleep_to(NOON)
    first = case.raises_risk(wording="one")
    case.sleep_to("2025-03-04 12:01")
    case.raises_risk(wording="two")
    answer = case.raises_risk(wording="three", at=london("2025-03-04 12:00"))
    assert told(case) == [(str(first.entry), "on-call", "")]
    assert answer.told == first.entry
    assert "told together, on Tuesday 4 March 2025, 12:05pm" in answer.sentence

    case.pass_to("2025-03-04 12:06")

    (entry,) = [one for one in case.of_kind("risk") if "further" in one.body]
    assert (entry.at, entry.body["further"]) == (london("2025-03-04 12:05"), 2)
    assert told(case)[1:] == [(str(entry.number), "on-call", "raised 2 times more")]
    assert {(SCHOOL, "raised 2 times more"), (CARE, "raised 2 times more")} <= {
        (notice.to.agency, notice.fact) for notice in case.notices if notice.kind == "risk"
    }
    assert wordings(case) == ["one", "two", "three"]
    case.replays()


def test_rule_44_raised_after_those_minutes_or_after_the_call_it_is_told_at_once() -> None:
    case = Case().sleep_to(NOON)
    case.raises_risk()
    case.sleep_to("2025-03-04 12:05")
    case.raises_risk()
    assert len(told(case)) == 2

    case.takes_call()
    case.raises_risk()

    assert len(told(case)) == 3
    assert case.kinds().count("risk-again") == 0
    case.replays()


def test_rule_44_one_call_stands_for_all_that_is_open_and_is_answered_by_one_made_after_the_last() -> None:
    case = Case().sleep_to(NOON)
    for minute in (0, 6, 12):
        case.sleep_to(f"2025-03-04 12:{minute:02}").raises_risk()
    (call,) = calls(case)
    assert isinstance(call.origin, RiskCall)
    assert (call.trigger, call.late_from) == (call.origin.risk, london("2025-03-04 13:00"))
    assert status_of(case.state).urgency == "immediate risk"
    risks = case.state.open_risks
    assert [risk.entry for risk in risks] == [entry.number for entry in case.of_kind("risk")]

    case.takes_call()

    assert [duty.state for duty in calls(case)] == ["done"]
    assert status_of(case.state).risks == ()
    case.replays()


def test_rule_44_a_call_made_before_the_last_leaves_one_owed_for_it_and_counts_for_those_before() -> None:
    case = Case().sleep_to(NOON)
    case.raises_risk()
    last = case.sleep_to("2025-03-04 12:20").raises_risk()
    case.sleep_to("2025-03-04 12:30")

    answer = case.takes_call(at="2025-03-04 12:10")

    done, owed = calls(case)
    assert (done.state, done.was_late) == ("done", False)
    assert (owed.state, owed.origin, owed.due) == ("outstanding", RiskCall(risk=last.entry), london("2025-03-04 12:20"))
    assert owed.late_from == london("2025-03-04 13:20")
    assert "a call about it is still owed" in answer.sentence
    assert [risk.entry for risk in case.state.open_risks] == [last.entry]
    case.takes_call()
    assert not case.state.open_risks
    case.replays()


def test_rule_44_whoever_has_the_first_has_not_what_was_raised_since() -> None:
    case = Case().sleep_to(NOON)
    case.raises_risk()
    case.takes(AlertAcknowledged(by=Actor(role="on-call")))
    assert calls(case)[0].acknowledged_until is not None

    case.raises_risk()

    assert calls(case)[0].acknowledged_until is None
    case.replays()


def test_rule_44_what_is_still_to_be_told_holds_the_case_open_until_it_is() -> None:
    case = Case().sleep_to(NOON)
    case.agree()
    case.does(CARE, "filed")
    case.does(SCHOOL, "filed")
    case.raises_risk()
    case.raises_risk()
    case.takes_call()
    assert not case.state.open_risks
    case.pass_to("2025-03-04 12:10")
    assert [fact for _, _, fact in told(case)] == ["", "raised once more"]
    case.replays()


TEXT = """
[role]
worker = { title = "worker" }
[act]
noted = { kind = "record" }
[[track]]
id = "ladder"
stages = ["one"]
[[stage]]
id = "one"
title = "One"
raising = ["worker"]
receiving = ["worker"]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
[[duty]]
when = "risk.raised"
act = "noted"
by = "each party"
clause = "3"
"""
DANGER = """
[[stage]]
id = "danger"
title = "Danger"
strand = "risk"
raising = ["worker"]
duty = [{ act = "noted", by = "anyone", within = "immediately", clause = "9" }]
outcome = [{ id = "safe", said_by = "any party", leads_to = "done" }]
"""


@pytest.mark.parametrize("route", [True, False], ids=["a route of the policy", "our own call"])
def test_1500_cries_of_immediate_risk_are_1500_entries_and_few_duties_notices_and_bytes(route: bool) -> None:
    case = Case(policy=made(TEXT + DANGER * route), raiser=Actor(role="worker")).sleep_to(NOON)
    for number in range(1500):
        case.now = london(NOON) + timedelta(seconds=number)
        case.raises_risk(wording=f"number {number}")
    case.pass_to("2025-03-04 12:40")

    assert wordings(case) == [f"number {number}" for number in range(1500)]
    told_of = 1 + sum(int(str(one.body.get("further", 0))) for one in case.of_kind("risk"))
    assert told_of == 1500, "each was told"
    assert len(told(case)) == 6, "the first, then every five minutes for as long as more came"
    assert len(case.state.duties) < 20
    assert len(case.state.risks) == 6
    state = case.state.model_dump_json(exclude={"policy", "calendar"}, exclude_defaults=True)
    assert len(state) < 20_000, "answers are not kept here: the messages had no id"
    assert status_of(case.state).urgency == "immediate risk"
