"""What open cases need to tell anybody: can the directory of each of their policies be read?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from adapters.directory import DirectoryFault, load_directory
from adapters.register.errors import RegisterError
from adapters.register.reading import count_open

from .found import Found

PATIENCE = timedelta(minutes=1)
"""A file that is put in the place of another may be away for a moment."""


def directories_needed(register: str, directories: Path) -> Callable[[datetime], Iterator[Found]]:
    """Return how to look at the directory of every policy that an open case of the register goes by."""

    def look(_: datetime) -> Iterator[Found]:
        try:
            counts = count_open(register)
        except (RegisterError, ValueError):
            return  # whoever looks at the cases tells of it
        for policy, count in counts.items():
            file = directories / f"{policy}.toml"
            if why := amiss(file):
                yield Found(
                    ref=f"watch/directory/{policy}",
                    what="directory",
                    says=f"{count_of(count)} by the policy {policy}, and nobody knows whom to tell in them: notices "
                    f"wait, and alerts go by the rota or the settings alone. {why}",
                    mend=f"Put {file} back, or mend it; what waits then goes by itself.",
                    patience=PATIENCE,
                )

    return look


def amiss(file: Path) -> str:
    """Say in one sentence why a directory cannot be read; nothing where it can."""
    try:
        load_directory(file)
    except DirectoryFault as fault:
        return str(fault)
    return ""


def count_of(cases: int) -> str:
    """Say how many open cases go by something."""
    return "One open case goes" if cases == 1 else f"{cases} open cases go"
