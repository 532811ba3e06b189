"""A real mail host on loopback that notes what arrives, and behaves as badly as it is told."""

import asyncio
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from enum import StrEnum
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller

from tests.ports import free_ports

REFERENCE = re.compile(r"ESC-[0-9A-Z]{4}-[0-9A-Z]{4}")
LONGER_THAN_ANYBODY_WAITS = 3600


class Mood(StrEnum):
    """How it treats who comes."""

    TAKES = "takes everything"
    HANGS = "says nothing more once it knows for whom a mail is"
    FORGETS = "takes the mail, and says nothing more"
    REFUSES = "answers 554 to every mail"
    CLOSES = "answers 421 to every recipient"
    GREYLISTS = "answers 450 to each mail until it comes again"


class Mail(NamedTuple):
    """One mail as it arrived."""

    at: datetime
    to: tuple[str, ...]
    ref: str
    """Of the notice whose Message-ID it has; of the first, where it tells of several."""
    cases: tuple[str, ...]
    """That it names, in the order of its text."""
    text: str


class MailHost:
    """Starts and dies as often as wanted, always on one port. What arrived is kept over its deaths."""

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self.mood = Mood.TAKES
        self._taken: list[tuple[datetime, tuple[str, ...], bytes]] = []
        self._seen: set[tuple[str, str]] = set()
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Die: nobody listens on the port any more. Harmless to repeat."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def mails(self) -> list[Mail]:
        """Everything that was taken, in the order of arrival."""
        return [_read(*one) for one in list(self._taken)]

    # --- what aiosmtpd asks

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.mood is Mood.HANGS:
            await asyncio.sleep(LONGER_THAN_ANYBODY_WAITS)
        if self.mood is Mood.CLOSES:
            return "421 shutting down"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.mood is Mood.REFUSES:
            return "554 not now"
        known = (str(message_from_bytes(envelope.content)["Message-ID"]), envelope.rcpt_tos[0])
        if self.mood is Mood.GREYLISTS and known not in self._seen:
            self._seen.add(known)
            return "450 greylisted, come again"
        self._taken.append((datetime.now(UTC), tuple(envelope.rcpt_tos), envelope.content))
        if self.mood is Mood.FORGETS:
            await asyncio.sleep(LONGER_THAN_ANYBODY_WAITS)
        return "250 OK"


def _read(at: datetime, to: tuple[str, ...], content: bytes) -> Mail:
    message = message_from_bytes(content, policy=policy.default)
    plain = message.get_body(("plain",))
    assert plain is not None
    text = str(plain.get_content())
    ref = str(message["Message-ID"]).removeprefix("<").partition("@")[0].replace(".", "/")
    return Mail(at, to, ref, tuple(dict.fromkeys(REFERENCE.findall(text))), text)
