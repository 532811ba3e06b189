"""Who does it and who is told: a duty handed over, a seat that is wrongly filled, a contact for one case."""

from typing import Annotated, Literal

from pydantic import Field

from ..handed import NotTheirs
from ..people import Actor, Slug
from ..value import Instant
from .said import Name, Said, Words


class DutyHandedOver(Said):
    """Somebody has a duty for a time in its owner's place; handed to the owner's own seat it is taken back."""

    kind: Literal["hand-over"] = "hand-over"
    duty: int
    to: Actor
    until: Instant | None = None
    """None only where it is taken back."""
    reason: Words


class Misdirected(Said):
    """Whoever was told in a seat says that it is not theirs. It is no answer: nothing is done by it, no clock stops."""

    kind: Literal["misdirected"] = "misdirected"
    why: NotTheirs
    reason: Words = ""


class SeatMended(Said):
    """The partnership's office says that the right person sits in a seat now."""

    kind: Literal["mended"] = "mended"
    seat: Actor


class GuestAdded(Said):
    """The office knows how to reach somebody who has no place in the directory. The address is never said here."""

    kind: Literal["guest"] = "guest"
    agency: Slug
    role: Name
    title: Annotated[Words, Field(min_length=1, max_length=80)]
    """What they are, never their name."""
