"""A small policy with a clock of every unit, whose clocks may stand still."""

import datetime as dt
import tomllib
from typing import Any

from domain.base.people import Actor
from domain.commands import Paused
from domain.policy import Policy, read_policy
from domain.policy.local_settings import Local
from domain.views.explanation import Explained, explain
from tests.domain.case import CARE, SCHOOL, Case, london

TEXT = """
[policy]
id = "still"
title = "A policy that stands still"
edition = "1"
nation = "england-and-wales"
effective = 2025-01-01

[role]
worker = { title = "worker" }
group = { title = "group", of = "partnership" }

[act]
talk = { kind = "discussion" }
deal = { kind = "plan" }
days = { kind = "record" }
hours = { kind = "record" }
clock = { kind = "record" }
office = { kind = "record" }
month = { kind = "record" }
prompt = { kind = "record" }
whenever = { kind = "record" }
free = { kind = "record" }
guide = { kind = "record" }
met = { kind = "record" }
again = { kind = "record" }
learnt = { kind = "record" }
panel = { kind = "meeting" }
mediated = { kind = "record" }

[[track]]
id = "only"
stages = ["one"]

[[stage]]
id = "one"
title = "Step one"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "days", by = "raising", within = "5 working days", strength = "must" },
  { act = "hours", by = "raising", within = "48 hours on working days", of = ["one.talk", "one.opened"] },
  { act = "clock", by = "raising", within = "60 hours" },
  { act = "office", by = "raising", within = "20 working hours" },
  { act = "month", by = "raising", within = "28 days" },
  { act = "prompt", by = "raising", within = "immediately" },
  { act = "whenever", by = "raising" },
  { act = "free", by = "raising", within = "2 working days", strength = "may" },
  { act = "guide", by = "raising", within = "2 working days", indicative = true },
  { act = "met", by = "group", within = "next meeting of group" },
  { act = "panel.held", by = "together" },
]
outcome = [
  { id = "stopped", said_by = "raising", leads_to = "end: stopped" },
  { id = "to-mediation", said_by = "any party", opens = ["mediation"] },
  { id = "lessons", said_by = "any party", opens = ["learning"] },
]

[[stage]]
id = "mediation"
title = "Mediation"
strand = "side"
pauses = true
raising = ["worker"]
receiving = ["worker"]
duty = [{ act = "mediated", by = "together", within = "2 working days" }]
outcome = [{ id = "over", said_by = "any party", leads_to = "done" }]

[[stage]]
id = "learning"
title = "Learning"
strand = "learning"
body = "group"
duty = [{ act = "learnt", by = "group", within = "5 working days" }]
outcome = [{ id = "learnt-it", said_by = "group", leads_to = "done" }]

[[duty]]
when = "any.talk"
act = "again"
by = "each party"
within = "5 working days"
until = "done"
"""
LOCAL = Local(
    pausing=True,
    tolerance="8 hours",
    untimed="10 working days",
    meetings={"group": (london("2025-03-20 14:00"), london("2025-05-20 14:00"))},
)


def still() -> Policy:
    return read_policy(tomllib.loads(TEXT))


def opened(local: Local = LOCAL, **said: Any) -> Case:
    """Opened on Tuesday 4 March 2025, at ten."""
    return Case(**{"policy": still(), "local": local, "raiser": Actor(role="worker")} | said)


def consents(case: Case, party: str, until: str) -> str:
    return case.takes(Paused(by=case.seat(party), until=london(until), reason="as agreed")).sentence


def pauses(case: Case, until: str = "2025-03-17 10:00") -> Case:
    """Both parties agree on a pause."""
    consents(case, SCHOOL, until)
    consents(case, CARE, until)
    return case


def dues(case: Case) -> dict[str, dt.datetime | None]:
    return {duty.acts[0]: duty.due for duty in case.state.duties}


def explained(case: Case, rule: str) -> Explained:
    """How the newest duty of a rule got its clock."""
    return next(one for one in explain(case.state) if one.rule == rule)
