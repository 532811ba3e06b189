"""What is on hand in open cases, in columns that stand in clear: times and numbers, and nothing that people wrote.

`owed` is a JSON array of the number of the last entry that it has taken in, and an array for each thing that is owed:
when it is due, from when it is late and until when it was acknowledged, each null where there is no such time; then 1
where it is overdue, and 1 where no seat is known that owes it, else 0. `awaited` is how many answers the case waits
for. Where `owed` is null, or of another entry than its row, an older version wrote the row: then its view says these.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .drivers import rows
from .errors import ColumnMissing
from .instants import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from domain.views.owed_times import OwedTimes

NAMES = ("owed", "awaited", "next_moment")
"""The columns."""


class OnHand(NamedTuple):
    """What the columns say of one case."""

    owed: tuple[OwedTimes, ...]
    awaited: int
    next_moment: datetime | None


def columns(
    as_of: int, owed: Iterable[OwedTimes] | None, awaited: int | None, next_moment: datetime | None
) -> dict[str, str | int | None]:
    """Return the columns of a standing as of an entry's number; all empty without *owed*."""
    if owed is None:
        return dict.fromkeys(NAMES)
    told = [
        [_said(one.due), _said(one.late_from), _said(one.acknowledged_until), int(one.overdue), int(one.is_nobodys)]
        for one in owed
    ]
    return {
        "owed": json.dumps([as_of, told], separators=(",", ":")),
        "awaited": awaited or 0,
        "next_moment": _said(next_moment),
    }


def columns_of_view(view: Mapping[str, Any]) -> dict[str, str | int | None]:
    """Return the columns that a standing has by its view. Raises ValueError where it is no view."""
    from domain.views.owed_times import all_times, awaited
    from domain.views.status import CaseStatus

    shown = CaseStatus.model_validate(view)
    return columns(shown.as_of, all_times(shown), awaited(shown), shown.next_moment)


class Reader:
    """Reads the columns of many cases: many things are due at the same instants."""

    def __init__(self) -> None:
        from domain.views.owed_times import OwedTimes

        self._times = OwedTimes
        self._instant = cache(_read)

    def read(self, row: Mapping[str, Any]) -> OnHand | None:
        """Return what the columns of a row say; None where it is nothing, or nothing that this program wrote there."""
        instant, times = self._instant, self._times
        try:
            as_of, told = json.loads(row["owed"])
            if type(as_of) is not int or as_of != row["as_of_number"] or not isinstance(told, list):
                return None
            owed = tuple(
                times(instant(due), instant(late_from), instant(until), _is(overdue), _is(is_nobodys))
                for due, late_from, until, overdue, is_nobodys in told
            )
            waits = row["awaited"]
            if type(waits) is not int or waits < 0:
                return None
            return OnHand(owed, waits, instant(row["next_moment"]))
        except (ValueError, TypeError, RecursionError):
            return None


def read_on_hand(url: str, policy: str) -> list[tuple[str, OnHand | None]]:
    """Return the reference of each open case under a policy, in order, with what its columns say.

    Raises NothingThere and RegisterUnreachable, as `reading` does.
    """
    given, values = "FROM standing WHERE open AND policy = :policy ORDER BY case_ref", {"policy": policy}
    try:
        found = rows(url, f"SELECT case_ref, as_of_number, {', '.join(NAMES)} {given}", values)
    except ColumnMissing:  # no worker of this version has prepared it
        return [(str(row["case_ref"]), None) for row in rows(url, f"SELECT case_ref {given}", values)]
    reader = Reader()
    return [(str(row["case_ref"]), reader.read(row)) for row in found]


def _said(instant: datetime | None) -> str | None:
    return None if instant is None else to_text(instant)


def _read(said: object) -> datetime | None:
    if said is None:
        return None
    instant = from_text(str(said))
    if instant.tzinfo is None:
        raise ValueError("A time in the register needs a zone.")
    return instant


def _is(said: object) -> bool:
    if said not in (0, 1):
        raise ValueError("It is 1 or 0.")
    return said == 1
