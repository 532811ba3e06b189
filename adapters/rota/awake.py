"""Until when people on a rota say that they are awake: their own word, kept beside the requests for cover."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.kept_rows import KeptRows

from .rota import Turn

FILE = "awake.json"
"""In the data folder."""
AT_MOST = timedelta(hours=12)
KEPT_FOR = timedelta(days=400)


@dataclass(frozen=True)
class SaidAwake:
    """What somebody said once. Instants are text, in UTC; people stand here by their handles."""

    handle: str
    said: str
    until: str
    taken_back: str = ""
    """When they took it back; empty where they did not."""


class Awake:
    """The file. Safe to share between threads and programs."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self._rows = KeptRows(data / FILE, _read)
        self.path = self._rows.path

    def say(self, handle: str, until: datetime, now: datetime) -> None:
        """Keep until when somebody says that they are awake, in place of what they said before.

        What was said more than 400 days ago is left out. Raises NotWritten.
        """
        new, oldest = SaidAwake(handle, now.isoformat(), until.isoformat()), (now - KEPT_FOR).isoformat()
        self._rows.change(lambda known: [*(one for one in _ended(known, handle, now) if one.said >= oldest), new])

    def take_back(self, handle: str, now: datetime) -> None:
        """Let what somebody said hold no more. Raises NotWritten."""
        self._rows.change(lambda known: [*_ended(known, handle, now)])

    def until(self, turn: Turn, now: datetime) -> datetime | None:
        """Return until when whoever has a turn says that they are awake, at an aware instant; None where they do not.

        It holds for the turn in which it was said and no longer: a turn that somebody else had meanwhile is another.
        """
        for one in reversed(self._rows.all()):
            if one.handle != turn.handle or one.taken_back:
                continue
            said, until = (datetime.fromisoformat(at) for at in (one.said, one.until))
            if turn.starts <= said <= now < min(until, turn.until):
                return min(until, turn.until)
        return None


def _ended(known: Iterable[SaidAwake], handle: str, now: datetime) -> Iterable[SaidAwake]:
    at = now.isoformat()
    return (
        replace(one, taken_back=at)
        if one.handle == handle and not one.taken_back and datetime.fromisoformat(one.until) > now
        else one
        for one in known
    )


def _read(row: dict[str, Any]) -> SaidAwake | None:
    try:
        made = SaidAwake(**row)
        instants = [datetime.fromisoformat(at) for at in (made.said, made.until)]
    except (TypeError, ValueError):
        return None
    is_whole = isinstance(made.handle, str) and isinstance(made.taken_back, str)
    return made if is_whole and all(one.tzinfo for one in instants) else None
