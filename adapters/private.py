"""What people wrote is for its owner alone: 0700 for a folder and 0600 for a file, under any umask.

Modes are decided here and nowhere else.
"""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FOLDER = 0o700
FILE = 0o600
UMASK = 0o077
"""For a program that we start and that writes what people wrote."""
SIBLINGS = ("", "-wal", "-shm", "-journal")
"""How the names of a SQLite database's files end."""


def make_folder(path: Path) -> None:
    """Make a folder for its owner alone, with those above it that are missing. Raises OSError."""
    for missing in reversed([one for one in (path, *path.parents) if not one.exists()]):
        missing.mkdir(exist_ok=True)
        missing.chmod(FOLDER)


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone, or leave what is there and make it so. Raises OSError."""
    make_folder(path.parent)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, FILE))
    keep_private(path)


def keep_private(*paths: Path) -> None:
    """Let their owner alone into files and folders that are there; what is not this account's is left as it is.

    A folder that all may write in, such as /tmp, is nobody's own and is left too.
    """
    for path in paths:
        with suppress(OSError):
            found = path.stat()
            is_folder = stat.S_ISDIR(found.st_mode)
            if found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX:
                wanted = FOLDER if is_folder else FILE
                if stat.S_IMODE(found.st_mode) != wanted:
                    path.chmod(wanted)


def open_to_others(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Return each path that is there and that others may `read` or even `change`, with that word."""
    found = []
    for path in paths:
        with suppress(OSError):
            mode = path.stat().st_mode
            if mode & (stat.S_IWGRP | stat.S_IWOTH):
                found.append((path, "change"))
            elif mode & (stat.S_IRWXG | stat.S_IRWXO):
                found.append((path, "read"))
    return found


def database_files(path: Path) -> tuple[Path, ...]:
    """Return every file in which a SQLite database may keep rows."""
    return tuple(path.with_name(f"{path.name}{ending}") for ending in SIBLINGS)
