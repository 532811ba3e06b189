"""Checkpoints in a folder: two files for each, written whole and never over another."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from adapters.files import NotWritten, write_first
from adapters.given import read_text, reason_of

from .checkpoint import Checkpoint, read_checkpoint, read_leaves, written
from .leaves import Leaf
from .notes import NoteFaulty

NOTE, HEADS, COSIGNED = ".checkpoint", ".heads", ".cosigned"
_NAME = re.compile(rf"\d{{4}}-\d\d-\d\dT\d{{6}}Z({re.escape(COSIGNED)})?{re.escape(NOTE)}")
LARGEST = 64_000_000
"""Bytes of a file of heads."""


class Kept(NamedTuple):
    """A checkpoint with the heads that its root proves."""

    checkpoint: Checkpoint
    heads: tuple[Leaf, ...]
    file: Path


def keep(folder: Path, checkpoint: Checkpoint, heads: tuple[Leaf, ...], mark: str = "") -> Path:
    """Write a checkpoint and its heads for their owner alone, and return the file of the note. Raises NotWritten.

    The note comes last: where it is there, so are the heads. One that is there already is left as it is. *mark* is put
    into the note's name, for one that was cosigned.
    """
    note = folder / f"{checkpoint.name}{mark}{NOTE}"
    write_first(folder / f"{checkpoint.name}{HEADS}", written(heads))
    write_first(note, str(checkpoint.note))
    if read_text(note) != str(checkpoint.note):
        raise NotWritten(f"{note} is there already and holds another checkpoint; it was left as it is.")
    return note


def kept(folder: Path) -> list[Path]:
    """Return the files of the notes in a folder, the oldest first; what is otherwise called is left aside."""
    return sorted(file for file in folder.glob(f"*{NOTE}") if _NAME.fullmatch(file.name))


def newest(folder: Path) -> Kept | None:
    """Return the newest checkpoint in a folder; None where there is none. Raises NoteFaulty."""
    files = kept(folder)
    return read_kept(files[-1]) if files else None


def read_kept(file: Path, also_in: Path | None = None) -> Kept:
    """Read a checkpoint with its heads, which lie beside it under the same name, or else in a folder of ours.

    Wherever they come from, its root proves them; who signed it is not looked at.

    Raises NoteFaulty: one sentence that names the file.
    """
    try:
        checkpoint = read_checkpoint(read_text(file))
        names = [file.with_name(f"{file.name.removesuffix(NOTE).removesuffix(COSIGNED)}{HEADS}")]
        names += [folder / f"{checkpoint.name}{HEADS}" for folder in (file.parent, also_in) if folder]
        heads = _heads(checkpoint, names)
    except OSError as error:
        raise NoteFaulty(f"{file} cannot be read ({reason_of(error)}).") from None
    except UnicodeDecodeError:
        raise NoteFaulty(f"{file} is no text.") from None
    except NoteFaulty as fault:
        raise NoteFaulty(f"{file}: {fault}") from None
    return Kept(checkpoint, heads, file)


def each(folder: Path) -> Iterator[Kept]:
    """Yield the checkpoints in a folder that can be read, the oldest first."""
    for file in kept(folder):
        try:
            yield read_kept(file)
        except NoteFaulty:
            continue


def _heads(checkpoint: Checkpoint, names: list[Path]) -> tuple[Leaf, ...]:
    there = [name for name in dict.fromkeys(names) if name.is_file()]
    for name in there:
        heads = read_leaves(read_text(name, LARGEST))
        if checkpoint.is_over(heads):
            return heads
    if there:
        raise NoteFaulty(f"{there[0].name} does not hold the heads that its root is over: one of the two was changed.")
    raise NoteFaulty(f"{checkpoint.name}{HEADS}, the heads that its root is over, is not beside it: put it there.")
