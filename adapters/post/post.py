"""What every way of sending provides, and what the file of a channel declares."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from adapters.directory import ChannelKind, Contact
from adapters.links import Links
from domain.base.value import Instant, Value
from domain.case.effects import FailedAttempt, Notice, Receipt

from .errors import AddressRefused, PostDown, PostFailed

Clock = Callable[[], datetime]
"""Returns the current time, aware."""
Chosen = Mapping[str, Any]
"""The settings of one file's channels, under the names that its row in `settings/channels.py` uses."""

MEND = "See the settings under `How notices leave` in docs/settings.md."

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
    """A way of sending with a name, which the record shows."""

    @property
    def channel(self) -> str:
        """The name: `smtp`, `notify-text` …"""
        ...


class Look(NamedTuple):
    """One line of `escalate doctor` about a channel: what was checked, how it is, and what mends it."""

    what: str
    state: Literal["ok", "warning", "problem"]
    says: str
    mend: str = ""


class Channel(NamedPost, Protocol):
    """A way to send to one kind of address, made by a file in `channels/` where it is set up."""

    @property
    def kind(self) -> ChannelKind:
        """The kind of address that it writes to."""
        ...

    def look(self) -> Iterator[Look]:
        """Check the channel. It may ask the other side, but sends nobody anything. Raises nothing."""
        ...


class Fate(Value):
    """What became of a notice."""

    ref: str
    state: Literal["delivered", "sending", "failed", "unknown"]
    """`delivered` if at least one address has it, `failed` if all failed. Nobody can tell whether it was read."""
    since: Instant | None = None
    told: str = ""
    """The provider's own word, such as GOV.UK Notify's `permanent-failure` for an address that does not exist."""


@runtime_checkable
class Tracking(Protocol):
    """A channel that can say later whether its messages arrived."""

    @property
    def channel(self) -> str:
        """Its name in the record."""
        ...

    def receipts(self, refs: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        """Answer for each ref. Raises PostDown."""
        ...

    def receipts_of(self, ref: str, addresses: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        """Answer for each address to which one notice went. Raises PostDown."""
        ...


@dataclass(frozen=True)
class Common:
    """What every channel is made with."""

    clock: Clock
    sender: str = ""
    """The e-mail address that notices come from."""
    links: Links | None = None
    """Makes the link to each notice's page; None where notices carry no links."""
    replies: bool = False
    """True where a reply to a text message acknowledges an alert, so that its text says so."""


@dataclass(frozen=True)
class ChannelFile:
    """What a file in `channels/` says of itself, under the name `CHANNELS`."""

    kinds: Mapping[str, ChannelKind]
    """Each of its channels by its name in the record, and the kind of address that it writes to."""
    make: Callable[[Chosen, Common], Sequence[Channel]]
    """Makes the channels that are set up; none where nothing is set.

    Raises ValueError, in one sentence without a full stop, for settings that cannot be used or do not go together.
    """


def receipt_of(
    channel: Channel, notice: Notice, contact: Contact, accepted_at: datetime, fates: Mapping[str, PostFailed | None]
) -> Receipt:
    """Return the receipt of a notice that at least one address has taken; its `in_vain` lists the other addresses.

    *fates* holds every address that was tried, with None for those that took it. If none took it, raises the first
    failure that may pass, or else the first failure; AddressRefused where there was no address to try.
    """
    failed = {address: fate for address, fate in fates.items() if fate}
    if not fates:
        raise AddressRefused(f"There is no address for notice {notice.ref}; mend the seat in the directory.")
    if len(failed) == len(fates):
        raise min(failed.values(), key=lambda error: not isinstance(error, PostDown)) from None
    if failed:
        log.warning("notice_refused_for_some", extra={"notice": notice.ref, "refused": len(failed)})
    return Receipt(
        ref=notice.ref,
        channel=channel.channel,
        accepted_at=accepted_at,
        fallback=contact.fallback,
        in_vain=tuple(
            FailedAttempt(channel=channel.channel, why=type(error).__name__, to=contact.place_of(channel.kind, address))
            for address, error in failed.items()
        ),
    )
