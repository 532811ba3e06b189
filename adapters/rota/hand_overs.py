"""Hand-overs of a rank to a colleague, and swaps of two weeks: what may be done, and the changed file."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from adapters.directory.check import Finding
from adapters.directory.tables import quoted
from adapters.given import read_toml
from domain.base.refusals import listed
from domain.base.words import say_date

from .check import twice, uncovered
from .file import RotaFault, rota_of
from .rota import WEEK, Rota, Turn
from .shape import Override, RotaFile, Swap, within_reach

_HEADER = re.compile(r"^\s*\[\[\s*override\s*\]\]\s*(#.*)?$")
_ANY_HEADER = re.compile(r"^\s*\[")


class CannotHandOver(ValueError):  # noqa: N818 - reads as a sentence
    """It cannot be done: one sentence, with what to do instead."""


class Held(NamedTuple):
    """Who has a rank from an instant until another, before a change and after it; None for nobody."""

    starts: datetime
    until: datetime
    before: Turn | None
    after: Turn | None

    @property
    def is_changed(self) -> bool:
        """Does somebody else, or nobody, have it after the change?"""
        return _handle(self.before) != _handle(self.after)


class Change(NamedTuple):
    """One override that a feed adds, changes or takes out."""

    kind: Literal["added", "changed", "taken out"]
    number: int
    """Its place in the file, from 1; 0 for one that is added."""
    before: Override | None
    after: Override | None


def handed_over(rota: Rota, rank: str, to: str, starts: datetime, until: datetime, why: str) -> Override:
    """Return the override that puts a colleague into a rank from *starts* until *until*. Raises CannotHandOver."""
    if to not in rota.people:
        near = get_close_matches(to, rota.people, n=1)
        who = f"did you mean {near[0]}?" if near else f"say one of {', '.join(rota.people)}."
        raise CannotHandOver(f"Nobody in the rota has the handle {to[:60]!r}: {who}")
    _must_be_within_reach(starts, until)
    if until <= starts:
        raise CannotHandOver("It would end before it starts: give a later time in --until.")
    must_be_able(rota, to, starts, until)
    return Override.model_validate({"rank": rank, "from": starts, "until": until, "person": to, "why": why})


def swapped(rota: Rota, rank: str, weeks: tuple[date, date], why: str, now: datetime) -> Swap:
    """Return the swap of two weeks of a rank, named by the days of their hand-overs. Raises CannotHandOver."""
    _must_be_within_reach(*weeks)
    shares = []
    for week, other in (weeks, weeks[::-1]):
        starts, until = (rota.handover.on(day) for day in (week, week + WEEK))
        if until <= now:
            raise CannotHandOver(f"The week of {say_date(week)} is over: swap one that is still to come.")
        share = rota.base(rank, rota.handover.on(other))
        if share and rota.hands_over_on(rank, week):
            must_be_able(rota, share.person, max(starts, now), until)
        shares.append(share.person if share else "")
    if shares[0] and shares[0] == shares[1]:
        raise CannotHandOver(f"Both weeks are {shares[0]}'s by the turns: there is nothing to swap.")
    return Swap(rank=rank, weeks=weeks, why=why)


def _must_be_within_reach(*days: date) -> None:
    for day in days:
        try:
            within_reach(day)
        except ValueError:
            raise CannotHandOver(f"The year {day.year} is beyond every rota: say the day that is meant.") from None


def must_be_able(rota: Rota, handle: str, starts: datetime, until: datetime) -> None:
    """Raise CannotHandOver where no alert would reach somebody, or they are not in the service for the whole time."""
    person = rota.people[handle]
    if not person.ways():
        raise CannotHandOver(
            f"Nothing reaches {handle}, so no alert would: give them an e-mail address, a number or a webhook that "
            "works in the rota first."
        )
    begins, ends = rota.services[handle]
    if starts < begins or until > ends:
        days = [f"begins on {say_date(person.starts)}"] if person.starts else []
        days += [f"ends on {say_date(person.until)}"] if person.until else []
        raise CannotHandOver(
            f"{handle} is not in the service for all of that time (theirs {listed(days)}): name somebody else, or "
            "another time."
        )


def compared(rota: Rota, made: Rota, rank: str, starts: datetime, until: datetime) -> tuple[Held, ...]:
    """Return who has a rank in that time, before and after a change, in order and without gaps."""
    found: list[Held] = []
    at = starts
    while at < until:
        old, new = rota.stretch(rank, at), made.stretch(rank, at)
        ends = min(old.until, new.until, until)
        one = Held(at, ends, old.turn, new.turn)
        if found and [_handle(turn) for turn in found[-1][2:]] == [_handle(turn) for turn in one[2:]]:
            found[-1] = found[-1]._replace(until=ends)
        else:
            found.append(one)
        at = ends
    return tuple(found)


def leaves_nobody(rota: Rota, made: Rota, now: datetime) -> tuple[Finding, ...]:
    """Return the times at which the change leaves nobody reachable in any rank."""
    before = set(uncovered(rota, now))
    return tuple(one for one in uncovered(made, now) if one not in before)


def on_call_twice(made: Rota, changed: Iterable[Held]) -> Iterator[str]:
    """Yield a sentence for each stretch in which whoever takes the rank is in another rank at the same time."""
    for one in changed:
        held = {rank: list(made.stretches(rank, one.starts, one.until)) for rank in made.ranks}
        for found in twice(made, one.starts, held):
            if one.after and found.place == f"person {one.after.handle}":
                yield f"{one.after.handle}: {found.what}; {found.mend}."


def changed(text: str, rota: Rota, changes: Sequence[Change], path: Path) -> tuple[str, Rota]:
    """Return the text of a rota file with *changes* made and everything else as it was, and the rota it then holds.

    Raises RotaFault where the file is written in a way that cannot be changed like this.
    """
    lines = text.splitlines(keepends=True)
    headers = [place for place, line in enumerate(lines) if _HEADER.match(line)]
    if len(headers) != len(rota.file.override):
        raise _by_hand(path, "override")
    for one in sorted((change for change in changes if change.number), key=lambda change: -change.number):
        begins = headers[one.number - 1]
        new = [_block(one.after, rota)] if one.after else []
        lines[begins : _end(lines, begins)] = new
    whole = "".join(lines).rstrip("\n") + "\n"
    whole += "".join(f"\n{_block(one.after, rota)}" for one in changes if one.after and not one.number)
    return whole, _read(whole, rota.file.but(override=_expected(rota, changes)), path, "override")


def with_swap(text: str, rota: Rota, swap: Swap, path: Path) -> tuple[str, Rota]:
    """Return the text of a rota file with a swap added at its end, and the rota it then holds.

    Raises RotaFault where the swap is not possible, or the file is written in a way that cannot be changed like this.
    """
    weeks = ", ".join(week.isoformat() for week in swap.weeks)
    said = (f"rank = {quoted(swap.rank)}", f"weeks = [{weeks}]", f"why = {quoted(swap.why)}")
    whole = text.rstrip("\n") + "\n\n" + "\n".join(("[[swap]]", *said)) + "\n"
    return whole, _read(whole, rota.file.but(swap=(*rota.file.swap, swap)), path, "swap")


def _read(whole: str, expected: RotaFile, path: Path, table: str) -> Rota:
    """Read the changed text. Raises RotaFault where it does not say what is expected."""
    try:
        made = rota_of(read_toml(whole), path)
    except tomllib.TOMLDecodeError:
        raise _by_hand(path, table) from None
    if made.file != expected:
        raise _by_hand(path, table)
    return made


def _by_hand(path: Path, table: str) -> RotaFault:
    return RotaFault(f"{path}: its {table}s are not written as [[{table}]] tables; change them by hand.")


def _expected(rota: Rota, changes: Sequence[Change]) -> tuple[Override, ...]:
    by_number = {one.number: one.after for one in changes if one.number}
    kept = [by_number.get(number, one) for number, one in enumerate(rota.file.override, 1)]
    return tuple(one for one in (*kept, *(c.after for c in changes if not c.number)) if one)


def _end(lines: list[str], begins: int) -> int:
    """Return the line after a table's last. Comments and blank lines before the next table belong to that one."""
    after = next((n for n in range(begins + 1, len(lines)) if _ANY_HEADER.match(lines[n])), len(lines))
    while after > begins + 1 and (not lines[after - 1].strip() or lines[after - 1].lstrip().startswith("#")):
        after -= 1
    return after


def _block(one: Override, rota: Rota) -> str:
    zone = ZoneInfo(rota.about.zone)
    starts, until = (end.astimezone(zone).isoformat() for end in one.span(rota.about.zone))
    said = [f"rank = {quoted(one.rank)}", f"from = {starts}", f"until = {until}"]
    said += [f"person = {quoted(one.person)}"] if one.person else []
    said += [f"why = {quoted(one.why)}", *([f"uid = {quoted(one.uid)}"] if one.uid else [])]
    said += [f"sequence = {one.sequence}"] if one.sequence else []
    return "\n".join(("[[override]]", *said)) + "\n"


def _handle(turn: Turn | None) -> str:
    return turn.handle if turn else ""
