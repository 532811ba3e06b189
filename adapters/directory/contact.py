"""Where a notice goes: the people told at once, and those who are told after them."""

from collections.abc import Collection, Iterable
from typing import Self

from pydantic import Field

from domain.base.value import Instant, Value

from .addresses import KINDS, Channel, ChannelKind
from .telephones import Telephones


class Contact(Value):
    """Where a notice goes. It holds addresses, so it is never part of a message between programs."""

    addresses: tuple[str, ...]
    """E-mail addresses of all who are told; empty where they have other channels alone."""
    channels: tuple[Channel, ...] = ()
    """Every way to reach them, one holder after the other, each holder's own in order of preference."""
    titles: tuple[str, ...] = ()
    """Role titles of those who get it; for `fallback`, the fallback contact's."""
    agency_title: str = ""
    """Title of the recipient's agency, or its id where the directory does not know it."""
    names: dict[str, str] = Field(default_factory=dict)
    """Titles of the area's agencies by id, so that a letter can name the other side in words."""
    fallback: bool = False
    """True where nobody in the seat could be reached and the partnership's fallback contact is told instead."""
    why: str = ""
    """For somebody on call: the rota's edition and the turn by which it is them. It names nobody."""
    stands_in: str = ""
    """Why they get it in place of others: `the deputies in the directory`. It names nobody."""
    telephones: Telephones = Telephones()
    """The numbers that what is written to them may give."""
    again: bool = False
    """True where the same notice went another way before and failed, so that this is no repeat."""
    board: str = ""
    """The address of the board, for somebody on call who may sign in there."""
    awake_until: Instant | None = None
    """Until when whoever is on call says that they are awake, for a program that may then send a line and not ring.
    None where they do not, and for whatever is not the first word of a new alert.
    """

    @property
    def of_each(self) -> tuple[tuple[Channel, ...], ...]:
        """The channels of each holder; each holder is told by the first of theirs that works."""
        return tuple(
            tuple(channel for channel in self.channels if channel.holder == holder)
            for holder in dict.fromkeys(channel.holder for channel in self.channels)
        )

    @property
    def in_full(self) -> Self:
        """The same contact with its e-mail addresses among its channels, where it has no others."""
        mails = tuple(Channel(kind="email", address=one) for one in self.addresses)
        return self if self.channels else self.but(channels=mails)

    def place_of(self, kind: ChannelKind, address: str) -> str:
        """Say whose address it is without naming it: `holder 2, e-mail 1`; empty where it is none of the channels."""
        counts: dict[tuple[int, ChannelKind], int] = {}
        for one in self.in_full.channels:
            number = counts[one.holder, one.kind] = counts.get((one.holder, one.kind), 0) + 1
            if (one.kind, one.address) == (kind, address):
                return f"holder {one.holder}, {KINDS[kind].words} {number}"
        return ""

    def only(self, place: str) -> Self:
        """Return the same contact with the addresses at one place only: a place as from `place_of`, or a whole `holder
        2`.
        """
        whole = self.in_full
        left = tuple(
            one for one in whole.channels if place in {f"holder {one.holder}", whole.place_of(one.kind, one.address)}
        )
        return self.but(addresses=tuple(one.address for one in left if one.kind == "email"), channels=left)

    def without(self, kinds: Collection[ChannelKind]) -> Self:
        """Return the same people with their other channels alone; perhaps with none."""
        return self.but(
            addresses=() if "email" in kinds else self.addresses,
            channels=tuple(channel for channel in self.channels if channel.kind not in kinds),
        )

    @property
    def is_reachable(self) -> bool:
        """Is there any address?"""
        return bool(self.addresses or self.channels)


def apart(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """Return the contacts that can be reached, each without the addresses that a contact before it has."""
    known: set[tuple[str, str]] = set()
    found = []
    for contact in contacts:
        left = contact.but(
            addresses=tuple(one for one in contact.addresses if ("email", one.casefold()) not in known),
            channels=tuple(one for one in contact.channels if (one.kind, one.address.casefold()) not in known),
        )
        known |= {("email", one.casefold()) for one in left.addresses}
        known |= {(one.kind, one.address.casefold()) for one in left.channels}
        if left.is_reachable:
            found.append(left)
    return tuple(found)


def identities(contact: Contact) -> tuple[str, ...]:
    """Return an identity for each person that a contact reaches."""
    return tuple(identity(channels) for channels in contact.of_each)


def identity(channels: tuple[Channel, ...]) -> str:
    """Return somebody's identity: their first e-mail address, or their first address if they have no e-mail."""
    first = next((one for one in channels if one.kind == "email"), channels[0])
    return first.address.casefold()
