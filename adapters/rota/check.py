"""What is wrong in a rota that could be read, in the weeks to come."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations
from typing import Literal

from adapters.directory.addresses import KINDS
from adapters.directory.check import Finding
from domain.base.refusals import listed
from domain.base.words import say_date, say_instant

from .rota import END, WEEK, Rota, Stretch
from .shape import TurnRule


def check_rota(rota: Rota, now: datetime, weeks: int) -> list[Finding]:
    """List what is wrong from *now* (aware) on, for so many weeks; an empty list means that all is well.

    A fault leaves a rank or everybody out of reach; a warning is for a person to judge.
    """
    ends = now + timedelta(weeks=weeks)
    held = {rank: list(rota.stretches(rank, now, ends)) for rank in rota.ranks}
    return [
        *_people(rota, now, ends, held),
        *(finding for rank in rota.ranks for finding in _gaps(rota, rank, now, held[rank])),
        *twice(rota, now, held),
        *uncovered(rota, now),
    ]


def _people(rota: Rota, now: datetime, ends: datetime, held: dict[str, list[Stretch]]) -> Iterator[Finding]:
    on_call = {one.turn.handle for stretches in held.values() for one in stretches if one.turn}
    for handle, person in rota.people.items():
        for key, number, why, like in person.wrong():
            named = "a number" if key == "telephone" else "an address"
            what = f"this {named.split()[1]} cannot work: {why}"
            yield _finding(f"person {handle}, {key} {number}", what, f"write {named} like {like}")
        if not person.ways():
            some = listed(list(KINDS), "or")
            severity: Literal["fault", "warning"] = "fault" if handle in on_call else "warning"
            yield _finding(f"person {handle}", "nothing reaches them", f"add a {some} that works", severity)
        if rota.services[handle][1] < ends:
            yield from _left(rota, handle, now)


def _left(rota: Rota, handle: str, now: datetime) -> Iterator[Finding]:
    """Yield a finding for somebody who has left or soon will; a fault where the file gives them turns after that."""
    until, gone = rota.people[handle].until, rota.services[handle][1]
    turns = [
        f"turn {n}"
        for n, one in enumerate(rota.file.turn, 1)
        if handle in one.persons and _ends(rota, one) > max(now, gone)
    ]
    when = f"their last day is {say_date(until)}" if until else "they leave"
    if turns:
        mend = "put somebody else in their place"
        yield _finding(f"person {handle}", f"{when}, and {listed(turns)} gives them weeks after it", mend)
    elif gone <= now:
        yield _finding(f"person {handle}", when, "take them out", "warning")


def _ends(rota: Rota, turn: TurnRule) -> datetime:
    if turn.week_of:
        return rota.handover.on(turn.week_of + WEEK)
    return rota.handover.on(turn.until) if turn.until else END


def _gaps(rota: Rota, rank: str, now: datetime, stretches: list[Stretch]) -> Iterator[Finding]:
    at = now
    for one in stretches:
        if one.turn is None:
            when = _between(rota, at, one.until)
            if one.vacant:
                mend = "name somebody in its `person`, if the rank should be held"
                yield _finding(f"rank {rank}", f"{one.vacant} leaves it empty {when}", mend, "warning")
            else:
                yield _finding(
                    f"rank {rank}", f"nobody is on call {when}", "add a turn, or take the rank out of `ranks`"
                )
        at = one.until


def twice(rota: Rota, now: datetime, held: dict[str, list[Stretch]]) -> Iterator[Finding]:
    """Yield people who are in two ranks at once from *now* on: an alert that goes on to the next rank reaches them
    again.
    """
    for one, other in combinations(rota.ranks, 2):
        found: dict[str, list[tuple[datetime, datetime]]] = {}
        for mine in held[one]:
            for theirs in held[other]:
                if mine.turn and theirs.turn and mine.turn.handle == theirs.turn.handle:
                    starts = max(mine.turn.starts, theirs.turn.starts, now)
                    if starts < min(mine.until, theirs.until):
                        found.setdefault(mine.turn.handle, []).append((starts, min(mine.until, theirs.until)))
        for handle, times in found.items():
            more = f", and {len(times) - 1} more times" if len(times) > 1 else ""
            what = f"they are on call in ranks {one} and {other} at once {_between(rota, *times[0])}{more}"
            yield _finding(f"person {handle}", what, "give one of the two to somebody else", "warning")


def uncovered(rota: Rota, now: datetime) -> Iterator[Finding]:
    """Yield future overrides that leave nobody reachable in any rank, though somebody would be without them."""
    for n, one in enumerate(rota.file.override, 1):
        starts, until = one.span(rota.about.zone)
        at = max(starts, now)
        while at < until:
            if rota.leaves_nobody(at) and _someone_without(rota, at):
                what = f"it leaves nobody to be reached in any rank at {say_instant(at, rota.about.zone)}"
                mend = "name somebody who can be reached in their place; until then it is passed over"
                yield _finding(f"override {n}", what, mend)
                break
            at = min(rota.stretch(rank, at).until for rank in rota.ranks)


def _someone_without(rota: Rota, at: datetime) -> bool:
    return any(rota.contact(rank, at) for rank in rota.ranks)


def _between(rota: Rota, starts: datetime, until: datetime) -> str:
    return f"from {say_instant(starts, rota.about.zone)} until {say_instant(until, rota.about.zone)}"


def _finding(place: str, what: str, mend: str, severity: Literal["fault", "warning"] = "fault") -> Finding:
    return Finding(place=place, what=what, mend=mend, severity=severity)
