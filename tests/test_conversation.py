"""A conversation with a host ends when its time is over, whatever holds it up."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from adapters.conversation import Conversation
from tests.standins.dripping import dripping

SHORT, SLACK = 0.3, 4.0


@contextmanager
def ends_in_time() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < SHORT + SLACK


def test_a_name_server_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers.wait(60))
    with ends_in_time(), Conversation(SHORT) as conversation, pytest.raises(TimeoutError, match="looked up"):
        conversation.connect(("mail.example.org", 25), 10)
    answers.set()


def test_a_name_that_nobody_has_is_an_error_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with Conversation(SHORT) as conversation, pytest.raises(socket.gaierror):
        conversation.connect(("mail.example.org", 25), 10)


def test_the_next_address_of_a_host_is_tried_when_the_first_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        port = there.getsockname()[1]
        kind = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *_, **__: [(*kind, ("127.0.0.9", port)), (*kind, ("127.0.0.1", port))]
        )
        with Conversation(10) as conversation, conversation.connect(("mail.example.org", port), 5) as made:
            assert made.getpeername() == ("127.0.0.1", port)


def test_a_host_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        dripping(b"220-") as port,
        ends_in_time(),
        Conversation(SHORT) as conversation,
        conversation.connect(("127.0.0.1", port), 10) as made,
    ):
        while made.recv(1):
            pass
        assert conversation.is_over


def test_a_host_that_never_finishes_agreeing_on_encryption_is_cut_off() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        ends_in_time(),
        Conversation(SHORT) as conversation,
        conversation.connect(("127.0.0.1", silent.getsockname()[1]), 60) as made,
    ):
        made.settimeout(60)
        with pytest.raises(OSError):  # noqa: PT011 - as if the host had hung up
            ssl.create_default_context().wrap_socket(made, server_hostname="mail.example.org")


def test_when_it_is_over_nothing_is_begun_any_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as there, Conversation(0) as conversation, pytest.raises(OSError):  # noqa: PT011
        conversation.connect(("127.0.0.1", there.getsockname()[1]), 10)
