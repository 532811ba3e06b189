"""An invented channel: text messages by a gateway of one's own, as a file in `adapters/post/channels/` would say it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from adapters.directory import ChannelKind, Contact
from adapters.post import AddressRefused, Common, Fate, Look, PostDown, registry
from adapters.post.errors import PostFailed
from adapters.post.post import ChannelFile, Chosen, Clock, receipt_of
from adapters.post.text import write_text
from adapters.web import NotReached, call
from domain.case.effects import Notice, Receipt
from settings.channels import CHANNELS as ROWS

from .serving import Answer, Asked, StandIn


class Gateway(StandIn):
    """An invented provider of text messages: it takes each number once, and says whether a message has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, str] = {}
        self.wrong: set[str] = set()
        self.arrived: set[str] = set()

    def answer(self, asked: Asked) -> Answer:
        number = asked.path.removeprefix("/")
        if asked.method == "GET":
            return Answer(200 if number in self.arrived else 404)
        if number in self.wrong:
            return Answer(410)
        self.taken[number] = json.loads(asked.body)["text"]
        return Answer(202)


class GatewayPost:
    """What a channel's file holds: how it sends, is looked at and asked, and what its answers mean."""

    channel = "gateway-text"
    kind: ChannelKind = "text"

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        body = json.dumps({"text": write_text(notice, contact)}).encode()
        fates: dict[str, PostFailed | None] = dict.fromkeys(contact.addresses)
        for number in fates:
            try:
                call(f"{self._url}/{number}", 2.0, body)
            except NotReached as error:
                fates[number] = AddressRefused("No such number.") if error.status == 410 else PostDown("Not now.")
        return receipt_of(self, notice, contact, self._clock(), fates)

    def look(self) -> Iterator[Look]:
        yield Look("gateway", "ok", "is set")

    def receipts(self, refs: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        return {ref: Fate(ref=ref, state="sending") for ref in refs}

    def receipts_of(self, ref: str, addresses: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        return {address: self._fate(ref, address) for address in addresses}

    def _fate(self, ref: str, number: str) -> Fate:
        try:
            call(f"{self._url}/{number}", 2.0)
        except NotReached as error:
            return Fate(ref=ref, state="failed" if error.status == 404 else "sending")
        return Fate(ref=ref, state="delivered")


def make(chosen: Chosen, common: Common) -> tuple[GatewayPost, ...]:
    if chosen["url"].endswith("/nowhere"):
        raise ValueError("the gateway's address leads nowhere")
    return (GatewayPost(chosen["url"], common.clock),) if chosen["url"] else ()


@contextmanager
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Register the channel's file and its row while the block lasts, and serve the provider that it sends by."""
    monkeypatch.setitem(registry.FILES, "gateway", ChannelFile(kinds={"gateway-text": "text"}, make=make))
    monkeypatch.setitem(ROWS, "gateway", lambda given: {"url": given.web_address("GATEWAY_URL")})
    with Gateway().serving() as service:
        yield service
