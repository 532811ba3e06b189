"""All alerts that were sent to the rungs which somebody holds: so many at a time, on whichever page they are."""

import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from adapters.register.board import Place, Standing, overdue, with_alarms

from .board import Line, is_mine

MOST = 200
"""Alerts of one question, and messages of one answer."""
LOOKED_AT = 1000
"""Cases that are read for one question."""
_AT_ONCE = 50
_PLACE = re.compile(r"(?P<due>[0-9T:.Z+-]{4,40}) (?P<ref>[A-Z0-9-]{4,40})")


class Mine(NamedTuple):
    """Some of them, and where to go on."""

    lines: list[Line]
    looked_at: int
    """Cases that were read."""
    following: Place | None
    """Behind which there are cases that were not looked at; None where there is none."""


def some_of_mine(
    url: str,
    is_seen: Callable[[Mapping[str, Any]], bool],
    held: Mapping[str, frozenset[str]],
    line: Callable[[Standing], Line],
    after: Place | None = None,
) -> Mine:
    """Return the next of those that somebody may see, at most `MOST`. Raises as the board does.

    *held* are the rungs that they hold now, by policy.
    """
    waiting = ((place, found) for place, found in overdue(url, held, after) if is_seen(found))
    lines: list[Line] = []
    looked_at = 0
    while True:
        many = min(_AT_ONCE, MOST - len(lines), LOOKED_AT - looked_at)
        some = list(islice(waiting, many))
        looked_at += len(some)
        read = map(line, with_alarms(url, [found for _, found in some]))
        lines += [one for one in read if is_mine(one, held[one.policy])]
        if len(some) < many:
            return Mine(lines, looked_at, None)
        if len(lines) == MOST or looked_at == LOOKED_AT:
            is_more = next(waiting, None) is not None
            return Mine(lines, looked_at, some[-1][0] if is_more else None)


def said(place: Place | None) -> str:
    """Return a place as it stands in an address or a form; empty for none."""
    return f"{place.due} {place.ref}" if place else ""


def read_place(given: str) -> Place | None:
    """Read a place that a form of ours sent; None for anything else, so that one begins in front."""
    found = _PLACE.fullmatch(given)
    return Place(found["due"], found["ref"]) if found else None
