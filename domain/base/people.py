"""Who is in a case: parties, and the actors who speak for them. Seats and agencies, not names of people."""

from typing import Annotated, Literal

from pydantic import Field

from .value import Text, Value

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+([-.][a-z0-9]+)*$", max_length=60)]
Side = Literal["raising", "receiving"]
BOTH_SIDES: tuple[Side, ...] = ("raising", "receiving")


class Actor(Value):
    """Somebody in a seat. `person` is an opaque handle (a staff number, say), never shown in a notice."""

    agency: Annotated[Text, Field(max_length=60)] = ""
    """Agency id, or empty for a seat of the partnership."""
    role: Annotated[Text, Field(max_length=60)] = ""
    """A role id of the policy."""
    person: Annotated[Text, Field(max_length=120)] = ""

    def __str__(self) -> str:
        return f"{self.role}, {self.agency}" if self.role and self.agency else self.role or self.agency


class Party(Value):
    """A side in a dispute, usually one agency. Two parties of one agency are told apart by their side (L3)."""

    id: Slug
    """The agency's id, or `<agency>.<side>` where one agency is on both sides."""
    agency: Slug
    side: Side


def parties_of(raising: str, receiving: tuple[str, ...]) -> tuple[Party, ...]:
    """Make the parties of a case from agency ids, the raising one first."""
    sides: tuple[tuple[str, Side], ...] = ((raising, "raising"), *((agency, "receiving") for agency in receiving))
    agencies = [agency for agency, _ in sides]
    return tuple(
        Party(id=agency if agencies.count(agency) == 1 else f"{agency}.{side}", agency=agency, side=side)
        for agency, side in sides
    )
