"""Rotas of a few lines for tests: everybody in them is invented."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.rota import Rota
from adapters.rota.file import rota_of

LONDON = ZoneInfo("Europe/London")
HEAD = """
[rota]
edition = "2026-11"
hands_over = "{hands_over}"
ranks = [{ranks}]
"""


def person(handle: str, more: str = "") -> str:
    """A person with an e-mail address, and whatever else is said."""
    return f'[[person]]\nhandle = "{handle}"\ntitle = "Lead {handle}"\nemail = ["{handle}@example.org"]\n{more}\n'


PEOPLE = "".join(person(handle) for handle in ("ann", "bob", "cy"))
WEEKLY = '[[turn]]\nrank = "first"\nstarting = 2026-11-02\npersons = ["ann", "bob", "cy"]\n'


def made(text: str, *, people: str = PEOPLE, hands_over: str = "09:00", ranks: tuple[str, ...] = ("first",)) -> Rota:
    """Read a rota from its tables."""
    head = HEAD.format(hands_over=hands_over, ranks=", ".join(f'"{rank}"' for rank in ranks))
    return rota_of(tomllib.loads(head + people + text), Path("area.rota.toml"))


def local(text: str, fold: int = 0) -> datetime:
    """The instant at which London's clocks show it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold).astimezone(UTC)


def who(rota: Rota, at: str | datetime, rung: str = "first") -> str:
    """Handle of whoever is on call; empty for nobody."""
    found = rota.holders(rung, local(at) if isinstance(at, str) else at)
    return found[0].handle if found else ""
