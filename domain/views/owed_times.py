"""The times of what is owed in a case, and nothing else of it: by them lists find what is late, due or coming."""

from datetime import datetime
from typing import NamedTuple

from .status import CaseStatus, OwedNow


class OwedTimes(NamedTuple):
    """Of one thing that is owed and not only allowed. Each instant as in `OwedNow`."""

    due: datetime | None
    late_from: datetime | None
    acknowledged_until: datetime | None
    overdue: bool
    is_nobodys: bool
    """True where no seat is known that owes it."""


def times_of(owed: OwedNow) -> OwedTimes | None:
    """Return the times of one thing; None of what only may be done."""
    if owed.strength == "may":
        return None
    return OwedTimes(owed.due, owed.late_from, owed.acknowledged_until, owed.overdue, not owed.owed_by)


def all_times(standing: CaseStatus) -> tuple[OwedTimes, ...]:
    """Return the times of all that is owed in a case, in order."""
    return tuple(times for one in standing.owed if (times := times_of(one)) is not None)


def awaited(standing: CaseStatus) -> int:
    """Return how many answers a case waits for, one for each seat that is asked."""
    return sum(len(tuple(one.asked)) for one in standing.waiting)
