"""Notices as signed JSON, over HTTP, to a receiver that checks for itself."""

import json
import logging
import socket
import time

import pytest

from adapters.breaker import SLOW_SECONDS
from adapters.post import AddressRefused, PostDown, PostMisconfigured, WebhookPost, write_letter, write_text
from domain.case.effects import FailedAttempt
from tests.ports import free_port
from tests.standins.dripping import dripping
from tests.standins.webhook import OLD, Receiver

from .conftest import NOW, POLICE, clock, full, holder, minimal

KEY = "a key that both sides know"
REF = "ESC-7K2M-Q/12/3"


def receiver(key: str = KEY, now: float = NOW.timestamp()) -> Receiver:
    return Receiver(key, now)


def at(*urls: str):
    return POLICE.but(addresses=urls)


def send(url: str, notice=None, timeout: float = 5):
    return WebhookPost(KEY, clock, timeout=timeout).send(notice or full("alert"), at(url))


def test_a_notice_is_signed_json_of_four_things() -> None:
    with receiver().serving() as there:
        receipt = send(f"{there.url}/hook")

    assert there.taken == {
        REF: {
            "reference": REF,
            "kind": "alert",
            "subject": write_letter(full("alert"), POLICE).subject,
            "text": write_text(full("alert"), POLICE),
        }
    }
    assert (receipt.channel, receipt.accepted_at) == ("webhook", NOW)
    assert there.asked[0].path == "/hook"
    assert there.asked[0].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("mood", ["lose", "break", "500", "503"])
def test_a_repeat_is_known_by_its_key(mood) -> None:
    with receiver().serving() as there:
        there.moods.append(mood)
        with pytest.raises(PostDown, match="it is tried again"):
            send(there.url)
        send(there.url)

    assert list(there.taken) == [REF]
    assert there.asked[0].body == there.asked[1].body


@pytest.mark.parametrize("status", [400, 404, 405, 410, 413, 422])
def test_a_refusal_is_for_good(status) -> None:
    there = receiver()
    there.moods.append(str(status))
    with there.serving(), pytest.raises(AddressRefused, match="mend the webhook in the directory"):
        send(there.url)


@pytest.mark.parametrize("status", [300, 304, 408, 425, 429, 500, 502, 503, 599])
def test_any_other_answer_is_tried_again(status) -> None:
    there = receiver()
    there.moods.append(str(status))
    with there.serving(), pytest.raises(PostDown, match=rf"\({status}\); it is tried again"):
        send(there.url)


@pytest.mark.parametrize(
    "there", [receiver(key="another"), receiver(now=NOW.timestamp() + OLD + 1)], ids=["key", "clock"]
)
def test_a_key_or_clock_that_is_wrong_waits_and_names_the_setting(there, caplog) -> None:
    with (
        there.serving(),
        caplog.at_level(logging.ERROR, "adapters.post"),
        pytest.raises(PostMisconfigured, match="ESCALATION_WEBHOOK_KEY_FILE"),
    ):
        send(there.url)

    assert "webhook_key_refused" in caplog.text
    assert not there.taken


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_followed_elsewhere(status) -> None:
    with receiver().serving() as there, receiver().serving() as elsewhere:
        there.location = elsewhere.url
        there.moods.append(str(status))
        with pytest.raises(AddressRefused if status in {301, 308} else PostDown):
            send(there.url)

    assert not elsewhere.asked


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.org/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "https://me:word@hooks.example.org",
        "https://hooks.example.org/a b", "https://hooks.example.org/\r\nX: y", "nobody", "",
        "http://127.0.0.1.example.org/",
    ],
)  # fmt: skip
def test_an_address_that_is_none_or_not_private_is_refused_and_not_repeated(address) -> None:
    with pytest.raises(AddressRefused) as refused:
        send(address)

    assert "example.org" not in str(refused.value)


def test_a_receiver_that_says_nothing_is_post_that_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(PostDown, match="TimeoutError"):
        send(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.3)


def test_a_receiver_that_drips_is_left_after_a_while_and_then_nobody_waits_for_it() -> None:
    with dripping(b"HTTP/1.1 200 OK\r\nX: ") as port:
        post = WebhookPost(KEY, clock, timeout=SLOW_SECONDS)
        begun = time.monotonic()
        with pytest.raises(PostDown, match="TimeoutError"):
            post.send(full("alert"), at(f"http://127.0.0.1:{port}"))
        assert SLOW_SECONDS <= time.monotonic() - begun < SLOW_SECONDS + 4
        with receiver().serving() as there:
            urls = (f"http://127.0.0.1:{port}/again", there.url)
            both = at(*urls).but(channels=holder(("webhook", urls[0]), ("webhook", urls[1])))
            receipt = post.send(full("alert"), both)

    assert list(there.taken) == [REF], "another host is none the worse for it"
    assert receipt.in_vain == (FailedAttempt(channel="webhook", why="PostDown", to="holder 1, web address 1"),)


def test_a_receiver_that_died_and_came_back_takes_the_notice() -> None:
    port, there = free_port(), receiver()
    with pytest.raises(PostDown, match="ConnectionRefusedError"):
        send(f"http://127.0.0.1:{port}")
    with there.serving(port):
        send(there.url)

    assert list(there.taken) == [REF]


def test_taken_by_one_counts_as_sent() -> None:
    with receiver().serving() as there, receiver().serving() as other:
        there.moods.append("500")
        WebhookPost(KEY, clock).send(full("alert"), at(there.url, other.url))

    assert (list(there.taken), list(other.taken)) == ([], [REF])


def test_no_header_can_be_smuggled_in() -> None:
    sly = "x\r\nX-Bad: yes\r\n\r\nbody"
    with receiver().serving() as there:
        send(there.url, full("alert", ref=f"{sly}/1/1", case=sly, step=sly))

    assert "X-Bad" not in there.asked[0].headers
    assert json.loads(there.asked[0].body)["reference"] == f"{sly}/1/1"


def test_no_error_and_no_log_repeats_an_address_or_what_the_other_side_said(caplog) -> None:
    with receiver().serving() as there, caplog.at_level(0):
        for status in (400, 401, 500):
            there.moods.append(str(status))
            with pytest.raises((PostDown, AddressRefused)) as failed:
                send(f"{there.url}/private")
            assert failed.value.__suppress_context__ or not failed.value.__context__
            for text in (str(failed.value), caplog.text):
                assert not any(said in text for said in ("private", there.url, KEY))


def test_two_refs_never_share_an_idempotency_key() -> None:
    refs = ["a/1/2", "a.1.2", "a%2F1/2", "a 1/2", "é/1/2"]
    with receiver().serving() as there:
        for ref in refs:
            send(there.url, minimal("alert", ref=ref))

    assert len(there.taken) == len(refs)


def test_without_a_key_there_is_no_webhook() -> None:
    with pytest.raises(ValueError, match="need a key"):
        WebhookPost("", clock)
