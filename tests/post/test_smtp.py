"""Notices by e-mail, through a real mail server on this machine."""

import logging
import socket
import time
from contextlib import nullcontext
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from adapters.breaker import SLOW_SECONDS
from adapters.post import AddressRefused, Common, PostDown, PostMisconfigured, SmtpPost, UnknownNotice, make_post
from adapters.post.channels import smtp
from domain.case.effects import FailedAttempt
from tests.standins.dripping import dripping

from .conftest import POLICE, Mailbox, clock, full, holder, minimal

SENDER = "Escalations <escalations@lincs.example.org>"
FIRST, SECOND = POLICE.addresses


def post_to(port: int, timeout: float = 10, **more) -> SmtpPost:
    return SmtpPost("127.0.0.1", port, SENDER, clock, timeout=timeout, **more)


def read(mail: bytes) -> EmailMessage:
    return message_from_bytes(mail, policy=policy.default)


def test_a_greylisting_server_is_tried_again_and_takes_the_same_mail(serving, port) -> None:
    class Greylisting(Mailbox):
        seen = 0

        async def handle_RCPT(self, server, session, envelope, address, options) -> str:
            self.seen += 1
            self.answers = {"*": "451 come back later"} if self.seen <= len(POLICE.addresses) else {}
            return await super().handle_RCPT(server, session, envelope, address, options)

    with serving(Greylisting(), port) as mailbox:
        with pytest.raises(PostDown, match="it is tried again"):
            post_to(port).send(full("overdue"), POLICE)
        post_to(port).send(full("overdue"), POLICE)

    assert [read(mail)["Message-ID"] for mail in mailbox.mails] == ["<ESC-7K2M-Q.12.3@lincs.example.org>"]


def test_a_repeat_has_the_same_message_id(serving, port) -> None:
    with serving(Mailbox(), port) as mailbox:
        for _ in range(2):
            post_to(port).send(full("overdue"), POLICE)

    assert len({read(mail)["Message-ID"] for mail in mailbox.mails}) == 1


@pytest.mark.parametrize("answer", ["550 no such user", "553 name not allowed", "501 bad address"])
def test_addresses_refused_for_good_are_hopeless(serving, port, answer) -> None:
    with (
        serving(Mailbox(to={"*": answer}), port),
        pytest.raises(AddressRefused, match="mend the seat in the directory"),
    ):
        post_to(port).send(full("overdue"), POLICE)


@pytest.mark.parametrize(
    "mailbox",
    [
        Mailbox(to={"*": "450 greylisted"}),
        Mailbox(to={FIRST: "550 no such user", SECOND: "451 later"}),
        Mailbox(data="451 disk full"),
        Mailbox(to={"*": "421 shutting down"}),
    ],
    ids=["4xx", "one 5xx and one 4xx", "4xx after data", "421"],
)
def test_any_other_refusal_is_tried_again(serving, port, mailbox) -> None:
    with serving(mailbox, port), pytest.raises(PostDown, match="it is tried again"):
        post_to(port).send(full("overdue"), POLICE)


def test_a_refusal_after_the_text_is_for_good_too(serving, port) -> None:
    """A 5xx is not mended by trying again, wherever in the conversation it comes: the next person must hear."""
    with serving(Mailbox(data="554 not wanted"), port), pytest.raises(AddressRefused, match="mend the seat"):
        post_to(port).send(full("overdue"), POLICE)


class Choosy(Mailbox):
    """Refuses after the text where one address is among the recipients, as a server does with a rule for one user."""

    def __init__(self, address: str, answer: str) -> None:
        super().__init__()
        self.address, self.answer = address, answer

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.address in envelope.rcpt_tos:
            return self.answer
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize(
    ("answer", "why"), [("550 rejected by policy", "AddressRefused"), ("452 mailbox busy", "PostDown")]
)
def test_one_who_is_refused_after_the_text_keeps_the_mail_from_nobody_else(serving, port, answer, why) -> None:
    with serving(Choosy(FIRST, answer), port) as mailbox:
        receipt = post_to(port).send(full("overdue"), POLICE)

    assert mailbox.recipients == [[SECOND]]
    assert receipt.in_vain == (FailedAttempt(channel="smtp", why=why, to="holder 1, e-mail 1"),)


