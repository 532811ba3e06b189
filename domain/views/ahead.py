"""What time alone will bring: who is told next and when, if nobody says anything. The rules are asked."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ..base.value import Instant, Value
from ..case.effects import Notice
from ..case.state import Escalation
from ..commands import MomentPassed
from ..decide import decide
from ..engine.moments import next_moment


class Told(Value):
    """Notices that go at one moment."""

    at: Instant
    kind: str
    """Of the notices: `reminder`, `overdue`, `alert` …"""
    to: tuple[str, ...]
    """The seats, by title, with their agencies."""
    owed: tuple[str, ...]
    """What they are about."""


def told_next(case: Escalation, now: datetime, most: int = 6) -> tuple[Told, ...]:
    """Return who is told next and when, as far as the clock decides it: at most so many notices.

    A moment that has passed and that nobody has taken counts as *now* (aware).
    """
    found: list[Told] = []
    for _ in range(most):
        moment = next_moment(case)
        if moment is None or len(found) >= most:
            break
        at = max(moment, now)
        decision = decide(case, MomentPassed(), at)
        if decision.escalation == case:
            break
        found += _told(at, decision.notices)
        case = decision.escalation
    return tuple(found[:most])


def _told(at: datetime, notices: Iterable[Notice]) -> Iterator[Told]:
    """Yield one line for each kind and what it is about."""
    together: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in notices:
        to = f"{one.to.title}, {one.to.agency}" if one.to.agency else one.to.title
        together.setdefault((one.kind, tuple(dict.fromkeys(owed.what for owed in one.owed))), []).append(to)
    for (kind, owed), seats in together.items():
        yield Told(at=at, kind=kind, to=tuple(dict.fromkeys(seats)), owed=owed)
