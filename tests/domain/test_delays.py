"""Later deadlines by consent, and withdrawal: local settings, off unless set (rule 47)."""

import tomllib
from functools import partial
from typing import Any

from domain.base.people import Actor
from domain.commands import Extended, Withdrawn
from domain.engine.moments import next_moment
from domain.policy import Policy, read_policy
from domain.policy.local_settings import Local
from domain.views.explanation import explain
from tests.domain.case import CARE, POLICE, SCHOOL, Case, london, refused

TEXT = """
[policy]
id = "later"
title = "A policy that is put off"
edition = "1"
nation = "england-and-wales"
effective = 2025-01-01

[role]
worker = { title = "worker" }
group = { title = "group", of = "partnership" }

[act]
talk = { kind = "discussion" }
deal = { kind = "plan" }
letter = { kind = "notice" }
reply = { kind = "record" }
urgent = { kind = "record" }
free = { kind = "record" }
found = { kind = "record" }
panel = { kind = "meeting" }
follow-up = { kind = "notice" }

[[track]]
id = "only"
stages = ["one"]

[[stage]]
id = "one"
title = "Step one"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "letter", by = "raising", within = "5 working days", of = ["one.talk", "one.opened"], strength = "must" },
  { act = "urgent", by = "raising", within = "immediately" },
  { act = "free", by = "raising", within = "2 working days", strength = "may" },
  { act = "panel.held", by = "together" },
  { act = "deal", by = "together" },
  { when = "letter.overdue", act = "reply", by = "receiving" },
]
outcome = [
  { id = "beside", said_by = "any party", opens = ["two"] },
  { id = "stopped", said_by = "any party", leads_to = "end: stopped" },
]

[[stage]]
id = "two"
title = "Step two"
raising = ["worker"]
receiving = ["worker"]
outcome = [{ id = "noted", said_by = "any party", leads_to = "end: noted" }]

[[duty]]
when = "any.talk"
act = "follow-up"
by = "each party"
within = "5 working days"
until = "done"
"""
LETTER = "one/1"


def later() -> Policy:
    return read_policy(tomllib.loads(TEXT))


def opened(local: Local | None = None, **said: Any) -> Case:
    """Opened on Tuesday 4 March 2025, at ten."""
    local = local or Local(extensions=True, withdrawal=True)
    return Case(**{"policy": later(), "local": local, "raiser": Actor(role="worker")} | said)


def puts_off(case: Case, party: str, until: str, rule: str = LETTER, reason: str = "as agreed") -> str:
    by, number = Actor(agency=party, role="worker"), case.duty(rule).id
    return case.takes(Extended(by=by, duty=number, until=london(until), reason=reason)).sentence


def extends(case: Case, until: str) -> Case:
    puts_off(case, SCHOOL, until)
    puts_off(case, CARE, until)
    return case


def withdraws(case: Case, party: str = SCHOOL, reason: str = "It is settled", at: str = "") -> str:
    when = london(at) if at else None
    return case.takes(Withdrawn(by=Actor(agency=party, role="worker"), reason=reason, at=when)).sentence


# --- later deadlines


def test_rule_47_a_later_deadline_is_off_unless_the_local_setting_is_on() -> None:
    case = opened(Local())
    refusal = refused(case, lambda: puts_off(case, SCHOOL, "2025-03-20"))

    assert refusal.why == "not allowed"
    assert "local setting `extensions` is off" in refusal.sentence


def test_rule_47_a_later_deadline_counts_when_every_party_has_said_the_same() -> None:
    case = opened()
    puts_off(case, SCHOOL, "2025-03-20 12:00")
    assert (case.duty(LETTER).due, case.kinds()[-1]) == (london("2025-03-12"), "extension-proposed")
    assert case.told("proposed") == [("worker", CARE)]
    puts_off(case, CARE, "2025-03-21 12:00")
    assert case.duty(LETTER).due == london("2025-03-12")
    puts_off(case, SCHOOL, "2025-03-21 12:00")

    duty = case.duty(LETTER)
    assert (duty.due, duty.late_from) == (london("2025-03-21 12:00"), london("2025-03-21 12:00"))
    assert (duty.whose, case.state.claims, case.kinds()[-1]) == ("agreed for this case", (), "extended")
    case.pass_to("2025-03-21 11:00")
    assert not case.duty(LETTER).is_overdue
    case.pass_to("2025-03-21 13:00")
    assert case.duty(LETTER).is_overdue
    case.replays()


