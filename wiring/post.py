"""The clock and the post: sending notices, asking for receipts, fetching replies."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from adapters.links import Links
from adapters.post import Channel, Common, Post, Receipts, make_channels, make_post
from adapters.post.replies import ReplySource
from adapters.training import is_on
from settings import Settings, SettingsFaulty


def utc_now() -> datetime:
    """Return the present, aware, in UTC."""
    return datetime.now(UTC)


def real_post(settings: Settings) -> Post:
    """Make the post: the outbox always, and every channel that is set up.

    While training it is the outbox alone, whatever else is set, and every notice says that it is training.

    Raises:
        SettingsFaulty: settings of the post that do not go together, or an extra that is not installed.
    """
    training = is_on(settings.training, settings.data)
    try:
        return make_post(settings.outbox, _common(settings), settings.channels, training=training)
    except ValueError as error:
        raise SettingsFaulty(f"Notices cannot be sent with these settings: {error}.") from None


def real_receipts(settings: Settings) -> Receipts:
    """Make the part that asks providers for receipts; in training there are none.

    Raises SettingsFaulty, as `real_post`.
    """
    if is_on(settings.training, settings.data):
        return Receipts([])
    return Receipts([channel for file in settings.channels for channel in channels_of(settings, file)])


def channels_of(settings: Settings, file: str) -> Sequence[Channel]:
    """Make the channels of one file that are set up, in training too. Raises SettingsFaulty."""
    try:
        return make_channels(file, settings.channels[file], _common(settings))
    except ValueError as error:
        raise SettingsFaulty(f"Notices cannot be sent with these settings: {error}.") from None


def reply_source(settings: Settings) -> ReplySource | None:
    """Return the channel from which replies to text messages are fetched: the first for texts that has them.

    None where there is no such channel, where replies are not to be fetched, and in training. Settings that do not go
    together count as none: `real_post` raises for them.
    """
    if not settings.text_replies or is_on(settings.training, settings.data):
        return None
    for file in settings.channels:
        with suppress(SettingsFaulty):
            for channel in channels_of(settings, file):
                if channel.kind == "text" and isinstance(channel, ReplySource):
                    return channel
    return None


def _common(settings: Settings) -> Common:
    """Raises ValueError for links that cannot be made."""
    return Common(utc_now, settings.sender, links_of(settings), settings.text_replies)


def links_of(settings: Settings) -> Links | None:
    """Return the maker and reader of links in notices; None where notices carry none.

    Raises ValueError, in one sentence, for an address without a key and for a key that cannot be used.
    """
    console = settings.console
    return Links(console.address, console.keys) if console.address else None
