"""What a sensible person records of something that is offered: everything that it needs, with what may stand there."""

import datetime as dt
from typing import Any

from domain.base.people import Actor
from domain.case.plan import Action
from domain.case.state import Escalation
from domain.commands import ActDone, Message, OutcomeSaid, PlanConfirmed, PlanProposed
from domain.commands.acts.offer import Offer

POINTED_AT = frozenset({"date", "chair", "with", "person", "to", "appointee", "appointees"})
"""Needs that are no texts."""


def filled_in(case: Escalation, offer: Offer, by: Actor, now: dt.datetime) -> Message:
    """Return the message by which somebody records an offer now; *by* is one of its sayers."""
    day = case.day_of(now) + dt.timedelta(days=30)
    by = by.but(person=f"staff-{by.role}-{by.agency}"[:80])
    if offer.name == "confirm" and offer.kind == "plan":
        return PlanConfirmed(by=by, version=case.plan.version if case.plan else 0)
    texts = {need: offer.values.get(need, ("as said",))[0] for need in offer.needs if need not in POINTED_AT}
    for name, fact in case.policy.facts.items():
        if name in texts and fact.type == "date" and name not in offer.values:
            texts[name] = day.isoformat()
    if "replacement" in texts:
        texts["replacement"] = day.isoformat()
    if offer.kind == "plan":
        owner = by.agency or case.parties[0].id
        texts.pop("action", None)
        actions = (Action(what="Visit together", owner=owner, by=day),)
        return PlanProposed(by=by, actions=actions, fields=texts, residual=())
    stage = offer.stage if offer.says_stage else ""
    if offer.kind == "outcome":
        to = offer.values.get("to", ("",))[0]
        return OutcomeSaid(by=by, outcome=offer.name, stage=stage, fields=texts, to=to)
    said: dict[str, Any] = {"method": offer.methods[0] if offer.methods else ""}
    if "with" in offer.needs:
        said["with_parties"] = tuple(one for one in offer.values["with"] if one != by.agency)
    if "date" in offer.needs:
        said["date"] = now + dt.timedelta(days=5)
    if "chair" in offer.needs:
        said["chair"] = Actor(agency=offer.values["chair"][0])
    if "appointee" in offer.needs:
        said["appointees"] = (_seat(offer.values["appointee"][0]),)
    if "appointees" in offer.needs:
        said["appointees"] = tuple(map(_seat, offer.values["appointees"]))
    return ActDone(by=by, act=offer.name, stage=stage, fields=texts, **said)


def _seat(text: str) -> Actor:
    role, _, agency = text.partition("@")
    return Actor(role=role, agency=agency)
