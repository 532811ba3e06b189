"""Mending the record: contests, corrections, waivers, links."""

from typing import Literal

from ..value import Instant
from .said import Name, Said, Words


class Contested(Said):
    """A party says that what was entered with its name in it is not so."""

    kind: Literal["contest"] = "contest"
    entry: int
    reason: Words


class Corrected(Said):
    """An entry was wrong: it happened at another time, or not at all. The entry itself stays as it is."""

    kind: Literal["correct"] = "correct"
    entry: int
    reason: Words
    happened_at: Instant | None = None
    """When it really happened."""
    strike: bool = False
    """It did not happen."""


class Linked(Said):
    """Another case concerns the same person. Nothing is shared but the knowledge of it."""

    kind: Literal["link"] = "link"
    other: Name
    """The other case's reference."""
    reason: Words = ""


class Waived(Said):
    """A named person lets a duty go that would keep an ended case from closing."""

    kind: Literal["waive"] = "waive"
    duty: int
    reason: Words
