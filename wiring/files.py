"""What this installation keeps on disk, readable by its owner only."""

from collections.abc import Iterator
from pathlib import Path

from adapters.console_store.store import FILE as CONSOLE_STORE
from adapters.directory.guests import FOLDER as GUESTS
from adapters.embedded import DATABASE, LOG
from adapters.people.aside import FOLDER as READS_ASIDE
from adapters.people.tokens import FILE as TOKENS
from adapters.private import database_files, keep_private
from adapters.register.address import sqlite_path
from adapters.revoked_links import FOLDER as LINKS_REVOKED
from adapters.rota.awake import FILE as AWAKE
from adapters.rota.cover import FILE as COVER
from adapters.rota.trial_alerts import FILE as TEST_ALERTS
from adapters.webhooks.cursor import FILE as TOLD
from settings import LINK_KEY, Settings


def kept_folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders that hold what people wrote, and whom it concerns."""
    data, outbox = settings.data, settings.outbox
    return (
        data,
        outbox,
        outbox / ".refs",
        data / GUESTS,
        data / READS_ASIDE,
        data / LINKS_REVOKED,
        settings.checkpoints.folder,
    )


def kept_files(settings: Settings) -> Iterator[Path]:
    """Yield single files to keep private; of folders with many files the folder itself is kept private.

    Raises ValueError for a register's address of no known kind.
    """
    register = sqlite_path(settings.register)
    yield from database_files(register) if register else ()
    for database in (DATABASE, TOLD, CONSOLE_STORE):
        yield from database_files(settings.data / database)
    yield from (settings.data / LOG, settings.data / LINK_KEY, settings.data / TOKENS, settings.watch.heartbeat)
    yield from (settings.data / TEST_ALERTS, settings.data / COVER, settings.data / AWAKE)
    for key in (settings.encryption_keys, settings.checkpoints.key):
        if key.parent == settings.data:  # elsewhere it is somebody's secret, as they keep theirs
            yield key


def keep_all_private(settings: Settings) -> None:
    """Make all of these readable by their owner only; files of another account are left for `doctor` to tell of."""
    keep_private(*kept_folders(settings), *kept_files(settings))
