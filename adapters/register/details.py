"""The detail of an attempt: why it came to nothing, and by what it went to whom it did. Nothing about a person."""

from typing import NamedTuple

_BY = "by "
LONGEST = 150
"""Characters of what it went by; a reason before it is a word or two, and a detail is cut at 200."""


class Detail(NamedTuple):
    """Read from, and written as, `PostDown; by rota edition 2026-3, turn 2`; either part may be missing."""

    why: str
    """`PostDown`, `AddressRefused`, `permanent-failure` …; empty for what was taken."""
    by: str
    """`rota edition 2026-3, turn 2`, `the deputies in the directory`; empty for the seat's own holders."""

    def __str__(self) -> str:
        """Write it."""
        return "; ".join([self.why] * bool(self.why) + [_BY + self.by] * bool(self.by))


def read_detail(detail: str) -> Detail:
    """Take a detail apart again."""
    if detail.startswith(_BY):
        return Detail("", detail.removeprefix(_BY))
    why, _, by = detail.partition(f"; {_BY}")
    return Detail(why, by)
