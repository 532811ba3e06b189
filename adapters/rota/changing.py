"""Taking the overrides of a feed over into a rota file: what would change, and the file with the change made."""

import re
import tomllib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from adapters.directory.tables import quoted

from .book import Rota
from .feed import Feed
from .file import RotaFault, rota_of
from .shape import Override

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
    """Return what a feed would change. What came from an earlier feed and is not in this one stays."""
    known = {one.uid: (number, one) for number, one in enumerate(rota.file.override, 1) if one.uid}
    found: list[Change] = []
    for new in feed.overrides:
        number, old = known.get(new.uid, (0, None))
        if old is None and not any(_same(rota, one, new) for one in rota.file.override):
            found.append(Change("added", 0, None, new))
        elif old is not None and not _same(rota, old, new):
            found.append(Change("changed", number, old, new))
    taken = [known[uid] for uid in feed.cancelled if uid in known]
    return (*found, *(Change("taken out", number, old, None) for number, old in sorted(taken, key=lambda t: t[0])))


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
    by_hand = RotaFault(f"{path}: its overrides are not written as [[override]] tables; change them by hand.")
    if len(headers) != len(rota.file.override):
        raise by_hand
    for one in sorted((change for change in changes if change.number), key=lambda change: -change.number):
        begins = headers[one.number - 1]
        new = [_block(one.after, rota)] if one.after else []
        lines[begins : _end(lines, begins)] = new
    whole = "".join(lines).rstrip("\n") + "\n"
    whole += "".join(f"\n{_block(one.after, rota)}" for one in changes if one.after and not one.number)
    made = rota_of(tomllib.loads(whole), path)
    if made.file != rota.file.but(override=_expected(rota, changes)):
        raise by_hand
    return whole, made


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
    return "\n".join(("[[override]]", *said)) + "\n"
