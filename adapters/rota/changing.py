"""Overrides and swaps that are written into a rota file: what a feed would change, and the file with a change made."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from adapters.directory.tables import quoted
from adapters.given import read_toml
from domain.spoken import say_date, say_instant

from .book import Rota
from .feed import Feed
from .file import RotaFault, rota_of
from .handing import CannotHandOver, compared, must_be_able
from .shape import Override, RotaFile, Swap
from .weeks import WEEK

_HEADER = re.compile(r"^\s*\[\[\s*override\s*\]\]\s*(#.*)?$")
_ANY_HEADER = re.compile(r"^\s*\[")


class Change(NamedTuple):
    """One override that a feed adds, changes or takes out."""

    kind: Literal["added", "changed", "taken out"]
    number: int
    """Its place in the file, from 1; 0 for one that is added."""
    before: Override | None
    after: Override | None


def changes_of(rota: Rota, feed: Feed) -> tuple[Change, ...]:
    """Return what a feed would change. What came from an earlier feed and is not in this one stays.

    Raises RotaFault where several events share one id and it is unclear which of them takes the place of which.
    """
    known: dict[str, list[tuple[int, Override]]] = {}
    for number, one in enumerate(rota.file.override, 1):
        if one.uid:
            known.setdefault(one.uid, []).append((number, one))
    found: list[Change] = []
    for uid in dict.fromkeys(one.uid for one in feed.overrides):
        new = [one for one in feed.overrides if one.uid == uid]
        old = [(n, one) for n, one in known.get(uid, ()) if not any(_same(rota, one, other) for other in new)]
        new = [one for one in new if not any(_same(rota, one, other) for other in rota.file.override)]
        if old and new and (len(old), len(new)) != (1, 1):
            raise RotaFault(
                f"{len(new)} events of the file and {len(old)} overrides of the rota share one UID, so it is unclear "
                f"which takes the place of which: take override {' and '.join(str(n) for n, _ in old)} out by hand."
            )
        if old and new:
            found.append(Change("changed", old[0][0], old[0][1], new[0]))
        else:
            found += [Change("added", 0, None, one) for one in new]
    taken = sorted((one for uid in feed.cancelled for one in known.get(uid, ())), key=lambda one: one[0])
    return (*found, *(Change("taken out", number, one, None) for number, one in taken))


def unable(rota: Rota, changes: Sequence[Change], now: datetime) -> Iterator[str]:
    """Yield a sentence for each event that names somebody whom no alert would reach, or who is not in the service."""
    for after in (one.after for one in changes if one.after and one.after.person):
        starts, until = after.span(rota.about.zone)
        try:
            if until > now:
                must_be_able(rota, after.person or "", max(starts, now), until)
        except CannotHandOver as error:
            yield f"{say_date(starts.date())}: {error}"


def left_empty(rota: Rota, made: Rota, changes: Sequence[Change], now: datetime) -> Iterator[str]:
    """Yield a sentence for each stretch in which somebody could be reached in a rank, and nobody could any more."""
    for one in (change.before for change in changes if change.before):
        starts, until = one.span(rota.about.zone)
        for held in compared(rota, made, one.rank, max(starts, now), until):
            if held.before and held.before.channels and not (held.after and held.after.channels):
                begins, ends = (say_instant(at, rota.about.zone) for at in held[:2])
                yield f"nobody could be reached any more in rank {one.rank} from {begins} until {ends}."


def covered_by(rota: Rota, made: Rota, changes: Sequence[Change], now: datetime) -> Iterator[str]:
    """Yield a sentence for each override or swap that was there before and that a feed's events would cover."""
    replaced = {one.number for one in changes}
    lines = [
        (f"override {n}", one.rank, one.span(rota.about.zone), one.person or "nobody", one.uid, one.why)
        for n, one in enumerate(rota.file.override, 1)
        if n not in replaced
    ]
    for n, swap in enumerate(rota.file.swap, 1):
        for week in swap.weeks:
            span = rota.handover.on(week), rota.handover.on(week + WEEK)
            lines.append((f"swap {n}", swap.rank, span, "", "", swap.why))
    for place, rank, (starts, until), person, uid, why in lines:
        for held in compared(rota, made, rank, max(starts, now), until):
            if held.is_changed and _holds(rota, rank, held.starts, place):
                by = "from another event" if uid else f"by hand: {why or 'no reason given'}"
                who = f"{person}, " if person else ""
                begins, ends = (say_instant(at, rota.about.zone) for at in held[:2])
                after = held.after.handle if held.after else "nobody"
                yield (
                    f"{place} ({who}{by}) would be covered from {begins} until {ends}: "
                    f"{after} would have rank {rank} then."
                )


def _holds(rota: Rota, rank: str, at: datetime, place: str) -> bool:
    stretch = rota.stretch(rank, at)
    why = stretch.turn.why if stretch.turn else stretch.vacant
    return why.partition(";")[0].endswith(f", {place}")


def _same(rota: Rota, one: Override, other: Override) -> bool:
    def key(override: Override) -> tuple[str, tuple[datetime, datetime], str | None]:
        return override.rank, override.span(rota.about.zone), override.person

    return key(one) == key(other)


def changed(text: str, rota: Rota, changes: Sequence[Change], path: Path) -> tuple[str, Rota]:
    """Return the text of a rota file with *changes* made and everything else as it was, and the rota it then is.

    Raises RotaFault where the file is written in a way in which this cannot be done.
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
    """Return the text of a rota file with a swap at its end and everything else as it was, and the rota it then is.

    Raises RotaFault where the swap cannot be, or the file is written in a way in which this cannot be done.
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
    """Return the line after the last of a table; comments and blank lines before the next one are that one's."""
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
