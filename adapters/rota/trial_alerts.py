"""Test alerts: which were sent to whom and by which way, and whether the telephone rang. Kept in a file of its own."""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from adapters.files import NotWritten, one_at_a_time, write_whole
from adapters.given import read_text
from adapters.private import make_folder

FILE = "test-alerts.json"
"""In the data folder."""
PREFIX = "TEST-"
"""Of the reference of every test alert, where a notice has its case's."""
GOOD_FOR = timedelta(days=90)
"""After so long without one that rang, somebody's telephone counts as not tried."""
KEPT_FOR = timedelta(days=400)
LARGEST = 4_000_000
"""Bytes."""
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


Change = Callable[[tuple[TrialAlert, ...]], tuple[TrialAlert, ...]]


class TrialAlerts:
    """The file. Safe to share between threads and programs."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self.path = data / FILE

    def all(self) -> tuple[TrialAlert, ...]:
        """Return those that are kept, oldest first. A file that cannot be read counts as empty; a bad row as none."""
        try:
            return tuple(one for row in json.loads(read_text(self.path, LARGEST)) if (one := _read(row)))
        except (OSError, ValueError, TypeError):
            return ()

    def keep(self, new: Iterable[TrialAlert], now: datetime) -> None:
        """Add some, and leave out what is older than 400 days. Raises NotWritten."""
        oldest = (now - KEPT_FOR).isoformat()
        self._write(lambda known: (*(one for one in known if one.sent >= oldest), *new))

    def answer(self, ref: str, said: Said, now: datetime) -> bool:
        """Keep whether one rang, as was said last; False for one that is not known. Raises NotWritten."""
        if ref not in {one.ref for one in self.all()}:
            return False
        self._write(
            lambda known: tuple(replace(one, said=said, at=now.isoformat()) if one.ref == ref else one for one in known)
        )
        return True

    def of(self, ref: str) -> TrialAlert | None:
        """Return one by its reference."""
        return next((one for one in self.all() if one.ref == ref), None)

    def untried(self, handles: Iterable[str], now: datetime) -> tuple[str, ...]:
        """Return those of whom no test alert is known to have rung within ninety days."""
        since = (now - GOOD_FOR).isoformat()
        rang = {one.handle for one in self.all() if one.said == "rang" and one.at >= since}
        return tuple(one for one in handles if one not in rang)

    def _write(self, change: Change) -> None:
        try:
            make_folder(self.path.parent)
        except OSError as error:
            raise NotWritten(f"{self.path} cannot be written: see that its folder can be made.", str(error)) from None
        with one_at_a_time(self.path):
            kept = change(self.all())
            write_whole(self.path, json.dumps([asdict(one) for one in kept], indent=1) + "\n")


def new_token() -> str:
    """Return what the reference of a test alert begins with: random."""
    return PREFIX + secrets.token_hex(4)


def _read(row: object) -> TrialAlert | None:
    try:
        made = TrialAlert(**row)  # type: ignore[arg-type]
    except TypeError:
        return None
    texts = (made.ref, made.handle, made.sent, made.kind, made.taken_by, made.at)
    return made if all(isinstance(one, str) for one in texts) and made.said in SAID else None
