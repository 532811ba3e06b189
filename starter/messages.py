"""From what was typed after `escalate record` to the message that is sent."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import ValidationError

from domain.events import (
    ActDone,
    Action,
    AlertAcknowledged,
    ConfirmationWithdrawn,
    Contested,
    Corrected,
    Message,
    OutcomeSaid,
    PlanConfirmed,
    PlanProposed,
    Residual,
    RiskRaised,
    Waived,
)
from domain.people import Actor

from .errors import Trouble
from .referrals import LARGEST_TEXT
from .screen import note
from .seats import about_seats, read_seat
from .times import read_day, read_time
from .turns import about_the_case
from .typed import Said, must_fit
from .unfit import unfit

Named = Callable[[str], str]
"""From an agency as it was typed to its id."""


def message_of(kind: str, name: str, said: Said, named: Named) -> Message:
    """Make the message. *kind* is `act`, `outcome` or one of VERBS; *name* the act or outcome.

    Raises:
        Trouble: a value cannot be used.
    """
    must_fit(kind, name, said)
    try:
        return _made(kind, name, said, named)
    except ValidationError as error:
        raise Trouble(f"It cannot be sent: {unfit(error)}") from None


def risk_of(said: Said, named: Named) -> RiskRaised:
    """Make the message of immediate risk. Nothing in it may stop it: what cannot be used is told and left out."""
    at = None
    try:
        at = read_time(said["at"], "--at", ahead=False) if said["at"] else None
    except Trouble as trouble:
        note(f"{trouble.sentence} Now is taken instead.")
    by = Actor(agency=named(said["by"])[:60], role=said["role"][:60], person=said["person"][:120])
    wording, proof = said["note"][:LARGEST_TEXT], said["evidence"][:LARGEST_TEXT]
    if wording != said["note"]:
        note(f"--note is cut to {LARGEST_TEXT:,} characters.")
    return RiskRaised(
        by=by, at=at, wording=wording, id=said["id"][:80], recorded_by=said["on_behalf_by"][:80], evidence=proof
    )


def _made(kind: str, name: str, said: Said, named: Named) -> Message:
    common = _common(said, named, default_role="on-call" if kind == "acknowledge" and not said["by"] else "")
    match kind:
        case "act":
            return ActDone(
                **common,
                act=name,
                stage=said["stage"],
                method=said["method"],
                with_parties=tuple(named(one) for one in said["with_"]),
                fields=_fields(said, with_action=True),
                date=read_time(said["date"], "--date", ahead=True) if said["date"] else None,
                chair=_chair(said["chair"], named) if said["chair"] else None,
                appointees=tuple(read_seat(one, "--appoint", named) for one in said["appoint"]),
            )
        case "outcome":
            return OutcomeSaid(**common, outcome=name, stage=said["stage"], to=said["to"], fields=_fields(said))
        case "propose":
            actions = tuple(Action(**_dated(one, "--action", named)) for one in said["action"])
            left = tuple(Residual(**_dated(one, "--residual", named)) for one in said["residual"])
            residual = left if left or said["no_residual"] else None
            return PlanProposed(**common, actions=actions, residual=residual, fields=_fields(said))
        case "confirm":
            return PlanConfirmed(**common, version=said["version"])
        case "unconfirm":
            return ConfirmationWithdrawn(**common, version=said["version"])
        case "contest":
            return Contested(**common, entry=said["entry"], reason=said["reason"])
        case "correct":
            when = read_time(said["happened"], "--happened", ahead=False) if said["happened"] else None
            return Corrected(
                **common, entry=said["entry"], reason=said["reason"], happened_at=when, strike=said["strike"]
            )
        case "waive":
            return Waived(**common, duty=said["duty"], reason=said["reason"])
        case "acknowledge":
            return AlertAcknowledged(**common)
        case "hand-over" | "not-mine" | "left" | "mended":
            return about_seats(kind, common, said, named)
        case _:
            return about_the_case(kind, common, said, named)


def _common(said: Said, named: Named, default_role: str) -> dict[str, Any]:
    return {
        "by": Actor(agency=named(said["by"]), role=said["role"] or default_role, person=said["person"]),
        "at": read_time(said["at"], "--at", ahead=False) if said["at"] else None,
        "seen": said["seen"],
        "id": said["id"],
        "recorded_by": said["on_behalf_by"],
        "evidence": said["evidence"],
    }


def _fields(said: Said, *, with_action: bool = False) -> dict[str, str]:
    fields = dict(said["field"])
    for name in ("reason", "interim_safety", "fits_existing_plan", "note"):
        fields |= {name.replace("_", "-"): said[name]} if said[name] else {}
    if said.get("replacement"):
        fields["replacement"] = read_day(said["replacement"], "--replacement").isoformat()
    if with_action and said["action"]:
        if len(said["action"]) > 1 or not said["action"][0].isdecimal():
            raise Trouble("--action: give the number of one action of the plan, such as --action 2.")
        fields["action"] = said["action"][0]
    return fields


def _dated(text: str, option: str, named: Named) -> dict[str, str | date]:
    """Read `what; owner; 2026-12-01`; what may hold semicolons of its own."""
    parts = [part.strip() for part in text.rsplit(";", 2)]
    if len(parts) != 3 or not all(parts):
        raise Trouble(
            f'{option} {text[:40]!r} cannot be read: write {option} "what will be done; its agency; 2026-12-03".'
        )
    return {"what": parts[0], "owner": named(parts[1]), "by": read_day(parts[2], option)}


def _chair(text: str, named: Named) -> Actor:
    agency, _, role = text.partition(":")
    return Actor(agency=named(agency.strip()), role=role.strip())
