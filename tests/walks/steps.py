"""Whole cases as data: who says what in which order. The same walk is told to `decide` alone and on the real server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from domain.base.people import Actor
from domain.case.plan import Action
from domain.commands import (
    ActDone,
    DateAgreed,
    FactSaid,
    MeetingsPlanned,
    Message,
    OutcomeSaid,
    PlanConfirmed,
    PlanProposed,
    Reopened,
    RiskRaised,
)

A, B, C, D = "hill-school", "social-care", "police", "nhs-trust"
"""Four invented agencies: A raises, B receives; C and D are partners, or parties where a walk says so."""
PARTNERS = (A, B, C, D)
WORDS = {"reason": "as said", "interim-safety": "as said", "risk-considered": "as said", "written": "as said"}


@dataclass(frozen=True)
class Owing:
    """Something that is owed now, late, or no longer owed."""

    what: str
    """Words of its title."""
    by: str = ""
    """Who owes it, as people read it; empty for anybody."""
    late: bool = False
    """True where it must be overdue by now."""
    gone: bool = False
    """True where it must not be owed."""


@dataclass(frozen=True)
class Step:
    """One thing of a walk: something said, time that passes, or what must hold now."""

    says: Callable[[datetime], Message] | None = None
    refused: str = ""
    """Words of the sentence with which it is refused; empty where it is taken."""
    waits: timedelta = timedelta()
    stages: tuple[str, ...] | None = None
    """Ids of the steps that must be open now, in the order of opening."""
    ended: str | None = None
    owing: Owing | None = None
    """What must be owed now, or no longer."""


@dataclass(frozen=True)
class Walk:
    """A whole case: how it opens, and every step of it."""

    policy: str
    raiser: str
    """Role of whoever raises it."""
    steps: tuple[Step, ...]
    facts: dict[str, str] = field(default_factory=dict)
    receiving: tuple[str, ...] = (B,)
    more: dict[str, Any] = field(default_factory=dict)
    """Further keys of the opening: `kinds`, `local` …"""


def seat(who: str) -> Actor:
    """Read `role@agency`, `role@agency:person`, or `role` alone for a seat of the partnership."""
    role, _, place = who.partition("@")
    agency, _, person = place.partition(":")
    return Actor(role=role, agency=agency, person=person)


def act(who: str, name: str, *fields: str, refused: str = "", in_days: int = 0, chair: str = "", **said: Any) -> Step:
    """Record an act; *fields* are the texts it needs, by name; *in_days* is for the date of a meeting."""
    told = {**dict.fromkeys(fields, "as said"), **said.pop("fields", {})}
    appointees = tuple(seat(one) for one in said.pop("appoint", ()))

    def message(now: datetime) -> Message:
        dated = {"date": now + timedelta(days=in_days)} if in_days else {}
        led = {"chair": seat(chair)} if chair else {}
        return ActDone(by=seat(who), act=name, fields=told, appointees=appointees, **dated, **led, **said)

    return Step(says=message, refused=refused)


def says(who: str, outcome: str, *, refused: str = "", **said: Any) -> Step:
    """Say an outcome, with the four usual texts."""
    told = {**WORDS, **said.pop("fields", {})}
    return Step(says=lambda _: OutcomeSaid(by=seat(who), outcome=outcome, fields=told, **said), refused=refused)


def fact(who: str, name: str, value: str, *, reason: str = "as said", refused: str = "") -> Step:
    """Answer a fact, or answer it anew."""
    return Step(says=lambda _: FactSaid(by=seat(who), fact=name, value=value, reason=reason), refused=refused)


def plan_meeting(who: str, of: str, in_days: int) -> Step:
    """Say when a group meets next."""
    return Step(says=lambda now: MeetingsPlanned(by=seat(who), of=of, at_times=(now + timedelta(days=in_days),)))


def agree_date(*who: str, timescale: str, in_days: int, refused: str = "") -> tuple[Step, ...]:
    """Agree on a date for this case: each of them says the same day, at 17:00 UTC."""

    def agreement(one: str) -> Step:
        def message(now: datetime) -> Message:
            until = (now + timedelta(days=in_days)).replace(hour=17, minute=0, second=0, microsecond=0)
            return DateAgreed(by=seat(one), timescale=timescale, until=until, reason="as said")

        return Step(says=message, refused=refused)

    return tuple(agreement(one) for one in who)


def risk(who: str = "") -> Step:
    """Raise immediate risk."""
    return Step(says=lambda _: RiskRaised(by=seat(who)))


def agree(*who: str, **fields: str) -> tuple[Step, ...]:
    """Agree on a plan of one action: the first proposes it, the others confirm it."""
    first, *others = who

    def proposal(now: datetime) -> Message:
        action = Action(what="Visit together", owner=seat(first).agency, by=_day(now) + timedelta(days=14))
        return PlanProposed(by=seat(first), actions=(action,), fields=fields, residual=())

    def confirmation(one: str) -> Step:
        return Step(says=lambda _: PlanConfirmed(by=seat(one), version=0))

    return (Step(says=proposal), *(confirmation(one) for one in others))


def reopen(who: str, *, refused: str = "") -> Step:
    """Reopen the dispute."""
    return Step(says=lambda _: Reopened(by=seat(who), reason="as said"), refused=refused)


def wait(**span: float) -> Step:
    """Let time pass."""
    return Step(waits=timedelta(**span))


def at(*stages: str) -> Step:
    """These steps are open now, and no other."""
    return Step(stages=stages)


def ended(how: str) -> Step:
    """The dispute has ended so."""
    return Step(ended=how)


def owes(what: str, by: str = "") -> Step:
    """A duty with these words in its title is owed now."""
    return Step(owing=Owing(what, by))


def late(what: str, by: str = "") -> Step:
    """A duty with these words in its title is overdue now."""
    return Step(owing=Owing(what, by, late=True))


def owes_no(what: str, by: str = "") -> Step:
    """No duty with these words in its title is owed now."""
    return Step(owing=Owing(what, by, gone=True))


def walk(policy: str, raiser: str, *steps: Step | tuple[Step, ...], **more: Any) -> Walk:
    """Put a walk together."""
    flat = tuple(one for step in steps for one in (step if isinstance(step, tuple) else (step,)))
    own = {key: more.pop(key) for key in ("facts", "receiving") if key in more}
    return Walk(policy=policy, raiser=raiser, steps=flat, more=more, **own)


def _day(now: datetime) -> date:
    return now.date()
