"""Delivery receipts: what became of a notice after a channel accepted it."""

from collections.abc import Iterable
from datetime import datetime

from adapters.directory import Contact

from .errors import PostDown
from .post import Fate, NamedPost, Tracking
from .registry import kinds_of


class Receipts:
    """Asks the channels that give receipts. GOV.UK Notify gives them; a mail server and a webhook do not."""

    def __init__(self, channels: Iterable[NamedPost | Tracking]) -> None:
        """Take every channel that is set up."""
        self._channels = {one.channel: one for one in channels if isinstance(one, Tracking)}

    def __bool__(self) -> bool:
        """Is there any channel that gives them?"""
        return bool(self._channels)

    def come_by(self, channel: str) -> bool:
        """Will there be a receipt of what *channel* took? Of several channels (`smtp, notify-text`), only if each gives
        them.
        """
        return all(one in self._channels for one in channel.split(", "))

    def come_by_some(self, channel: str) -> bool:
        """Will at least one of the channels (`smtp, notify-text`) give a receipt?"""
        return any(one in self._channels for one in channel.split(", "))

    def of_each(
        self, ref: str, channel: str, contact: Contact, since: datetime | None = None
    ) -> dict[str, tuple[str, Fate]]:
        """Return what became of a notice for each address it went to: by its place in the contact, the channel and the
        fate.

        Raises PostDown where a channel cannot be asked now.
        """
        found: dict[str, tuple[str, Fate]] = {}
        for one in channel.split(", "):
            for kind in kinds_of(one) if one in self._channels else ():
                addresses = [way.address for way in contact.in_full.channels if way.kind == kind]
                fates = self._channels[one].receipts_of(ref, addresses, since)
                known = {address: fate for address, fate in fates.items() if fate.state != "unknown"}
                found |= {contact.place_of(kind, address): (one, fate) for address, fate in known.items()}
        return found

    def fate(self, ref: str, channel: str, since: datetime | None = None) -> Fate:
        """Say what became of a notice: `sending` where a channel cannot be asked now."""
        fates = [self._asked(ref, one, since) for one in channel.split(", ")]
        order = ("delivered", "sending", "unknown", "failed")
        return min(fates, key=lambda fate: order.index(fate.state))

    def _asked(self, ref: str, channel: str, since: datetime | None) -> Fate:
        try:
            return self._channels[channel].receipts([ref], since)[ref]
        except (PostDown, KeyError):
            return Fate(ref=ref, state="sending")
