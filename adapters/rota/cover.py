"""Requests for cover: somebody on a rota asks who takes a rank for a time. Kept in a file of its own."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.kept_rows import KeptRows

FILE = "cover-requests.json"
"""In the data folder."""
KEPT_FOR = timedelta(days=400)


@dataclass(frozen=True)
class CoverRequest:
    """One request. Instants are text, in UTC; people stand here by their handles."""

    id: str
    policy: str
    rank: str
    handle: str
    """Who asks."""
    starts: str
    until: str
    why: str
    asked: str
    taken_by: str = ""
    """Who took it up; empty while nobody has."""
    withdrawn: bool = False

    def is_open(self, now: datetime) -> bool:
        """Does it still wait for somebody?"""
        return not self.taken_by and not self.withdrawn and datetime.fromisoformat(self.until) > now

    def asks_as(self, other: "CoverRequest", now: datetime) -> bool:
        """Does it ask for what another does, as far as that is still to come?"""
        begins = [max(datetime.fromisoformat(one.starts), now) for one in (self, other)]
        whose = [(one.policy, one.rank, one.handle, one.until) for one in (self, other)]
        return begins[0] == begins[1] and whose[0] == whose[1]


class CoverRequests:
    """The file. Safe to share between threads and programs."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self._rows = KeptRows(data / FILE, _read)
        self.path = self._rows.path

    def waiting(self, now: datetime) -> tuple[CoverRequest, ...]:
        """Return those that wait for somebody, the one that begins first in front."""
        return tuple(sorted((one for one in self._rows.all() if one.is_open(now)), key=lambda one: one.starts))

    def of(self, id_: str) -> CoverRequest | None:
        """Return one by its id."""
        return next((one for one in self._rows.all() if one.id == id_), None)

    def ask(self, new: CoverRequest, now: datetime) -> CoverRequest:
        """Add one and return it; or the one that asks for the same already and still waits, which stands for both.

        What ended more than 400 days ago is left out. Raises NotWritten.
        """
        oldest, asked = (now - KEPT_FOR).isoformat(), [new]

        def added(known: tuple[CoverRequest, ...]) -> list[CoverRequest]:
            asked[0] = next((one for one in known if one.is_open(now) and one.asks_as(new, now)), new)
            return [*(one for one in known if one.until >= oldest), *([new] if asked[0] is new else [])]

        self._rows.change(added)
        return asked[0]

    def end(self, id_: str, *, taken_by: str = "") -> None:
        """Note that somebody took one up, or else that whoever asked needs it no more. Raises NotWritten."""

        def ended(one: CoverRequest) -> CoverRequest:
            return replace(one, taken_by=taken_by, withdrawn=not taken_by)

        self._rows.change(lambda known: [ended(one) if one.id == id_ else one for one in known])


def new_id() -> str:
    """Return the id of a request: random."""
    return secrets.token_hex(6)


def _read(row: dict[str, Any]) -> CoverRequest | None:
    try:
        made = CoverRequest(**row)
        datetime.fromisoformat(made.starts), datetime.fromisoformat(made.until)
    except (TypeError, ValueError):
        return None
    texts = (made.id, made.policy, made.rank, made.handle, made.why, made.asked, made.taken_by)
    return made if all(isinstance(one, str) for one in texts) else None
