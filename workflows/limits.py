"""How much one message and one batch may hold. Temporal takes 2 MB at once; a case that offers more stands still."""

from collections.abc import Sequence

from domain.effects import Entry
from domain.events import Event, RiskRaised, Said
from domain.refusals import Refusal

LONGEST_MESSAGE = 200_000
"""Bytes of one message as JSON: some thirty close-written pages."""
ENTRIES = 50
"""Entries in one batch."""
BATCH_BYTES = 400_000
"""Bytes of one batch of entries as JSON, so that a register that was down for long is not sent too much at once."""


def must_fit(event: Event) -> None:
    """Refuse a message that is too long to be carried. Immediate risk is never refused: its form is short enough.

    Raises:
        Refusal: it is too long.
    """
    if not isinstance(event, Said) or isinstance(event, RiskRaised):
        return
    length = len(event.model_dump_json(exclude_defaults=True).encode())
    if length > LONGEST_MESSAGE:
        raise Refusal(
            "not allowed",
            f"The message is {length // 1000} kB long, and at most {LONGEST_MESSAGE // 1000} kB are taken: "
            "say what was decided, and keep the documents on your own record.",
        )


def one_batch(entries: Sequence[Entry]) -> int:
    """Return how many of *entries*, from the first on, fit into one batch; at least one where there is any."""
    room = BATCH_BYTES
    for count, entry in enumerate(entries[:ENTRIES]):
        room -= len(entry.model_dump_json().encode())
        if room < 0:
            return max(count, 1)
    return min(len(entries), ENTRIES)
