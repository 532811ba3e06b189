"""Is anybody on call? Asked of the rota files; where there is none, the fallback setting holds and nothing is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from adapters.rota import RotaFault, load_rota
from adapters.rota.file import ENDING

from .found import Found

FIRST = "first"
"""The rung that every alarm begins with."""


def empty_rotas(directories: Path) -> Callable[[datetime], Iterator[Found]]:
    """Return how to look at every rota file beside the directories."""

    def look(now: datetime) -> Iterator[Found]:
        for file in sorted(directories.glob(f"*{ENDING}")):
            if why := amiss(file, now):
                yield Found(
                    ref=f"watch/rota/{file.name.removesuffix(ENDING)}",
                    what="rota",
                    says=why,
                    mend=f"Put somebody on call in {file}: till then alerts go to a directory's seat or the fallback.",
                )

    return look


def amiss(file: Path, at: datetime) -> str:
    """Say in one sentence why nobody is woken by this rota at that instant; nothing where somebody is."""
    try:
        rota = load_rota(file)
    except RotaFault as fault:
        return f"The rota cannot be read. {fault}"
    return "" if rota.contact(FIRST, at) else f"By the rota {file.name} nobody who can be reached is on call now."
