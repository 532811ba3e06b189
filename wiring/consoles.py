"""Where consoles keep what they have to know after a restart, and of each other."""

from collections.abc import Sequence

from adapters.console_store.store import FILE, ConsoleStore
from adapters.register.address import sqlite_path
from settings import Settings

from .post import utc_now


def console_store(settings: Settings, keys: Sequence[str]) -> ConsoleStore:
    """Return the store of an installation: beside a register on PostgreSQL, else a file of the data folder.

    *keys* are those by which its rows are named, the newest first.
    """
    beside = sqlite_path(settings.register) is None
    return ConsoleStore(settings.register if beside else f"sqlite:///{settings.data / FILE}", keys, utc_now)
