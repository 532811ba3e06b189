"""What this installation keeps on disk, and that its owner alone may read it."""

from collections.abc import Iterator
from pathlib import Path

from adapters.directory.guests import FOLDER as GUESTS
from adapters.embedded import DATABASE, LOG
from adapters.private import database_files, keep_private
from adapters.register.address import sqlite_path
from settings import Settings

LINK_KEY = "link.key"
"""The file in the data folder, where links have no key of their own."""


def kept_folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders that hold what people wrote, and whom it concerns."""
    return (settings.data, settings.outbox, settings.outbox / ".refs", settings.data / GUESTS)


def kept_files(settings: Settings) -> Iterator[Path]:
    """Yield the files, but for those of which there may be many: their folder keeps others out.

    Raises ValueError for a register's address of no known kind.
    """
    register = sqlite_path(settings.register)
    yield from database_files(register) if register else ()
    yield from database_files(settings.data / DATABASE)
    yield from (settings.data / LOG, settings.data / LINK_KEY, settings.watch.heartbeat)


def keep_all_private(settings: Settings) -> None:
    """Let their owner alone into everything that is there; what belongs to another account is left to `doctor`."""
    keep_private(*kept_folders(settings), *kept_files(settings))
