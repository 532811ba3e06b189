"""How the watch tells: a file in a folder, an e-mail by a mail host of its own, a signed message to a web address."""

from __future__ import annotations

import json
import re
import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from adapters.directory import fault_of, on_the_wire
from adapters.files import NotWritten, write_whole
from adapters.post import PostDown, SmtpPost
from adapters.post.channels.smtp import TAKEN
from adapters.post.channels.webhook import IDEMPOTENCY, SIGNATURE, TIMESTAMP, sign
from adapters.web import NotReached, call

from .found import Alarm

READ_BY_OTHERS = 0o644
"""Mode of alarm files. They hold nothing that people wrote, and another account's program may fetch them."""
WITHIN_SECONDS = 10.0
"""For each answer of a mail host or web address."""


class Channel(Protocol):
    """A way to tell."""

    name: str

    def tell(self, alarm: Alarm) -> None:
        """Hand an alarm over. Raises PostDown: it is tried again in the next round."""
        ...


class FolderChannel:
    """One text file for each telling, for a program or a person that looks into a folder."""

    name = "folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tell(self, alarm: Alarm) -> None:
        """Write the file; a repeat writes the same one."""
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", alarm.ref) + ".txt"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._folder / name, f"Subject: {alarm.subject}\n\n{alarm.body}", mode=READ_BY_OTHERS)
        except (OSError, NotWritten) as error:
            why = type(error).__name__ if isinstance(error, OSError) else error.why
            msg = f"The folder {self._folder} cannot be written ({why}): give the watch the right to."
            raise PostDown(msg) from None


class MailChannel(SmtpPost):
    """E-mail, with the same care as for notices. The host should not be the worker's."""

    name = "mail"

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        to: str,
        clock: Callable[[], datetime],
        *,
        username: str = "",
        password: str = "",
        starttls: bool = False,
    ) -> None:
        """Raises ValueError where the sender or the address to tell is none."""
        super().__init__(
            host, port, sender, clock, username=username, password=password, starttls=starttls, timeout=WITHIN_SECONDS
        )
        if fault_of(to):
            msg = "ESCALATION_WATCH_TO must be one e-mail address, like systems@example.org: mend that setting."
            raise ValueError(msg)
        self._to = to

    def tell(self, alarm: Alarm) -> None:
        """Send it to the one address."""
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=on_the_wire(self._to))
        mail["Subject"] = alarm.subject
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9-]+', '.', alarm.ref)}@{self._sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(alarm.body, charset="utf-8", cte="quoted-printable")
        host, port = self._server
        try:
            (answer,) = self._deliver(mail, [on_the_wire(self._to)]).values()
        except (OSError, ValueError) as error:
            code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
            raise PostDown(f"The watch's mail host {host}:{port} did not take an alarm ({code}).") from None
        if answer != TAKEN:
            raise PostDown(f"The watch's mail host {host}:{port} did not take an alarm ({answer}).")


class WebhookChannel:
    """One POST of JSON; where a key is set it is signed as the webhooks of notices are."""

    name = "webhook"

    def __init__(self, url: str, key: str, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._key = key.encode()
        self._clock = clock

    def tell(self, alarm: Alarm) -> None:
        """Post it; any answer from 200 to 299 is a yes."""
        body = json.dumps(alarm.as_json()).encode()
        headers = {"Content-Type": "application/json", IDEMPOTENCY: quote(alarm.ref, safe="/")}
        if self._key:
            headers[TIMESTAMP] = str(int(self._clock().timestamp()))
            headers[SIGNATURE] = sign(self._key, headers[TIMESTAMP], body)
        try:
            call(self._url, WITHIN_SECONDS, body, headers)
        except NotReached as error:
            raise PostDown(f"The watch's web address did not take an alarm ({error}).") from None


def told(channels: Sequence[Channel], alarm: Alarm, failed: Callable[[str, str], None]) -> bool:
    """Tell by every channel; True where at least one took it. *failed* hears of each that did not: its name and why."""
    took = False
    for channel in channels:
        try:
            channel.tell(alarm)
        except PostDown as error:
            failed(channel.name, str(error))
        else:
            took = True
    return took
