"""Sends a notice to each recipient by the first of their channels that takes it, and keeps a copy in the outbox."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from adapters.directory import ChannelKind, Contact
from domain.base.reference import is_training
from domain.case.effects import FailedAttempt, Notice, Receipt

from .errors import FOR_GOOD, AddressRefused, NothingSetUp, PostDown, PostFailed
from .outbox import OutboxPost
from .post import Chosen, Common, NamedPost, Post
from .registry import make_channels

log = logging.getLogger(__name__)

Way = tuple[ChannelKind, tuple[str, ...]]
"""Addresses of one kind, tried together: one e-mail to all of them, one text message to each."""


def make_post(
    outbox: Path, common: Common, chosen: Mapping[str, Chosen] | None = None, *, training: bool = False
) -> Post:
    """Make the post: an outbox alone, or every channel that is set up with a copy of each notice in the outbox.

    *chosen* is what is set for the channels of each file in `channels/`. Several channels to one kind of address stand
    in for each other, in the order of the files in it; without any to e-mail, what has no other channel stays in the
    outbox. With *training* it is the outbox alone, whatever is set, and every notice says that it is training.

    Raises ValueError, in one sentence, for settings that cannot be used.
    """
    folder = OutboxPost(outbox, common.clock, training=training, links=common.links)
    posts: dict[ChannelKind, list[NamedPost]] = {}
    for name, settings in ({} if training else chosen or {}).items():
        for channel in make_channels(name, settings, common):
            posts.setdefault(channel.kind, []).append(channel)
    if not posts:
        return folder
    return CopiedPost(Channels(posts, None if "email" in posts else folder), folder)


class CopiedPost:
    """Sends by another post and keeps a readable copy in an outbox.

    The copy is made after sending, so a copy that was begun means *sent*: if a repeat finds one, nothing is sent again,
    and what a kill has left out of the copy is written. A contact marked `again` is sent to all the same, because the
    first way failed; the copy of the first way stays.
    """

    def __init__(self, first: Post, copy: OutboxPost) -> None:
        self._first = first
        self._copy = copy

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Send, then copy. A copy that cannot be made is logged and raises nothing: the notice has gone.

        A notice of an invented case is copied and never sent.
        """
        if is_training(notice.case):
            return self._copy.send(notice, contact)
        copied = self._copy.receipt_of(notice.ref, contact)
        receipt = copied if copied and not contact.again else self._first.send(notice, contact)
        try:
            self._copy.send(notice, contact, channel=receipt.channel)
        except PostFailed:
            log.warning("notice_sent_but_not_copied", extra={"notice": notice.ref})
        return receipt


