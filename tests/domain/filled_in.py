"""What a sensible person records of something that is offered: everything that it needs, with what may stand there."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from domain.base.people import Actor
from domain.case.plan import Action
from domain.case.state import Escalation
from domain.commands import HANDLERS, ActDone, DateAgreed, Message, OutcomeSaid, PlanConfirmed, PlanProposed
from domain.commands.acts.offer import Offer
from domain.commands.corrections import is_of_people
from domain.engine.seats import is_shared, voices

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


def said_so(case: Escalation, offer: Offer, chosen: int, now: dt.datetime) -> list[Message]:
    """Return what somebody may sensibly say by a command that is offered now; of several, one is enough to be taken.

    *chosen* picks among its sayers, and of what it may speak.
    """
    by = offer.sayers[chosen % len(offer.sayers)]
    of = {name: among[chosen % len(among)] for name, among in offer.values.items() if among}
    said = {"by": by.but(person=f"staff-{chosen}"), **_OF[offer.kind](case, of, by, now)}
    if offer.kind != "agree-date":
        return [EVERY[offer.kind](**said)]
    return [DateAgreed(**said, until=now + dt.timedelta(hours=hours)) for hours in (1, 30, 24 * 40, 24 * 300)]


Of = dict[str, str]
WHY = {"reason": "as said"}


def _extended(case: Escalation, of: Of, _: Actor, now: dt.datetime) -> dict[str, Any]:
    duty = case.duties[int(of["duty"]) - 1]
    latest = max(moment for moment in (now, duty.due, duty.late_from) if moment)
    return {"duty": duty.id, "until": latest + dt.timedelta(days=2), **WHY}


def _corrected(case: Escalation, of: Of, _: Actor, __: dt.datetime) -> dict[str, Any]:
    happened = next(one for one in case.occurrences if one.entry == int(of["entry"]) and is_of_people(one))
    return {"entry": happened.entry, "happened_at": happened.at, **WHY}


def _handed(case: Escalation, of: Of, by: Actor, now: dt.datetime) -> dict[str, Any]:
    duty, roles = case.duties[int(of["duty"]) - 1], sorted(case.policy.roles)
    agency = by.agency or next((p.agency for p in case.parties if duty.party in {p.id, ""}), "")
    shared = [role for role in roles if is_shared(case, duty.by) and role in voices(case.policy, duty.by)]
    to = Actor(role=shared[0], person="staff-9") if shared else Actor(agency=agency, role=roles[0], person="staff-9")
    if duty.party and all(duty.party != party.id for party in case.parties):
        to = Actor(agency=duty.party, role=roles[0], person="staff-9")
    return {"duty": duty.id, "to": to, "until": now + dt.timedelta(days=3), **WHY}


def _fact(case: Escalation, of: Of, _: Actor, now: dt.datetime) -> dict[str, Any]:
    fact = case.policy.facts[of["fact"]]
    other = [value for value in fact.values if value != case.facts.get(of["fact"])]
    plain = case.day_of(now).isoformat() if fact.type == "date" else "in words of their own"
    return {"fact": of["fact"], "value": other[0] if other else plain, **WHY}


_OF: dict[str, Callable[[Escalation, Of, Actor, dt.datetime], dict[str, Any]]] = {
    "unconfirm": lambda _, of, *__: {"version": int(of["version"])},
    "withdraw": lambda *_: WHY,
    "extend": _extended,
    "pause": lambda _, __, ___, now: {"until": now + dt.timedelta(days=9), **WHY},
    "unpause": lambda *_: WHY,
    "agree-date": lambda _, of, *__: {"timescale": of["timescale"], **WHY},
    "fill": lambda _, of, *__: {"timescale": of["timescale"], "within": "1 hours", "whose": "the board"},
    "meetings": lambda case, of, __, now: {"of": of["group"], "at_times": (now + dt.timedelta(hours=1),)},
    "correct": _corrected,
    "contest": lambda _, of, *__: {"entry": int(of["entry"]), **WHY},
    "own-record": lambda *_: {"number": "EXAMPLE-77", **WHY},
    "correct-party": lambda _, of, *__: {"party": of["party"], "agency": "brook-school", **WHY},
    "mended": lambda case, *_: {"seat": Actor(**case.misdirected[0].seat.model_dump(include={"role", "agency"}))},
    "void": lambda *_: WHY,
    "waive": lambda _, of, *__: {"duty": int(of["duty"]), **WHY},
    "reopen": lambda *_: WHY,
    "hand-over": _handed,
    "join": lambda *_: {"agency": "brook-school", "side": "receiving", **WHY},
    "leave": lambda _, of, *__: {"party": of["agency"], **WHY},
    "fact": _fact,
}
EVERY: dict[str, Callable[..., Message]] = {
    str(made.model_fields["kind"].default): made for made in HANDLERS if "kind" in made.model_fields
}
