"""A copy of a register in SQLite, taken while others write: it is of one moment, and whole or not there at all."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from adapters.files import made_once, not_made
from adapters.private import database_files

from .address import sqlite_path
from .errors import NothingThere, RegisterDown

PATIENCE_SECONDS = 10
Looked = Callable[[str], None]
"""Looks a copy over, given its address, before it gets its name. What it raises takes the copy away again."""


def copy_register(url: str, to: Path, looked: Looked) -> None:
    """Copy a register in SQLite into a file that is not there yet, for its owner alone, and flush it to the disk.

    It is of one moment and holds up no writer. A file that is there is left as it is, and nothing is left of a copy
    that fails.

    Raises:
        ValueError: the address is not SQLite's.
        NothingThere: there is no register there.
        RegisterDown: it cannot be read now.
        NotWritten: the copy cannot be written; the sentence says why.
    """
    source = sqlite_path(url)
    if source is None:
        raise ValueError("Only a register in SQLite is copied by this program.")
    if not source.exists():
        raise NothingThere(f"There is no register at {source} yet: start a worker once, and it makes one.")
    with made_once(to, "give the copy another name, such as one with the day") as part:
        _copied(source, part, to)
        looked(f"sqlite:///{part}")
        for beside in database_files(part)[1:]:  # what looked it over may have made
            beside.unlink(missing_ok=True)


def _copied(source: Path, part: Path, to: Path) -> None:
    try:
        there = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE_SECONDS)
        with closing(there):
            there.execute("SELECT number FROM entry LIMIT 1")
            with closing(sqlite3.connect(part)) as copy:
                there.backup(copy)  # in one go: it is of one moment, and nobody who writes meanwhile begins it anew
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
                sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", type(error).__name__)
        if code.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC")):
            raise not_made(to, code) from None
        raise RegisterDown(
            f"The register at {source} cannot be copied now ({code}): no copy was made; see that it can be read, then "
            "try again."
        ) from None
    if not sound:
        raise RegisterDown(
            f"The copy of the register at {source} is not sound, so it was taken away again: see the disk that the "
            "register lies on (`escalate verify`), and keep the copies that you have."
        )
