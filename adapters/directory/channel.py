"""The ways to reach one person: e-mail, text message, webhook, in their order of preference."""

from collections.abc import Callable, Iterator
from typing import Literal, get_args

from pydantic import field_validator

from domain.value import Value

from .address import fault_of, number_fault, number_of, webhook_fault

ChannelKind = Literal["email", "text", "webhook"]
KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)
"""In the order in which they are tried where nobody says otherwise."""
_FAULTS: dict[ChannelKind, Callable[[str], str]] = {"email": fault_of, "text": number_fault, "webhook": webhook_fault}
LIKE = {"email": "police@example.org", "text": "+44 7700 900123", "webhook": "https://hooks.example.org/on-call"}
"""An address of each kind, for those who are told that theirs cannot work."""


class Channel(Value):
    """One address that could work."""

    kind: ChannelKind
    address: str
    """An e-mail address, a number like `+447700900123`, or a web address."""
    holder: int = 1
    """Which of those told it reaches, from 1: each is to be told once, by the first of their own that works."""


class Reach(Value):
    """The ways to reach one holder, as a file gives them."""

    channels: tuple[ChannelKind, ...] = ()
    """Which is tried first; kinds left out come after, in the order e-mail, text, webhook."""
    email: tuple[str, ...] = ()
    """Looked at by the check; an address that cannot work is never written to."""
    text: tuple[str, ...] = ()
    """Numbers for text messages."""
    webhook: tuple[str, ...] = ()
    """Web addresses of programs that pass a message on."""

    @field_validator("channels")
    @classmethod
    def _each_once(cls, channels: tuple[ChannelKind, ...]) -> tuple[ChannelKind, ...]:
        if len(set(channels)) < len(channels):
            msg = "a channel is named twice; name each once, the one to try first in front"
            raise ValueError(msg)
        return channels

    def addresses(self, kind: ChannelKind) -> tuple[str, ...]:
        """Return the addresses of a kind as the file gives them."""
        given: tuple[str, ...] = getattr(self, kind)
        return given

    def ways(self, holder: int = 1) -> tuple[Channel, ...]:
        """Return the channels that could work, in order of preference, as those of the *holder*-th of those told."""
        order = dict.fromkeys((*self.channels, *KINDS))
        return tuple(
            Channel(kind=kind, address=number_of(one) if kind == "text" else one, holder=holder)
            for kind in order
            for one in self.addresses(kind)
            if not _FAULTS[kind](one)
        )

    def wrong(self) -> Iterator[tuple[ChannelKind, int, str]]:
        """Yield each address that cannot work: its kind, its place from 1, and why."""
        for kind in KINDS:
            for place, address in enumerate(self.addresses(kind), 1):
                if why := _FAULTS[kind](address):
                    yield kind, place, why
