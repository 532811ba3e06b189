"""What every way of sending promises, and the choice between them."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from adapters.directory import Contact
from domain.effects import Notice, Receipt
from domain.reference import is_training

from .errors import PostFailed
from .outbox import OutboxPost
from .smtp import SmtpPost

Clock = Callable[[], datetime]
"""Gives the present as an aware instant."""

log = logging.getLogger(__name__)


class Post(Protocol):
    """A way for notices to leave."""

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Send once, or find that it was sent; safe to repeat with the same notice.

        Raises PostDown (try again), AddressRefused or UnknownNotice (trying again cannot help).
        """
        ...


class CopiedPost:
    """Sends by one way and keeps a readable copy in an outbox.

    The copy is made after sending, so a copy means *sent*: a repeat that finds one does not send again.
    """

    def __init__(self, first: Post, copy: OutboxPost, channel: str) -> None:
        self._first = first
        self._copy = copy
        self._channel = channel

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Send, then copy. A copy that cannot be made is logged and fails nothing: the notice has gone.

        A notice of an invented case is copied and never sent, whoever had it made.
        """
        if is_training(notice.case):
            return self._copy.send(notice, contact)
        if copied := self._copy.receipt_of(notice.ref, contact):
            return copied.model_copy(update={"channel": self._channel})
        receipt = self._first.send(notice, contact)
        try:
            self._copy.send(notice, contact)
        except PostFailed:
            log.warning("notice_sent_but_not_copied", extra={"notice": notice.ref})
        return receipt


def make_post(
    *,
    outbox: Path,
    clock: Clock,
    smtp_host: str = "",
    smtp_port: int = 25,
    sender: str = "",
    username: str = "",
    password: str = "",
    starttls: bool | None = None,
    timeout: float = 20.0,
    training: bool = False,
) -> Post:
    """Make the post from plain settings: an outbox alone, or e-mail with a copy of each notice in the outbox.

    With `training` it is the outbox alone, whatever else is given, and every notice says that it is training.

    `timeout` is in seconds, for each answer of the mail server. `starttls` is on where there is a password, unless
    said. Raises ValueError, in one sentence, where a mail server is named without a usable sender.
    """
    folder = OutboxPost(outbox, clock, training=training)
    if training or not smtp_host:
        return folder
    smtp = SmtpPost(
        smtp_host,
        smtp_port,
        sender,
        clock,
        username=username,
        password=password,
        starttls=bool(password) if starttls is None else starttls,
        timeout=timeout,
    )
    return CopiedPost(smtp, folder, smtp.channel)
