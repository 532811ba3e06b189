"""An act of the policy was done."""

from typing import Annotated, Literal

from pydantic import Field

from ...base.people import Actor
from ...base.value import Instant
from ...case.command import Command, Name, Words


class ActDone(Command):
    """An act of the policy was done."""

    kind: Literal["act"] = "act"
    act: Name
    stage: Name = ""
    method: Name = ""
    with_parties: tuple[Name, ...] = ()
    """Agencies that took part beside the sender's."""
    fields: dict[Name, Words] = {}
    date: Instant | None = None
    """For `.date-set`: when the meeting will be."""
    chair: Actor | None = None
    appointees: Annotated[tuple[Actor, ...], Field(max_length=30)] = ()
    """For an appointment: who takes the seat, or who sits in the body."""
