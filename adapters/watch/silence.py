"""Is the watch itself silent? Asked by the worker and by `escalate doctor`, which read its heartbeat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from .notebook import read_notebook

SILENT_AFTER = timedelta(minutes=5)
HOURLY = timedelta(hours=1)
LOOK_EVERY_SECONDS = 60.0


def silence(heartbeat: Path, now: datetime, *, is_set_up: bool) -> str:
    """Say in one sentence that the watch is silent; nothing where its last round was within five minutes.

    Nothing either where none is expected: none is set up, and none that runs on has ever left a heartbeat here.
    """
    notebook = read_notebook(heartbeat)
    if not is_set_up and not notebook.every_seconds:
        return ""
    if not notebook.last_round:
        return "The watch is set up and has not gone round yet."
    if now - datetime.fromisoformat(notebook.last_round) > SILENT_AFTER:
        return f"The watch went round last at {notebook.last_round}: it is silent."
    return ""


class SilenceNoted:
    """Notes the silence of a watch, once an hour at most. A watch that was just set up gets five minutes to begin."""

    def __init__(
        self, heartbeat: Path, note: Callable[[str], object], clock: Callable[[], datetime], *, is_set_up: bool
    ) -> None:
        """Take whom to tell; *is_set_up* says that the settings name a way for a watch to tell."""
        self._heartbeat = heartbeat
        self._note = note
        self._clock = clock
        self._is_set_up = is_set_up
        self._next = clock() + SILENT_AFTER

    def look(self) -> None:
        """Look now; cheap, so that it may be called each minute."""
        now = self._clock()
        if now >= self._next and (sentence := silence(self._heartbeat, now, is_set_up=self._is_set_up)):
            self._note(sentence)
            self._next = now + HOURLY

    async def keep_looking(self) -> None:
        """Look each minute, until it is cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_SECONDS)
