"""What the watch remembers between rounds, in one small file that is also its heartbeat."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.files import NotWritten, one_at_a_time, write_whole
from adapters.given import read_text
from adapters.private import keep_private, make_folder

from .found import Alarm, Found

AGAIN_AFTER = timedelta(hours=1)
LARGEST = 50_000_000
"""Bytes: some hundred for each finding."""


@dataclass
class Known:
    """A finding as it is remembered."""

    ref: str
    what: str
    case: str
    says: str
    mend: str
    since: str
    """When a round first saw it."""
    told_at: str = ""
    """When a channel last took it; empty while none has."""
    times: int = 0
    patience_seconds: int = 0

    def is_due(self, now: datetime) -> bool:
        """Is it to be told now? First when its patience has ended, then each hour."""
        if self.told_at:
            return now >= datetime.fromisoformat(self.told_at) + AGAIN_AFTER
        return now >= datetime.fromisoformat(self.since) + timedelta(seconds=self.patience_seconds)

    def alarm(self, *, mended: bool = False, training: bool = False) -> Alarm:
        """Return it as it is told next."""
        found = Found(ref=self.ref, what=self.what, case=self.case, says=self.says, mend=self.mend)
        state = "mended" if mended else "lasts" if self.times else "found"
        times = self.times if mended else self.times + 1
        return Alarm(found=found, state=state, since=self.since, times=times, training=training)


@dataclass
class Notebook:
    """All that is remembered, and the last round."""

    file: Path
    known: dict[str, Known] = field(default_factory=dict)
    last_round: str = ""
    """When the last round ended that looked at everything; empty before the first."""
    every_seconds: int = 0
    """Seconds between two rounds; 0 where each round is started by another program."""
    ping: str = ""
    """`reached` or `not reached`; empty where no address is set or no round was sound yet."""
    register: str = ""
    """Which register was looked at, without user and password."""
    entries: int = 0
    """The most entries that were seen in it."""

    def take(self, found: Found, now: datetime) -> Known:
        """Remember a finding, or return what is remembered of it, with today's words."""
        since = self.known[found.ref].since if found.ref in self.known else now.isoformat(timespec="seconds")
        known = self.known.setdefault(found.ref, Known(found.ref, found.what, found.case, "", "", since))
        known.says, known.mend = found.says, found.mend
        known.patience_seconds = int(found.patience.total_seconds())
        return known

    def save(self) -> None:
        """Write the file completely or not at all; findings that another round has told meanwhile stay marked as told.

        Raises NotWritten.
        """
        try:
            make_folder(self.file.parent)
        except OSError as error:
            raise NotWritten(f"{self.file}: its folder cannot be made ({type(error).__name__}).") from None
        with one_at_a_time(self.file):
            self._take_over(read_notebook(self.file))
            write_whole(self.file, self._text())
        keep_private(self.file)

    def _take_over(self, other: Notebook) -> None:
        for ref, theirs in other.known.items():
            if (mine := self.known.get(ref)) and theirs.told_at > mine.told_at:
                mine.told_at, mine.times = theirs.told_at, max(mine.times, theirs.times)

    def _text(self) -> str:
        return json.dumps(
            {
                "last_round": self.last_round,
                "every_seconds": self.every_seconds,
                "ping": self.ping,
                "register": self.register,
                "entries": self.entries,
                "findings": [asdict(one) for one in self.known.values()],
            },
            indent=1,
        )


def read_notebook(file: Path) -> Notebook:
    """Read the file. If it cannot be read, begin anew: at worst something is told twice."""
    try:
        kept: dict[str, Any] = json.loads(read_text(file, LARGEST))
        known = {one["ref"]: Known(**one) for one in kept["findings"]}
        for one in known.values():
            one.is_due(datetime.fromisoformat(one.since))
        seen = str(kept.get("register", "")), int(kept.get("entries", 0))  # an earlier version kept neither
        return Notebook(file, known, str(kept["last_round"]), int(kept["every_seconds"]), str(kept["ping"]), *seen)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Notebook(file)
