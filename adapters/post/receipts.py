"""What became of a notice after it was accepted, by the channels that say so later."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from adapters.directory import ChannelKind

from .errors import PostDown
from .fate import Fate

_KINDS: dict[str, ChannelKind] = {"smtp": "email", "notify-email": "email", "notify-text": "text", "webhook": "webhook"}


class Tracking(Protocol):
    """A channel that can be asked what became of what it took."""

    channel: str

    def receipts(self, refs: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        """Answer for each ref. Raises PostDown."""
        ...


class Receipts:
    """Asks the channels that give receipts: GOV.UK Notify's. E-mail by a mail server gives none, nor does a webhook."""

    def __init__(self, channels: Iterable[Tracking]) -> None:
        self._channels = {one.channel: one for one in channels}

    def __bool__(self) -> bool:
        """Is there any channel that gives them?"""
        return bool(self._channels)

    def come_by(self, channel: str) -> bool:
        """Will there be a receipt of what this channel took? Where several told a seat's holders, only if by each."""
        return all(one in self._channels for one in channel.split(", "))

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


def kinds_of(channel: str) -> frozenset[ChannelKind]:
    """Return which kinds of address the channels of a receipt write to: `smtp, notify-text` to e-mail and text."""
    return frozenset(_KINDS[one] for one in channel.split(", ") if one in _KINDS)
