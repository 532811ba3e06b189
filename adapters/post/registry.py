"""The channels there are: every file in `channels/` makes some, and says which by its `CHANNELS`."""

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

from adapters.directory import ChannelKind

from . import channels
from .post import Channel, ChannelFile, Chosen, Common

FILES: dict[str, ChannelFile] = {
    found.name: import_module(f"{channels.__name__}.{found.name}").CHANNELS for found in iter_modules(channels.__path__)
}
"""By the name of the file, which is that of its row in the settings."""


def make_channels(file: str, chosen: Chosen, common: Common) -> Sequence[Channel]:
    """Make the channels of one file that are set up. Raises ValueError, in one sentence, for unusable settings."""
    return FILES[file].make(chosen, common)


def kinds_of(channel: str) -> frozenset[ChannelKind]:
    """Return which kinds of address the channels of a receipt write to: `smtp, notify-text` to e-mail and text.

    A name that is no channel's, such as `outbox`, has none.
    """
    kinds = {name: kind for file in FILES.values() for name, kind in file.kinds.items()}
    return frozenset(kinds[one] for one in channel.split(", ") if one in kinds)
