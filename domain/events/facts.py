"""What is asked about a case, answered or answered anew; and who is in it."""

from typing import Literal

from ..people import Side, Slug
from .said import Name, Said, Words


class FactSaid(Said):
    """A fact of the policy is answered, or answered anew."""

    kind: Literal["fact"] = "fact"
    fact: Name
    value: Name
    """A date as `2025-03-04` or with its time and offset."""
    reason: Words = ""
    """Needed where an earlier answer changes."""


class PartyJoined(Said):
    """Another agency becomes a party."""

    kind: Literal["join"] = "join"
    agency: Slug
    side: Side
    reason: Words


class PartyLeft(Said):
    """A party leaves the dispute."""

    kind: Literal["leave"] = "leave"
    party: Slug
    reason: Words
