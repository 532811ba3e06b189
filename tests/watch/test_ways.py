"""The ways in which the watch tells: a folder, a real mail host, a signed message to a web address."""

import hmac
import json
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from adapters.post import PostDown
from adapters.post.channels.webhook import IDEMPOTENCY, SIGNATURE, TIMESTAMP
from adapters.watch.found import Alarm
from adapters.watch.telling import FolderChannel, MailChannel, WebhookChannel
from tests.ports import free_port
from tests.post.conftest import Mailbox
from tests.watch.conftest import CASE, FOUND, MONDAY
from tests.watch.listening import Listening

ALARM = Alarm(found=FOUND, state="found", since="2026-11-23T10:02:00+00:00", times=1)


def test_a_folder_holds_one_file_for_each_telling(tmp_path: Path) -> None:
    channel = FolderChannel(tmp_path / "new" / "folder")
    channel.tell(ALARM)
    channel.tell(ALARM)
    (file,) = (tmp_path / "new" / "folder").iterdir()
    text = file.read_text()

    assert text.startswith(f"Subject: {CASE}: a deadline came and nothing was done about it\n\nIt was lost.\n")
    assert "To do: See to it." in text
    assert FOUND.ref in text


def mail(port: int, **more: str) -> MailChannel:
    return MailChannel("127.0.0.1", port, "watch@example.org", "systems@example.org", lambda: MONDAY, **more)  # type: ignore[arg-type]


def test_an_alarm_goes_by_a_real_mail_host_and_a_repeat_carries_the_same_message_id() -> None:
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        mail(port).tell(ALARM)
        mail(port).tell(ALARM)
    finally:
        controller.stop()
    first, again = (message_from_bytes(one, policy=policy.default) for one in mailbox.mails)

    assert mailbox.recipients[0] == ["systems@example.org"]
    assert first["Subject"] == f"{CASE}: a deadline came and nothing was done about it"
    assert first["Message-ID"] == again["Message-ID"]
    assert "To do: See to it." in first.get_content()


def test_a_mail_host_that_refuses_or_is_away_is_told_without_the_address() -> None:
    mailbox, port = Mailbox(data="451 later"), free_port()
    with pytest.raises(PostDown, match="ConnectionRefusedError") as away:
        mail(port).tell(ALARM)
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with pytest.raises(PostDown, match="451") as refused:
            mail(port).tell(ALARM)
    finally:
        controller.stop()
    assert "systems@" not in str(away.value) + str(refused.value)


def test_a_webhook_gets_signed_json(switch: Listening) -> None:
    WebhookChannel(switch.url, "key", lambda: MONDAY).tell(ALARM)
    (asked,) = switch.asked
    said = json.loads(asked.body)

    assert (said["reference"], said["state"], said["case"]) == (FOUND.ref, "found", CASE)
    signed = str(int(MONDAY.timestamp())).encode() + b"." + asked.body
    assert asked.headers[TIMESTAMP] == str(int(MONDAY.timestamp()))
    assert asked.headers[SIGNATURE] == f"sha256={hmac.new(b'key', signed, sha256).hexdigest()}"
    assert asked.headers[IDEMPOTENCY].startswith(f"watch/{CASE}/moment/3/1/")


def test_a_webhook_that_answers_badly_is_down_and_its_address_is_not_repeated(switch: Listening) -> None:
    switch.status = 503
    with pytest.raises(PostDown, match="status 503") as told:
        WebhookChannel(f"{switch.url}?word=SECRET", "", lambda: MONDAY).tell(ALARM)
    assert "SECRET" not in str(told.value)
