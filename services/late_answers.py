"""Who answers late, by seat and never by person: how alerts were answered, and what is late now. From the record."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from adapters.digest import Sources, glance, looked_into
from adapters.register import reading
from adapters.register.errors import NothingThere

from .telling import ALERTS, Told, told

LOOKED_BACK = timedelta(days=90)


class Answers(NamedTuple):
    """How one seat answered what it was alerted of."""

    seat: str
    asked: int
    answered: int
    usual_minutes: int
    """The median; 0 where nothing was answered."""
    longest_minutes: int
    unreached: int
    """How many alerts reached nobody."""


class LateNow(NamedTuple):
    """What is late now and owed by one seat."""

    seat: str
    things: int
    cases: tuple[str, ...]
    oldest: datetime | None


def answers(register: str, cases: Iterable[str], policies: Iterable[str], now: datetime) -> list[Answers]:
    """Return how alerts of the last 90 days were answered in some cases, by seat, the slowest first.

    Raises RegisterUnreachable.
    """
    since, theirs = now - LOOKED_BACK, frozenset(cases)
    by_seat: dict[str, list[Told]] = {}
    for policy in policies:
        for case in sorted(reading.list_alarmed(register, policy, since) & theirs):
            for one in _told(register, case):
                if one.kind in ALERTS and datetime.fromisoformat(one.due) >= since:
                    by_seat.setdefault(_seat(one.to, one.agency), []).append(one)
    found = [_answers(seat, asked) for seat, asked in by_seat.items()]
    return sorted(found, key=lambda one: (one.answered - one.asked, -one.usual_minutes, one.seat))


def late_now(sources: Sources, cases: Iterable[str], policies: Iterable[str], now: datetime) -> list[LateNow]:
    """Return what is late now in some cases, by the seat that owes it, the seat with most first.

    Raises RegisterUnreachable.
    """
    theirs = frozenset(cases)
    by_seat: dict[str, list[Any]] = {}
    for policy in policies:
        try:
            ground = sources.ground(policy)
            seen = glance(sources.register, policy, ground, now)
            late = {line.case for line in seen.lines if line.band == "late"}
            items, _ = looked_into(sources.register, late & theirs, ground, now)
        except NothingThere:
            continue
        for item, seats in items:
            if item.band == "late":
                for seat in seats or (None,):
                    name = _seat(seat.title, seat.agency) if seat else item.by
                    by_seat.setdefault(name, []).append(item)
    told = [
        LateNow(
            seat,
            len(items),
            tuple(dict.fromkeys(one.case for one in items)),
            min((one.due for one in items if one.due), default=None),
        )
        for seat, items in by_seat.items()
    ]
    return sorted(told, key=lambda one: (-one.things, one.seat))


def _told(register: str, case: str) -> Sequence[Told]:
    entries = reading.read_entries(register, case)
    return told(reading.read_told(register, case), reading.read_attempts(register, case), entries)


def _answers(seat: str, asked: Sequence[Told]) -> Answers:
    waited = [_minutes(one.due, one.acknowledged) for one in asked if one.acknowledged]
    return Answers(
        seat,
        len(asked),
        len(waited),
        int(median(waited)) if waited else 0,
        max(waited, default=0),
        sum(one.is_amiss for one in asked),
    )


def _minutes(due: str, answered: str) -> int:
    return max(0, int((datetime.fromisoformat(answered) - datetime.fromisoformat(due)).total_seconds() // 60))


def _seat(title: str, agency: str) -> str:
    return f"{title}, {agency}" if agency else title
