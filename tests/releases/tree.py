"""Another version of the program: a copy of this tree in which some lines are others."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "kept", "box", "data")


class Edit(NamedTuple):
    """One place of the program that says something else in another version."""

    what: str
    """What is otherwise there, in words."""
    file: str
    old: str
    new: str


def another_version(folder: Path, edits: Iterable[Edit]) -> Path:
    """Copy the tree to a new *folder* and put each edit into it.

    Raises AssertionError where the text that an edit replaces is not there exactly once: the edit no longer says
    anything, and is to be written anew for the code as it is.
    """
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    for edit in edits:
        file = folder / edit.file
        text = file.read_text(encoding="utf-8")
        assert text.count(edit.old) == 1, f"{edit.what}: {edit.file} holds the text {text.count(edit.old)} times"
        file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
    return folder
