"""How much one message and one batch may hold. Temporal takes 2 MB at once; a case that offers more stands still."""

from collections.abc import Sequence

from domain.effects import Entry, Notice
from domain.events import Event, RiskRaised, Said
from domain.refusals import Refusal

LONGEST_MESSAGE = 200_000
"""Bytes of one message as JSON: some thirty close-written pages."""
BATCH = 50
"""Entries in one batch, or notices in one bundle."""
BATCH_BYTES = 400_000
"""Bytes of either as JSON, so that a register or a mail host that was down for long is not sent too much at once."""


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


def one_batch(effects: Sequence[Entry | Notice]) -> int:
    """Return how many of *effects*, from the first on, go together; at least one where there is any."""
    room = BATCH_BYTES
    for count, effect in enumerate(effects[:BATCH]):
        room -= len(effect.model_dump_json().encode())
        if room < 0:
            return max(count, 1)
    return min(len(effects), BATCH)