@pytest.mark.parametrize(
    ("answer", "why"),
    [("550 no such user", "AddressRefused"), ("451 greylisted", "PostDown"), ("452 too many", "PostDown")],
)
def test_the_receipt_says_who_of_several_has_it_not_and_whether_they_may_yet(serving, port, answer, why) -> None:
    contact = POLICE.but(channels=(*holder(("email", FIRST)), *holder(("email", SECOND), number=2)))
    with serving(Mailbox(to={SECOND: answer}), port):
        receipt = post_to(port).send(full("overdue"), contact)

    assert receipt.in_vain == (FailedAttempt(channel="smtp", why=why, to="holder 2, e-mail 1"),)


def test_a_server_that_wants_us_to_sign_in_refuses_nobody_for_good(serving, port) -> None:
    with serving(Mailbox(to={"*": "530 authentication required"}), port), pytest.raises(PostMisconfigured) as told:
        post_to(port).send(full("overdue"), POLICE)

    assert "ESCALATION_SMTP_" in str(told.value)


def test_a_domain_outside_ascii_is_written_as_mail_servers_take_it(serving, port) -> None:
    welsh = POLICE.but(addresses=("b@heddlu-môn.example.org", FIRST))
    with serving(Mailbox(), port) as mailbox:
        post_to(port).send(full("overdue"), welsh)

    assert mailbox.recipients == [["b@xn--heddlu-mn-n7a.example.org", FIRST]]
    assert "b@xn--heddlu-mn-n7a.example.org" in read(mailbox.mails[0])["To"]


def test_an_address_with_other_letters_before_the_at_is_left_out_and_the_others_are_told(serving, port) -> None:
    with serving(Mailbox(), port) as mailbox:
        post_to(port).send(full("overdue"), POLICE.but(addresses=("siân@lincs.example.org", FIRST)))

    assert mailbox.recipients == [[FIRST]]


@pytest.mark.parametrize("greeting", [b"220 here", b"220-here\r\n"], ids=["a line without end", "lines without end"])
def test_a_server_that_drips_is_left_after_a_while_and_then_nobody_waits_for_it(monkeypatch, greeting) -> None:
    """Each byte begins a socket's own time-out anew; the mail's is for all of the conversation."""
    monkeypatch.setattr(smtp, "CONVERSATION_SECONDS", SLOW_SECONDS)
    with dripping(greeting) as port:
        post = post_to(port, timeout=20)
        begun = time.monotonic()
        with pytest.raises(PostDown, match="it is tried again"):
            post.send(full("overdue"), POLICE)
        assert SLOW_SECONDS <= time.monotonic() - begun < SLOW_SECONDS + 4
        begun = time.monotonic()
        with pytest.raises(PostDown, match="did not answer a moment ago"):
            post.send(full("alert"), POLICE)
        assert time.monotonic() - begun < SLOW_SECONDS


@pytest.mark.parametrize("answer", ["550 no such user", "450 later"])
def test_one_refused_address_does_not_write_again_to_those_who_were_told(serving, port, answer, caplog) -> None:
    with serving(Mailbox(to={FIRST: answer}), port) as mailbox, caplog.at_level(logging.WARNING, "adapters.post"):
        receipt = post_to(port).send(full("overdue"), POLICE)

    assert mailbox.recipients == [[SECOND]]
    assert receipt.channel == "smtp"
    assert [record.getMessage() for record in caplog.records] == ["notice_refused_for_some"]


