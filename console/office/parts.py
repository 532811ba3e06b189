"""The parts of what there is much of: so many of the newest on a page, and the older ones by their own addresses."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

MOST = 100
"""Of one part."""


class Part(NamedTuple):
    """Some of what there is, the newest first."""

    items: Sequence[Any]
    of_all: int
    """How many there are in all."""
    newer: str
    """What the address of the part before asks for, with its `?`; empty for the newest."""
    older: str
    first: int
    """Which of all the first of these is, counted from the newest; 0 where there is none."""

    @property
    def last(self) -> int:
        """Which of all the last of these is."""
        return self.first + len(self.items) - 1


def part_of(every: Sequence[Any], name: str, asked: Mapping[str, str]) -> Part:
    """Return the part that an address asks for under a name; the nearest one there is for what is no part.

    *every* holds the oldest first. *asked* holds what is asked for under each name; other names stay as they are.
    """
    count, given = len(every), asked.get(name, "")
    parts = max(1, -(-count // MOST))
    number = min(int(given), parts) if given.isdecimal() and len(given) < 6 and int(given) else 1
    begins = (number - 1) * MOST

    def at(other: int) -> str:
        return "?" + urlencode({**{key: value for key, value in asked.items() if value}, name: str(other)})

    return Part(
        items=every[::-1][begins : begins + MOST],
        of_all=count,
        newer=at(number - 1) if number > 1 else "",
        older=at(number + 1) if number < parts else "",
        first=begins + 1 if count else 0,
    )
