"""Which channels give receipts, and what several of them together say."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from adapters.post import PostDown, Receipts, kinds_of
from adapters.post.post import Fate


class Says:
    """A channel that says one thing of everything."""

    def __init__(self, channel: str, state: Any) -> None:
        self.channel = channel
        self._state = state

    def receipts(self, refs: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        if self._state is None:
            raise PostDown("It does not answer.")
        return {ref: Fate(ref=ref, state=self._state) for ref in refs}

    def receipts_of(self, ref: str, addresses: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        return dict.fromkeys(addresses, self.receipts([ref], since)[ref])


def test_only_what_every_channel_of_a_receipt_can_be_asked_about_is_followed() -> None:
    receipts = Receipts([Says("notify-text", "sending"), Says("notify-email", "sending")])

    assert receipts.come_by("notify-text")
    assert receipts.come_by("notify-email, notify-text")
    assert not receipts.come_by("smtp, notify-text"), "somebody in the seat has it by a way that gives none"
    assert not receipts.come_by("outbox")
    assert not Receipts([])


@pytest.mark.parametrize(
    ("text", "email", "together"),
    [
        ("delivered", "failed", "delivered"),
        ("failed", "sending", "sending"),
        ("failed", "failed", "failed"),
        ("failed", None, "sending"),
        (None, None, "sending"),
    ],
)
def test_one_address_that_has_it_is_enough_and_silence_is_no_failure(text: Any, email: Any, together: str) -> None:
    receipts = Receipts([Says("notify-text", text), Says("notify-email", email)])

    assert receipts.fate("ESC-7K2M-Q/12/3", "notify-text, notify-email").state == together


def test_each_channel_writes_to_a_kind_of_address() -> None:
    assert kinds_of("smtp, notify-text") == {"email", "text"}
    assert kinds_of("webhook") == {"webhook"}
    assert kinds_of("none") == frozenset()
