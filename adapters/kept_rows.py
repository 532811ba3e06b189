"""A small file of rows for this installation alone: read as far as it can be, and written whole by one at a time."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Generic, TypeVar

from .files import NotWritten, one_at_a_time, write_whole
from .given import read_text
from .private import make_folder

LARGEST = 4_000_000
"""Bytes."""
T = TypeVar("T")


class KeptRows(Generic[T]):
    """The file. Safe to share between threads and programs."""

    def __init__(self, path: Path, made: Callable[[dict[str, Any]], T | None]) -> None:
        """Take the path, and what makes a row (a dataclass) of what the file holds; None for one that is none."""
        self.path = path
        self._made = made

    def all(self) -> tuple[T, ...]:
        """Return the rows, oldest first. A file that cannot be read counts as empty, a bad row as none."""
        try:
            held = json.loads(read_text(self.path, LARGEST))
            return tuple(one for row in held if isinstance(row, dict) and (one := self._made(row)) is not None)
        except (OSError, ValueError, TypeError):
            return ()

    def change(self, change: Callable[[tuple[T, ...]], Sequence[T]]) -> None:
        """Put in the place of the rows what *change* makes of them. Raises NotWritten; the file is then as it was."""
        try:
            make_folder(self.path.parent)
        except OSError as error:
            raise NotWritten(f"{self.path} cannot be written: see that its folder can be made.", str(error)) from None
        with one_at_a_time(self.path):
            rows = [asdict(one) for one in change(self.all())]  # type: ignore[call-overload]
            write_whole(self.path, json.dumps(rows, indent=1) + "\n")
