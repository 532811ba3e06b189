"""A small policy whose times are unknown, graded, agreed for a case, of a group's meeting or counted back."""

import tomllib
from typing import Any

from domain.base.people import Actor
from domain.commands import Corrected, DateAgreed, FactSaid, MeetingsPlanned, NumberFilled
from domain.policy import Policy, read_policy
from domain.policy.local_settings import Local
from tests.domain.case import SCHOOL, Case, london

OFFICE = Actor(role="operations", person="staff-7")
TEXT = """
[policy]
id = "timed"
title = "A policy of times"
edition = "1"
nation = "england-and-wales"
effective = 2025-01-01
gap = [{ says = "the number is in a drawing" }]

[fact]
urgency = { values = ["low", "high"], may_change = true }
conference = { type = "date", may_change = true }

[role]
worker = { title = "worker" }
lead = { title = "lead" }
group = { title = "group", of = "partnership", meets = "setting" }

[timescale.reply]
is = "unknown"
gap = "the number is in a drawing"
case_date = "stands in"
case_date_by = "every party"
[timescale.graded]
is = "5 working days"
graded_by = "urgency"
grades = { high = "24 hours" }
[timescale.shorter]
is = "10 working days"
case_date = "shortens"
[timescale.other]
is = "10 working days"
case_date = "replaces"
case_date_by = ["lead"]

[act]
talk = { kind = "discussion" }
letter = { kind = "notice" }
papers = { kind = "record" }
graded = { kind = "record" }
shorter = { kind = "record" }
other = { kind = "record" }
dated = { kind = "record" }
considered = { kind = "record" }
early = { kind = "record" }
report = { kind = "record" }
note = { kind = "record" }
panel = { kind = "meeting" }
kept = { kind = "record" }
waited = { kind = "record" }

[[track]]
id = "only"
stages = ["one", "two"]

[[stage]]
id = "one"
title = "Step one"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "letter", by = "receiving", within = "reply", of = ["one.talk", "one.opened"], strength = "must" },
  { act = "graded", by = "raising", within = "graded", strength = "must" },
  { act = "shorter", by = "raising", within = "shorter" },
  { act = "other", by = "raising", within = "other" },
  { act = "dated", by = "raising", within = "case date" },
  { act = "considered", by = "group", within = "next meeting of group" },
  { id = "papers-in", act = "papers", by = "raising", within = "5 working days before", of = "panel.date" },
  { act = "panel.held", by = "together", within = "none" },
  { act = "early", by = "raising", within = "48 hours before", of = "fact.conference" },
  { act = "report", by = "raising", within = "10 days before", of = "fact.conference" },
  { when = "panel.date", act = "note", by = "raising", within = "2 working days" },
  { act = "kept", by = "raising", within = "6 working days", until = "fact.conference" },
  { act = "waited", by = "raising", within = "6 working days", done_by = "panel.date", until = "fact.conference" },
]
outcome = [{ id = "not-agreed", said_by = "any party", leads_to = "next" }]

[[stage]]
id = "two"
title = "Step two"
raising = ["lead"]
receiving = ["lead"]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: noted" }]
"""


def timed() -> Policy:
    return read_policy(tomllib.loads(TEXT))


def opened(**said: Any) -> Case:
    """Opened on Tuesday 4 March 2025, at ten."""
    return Case(**{"policy": timed(), "local": Local(), "raiser": Actor(role="worker")} | said)


def fills(case: Case, name: str, within: str, by: Actor = OFFICE, **said: Any) -> None:
    case.takes(NumberFilled(by=by, timescale=name, within=within, whose="the board", **said))


def agrees(case: Case, party: str, name: str, until: str, role: str = "") -> str:
    return case.takes(DateAgreed(by=case.seat(party, role), timescale=name, until=london(until))).sentence


def meets(case: Case, *times: str) -> None:
    case.takes(MeetingsPlanned(by=OFFICE, of="group", at_times=tuple(london(time) for time in times)))


def corrects(case: Case, **said: Any) -> None:
    """The last act did not happen, or happened at another time."""
    entry = case.of_kind("act")[-1].number
    case.takes(Corrected(by=case.seat(SCHOOL), entry=entry, reason="a slip", **{"strike": not said} | said))


def answers(case: Case, fact: str, value: str) -> None:
    case.takes(FactSaid(by=case.seat(SCHOOL), fact=fact, value=value, reason="it is so"))
