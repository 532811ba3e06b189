"""What every way of sending promises, and the copy that is kept of what was sent."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from adapters.directory import ChannelKind, Contact
from domain.effects import InVain, Notice, Receipt
from domain.reference import is_training

from .errors import PostFailed
from .outbox import OutboxPost

Clock = Callable[[], datetime]
"""Gives the present as an aware instant."""

log = logging.getLogger(__name__)


class Post(Protocol):
    """A way for notices to leave."""

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Send once, or find that it was sent; safe to repeat with the same notice.

        Where one address took it and another did not, the receipt's `in_vain` says which (`Contact.place_of`) and why.
        Raises PostDown (try again), AddressRefused or UnknownNotice (trying again cannot help).
        """
        ...


class NamedPost(Post, Protocol):
    """A way that the record knows by a name."""

    channel: str


def in_vain_of(
    channel: str, kind: ChannelKind, contact: Contact, failed: Mapping[str, PostFailed]
) -> tuple[InVain, ...]:
    """Say to which addresses of a contact a notice did not go, though it went to others: by their places, and why."""
    return tuple(
        InVain(channel=channel, why=type(error).__name__, to=contact.place_of(kind, address))
        for address, error in failed.items()
    )


class CopiedPost:
    """Sends by one way and keeps a readable copy in an outbox.

    The copy is made after sending, so a copy means *sent*: a repeat that finds one does not send again. A notice that
    goes another way because the first came to nothing is no repeat; the copy stays that of the first.
    """

    def __init__(self, first: Post, copy: OutboxPost, channel: str) -> None:
        """Take the *channel* that older copies, which do not name theirs, were sent by."""
        self._first = first
        self._copy = copy
        self._channel = channel

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Send, then copy. A copy that cannot be made is logged and fails nothing: the notice has gone.

        A notice of an invented case is copied and never sent, whoever had it made.
        """
        if is_training(notice.case):
            return self._copy.send(notice, contact)
        copied = self._copy.receipt_of(notice.ref, contact, self._channel)
        if copied and not contact.again:
            return copied
        receipt = self._first.send(notice, contact)
        try:
            self._copy.send(notice, contact, channel=receipt.channel)
        except PostFailed:
            log.warning("notice_sent_but_not_copied", extra={"notice": notice.ref})
        return receipt
