"""Is the watch itself silent? Asked by the worker and by `escalate doctor`, which read its heartbeat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from adapters.directory import Contact
from adapters.post import Post, PostFailed
from domain.base.words import say_instant
from domain.case.effects import Notice
from domain.engine.senders import OFFICE

from .notebook import read_notebook

log = structlog.get_logger()

SILENT_AFTER = timedelta(minutes=5)
HOURLY = timedelta(hours=1)
ZONE = "Europe/London"
"""Zone of times in messages."""
LOOK_EVERY_SECONDS = 60.0


def silence(heartbeat: Path, now: datetime, *, is_set_up: bool) -> str:
    """Say in one sentence that the watch is silent; empty where its last round was within five minutes.

    Also empty where no watch is expected: none is set up, and none that runs on has ever left a heartbeat here.
    """
    notebook = read_notebook(heartbeat)
    if not is_set_up and not notebook.every_seconds:
        return ""
    if not notebook.last_round:
        return "The watch is set up and has not gone round yet."
    last = datetime.fromisoformat(notebook.last_round)
    if now - last > SILENT_AFTER:
        return f"The watch went round last on {say_instant(last, ZONE)}: it is silent."
    return ""


class SilenceTold:
    """Tells it in the log, and by post to the office where one is set."""

    def __init__(self, post: Post, office: Contact | None, clock: Callable[[], datetime]) -> None:
        self._post = post
        self._office = office
        self._clock = clock

    def __call__(self, sentence: str) -> None:
        """Tell it. Post that is down stops nothing: it is told again in an hour."""
        log.warning("watch_silent", says=sentence)
        if self._office is None:
            return
        ref = f"watch/silent/{self._clock():%Y-%m-%dT%H%M}"
        notice = Notice(ref=ref, case="", kind="watch-silent", to=OFFICE, fact=sentence, urgent=True)
        try:
            self._post.send(notice, self._office)
        except PostFailed as error:
            log.warning("watch_silence_not_told", reason=type(error).__name__)


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
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
