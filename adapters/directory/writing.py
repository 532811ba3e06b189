"""A directory file with other holders in it: what would change, and the text to write."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

from .directory import Directory
from .shape import Agency, DirectoryFile, Seat
from .sheet import seats_of
from .tables import FileFault, quoted

MANY = 3
"""A loss of so few addresses is never questioned, however small a directory is."""
_TABLE = re.compile(r"^\s*(\[\[?[a-z_ ]+\]\]?)\s*(#.*)?$")
_COMMENT = re.compile(r"(^|\s)#")


class Difference(NamedTuple):
    """One seat that is added, changed or taken out."""

    kind: Literal["added", "changed", "taken out"]
    agency: str
    """Its id; empty for a seat of the partnership."""
    before: Seat | None
    after: Seat | None


def differences(file: DirectoryFile, seats: Sequence[tuple[str, Seat]]) -> tuple[Difference, ...]:
    """Return the differences if *seats* replace all holders. The order of rows does not matter."""
    old, new = list(seats_of(file)), list(seats)
    for one in list(new):
        if one in old:
            old.remove(one)
            new.remove(one)
    found: list[Difference] = []
    for agency, seat in new:
        known = next((o for o in old if _key(*o) == _key(agency, seat)), None)
        if known:
            old.remove(known)
        found.append(Difference("changed" if known else "added", agency, known[1] if known else None, seat))
    return (*found, *(Difference("taken out", agency, seat, None) for agency, seat in old))


def _key(agency: str, seat: Seat) -> tuple[str, str, str]:
    return agency, seat.role, seat.title


def with_seats(file: DirectoryFile, seats: Sequence[tuple[str, Seat]]) -> DirectoryFile:
    """Return the directory with *seats* in the place of all its holders, and its agencies as they are."""
    agencies = tuple(
        agency.but(holder=tuple(seat for id_, seat in seats if id_ == agency.id)) for agency in file.agency
    )
    return file.but(seat=tuple(seat for id_, seat in seats if not id_), agency=agencies)


def written(file: DirectoryFile, old: str, path: Path) -> tuple[str, int]:
    """Return the new text of a directory file, and how many comments of the *old* text are lost in it.

    Tables that say the same as before stay as they were written, word for word. Raises FileFault where the old text is
    written in a way that cannot be changed like this.
    """
    before = DirectoryFile.model_validate(tomllib.loads(old))
    chunks, tail = _chunks(old)
    seats = [chunk for chunk in chunks if chunk.heading == "[[seat]]"]
    by_hand = FileFault(f"{path}: nothing was written, for its tables are not written one by one; change it by hand.")
    agencies = [chunk for chunk in chunks if chunk.heading == "[[agency]]"]
    if len(seats) != len(before.seat) or len(agencies) != len(before.agency):
        raise by_hand
    new = _seat_texts(list(zip(before.seat, seats, strict=True)), file.seat)
    same = iter(zip(before.agency, file.agency, strict=True))
    first = (seats or agencies)[0]
    texts: list[str] = []
    for chunk in chunks:
        if chunk is first:
            texts += new
        if chunk.heading == "[[agency]]":
            was, now = next(same)
            texts.append("".join(chunk.lines) if was == now else _agency_text(chunk, now))
        elif chunk.heading != "[[seat]]":
            texts.append("".join(chunk.lines))
    text = "".join(texts) + tail
    try:
        reads_the_same = DirectoryFile.model_validate(tomllib.loads(text)) == file
    except ValueError:
        reads_the_same = False
    if not reads_the_same:
        raise by_hand
    lost = sum(bool(_COMMENT.search(line)) for line in old.splitlines())
    return text, max(0, lost - sum(bool(_COMMENT.search(line)) for line in text.splitlines()))


class Losses(NamedTuple):
    """What people would lose by a change."""

    unreachable: tuple[str, ...]
    """Each seat in which somebody can be reached, now or later, and nobody could be after the change:
    `line-manager@police`.
    """
    fewer: int
    """How many addresses fewer there would be, counted over all seats or as different addresses, where that is many;
    else 0.
    """
    moved: int = 0
    """How many addresses would move to other seats, where that is many; else 0. It happens when one column of a sheet
    is sorted by itself.
    """


def losses(before: Directory, after: Directory, on: date) -> Losses:
    """Return what people who can be reached on a day, or later as far as is known, would lose by a change."""
    days = sorted({on, *_days_after_an_end(before, on), *_days_after_an_end(after, on)})
    roles = dict.fromkeys(seat.role for seat in (*before.seats, *(s for a in before.agencies for s in a.holder)))
    gone = [
        f"{role}@{agency}" if agency else role
        for agency in ("", *(one.id for one in before.agencies))
        for role in roles
        if any(_is_reached(before, role, agency, day) and not _is_reached(after, role, agency, day) for day in days)
    ]
    old, new = _seats_by_address(before), _seats_by_address(after)
    fewer = max(sum(map(len, old.values())) - sum(map(len, new.values())), len(old) - len(new))
    moved = sum(not seats & new[address] for address, seats in old.items() if address in new)
    many = max(MANY, len(old) // 10)
    return Losses(tuple(gone), fewer if fewer > many else 0, moved if moved > many else 0)


def _is_reached(directory: Directory, role: str, agency: str, on: date) -> bool:
    return any(holder.ways() for holder in directory.holders(role, agency, on))


def _all_seats(directory: Directory) -> Iterator[tuple[str, Seat]]:
    yield from (("", seat) for seat in directory.seats)
    yield from ((agency.id, seat) for agency in directory.agencies for seat in agency.holder)


def _days_after_an_end(directory: Directory, on: date) -> set[date]:
    ends = (seat.until for _, seat in _all_seats(directory))
    return {end + timedelta(days=1) for end in ends if end and on <= end < date.max}


def _seats_by_address(directory: Directory) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for agency, seat in _all_seats(directory):
        for way in seat.ways():
            found.setdefault(way.address.casefold(), set()).add((agency, seat.role))
    return found


class _Chunk(NamedTuple):
    """One table of the file as it is written, with the comments in front of it."""

    heading: str
    front: list[str]
    """Blank lines and comments before it."""
    lines: list[str]
    """All its lines, `front` included."""


def _chunks(text: str) -> tuple[list[_Chunk], str]:
    """Split a text at the headings of its tables; return the tables, and the text after the last one."""
    chunks: list[_Chunk] = []
    front: list[str] = []
    for line in text.rstrip("\n").splitlines(keepends=True):
        whole = line if line.endswith("\n") else f"{line}\n"
        if heading := _TABLE.match(line):
            chunks.append(_Chunk(heading[1], front, [*front, whole]))
            front = []
        elif not chunks or not line.strip() or line.startswith("#"):
            front.append(whole)
        else:
            chunks[-1].lines.extend([*front, whole])
            front = []
    return chunks, "".join(front)


def _seat_texts(old: list[tuple[Seat, _Chunk]], new: Sequence[Seat]) -> list[str]:
    heading = "".join(old[0][1].front) if old else "\n"
    known = {id(chunk): (seat, chunk) for seat, chunk in old}
    texts = []
    for number, seat in enumerate(new):
        found = next((chunk for was, chunk in known.values() if was == seat), None)
        front = heading if number == 0 else "".join(found.front) if found and found is not old[0][1] else "\n"
        body = "".join(found.lines[len(found.front) :]) if found else _lines("[[seat]]\n", _said(seat))
        if found:
            del known[id(found)]
        texts.append(front + body)
    return texts


def _agency_text(chunk: _Chunk, agency: Agency) -> str:
    return "".join(chunk.front) + agency_text(agency, chunk.lines[len(chunk.front)])


def agency_text(agency: Agency, heading: str = "[[agency]]\n") -> str:
    """Return the table of an agency with its holders, one a line."""
    said = agency.model_dump(by_alias=True, exclude_unset=True, exclude={"holder"})
    holders = "".join(f"  {_value(_said(seat))},\n" for seat in agency.holder)
    return _lines(heading, said) + (f"holder = [\n{holders}]\n" if holders else "")


def _said(seat: Seat) -> dict[str, Any]:
    said = seat.model_dump(by_alias=True, exclude_defaults=True)
    return {name: said[name] for name in dict.fromkeys(("role", "title", *said))}


def _lines(heading: str, said: dict[str, Any]) -> str:
    return heading + "".join(f"{name} = {_value(value)}\n" for name, value in said.items())


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case date():
            return value.isoformat()
        case dict():
            return "{ " + ", ".join(f"{name} = {_value(one)}" for name, one in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(_value(one) for one in value) + "]"
        case _:
            return str(value)
