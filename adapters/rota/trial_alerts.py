"""Test alerts: which were sent to whom and by which way, and whether the telephone rang. Kept in a file of its own."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from adapters.kept_rows import KeptRows

FILE = "test-alerts.json"
"""In the data folder."""
PREFIX = "TEST-"
"""Of the reference of every test alert, where a notice has its case's."""
GOOD_FOR = timedelta(days=90)
"""After so long without one that rang, somebody's telephone counts as not tried."""
KEPT_FOR = timedelta(days=400)
Said = Literal["", "rang", "silent"]
SAID: tuple[Said, ...] = get_args(Said)


@dataclass(frozen=True)
class TrialAlert:
    """One test alert, by one way."""

    ref: str
    """`TEST-3f9c21ab/1/2`: random, and the number of the way."""
    handle: str
    """Whose telephone, by the handle of the rota."""
    sent: str
    """Instant, in UTC."""
    kind: str
    """`text`, `email` or `webhook`."""
    taken_by: str
    """The channel that took it; empty where none did."""
    said: Said = ""
    at: str = ""
    """When that was said."""


class TrialAlerts:
    """The file. Safe to share between threads and programs."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self._rows = KeptRows(data / FILE, _read)
        self.path = self._rows.path

    def all(self) -> tuple[TrialAlert, ...]:
        """Return those that are kept, oldest first. A file that cannot be read counts as empty; a bad row as none."""
        return self._rows.all()

    def keep(self, new: Iterable[TrialAlert], now: datetime) -> None:
        """Add some, and leave out what is older than 400 days. Raises NotWritten."""
        oldest = (now - KEPT_FOR).isoformat()
        self._rows.change(lambda known: [*(one for one in known if one.sent >= oldest), *new])

    def answer(self, ref: str, said: Said, now: datetime) -> bool:
        """Keep whether one rang, as was said last; False for one that is not known. Raises NotWritten."""
        if self.of(ref) is None:
            return False
        at = now.isoformat()
        self._rows.change(lambda known: [replace(one, said=said, at=at) if one.ref == ref else one for one in known])
        return True

    def of(self, ref: str) -> TrialAlert | None:
        """Return one by its reference."""
        return next((one for one in self.all() if one.ref == ref), None)

    def untried(self, handles: Iterable[str], now: datetime) -> tuple[str, ...]:
        """Return those of whom no test alert is known to have rung within ninety days."""
        since = (now - GOOD_FOR).isoformat()
        rang = {one.handle for one in self.all() if one.said == "rang" and one.at >= since}
        return tuple(one for one in handles if one not in rang)


def new_token() -> str:
    """Return what the reference of a test alert begins with: random."""
    return PREFIX + secrets.token_hex(4)


def _read(row: dict[str, Any]) -> TrialAlert | None:
    try:
        made = TrialAlert(**row)
    except TypeError:
        return None
    texts = (made.ref, made.handle, made.sent, made.kind, made.taken_by, made.at)
    return made if all(isinstance(one, str) for one in texts) and made.said in SAID else None