class Channels:
    """Tries the channels of every holder of a seat, in the holder's own order of preference.

    Several posts for one kind of address are tried in turn. A contact for none of whose channels there is a post goes
    to `otherwise`; without `otherwise` that raises NothingSetUp until somebody sets a post up.
    """

    def __init__(self, posts: Mapping[ChannelKind, Sequence[NamedPost]], otherwise: Post | None = None) -> None:
        self._posts = posts
        self._otherwise = otherwise

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Send the notice. If one holder got it, it counts as sent, so that nobody is told twice because another
        failed.

        The receipt names the channel that took it; where holders were told by different channels, all of them. Its
        `in_vain` lists the channels that failed. An item with `to` names a holder who has not got it at all; they may
        get it later unless the reason is in `FOR_GOOD`.

        Raises PostDown where nobody was told and a channel may work later (NothingSetUp where there is no post for any
        channel), AddressRefused where every channel refused for good, or UnknownNotice. The error's `in_vain` names the
        channels too.
        """
        contact = contact.in_full
        tellings = list(_tellings(contact))
        told = [self._tell(notice, contact, telling) for telling in tellings]
        if not any(one.receipt for one in told) and (left := _left(contact, tellings)):
            told.append(self._tell(notice, contact, _Telling("", (("email", left),))))
        receipts = [one.receipt for one in told if one.receipt]
        if receipts:
            if len(receipts) < len(tellings):
                log.warning("notice_not_taken_for_all", extra={"notice": notice.ref})
            channel = ", ".join(dict.fromkeys(name for one in receipts for name in one.channel.split(", ")))
            return receipts[0].but(channel=channel, in_vain=tuple(one for some in told for one in some.in_vain()))
        errors = [failed for one in told for failed in one.failed]
        if errors:
            worst = next((error for _, error in errors if isinstance(error, PostDown)), errors[0][1])
            worst.in_vain = tuple(FailedAttempt(channel=channel, why=type(error).__name__) for channel, error in errors)
            raise worst
        if self._otherwise:
            return self._otherwise.send(notice, contact)
        if not tellings:
            raise AddressRefused(f"There is no address for notice {notice.ref}; mend the seat in the directory.")
        raise NothingSetUp(
            f"Notice {notice.ref} goes to a kind of address for which nothing is set up; see docs/settings.md."
        )

    def _tell(self, notice: Notice, contact: Contact, telling: "_Telling") -> "_Told":
        """Try a holder's ways in order until one has taken the notice. Posts of one kind share the addresses still
        left.
        """
        told = _Told(telling, contact)
        for kind, addresses in telling.ways:
            left = addresses
            for post in self._posts.get(kind, ()):
                try:
                    receipt = post.send(notice, contact.but(addresses=left))
                except (PostDown, AddressRefused) as error:
                    told.failed.append((post.channel, error))
                    extra = {"notice": notice.ref, "kind": kind, "reason": type(error).__name__}
                    log.warning("channel_failed", extra=extra)
                    continue
                told.takes(receipt)
                left = tuple(one for one in left if contact.place_of(kind, one) in told.left)
                if not left:
                    break
            if told.receipt:
                break
        return told


@dataclass(frozen=True)
class _Telling:
    """How one holder is told; or how all holders who have only e-mail are told together."""

    holder: str
    """`holder 2`; empty for several at once."""
    ways: tuple[Way, ...]


@dataclass
class _Told:
    """The result of telling one holder, or those with e-mail only."""

    telling: _Telling
    contact: Contact
    receipt: Receipt | None = None
    failed: list[tuple[str, PostFailed]] = field(default_factory=list)
    """Channels that reached nobody."""
    left: dict[str, FailedAttempt] = field(default_factory=dict)
    """Addresses that the last successful channel did not reach, by their places."""

    def takes(self, receipt: Receipt) -> None:
        """Note that a channel has taken it, perhaps not for every address."""
        self.left = {one.to: one for one in receipt.in_vain if one.to}
        if self.receipt:
            channel = ", ".join(dict.fromkeys((self.receipt.channel, receipt.channel)))
            receipt = receipt.but(channel=channel)
        self.receipt = receipt

    def in_vain(self) -> Iterator[FailedAttempt]:
        """Yield the failed attempts, for use when somebody else was told."""
        names = [FailedAttempt(channel=channel, why=type(error).__name__) for channel, error in self.failed]
        if self.receipt or not names:
            yield from (*names, *self.left.values())
            return
        *before, last = names
        waits = next((one for one in reversed(names) if one.why not in FOR_GOOD), last)
        yield from before
        places = [self.telling.holder] if self.telling.holder else self._places()
        yield from (last.but(why=waits.why, to=place) for place in places)

    def _places(self) -> list[str]:
        return [self.contact.place_of(kind, one) for kind, addresses in self.telling.ways for one in addresses]


def _tellings(contact: Contact) -> Iterator[_Telling]:
    """Yield how each holder is told. Holders who have only e-mail are told by one e-mail to all of them."""
    by_mail_alone = [one for one in contact.of_each if all(channel.kind == "email" for channel in one)]
    if addresses := tuple(dict.fromkeys(channel.address for one in by_mail_alone for channel in one)):
        yield _Telling("", (("email", addresses),))
    for one in contact.of_each:
        if one not in by_mail_alone:
            ways = ((kind, tuple(c.address for c in same)) for kind, same in groupby(one, key=lambda c: c.kind))
            yield _Telling(f"holder {one[0].holder}", tuple(ways))


def _left(contact: Contact, tellings: Sequence[_Telling]) -> tuple[str, ...]:
    """Return the e-mail addresses of the contact that none of its channels has."""
    tried = {address for one in tellings for kind, addresses in one.ways if kind == "email" for address in addresses}
    return tuple(address for address in contact.addresses if address not in tried)
