"""Instants as text: the same on every engine, so that a hash is the same, and so that text order is time order."""

from datetime import UTC, datetime


def to_text(instant: datetime) -> str:
    """Return *instant* in UTC to the microsecond: `2025-04-23T15:00:00.000000Z`.

    Raises:
        ValueError: *instant* has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("A time in the register needs a zone.")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_text(text: str) -> datetime:
    """Return the instant that *to_text* wrote."""
    return datetime.fromisoformat(text)
