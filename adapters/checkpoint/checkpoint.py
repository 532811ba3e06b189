"""A checkpoint: the root over the ends of all chains at one moment, as a note that is signed and may be cosigned."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from .leaves import Leaf, lines_of, read_leaf
from .merkle import Tree
from .notes import LOG, Note, NoteFaulty, Signed, Signer, VerifierKey, read_note, signatures

_FORM = "%Y-%m-%dT%H%M%SZ"
_BODY = re.compile(
    r"(?P<log>[^\s+]+)/(?P<at>\d{4}-\d\d-\d\dT\d{6}Z)\n(?P<size>0|[1-9]\d{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
)
_PROOF = "c2sp.org/tlog-proof@v1"


class Checkpoint(NamedTuple):
    """What a note says.

    Its origin line is the name of the log and the moment: each moment's tree is a log of its own, with one checkpoint.
    So no two of them can contradict each other, and nobody takes it for a tree that only ever grows.
    """

    log: str
    """The setting's origin, such as `example.org`."""
    at: datetime
    """When it was made, to the second, by the clock of whoever made it."""
    size: int
    """How many leaves."""
    root: bytes
    note: Note

    @property
    def name(self) -> str:
        """What its files are called, without their ending."""
        return self.at.strftime(_FORM)

    def is_over(self, leaves: Sequence[Leaf]) -> bool:
        """Are these the leaves of its tree, all of them?"""
        lines = lines_of(leaves)
        return len(lines) == self.size and Tree(lines).root == self.root

    def whose(self, known: Iterable[VerifierKey]) -> list[Signed]:
        """Return who of the known signed it, the maker first.

        Raises NoteFaulty where a signature is not good, or none is by a known key of the log that it names.
        """
        found = signatures(self.note, known)
        makers = [one for one in found if one.key.kind == LOG and one.key.name == self.log]
        if not makers:
            raise NoteFaulty(f"No signature under it is by a known key of {self.log}.")
        return makers + [one for one in found if one not in makers]


def made(signer: Signer, leaves: Iterable[Leaf], at: datetime) -> Checkpoint:
    """Make and sign a checkpoint over leaves."""
    lines, moment = lines_of(leaves), at.astimezone(UTC).replace(microsecond=0)
    root, log = Tree(lines).root, signer.verifier(LOG).name
    body = f"{log}/{moment.strftime(_FORM)}\n{len(lines)}\n{b64encode(root).decode()}\n"
    return Checkpoint(log, moment, len(lines), root, Note(body, (signer.sign(body),)))


def read_checkpoint(text: str) -> Checkpoint:
    """Read a note that is a checkpoint of ours; nothing is verified. Raises NoteFaulty."""
    note = read_note(text)
    found = _BODY.fullmatch(note.body)
    if found is None:
        raise NoteFaulty("It is no checkpoint of a register: its origin, size and root are not in their form.")
    try:
        at = datetime.strptime(found["at"], _FORM).replace(tzinfo=UTC)
    except ValueError:
        raise NoteFaulty("It is no checkpoint of a register: its origin ends with no time that there is.") from None
    return Checkpoint(found["log"], at, int(found["size"]), b64decode(found["root"]), note)


def read_leaves(text: str) -> tuple[Leaf, ...]:
    """Read a file of leaves, a line each. Raises NoteFaulty."""
    try:
        return tuple(read_leaf(line) for line in text.splitlines())
    except ValueError as error:
        raise NoteFaulty(str(error)) from None


def written(leaves: Iterable[Leaf]) -> str:
    """Return leaves as the file beside a checkpoint holds them."""
    return "".join(f"{line.decode()}\n" for line in lines_of(leaves))


def proof_of(checkpoint: Checkpoint, tree: Tree, index: int, line: bytes) -> str:
    """Return the proof that a leaf is in a checkpoint's tree, as c2sp.org/tlog-proof has it; `extra` is its *line*."""
    path = "".join(f"{b64encode(one).decode()}\n" for one in tree.path_to(index))
    return f"{_PROOF}\nextra {b64encode(line).decode()}\nindex {index}\n{path}\n{checkpoint.note}"
