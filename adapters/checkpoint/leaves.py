"""What a leaf of a checkpoint's tree is: one line that names a chain of the register, how long it was, and its end.

There are three kinds. Parts are set apart by one space; the hash is in lower-case hexadecimal.

    ledger 12 <hash of line 12>
    case ESC-7RZH-88XG 31 <hash of entry 31>
    attempts ESC-7RZH-88XG 2/0:1,5/0:2 <sum>

The last names every notice of a case that somebody has tried to send, by its reference without the case's own, each
with the number of its last try. The sum is SHA-256 over a line for each, in the same order: the notice's whole
reference, the number and the hash of that try, set apart by a space, each line with its end. Tries of digests belong
to no case and stand in no leaf. Whatever is no letter, figure or one of `-._~/` is written as in a web address
(`%20`), so that no name holds a space.

A tree's leaves are these lines in UTF-8, without line ends, in the order of their bytes.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Literal, NamedTuple, cast
from urllib.parse import quote, unquote

Kind = Literal["ledger", "case", "attempts"]
_LINE = re.compile(
    r"(?P<ledger>ledger) (?P<lines>\d{1,15}) (?P<end>[0-9a-f]{64})"
    r"|(?P<kind>case|attempts) (?P<case>[^ ]+) (?P<size>[^ ]+) (?P<hash>[0-9a-f]{64})"
)
_TRY = re.compile(r"([^:,]+):(\d{1,15})")


class Leaf(NamedTuple):
    """The end of one chain; for `attempts` of all the chains of a case's notices."""

    kind: Kind
    case: str
    """Empty for the ledger."""
    size: str
    """Number of the last row; for `attempts` each notice and that of its last try."""
    hash: str

    def __str__(self) -> str:
        """Write the line."""
        whose = [quote(self.case, safe="")] if self.kind != "ledger" else []
        return " ".join((self.kind, *whose, self.size, self.hash))

    @property
    def number(self) -> int:
        """Of the last row, for any kind but `attempts`."""
        return int(self.size)

    @property
    def tries(self) -> dict[str, int]:
        """Of `attempts`: the number of the last try of each notice, by its reference."""
        return {_whole(self.case, name): int(number) for name, number in _TRY.findall(self.size)}


def of_ledger(number: int, end: str) -> Leaf:
    """Return the leaf of the ledger of cases."""
    return Leaf("ledger", "", str(number), end)


def of_case(case: str, number: int, end: str) -> Leaf:
    """Return the leaf of a case's entries."""
    return Leaf("case", case, str(number), end)


def of_attempts(case: str, ends: Mapping[str, tuple[int, str]]) -> Leaf:
    """Return the leaf of a case's tries: by the reference of each notice the number and the hash of its last try."""
    ordered = sorted(ends.items())
    size = ",".join(f"{_short(case, ref)}:{number}" for ref, (number, _) in ordered)
    lines = "".join(f"{ref} {number} {end}\n" for ref, (number, end) in ordered)
    return Leaf("attempts", case, size, sha256(lines.encode(errors="replace")).hexdigest())


def lines_of(leaves: Iterable[Leaf]) -> list[bytes]:
    """Return the lines of leaves in the order in which they stand in a tree."""
    return sorted(str(leaf).encode() for leaf in leaves)


def read_leaf(line: str) -> Leaf:
    """Read a line. Raises ValueError where it is none."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"{line[:60]!r} is no end of a chain.")
    if found["ledger"]:
        return Leaf("ledger", "", found["lines"], found["end"])
    leaf = Leaf(cast(Kind, found["kind"]), unquote(found["case"]), found["size"], found["hash"])
    if leaf.kind == "case" and not re.fullmatch(r"\d{1,15}", leaf.size):
        raise ValueError(f"{line[:60]!r} says no number.")
    return leaf


def _short(case: str, ref: str) -> str:
    own = f"{case}/"
    return quote(ref.removeprefix(own)) if ref.startswith(own) else f"//{quote(ref)}"


def _whole(case: str, name: str) -> str:
    return unquote(name[2:]) if name.startswith("//") else f"{case}/{unquote(name)}"
