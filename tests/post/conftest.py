"""Notices, contacts, a fixed clock, and mail servers that behave as told."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from adapters.directory import Channel, ChannelKind, Contact
from domain.case.effects import Notice, Owed, Recipient
from tests.ports import free_port
from tests.standins.notify import Notify

NOW = datetime(2026, 11, 23, 9, 15, 7, tzinfo=UTC)
LINE_MANAGER = Recipient(role="line-manager", title="line manager", agency="police")
POLICE = Contact(
    addresses=("line-manager.police@lincs.example.org", "deputy.police@lincs.example.org"),
    titles=("Detective Sergeant",),
    agency_title="Lincolnshire Police",
    names={"police": "Lincolnshire Police", "schools": "Schools"},
)
FALLBACK = Contact(
    addresses=("duty.desk@lincs.example.org",),
    titles=("Partnership duty desk",),
    agency_title="Lincolnshire Police",
    fallback=True,
)


def holder(*ways: tuple[ChannelKind, str], number: int = 1) -> tuple[Channel, ...]:
    return tuple(Channel(kind=kind, address=address, holder=number) for kind, address in ways)


def reached_by(*channels: Channel) -> Contact:
    return POLICE.but(addresses=tuple(c.address for c in channels if c.kind == "email"), channels=channels)


def clock() -> datetime:
    return NOW


def minimal(kind: str, **said: Any) -> Notice:
    return Notice(**({"ref": "ESC-7K2M-Q/12/3", "case": "ESC-7K2M-Q", "kind": kind, "to": LINE_MANAGER} | said))


def full(kind: str, **said: Any) -> Notice:
    owed = (
        Owed(
            what="discussion of the matter between the line managers, or between those whom they name in their place",
            by="both sides together",
            due=datetime(2026, 11, 23, tzinfo=UTC),
            due_words="by the end of Sunday 22 November 2026",
            overdue=True,
        ),
        Owed(what="written follow-up", by="police", due_words="no time is given"),
    )
    everything: dict[str, Any] = {
        "step": "Step 2: direct manager to manager discussion, with senior managers consulted where that would help",
        "owed": owed,
        "fact": "discussion held",
        "by": "line-manager, schools",
        "urgent": True,
        "late": True,
    }
    return minimal(kind, **(everything | said))


class Mailbox:
    """An SMTP handler that keeps mails and answers as told."""

    def __init__(self, *, to: dict[str, str] | None = None, data: str = "250 OK") -> None:
        self.answers = to or {}
        self.data = data
        self.mails: list[bytes] = []
        self.recipients: list[list[str]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.answers.get(address) or self.answers.get("*") or "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data.startswith("250"):
            self.mails.append(envelope.content)
            self.recipients.append(list(envelope.rcpt_tos))
        return self.data


@pytest.fixture
def notify() -> Iterator[Notify]:
    with Notify().serving() as service:
        yield service


@pytest.fixture
def port() -> int:
    return free_port()


@contextmanager
def _serving(mailbox: Mailbox, port: int) -> Iterator[Mailbox]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@pytest.fixture
def serving() -> Callable[[Mailbox, int], AbstractContextManager[Mailbox]]:
    return _serving
