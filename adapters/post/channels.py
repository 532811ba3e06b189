"""Each of those told, by the first of their channels that takes the notice; e-mail last where all else fails."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from adapters.directory import Channel, ChannelKind, Contact
from domain.effects import InVain, Notice, Receipt

from .errors import AddressRefused, NothingSetUp, PostDown, PostFailed
from .post import NamedPost, Post

log = logging.getLogger(__name__)

Way = tuple[ChannelKind, tuple[str, ...]]
"""Addresses of one kind, tried together: one e-mail to all of them, one text message to each."""


class Channels:
    """Tries the channels of every holder of a seat, in the holder's own order of preference.

    Several posts of one kind stand in for each other, the first one first. Where no channel of a contact has a post at
    all, `otherwise` takes the notice; without it that is post which is down, until somebody sets one.
    """

    def __init__(self, posts: Mapping[ChannelKind, Sequence[NamedPost]], otherwise: Post | None = None) -> None:
        self._posts = posts
        self._otherwise = otherwise

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Send; taken for one holder counts as sent, so that nobody is told twice for the sake of another.

        The receipt names the channel that took it, and where holders were told by different ones all of them; it names
        those that did not, as does what is raised: PostDown (nobody was told and some channel may work later; the
        NothingSetUp among them where there is no post for any), AddressRefused (every channel refused for good) or
        UnknownNotice.
        """
        failed: list[tuple[str, PostFailed]] = []
        tellings = list(_tellings(contact))
        receipts = [taken for ways in tellings if (taken := self._first(notice, contact, ways, failed))]
        if not receipts and (left := _left(contact, tellings)):
            receipts = [taken for taken in [self._first(notice, contact, [("email", left)], failed)] if taken]
        if receipts:
            if len(receipts) < len(tellings):
                log.warning("notice_not_taken_for_all", extra={"notice": notice.ref})
            channel = ", ".join(dict.fromkeys(receipt.channel for receipt in receipts))
            return receipts[0].but(channel=channel, in_vain=_in_vain(failed))
        if failed:
            errors = [error for _, error in failed]
            worst = next((error for error in errors if isinstance(error, PostDown)), errors[0])
            worst.in_vain = _in_vain(failed)
            raise worst
        if self._otherwise:
            return self._otherwise.send(notice, contact)
        if not tellings:
            raise AddressRefused(f"There is no address for notice {notice.ref}; mend the seat in the directory.")
        raise NothingSetUp(
            f"Notice {notice.ref} goes to a kind of address for which nothing is set up; see docs/settings.md."
        )

    def _first(
        self, notice: Notice, contact: Contact, ways: Sequence[Way], failed: list[tuple[str, PostFailed]]
    ) -> Receipt | None:
        """Return the receipt of the first way that takes it; *failed* is given which others did not, and why."""
        for kind, addresses in ways:
            for post in self._posts.get(kind, ()):
                try:
                    return post.send(notice, contact.but(addresses=addresses))
                except (PostDown, AddressRefused) as error:
                    failed.append((post.channel, error))
                    extra = {"notice": notice.ref, "kind": kind, "reason": type(error).__name__}
                    log.warning("channel_failed", extra=extra)
        return None


def _in_vain(failed: Sequence[tuple[str, PostFailed]]) -> tuple[InVain, ...]:
    return tuple(InVain(channel=channel, why=type(error).__name__) for channel, error in failed)


def _tellings(contact: Contact) -> Iterator[list[Way]]:
    """Yield the ways to tell each holder. Those who have nothing but e-mail are told by one e-mail to all."""
    holders = contact.of_each or (
        (tuple(Channel(kind="email", address=one) for one in contact.addresses),) if contact.addresses else ()
    )
    by_mail_alone = [one for one in holders if all(channel.kind == "email" for channel in one)]
    if addresses := tuple(dict.fromkeys(channel.address for one in by_mail_alone for channel in one)):
        yield [("email", addresses)]
    for one in holders:
        if one not in by_mail_alone:
            yield [(kind, tuple(c.address for c in same)) for kind, same in groupby(one, key=lambda c: c.kind)]


def _left(contact: Contact, tellings: Sequence[Sequence[Way]]) -> tuple[str, ...]:
    """Return the e-mail addresses of the contact that none of its channels has."""
    tried = {address for ways in tellings for kind, addresses in ways if kind == "email" for address in addresses}
    return tuple(address for address in contact.addresses if address not in tried)
