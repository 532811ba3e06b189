"""The channels there are: each file in `channels/` declares its own in `CHANNELS`."""

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

from adapters.directory import ChannelKind

from . import channels
from .post import Channel, ChannelFile, Chosen, Common

FILES: dict[str, ChannelFile] = {
    found.name: import_module(f"{channels.__name__}.{found.name}").CHANNELS for found in iter_modules(channels.__path__)
}
"""By file name; the file's row in the settings has the same name."""


def make_channels(file: str, chosen: Chosen, common: Common) -> Sequence[Channel]:
    """Make the channels of one file that are set up. Raises ValueError, in one sentence, for unusable settings."""
    return FILES[file].make(chosen, common)


def kinds_of(channel: str) -> frozenset[ChannelKind]:
    """Return the kinds of address that a receipt's channels write to: `smtp, notify-text` gives e-mail and text.

    A name that is no channel's, such as `outbox`, gives none.
    """
    kinds = {name: kind for file in FILES.values() for name, kind in file.kinds.items()}
    return frozenset(kinds[one] for one in channel.split(", ") if one in kinds)
