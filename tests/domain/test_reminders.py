"""Reminders before a deadline: to those who owe it, once for each lead time of the local settings."""

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from domain.base.people import Actor
from domain.commands import Extended, Paused
from domain.engine.moments import next_moment
from domain.policy import Policy, read_policy
from domain.policy.local_settings import Local
from tests.domain.case import CARE, SCHOOL, Case, london

TEXT = """
[policy]
id = "reminding"
title = "A policy that reminds"
edition = "1"
nation = "england-and-wales"
effective = 2025-01-01

[role]
worker = { title = "worker" }
manager = { title = "manager" }
group = { title = "group", of = "partnership" }

[act]
letter = { kind = "notice" }
reply = { kind = "record" }
both = { kind = "record" }
free = { kind = "record" }
guide = { kind = "record" }
read = { kind = "record" }

[[track]]
id = "only"
stages = ["one"]

[[stage]]
id = "one"
title = "Step one"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "letter", by = "raising", within = "5 working days", strength = "must" },
  { act = "reply", by = "receiving", role = ["manager"], within = "6 hours" },
  { act = "free", by = "raising", within = "5 working days", strength = "may" },
  { act = "guide", by = "raising", within = "5 working days", indicative = true },
  { when = "one.letter", act = "both", by = "together", within = "2 working days" },
  { when = "one.letter", act = "read", by = "group", within = "28 days" },
]
outcome = [{ id = "stopped", said_by = "any party", leads_to = "end: stopped" }]
"""


def opened(*leads: str, **said: Any) -> Case:
    """Opened on Tuesday 4 March 2025, at ten."""
    local = Local(reminders=leads, extensions=True, pausing=True)
    return Case(**{"policy": reminding(), "local": local, "raiser": Actor(role="worker")} | said)


def reminding() -> Policy:
    return read_policy(tomllib.loads(TEXT))


def reminded(case: Case) -> list[tuple[str, list[object]]]:
    """When somebody was reminded, on London's clocks, and of which acts."""
    acts = {duty.id: duty.acts[0] for duty in case.state.duties}
    return [(f"{entry.at:%d %H:%M}", [acts[number] for number in entry.body["duties"]]) for entry in said(case)]


def said(case: Case) -> list[Any]:
    return case.of_kind("reminded")


def test_who_owes_a_thing_is_reminded_once_for_each_lead_time_and_nobody_else() -> None:
    case = opened("2 working days", "4 hours").pass_to("2025-03-20")

    assert reminded(case) == [("04 12:00", ["reply"]), ("08 00:00", ["letter.sent"]), ("11 20:00", ["letter.sent"])]
    assert case.told("reminder") == [("manager", CARE), ("worker", SCHOOL), ("worker", SCHOOL)]
    assert said(case)[1].body["leads"] == ["2 working days"]
    case.replays()


def test_without_the_setting_nobody_is_reminded() -> None:
    assert said(opened().pass_to("2025-04-20")) == []


def test_what_is_done_or_may_be_done_or_is_a_guide_reminds_nobody() -> None:
    case = opened("1 working day")
    case.does(SCHOOL, "letter")
    case.does(SCHOOL, "both")
    case.pass_to("2025-03-28")

    assert said(case) == []


def test_a_reminder_that_had_passed_when_the_duty_arose_is_left_out() -> None:
    case = opened("1 working day", entered="2025-03-11 12:00").pass_to("2025-03-20")

    assert said(case) == []
    assert opened("8 hours").pass_to("2025-03-05").of_kind("reminded") == []


def test_a_group_and_both_sides_are_reminded_of_their_own() -> None:
    case = opened("1 working day")
    case.does(SCHOOL, "letter")
    case.pass_to("2025-04-02")

    assert case.told("reminder") == [("worker", SCHOOL), ("worker", CARE), ("group", "")]
    assert [entry.at for entry in said(case)] == [london("2025-03-06"), london("2025-04-01")]


def test_the_reminder_is_the_next_moment_of_a_case_and_comes_late_after_an_outage() -> None:
    case = opened("2 working days")
    case.pass_to("2025-03-05")
    case.acts_as(Actor(agency=CARE, role="manager"), "reply")
    before = [duty for duty in case.state.outstanding if duty.strength != "may"]
    assert before
    assert next_moment(case.state) is not None
    case.sleep_to("2025-03-10 09:00")
    case.does(SCHOOL, "free")

    assert said(case)[0].at == london("2025-03-08")
    assert said(case)[0].body["because_of_outage"] is True
    case.replays()


def test_nobody_is_reminded_of_what_has_become_late_meanwhile() -> None:
    case = opened("2 working days").sleep_to("2025-03-14")
    case.does(SCHOOL, "free")

    assert said(case) == []
    assert case.duty("one/1").is_overdue
    case.replays()


def test_a_later_deadline_reminds_anew_of_what_nobody_was_reminded_of() -> None:
    case = opened("2 working days")
    for party in (SCHOOL, CARE):
        by = Actor(agency=party, role="worker")
        case.takes(Extended(by=by, duty=1, until=london("2025-03-20 12:00"), reason="as agreed"))
    case.pass_to("2025-03-21")

    assert reminded(case)[-1] == ("19 00:00", ["letter.sent"])


def test_in_a_pause_nobody_is_reminded_and_after_it_in_time() -> None:
    case = opened("2 working days", "4 hours")
    for party in (SCHOOL, CARE):
        case.takes(Paused(by=case.seat(party), until=london("2025-03-17 10:00"), reason="as agreed"))
    case.pass_to("2025-03-17 09:00")
    assert said(case) == []
    case.pass_to("2025-03-28")

    assert reminded(case) == [("17 12:00", ["reply"]), ("21 00:00", ["letter.sent"]), ("24 20:00", ["letter.sent"])]
    case.replays()


@pytest.mark.parametrize("lead", ["soon", "same working day", "2 days before", "none", ""])
def test_a_lead_time_is_a_number_of_hours_or_days(lead: str) -> None:
    with pytest.raises(ValidationError, match=r"write a number of hours or days|is not a period"):
        Local(reminders=(lead,))
