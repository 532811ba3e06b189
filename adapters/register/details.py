"""The detail of an attempt: why it came to nothing, by what it went to whom it did. Nothing about a person."""

from collections.abc import Iterable
from typing import NamedTuple

_BY, _TO = "by ", "; to holder "
LONGEST = 150
"""Characters of what it went by; a reason before it is a word or two, and a detail is cut at 200."""


class Detail(NamedTuple):
    """Read from, and written as, `PostDown; by rota edition 2026-3, turn 2; to holder 2`; any part may be missing."""

    why: str
    """`PostDown`, `AddressRefused`, `permanent-failure` …; empty for what was taken."""
    by: str
    """`rota edition 2026-3, turn 2`, `the deputies in the directory`; empty for the seat's own holders."""
    to: str = ""
    """Where some of several were told and others not, who is meant: `holder 2`, `holder 1, e-mail 2`; else empty."""

    def __str__(self) -> str:
        """Write it."""
        parts = [self.why] * bool(self.why) + [_BY + self.by] * bool(self.by) + [f"to {self.to}"] * bool(self.to)
        return "; ".join(parts)


def read_detail(detail: str) -> Detail:
    """Take a detail apart again."""
    rest, mark, holder = f"; {detail}".rpartition(_TO)
    to, rest = (f"holder {holder}", rest) if mark else ("", f"; {detail}")
    rest = rest.removeprefix("; ")
    if rest.startswith(_BY):
        return Detail("", rest.removeprefix(_BY), to)
    why, _, by = rest.partition(f"; {_BY}")
    return Detail(why, by, to)


def waiting(tries: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return who of several is yet to be told of a notice that reached the others.

    *tries* are result and detail, in their order.
    """
    left: dict[str, None] = {}
    for result, detail in tries:
        if not (to := read_detail(detail).to):
            continue
        if result == "failed":
            left[to] = None
        else:
            left.pop(to, None)
    return tuple(left)
