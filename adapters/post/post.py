"""What every way of sending promises, and what a channel's file says of itself."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from adapters.directory import ChannelKind, Contact
from adapters.links import Links
from domain.effects import FailedAttempt, Notice, Receipt
from domain.value import Instant, Value

from .errors import AddressRefused, PostDown, PostFailed

Clock = Callable[[], datetime]
"""Gives the present as an aware instant."""
Chosen = Mapping[str, Any]
"""What an installation has set for the channels of one file, by the names that its row in the settings gives them."""

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
    """A way that the record knows by a name."""

    @property
    def channel(self) -> str:
        """The name: `smtp`, `notify-text` …"""
        ...


class Look(NamedTuple):
    """One thing that was looked at for `escalate doctor`: how it is, and the mend where it is not well."""

    what: str
    state: Literal["ok", "warning", "problem"]
    says: str
    mend: str = ""


class Channel(NamedPost, Protocol):
    """A way to one kind of address: a file in `channels/` makes it where it is set up."""

    @property
    def kind(self) -> ChannelKind:
        """The kind of address that it writes to."""
        ...

    def look(self) -> Iterator[Look]:
        """Say how the channel is. It may ask the other side, and sends nobody anything. Raises nothing."""
        ...


class Fate(Value):
    """What became of a notice."""

    ref: str
    state: Literal["delivered", "sending", "failed", "unknown"]
    """`delivered` where one address has it, `failed` where every one failed. Whether it was read nobody can tell."""
    since: Instant | None = None
    told: str = ""
    """The provider's own word, such as GOV.UK Notify's `permanent-failure` for an address that does not exist."""


@runtime_checkable
class Tracking(Protocol):
    """A channel that can be asked what became of what it took."""

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
    """What the channels of every file are made with."""

    clock: Clock
    sender: str = ""
    """The e-mail address that notices come from."""
    links: Links | None = None
    """With them each notice carries the link to its own page."""
    replies: bool = False
    """True where a reply to a text message acknowledges an alert, so that its text says so."""


@dataclass(frozen=True)
class ChannelFile:
    """What a file in `channels/` says of itself, under the name `CHANNELS`."""

    kinds: Mapping[str, ChannelKind]
    """Each of its channels by its name in the record, and the kind of address that it writes to."""
    make: Callable[[Chosen, Common], Sequence[Channel]]
    """Makes those that are set up: none where nothing is set.

    Raises ValueError, in one sentence without a full stop, for settings that cannot be used or do not go together.
    """


def receipt_of(
    channel: Channel, notice: Notice, contact: Contact, accepted_at: datetime, fates: Mapping[str, PostFailed | None]
) -> Receipt:
    """Return the receipt of a notice that one address at least has taken; its `in_vain` says which have not, and why.

    *fates* holds every address that was tried: None where it was taken. Where none was, what is raised is the first
    failure that may pass, else the first; AddressRefused where there was no address to try.
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