def test_a_server_that_says_nothing_is_post_that_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(PostDown, match="it is tried again"):
        post_to(silent.getsockname()[1], timeout=0.3).send(full("overdue"), POLICE)


def test_a_server_that_died_and_came_back_takes_the_notice(serving, port) -> None:
    post = post_to(port)
    with serving(Mailbox(), port) as before:
        post.send(full("overdue"), POLICE)
    with pytest.raises(PostDown, match="ConnectionRefusedError"):
        post.send(full("alert"), POLICE)
    with serving(Mailbox(), port) as after:
        post.send(full("alert"), POLICE)

    assert (len(before.mails), len(after.mails)) == (1, 1)


def test_a_bad_goodbye_does_not_send_again(serving, port) -> None:
    """The mail was taken; what the server says to QUIT changes nothing."""

    class Rude(Mailbox):
        async def handle_QUIT(self, server, session, envelope) -> str:
            return "421 go away"

    with serving(Rude(), port) as mailbox:
        receipt = post_to(port).send(full("overdue"), POLICE)

    assert len(mailbox.mails) == 1
    assert receipt.channel == "smtp"


def test_a_server_without_starttls_is_never_given_a_password(serving, port) -> None:
    chosen = {"host": "127.0.0.1", "port": port, "user": "u", "password": "p"}
    post = make_post(Path("unused"), Common(clock, SENDER), {"smtp": chosen})
    with serving(Mailbox(), port) as mailbox, pytest.raises(PostDown):
        post.send(full("overdue"), POLICE)

    assert not mailbox.mails


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(("password", "taken"), [("right", 1), ("wrong", 0), ("pässwort", 0)])
def test_a_server_that_asks_for_a_password_is_given_it(port, password, taken) -> None:
    def judge(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, authenticator=judge, auth_required=True,
                            auth_require_tls=False)  # fmt: skip
    expected = nullcontext() if taken else pytest.raises(PostDown, match=r"\((535|UnicodeEncodeError)\)")
    controller.start()
    try:
        with expected:
            post_to(port, username="u", password=password).send(full("overdue"), POLICE)
    finally:
        controller.stop()

    assert len(mailbox.mails) == taken


@pytest.mark.parametrize(
    "address", ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "", "nobody"]
)
def test_an_address_that_is_none_is_refused_and_not_repeated(address) -> None:
    with pytest.raises(AddressRefused) as refused:
        post_to(1).send(full("overdue"), POLICE.but(addresses=(address,)))

    assert "example.org" not in str(refused.value)


@pytest.mark.parametrize("sender", ["", "nobody", "a@example.org\r\nBcc: b@example.org"])
def test_a_sender_that_is_no_address_is_named_when_the_post_is_made(tmp_path: Path, sender) -> None:
    with pytest.raises(ValueError, match="the sender of notices must be one e-mail address"):
        make_post(tmp_path, Common(clock, sender), {"smtp": {"host": "127.0.0.1"}})


@pytest.mark.parametrize("mailbox", [Mailbox(to={"*": "550 {}"}), Mailbox(to={"*": "450 {}"}), Mailbox(data="554 {}")])
def test_no_error_repeats_what_a_person_or_the_server_said(serving, port, mailbox, caplog) -> None:
    told = "private words"
    mailbox.answers = {key: value.format(told) for key, value in mailbox.answers.items()}
    mailbox.data = mailbox.data.format(told)

    with (
        serving(mailbox, port),
        pytest.raises((AddressRefused, PostDown)) as failed,
        caplog.at_level(0, "adapters.post"),
    ):
        post_to(port).send(full("overdue", fact=told, step=told), POLICE)

    assert failed.value.__suppress_context__
    for text in (str(failed.value), caplog.text):
        assert told not in text
        assert "lincs.example.org" not in text


def test_an_unknown_kind_is_refused_before_a_server_is_asked() -> None:
    with pytest.raises(UnknownNotice):
        post_to(1).send(minimal("nonsense"), POLICE)
