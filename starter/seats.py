"""Seats as they are typed, and the messages about who sits in them and who has what for a time."""

from collections.abc import Callable
from typing import Any

from domain.events import DutyHandedOver, Message, Misdirected, SeatMended
from domain.people import Actor

from .errors import Trouble
from .times import read_until
from .typed import Said

Named = Callable[[str], str]


def about_seats(kind: str, common: dict[str, Any], said: Said, named: Named) -> Message:
    """Make the message; *common* is what every message carries.

    Raises:
        Trouble: a seat or a time cannot be read.
        ValidationError: a value does not fit.
    """
    match kind:
        case "hand-over":
            until = read_until(said["until"], "--until") if said["until"] else None
            to = read_seat(said["to"], "--to", named)
            return DutyHandedOver(**common, duty=said["duty"], to=to, until=until, reason=said["reason"])
        case "mended":
            return SeatMended(**common, seat=read_seat(said["seat"], "--seat", named))
        case _:
            return Misdirected(**common, why=kind, reason=said["reason"])


def read_seat(text: str, option: str, named: Named) -> Actor:
    """Read `role@agency` or `role@agency:handle`; without an agency it is a seat of the partnership. Raises Trouble."""
    seat, _, person = text.partition(":")
    role, _, agency = seat.partition("@")
    if not role.strip() or " " in role.strip():
        raise Trouble(f"{option} {text[:40]!r} cannot be read: write {option} ROLE@AGENCY or ROLE@AGENCY:HANDLE.")
    return Actor(agency=named(agency.strip()) if agency.strip() else "", role=role.strip(), person=person.strip())
