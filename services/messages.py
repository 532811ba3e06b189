"""From what was typed after `escalate record` to the message that is sent."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import ValidationError

from domain.base.people import Actor
from domain.command_table import COMMANDS, WORDS, Field
from domain.commands import MESSAGES, Message, RiskRaised

from .command_fields import Placed, Said, as_option, must_fit
from .errors import Trouble
from .referrals import LARGEST_TEXT
from .remarks import note
from .times import read_day, read_time, read_until
from .unfit import unfit

Named = Callable[[str], str]
"""From an agency as it was typed to its id."""


def message_of(kind: str, name: str, said: Said, named: Named, placed: Placed = as_option) -> Message:
    """Make the message. *kind* is that of its command; *name* what was typed: its own word, an act or an outcome.

    *placed* names the place of what cannot be used in what people are told.

    Raises:
        Trouble: a value cannot be used.
    """
    must_fit(kind, name, said, placed)
    try:
        return MESSAGES[kind](**_common(kind, said, named, placed), **_own(kind, name, said, named, placed))
    except ValidationError as error:
        raise Trouble(f"It cannot be sent: {unfit(error)}") from None


def risk_of(said: Said, named: Named, placed: Placed = as_option) -> RiskRaised:
    """Make the message of immediate risk. Nothing in it may stop it: what cannot be used is told and left out."""
    at = None
    try:
        at = read_time(said["at"], placed("at"), ahead=False) if said["at"] else None
    except Trouble as trouble:
        note(f"{trouble.sentence} Now is taken instead.")
    by = Actor(agency=named(said["by"])[:60], role=said["role"][:60], person=said["person"][:120])
    wording, proof = said["note"][:LARGEST_TEXT], said["evidence"][:LARGEST_TEXT]
    if wording != said["note"]:
        note(f"{placed('note')} is cut to {LARGEST_TEXT:,} characters.")
    return RiskRaised(
        by=by, at=at, wording=wording, id=said["id"][:80], recorded_by=said["on_behalf_by"][:80], evidence=proof
    )


def _common(kind: str, said: Said, named: Named, placed: Placed) -> dict[str, Any]:
    lead = "on-call" if COMMANDS[kind].who == "on call" and not said["by"] else ""
    return {
        "by": Actor(agency=named(said["by"]), role=said["role"] or lead, person=said["person"]),
        "at": read_time(said["at"], placed("at"), ahead=False) if said["at"] else None,
        "seen": said["seen"],
        "id": said["id"],
        "recorded_by": said["on_behalf_by"],
        "evidence": said["evidence"],
    }


def _own(kind: str, name: str, said: Said, named: Named, placed: Placed) -> dict[str, Any]:
    """Return the fields of a message that are its command's own, as far as something was typed for them."""
    row = COMMANDS[kind]
    values: dict[str, Any] = {kind: name} if row.named else dict(WORDS[name][1].says)
    texts: dict[str, str] = {}
    for field in row.fields:
        typed = said[field.key]
        if not typed:
            continue
        if field.empties:
            values.setdefault(field.empties, ())
        elif field.answer == "name=text":
            if field.is_text:
                texts |= typed
            else:
                (pair,) = typed.items()
                values |= zip(field.fills, pair, strict=True)
        elif field.is_text:
            texts[field.option] = str(read_value(field, typed, named, placed))
        elif field.several:
            found = tuple(read_value(field, one, named, placed) for one in typed)
            values[field.fills[0]] = tuple(sorted(set(found))) if field.answer == "time ahead" else found
        else:
            values[field.fills[0]] = read_value(field, typed, named, placed)
    return values | ({"fields": texts} if texts else {})


def read_value(field: Field, typed: Any, named: Named, placed: Placed = as_option) -> Any:
    """Read one value as it was typed. Raises Trouble where it cannot be read."""
    place = placed(field.option)
    match field.answer:
        case "agency":
            return named(typed)
        case "agency:role":
            agency, _, role = typed.partition(":")
            return Actor(agency=named(agency.strip()), role=role.strip())
        case "seat":
            return read_seat(typed, place, named)
        case "past time" | "time ahead":
            return read_time(typed, place, ahead=field.answer == "time ahead")
        case "day or time ahead":
            return read_until(typed, place)
        case "day":
            return read_day(typed, place).isoformat()
        case "what; owner; day":
            return _dated(typed, place, named)
        case _:
            return typed


def _dated(text: str, place: str, named: Named) -> dict[str, str | date]:
    """Read `what; owner; 2026-12-01`; what may hold semicolons of its own."""
    parts = [part.strip() for part in text.rsplit(";", 2)]
    if len(parts) != 3 or not all(parts):
        raise Trouble(
            f'{place} {text[:40]!r} cannot be read: write {place} "what will be done; its agency; 2026-12-03".'
        )
    return {"what": parts[0], "owner": named(parts[1]), "by": read_day(parts[2], place)}


def read_seat(text: str, place: str, named: Named) -> Actor:
    """Read `role@agency` or `role@agency:handle`; without an agency it is a seat of the partnership. Raises Trouble."""
    seat, _, person = text.partition(":")
    role, _, agency = seat.partition("@")
    if not role.strip() or " " in role.strip():
        raise Trouble(f"{place} {text[:40]!r} cannot be read: write {place} ROLE@AGENCY or ROLE@AGENCY:HANDLE.")
    return Actor(agency=named(agency.strip()) if agency.strip() else "", role=role.strip(), person=person.strip())
