"""The copy in the outbox of what went by e-mail."""

import logging
from pathlib import Path

import pytest

from adapters.post import Common, OutboxPost, PostDown, make_post

from .conftest import POLICE, Mailbox, clock, full
from .test_smtp import SENDER


def test_without_a_mail_server_the_post_is_an_outbox(tmp_path: Path) -> None:
    assert isinstance(make_post(tmp_path, Common(clock)), OutboxPost)


def test_with_a_mail_server_the_outbox_keeps_a_copy_and_a_repeat_sends_nothing(serving, port, tmp_path: Path) -> None:
    post = make_post(tmp_path, Common(clock, SENDER), {"smtp": {"host": "127.0.0.1", "port": port}})
    with serving(Mailbox(), port) as mailbox:
        first, again = post.send(full("overdue"), POLICE), post.send(full("overdue"), POLICE)

    assert first == again
    assert first.channel == "smtp"
    assert len(mailbox.mails) == 1
    assert len(list(tmp_path.glob("*.txt"))) == 1


def test_nothing_is_copied_that_was_not_sent(port, tmp_path: Path) -> None:
    post = make_post(tmp_path, Common(clock, SENDER), {"smtp": {"host": "127.0.0.1", "port": port}})

    with pytest.raises(PostDown):
        post.send(full("overdue"), POLICE)

    assert not list(tmp_path.iterdir())


def test_a_copy_that_fails_does_not_send_again(serving, port, tmp_path: Path, caplog) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    post = make_post(blocked, Common(clock, SENDER), {"smtp": {"host": "127.0.0.1", "port": port}})
    with serving(Mailbox(), port) as mailbox, caplog.at_level(logging.WARNING, "adapters.post"):
        receipt = post.send(full("overdue"), POLICE)

    assert (receipt.channel, len(mailbox.mails)) == ("smtp", 1)
    assert "notice_sent_but_not_copied" in caplog.text


def test_a_copy_that_a_kill_has_left_unwritten_is_written_by_the_repeat_which_sends_nothing(
    serving, port, tmp_path: Path
) -> None:
    """The copy's name is settled before it is written; between the two a worker was killed."""
    post = make_post(tmp_path, Common(clock, SENDER), {"smtp": {"host": "127.0.0.1", "port": port}})
    with serving(Mailbox(), port) as mailbox:
        first = post.send(full("overdue"), POLICE)
        [copy] = tmp_path.glob("*.txt")
        text = copy.read_text()
        copy.unlink()
        again = post.send(full("overdue"), POLICE)

    assert (again, len(mailbox.mails)) == (first, 1)
    assert copy.read_text() == text