def test_rule_47_what_every_party_agreed_on_is_not_moved_by_a_better_start() -> None:
    case = extends(opened(), "2025-03-21 12:00")
    case.sleep_to("2025-03-05 10:00").does(SCHOOL, "talk")

    assert case.duty(LETTER).due == london("2025-03-21 12:00")
    told = next(one for one in explain(case.state) if one.rule == LETTER)
    assert (told.whose, told.runs_from) == ("agreed for this case", "the agreement of every party")
    assert told.notes == ("Every party agreed on this later deadline, before the one by the policy had passed.",)


def test_rule_47_what_is_late_gets_a_target_and_stays_late() -> None:
    case = opened().pass_to("2025-03-12 09:00")
    assert case.duty(LETTER).is_overdue
    extends(case, "2025-03-21 12:00")

    duty = case.duty(LETTER)
    assert (duty.is_overdue, duty.due, duty.target) == (True, london("2025-03-12"), london("2025-03-21 12:00"))
    assert "stays late" in case.last.answer.sentence
    case.does(SCHOOL, "letter")
    assert case.duty(LETTER).was_late
    case.replays()


def test_rule_47_nothing_is_put_off_that_has_no_deadline_of_its_own() -> None:
    case = opened()
    case.agree()
    case.raises_risk()

    assert refused(case, lambda: puts_off(case, SCHOOL, "2025-03-12")).why == "time"
    assert refused(case, lambda: puts_off(case, SCHOOL, "2025-03-01")).why == "time"
    assert refused(case, lambda: puts_off(case, SCHOOL, "2025-04-01", reason=" ")).why == "missing"
    assert refused(case, lambda: puts_off(case, POLICE, "2025-04-01")).why == "wrong side"
    for rule in ("one/2", "one/3", "plan action 1", "risk call"):
        assert refused(case, partial(puts_off, case, SCHOOL, "2025-04-01", rule)).why == "not allowed"
    case.does(SCHOOL, "panel.date-set", date=london("2025-03-20 14:00"))
    assert "another date" in refused(case, lambda: puts_off(case, SCHOOL, "2025-04-01", "one/4")).sentence
    case.does(SCHOOL, "letter")
    assert refused(case, lambda: puts_off(case, SCHOOL, "2025-04-01")).why == "unknown"


# --- withdrawal


def test_rule_47_withdrawing_is_off_unless_the_local_setting_is_on_and_for_the_raising_side_alone() -> None:
    off, case = opened(Local()), opened()

    assert "local setting `withdrawal` is off" in refused(off, lambda: withdraws(off)).sentence
    assert refused(case, lambda: withdraws(case, CARE)).why == "wrong side"
    assert refused(case, lambda: withdraws(case, reason=" ")).why == "missing"
    assert refused(case, lambda: withdraws(case, at="2025-03-03 10:00")).why == "time"


def test_rule_47_withdrawal_stops_the_dispute_is_told_to_all_and_leaves_what_is_kept_until_done() -> None:
    case = opened()
    case.does(SCHOOL, "talk")
    case.says(SCHOOL, "beside")
    assert case.stages == ["one", "two"]

    withdraws(case)

    assert (case.ended, case.stages) == ("stopped", [])
    assert case.state.ended is not None
    assert case.state.ended.outcome == "withdrawn"
    assert {("worker", SCHOOL), ("worker", CARE)} <= set(case.told("withdrawn"))
    assert {str(duty.origin) for duty in case.state.outstanding} == {"case/1"}
    assert next_moment(case.state) == london("2025-03-12")
    assert refused(case, lambda: withdraws(case)).why == "not open"
    case.replays()


def test_rule_47_any_party_may_reopen_what_was_withdrawn() -> None:
    case = opened()
    withdraws(case)
    case.reopens(CARE)

    assert (case.ended, case.stages) == ("", ["one"])
    case.replays()
