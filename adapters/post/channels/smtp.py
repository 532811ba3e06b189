"""Notices by e-mail, through one mail server."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from adapters.breaker import CircuitBreaker
from adapters.conversation import Conversation
from adapters.directory import ChannelKind, Contact, fault_of, on_the_wire
from adapters.links import Links
from adapters.post.deadlines import FILE, calendar_of, dotted
from adapters.post.errors import AddressRefused, PostDown, PostFailed, PostMisconfigured
from adapters.post.letter import write_letter
from adapters.post.post import ChannelFile, Chosen, Common, Look, receipt_of
from domain.case.effects import Notice, Receipt
from domain.views.digest import OfficeDigest

CONVERSATION_SECONDS = 30.0
"""Longest conversation about one mail: less than an activity may be silent for."""
TAKEN, CLOSING = 250, 421
"""Answers of a mail server: to a mail that it took, and when it hangs up."""
WANTS_SIGN_IN = frozenset({530, 534, 535, 538})
SIGN_IN_FAILED = (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError)
LOOK_SECONDS = 10.0
"""Longest wait for each answer when the server is only checked."""


class SmtpPost:
    """Sends each notice as one e-mail to all addresses of its seat. A server that hangs is left alone for some seconds.

    At least once: if the connection breaks after the server took the mail, it is sent again with the same Message-ID.
    """

    channel = "smtp"
    kind: ChannelKind = "email"

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        clock: Callable[[], datetime],
        *,
        username: str = "",
        password: str = "",
        starttls: bool = False,
        timeout: float = 20.0,
        links: Links | None = None,
    ) -> None:
        """Take `timeout` in seconds for each answer. Raises ValueError where *sender* is no address."""
        name, address = parseaddr(sender)
        if "\n" in sender or "\r" in sender or fault_of(address):
            msg = "the sender of notices must be one e-mail address, like escalations@example.org; mend that setting"
            raise ValueError(msg)
        self._sender = Address(display_name=name, addr_spec=on_the_wire(address))
        self._hello = self._sender.domain
        self._server = (host, port)
        self._clock = clock
        self._login = (username, password)
        self._starttls = starttls
        self._timeout = timeout
        self._links = links
        self._breaker = CircuitBreaker(
            PostDown, lambda: PostDown(f"The mail server {host}:{port} did not answer a moment ago; it is tried again.")
        )

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Hand the notice to the mail server.

        Taken for one address counts as sent; `in_vain` of the receipt names the others, and whether each was refused
        for good or may be taken later. Raises PostDown (try again; PostMisconfigured where a setting is to be mended),
        AddressRefused (every address refused for good) or UnknownNotice.
        """
        mail, addresses = self.write(notice, contact), self._usable(contact)
        with self._breaker.through():
            try:
                answers = self._deliver(mail, [on_the_wire(address) for address in addresses])
            except SIGN_IN_FAILED as error:
                raise self._not_let_in(notice, _code(error)) from None
            except (
                OSError,
                ValueError,
            ) as error:  # smtplib's own are OSErrors; ValueError: a password it cannot encode
                raise self._down(notice, _code(error)) from None
        judged = {address: self._judged(notice, answers[on_the_wire(address)]) for address in addresses}
        return receipt_of(self, notice, contact, self._clock(), judged)

    def look(self) -> Iterator[Look]:
        """Say whether the server answers and lets us in."""
        host, port = self._server
        place, starttls = f"{host}, port {port}", self._starttls
        try:
            with signed_in(self._server, self._hello, self._login, starttls=starttls, timeout=LOOK_SECONDS) as server:
                server.noop()
        except (OSError, ValueError) as error:
            says = f"The mail host {place} does not let us in ({_code(error)})."
            mend = "See that the host runs and that ESCALATION_SMTP_… name it and its sign-in"
            yield Look("mail", "problem", says, f"{mend}; notices wait until it answers.")
        else:
            yield Look("mail", "ok", f"{place} answers, and was sent nothing")

    def write(self, notice: Notice, contact: Contact) -> EmailMessage:
        """Make the e-mail: plain text, the same as a page, and a calendar file where a deadline is still to come.

        Raises AddressRefused where the contact has no usable address.
        """
        letter = write_letter(notice, contact, links=self._links)
        usable = self._usable(contact)
        if not usable:
            raise AddressRefused(f"There is no usable address for notice {notice.ref}; mend the seat in the directory.")
        mail = EmailMessage()
        try:
            mail["From"] = self._sender
            mail["To"] = [Address(addr_spec=on_the_wire(address)) for address in usable]
        except (MessageError, ValueError):
            raise AddressRefused(f"An address for notice {notice.ref} cannot be written; mend the directory.") from None
        mail["Subject"] = letter.subject
        now = self._clock()
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{dotted(notice.ref)}@{self._sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.body, charset="utf-8", cte="quoted-printable")
        mail.add_alternative(letter.html, subtype="html", charset="utf-8", cte="quoted-printable")
        if calendar := calendar_of(notice, now, self._sender.domain):
            params = {"charset": "utf-8", "method": "PUBLISH"}
            mail.add_attachment(calendar, maintype="text", subtype="calendar", filename=FILE, params=params)
        for name, text in notice.files if isinstance(notice, OfficeDigest) else ():
            mail.add_attachment(text.encode(), maintype="application", subtype="octet-stream", filename=name)
        return mail

    @staticmethod
    def _usable(contact: Contact) -> list[str]:
        return [address for address in contact.addresses if not fault_of(address)]

    def _deliver(self, mail: EmailMessage, addresses: Sequence[str]) -> dict[str, int]:
        """Send one mail to all addresses, and return the server's answer for each: `TAKEN`, or the code of a refusal.

        A server that refuses after the text may mean one address only, so each is then written to by itself.
        """
        text, fates = _flat(mail), dict.fromkeys(addresses, 0)
        with signed_in(self._server, self._hello, self._login, starttls=self._starttls, timeout=self._timeout) as smtp:
            try:
                fates |= self._hand_over(smtp, text, addresses)
            except smtplib.SMTPDataError as error:
                if len(addresses) == 1 or error.smtp_code == CLOSING:
                    return dict.fromkeys(addresses, int(error.smtp_code))
                for address in addresses:
                    fates[address] = self._alone(smtp, text, address)
        return fates

    def _hand_over(self, smtp: smtplib.SMTP, text: bytes, addresses: Sequence[str]) -> dict[str, int]:
        try:
            refused = smtp.sendmail(self._sender.addr_spec, list(addresses), text)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
            return {one: refused[one][0] if one in refused else CLOSING for one in addresses}
        return {one: refused[one][0] if one in refused else TAKEN for one in addresses}

    def _alone(self, smtp: smtplib.SMTP, text: bytes, address: str) -> int:
        """Write to one address. A failure here concerns it alone, for others may have the mail already."""
        try:
            return self._hand_over(smtp, text, [address])[address]
        except smtplib.SMTPDataError as error:
            return int(error.smtp_code)
        except OSError:
            return CLOSING

    def _judged(self, notice: Notice, answer: int) -> PostFailed | None:
        """Sort the answer for one address: None for taken; a 5xx is for good, wherever in the conversation it comes."""
        if answer == TAKEN:
            return None
        if answer in WANTS_SIGN_IN:
            return self._not_let_in(notice, answer)
        if 500 <= answer < 600:
            return AddressRefused(
                f"The mail server refused every address for notice {notice.ref}; mend the seat in the directory."
            )
        return self._down(notice, answer)

    # The server's own words stay out: they may repeat an address.

    def _down(self, notice: Notice, code: str | int) -> PostDown:
        host, port = self._server
        return PostDown(f"The mail server {host}:{port} did not take notice {notice.ref} ({code}); it is tried again.")

    def _not_let_in(self, notice: Notice, code: str | int) -> PostMisconfigured:
        host, port = self._server
        return PostMisconfigured(
            f"The mail server {host}:{port} does not let us in ({code}), so notice {notice.ref} waits: see that the "
            "settings that begin with ESCALATION_SMTP_ name its sign-in, and that it offers STARTTLS."
        )


class _Limited(smtplib.SMTP):
    def __init__(self, conversation: Conversation, server: tuple[str, int], hello: str | None, timeout: float) -> None:
        self._conversation = conversation
        super().__init__(*server, local_hostname=hello, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float | None) -> socket.socket:
        return self._conversation.connect((host, port), timeout)


@contextmanager
def signed_in(
    server: tuple[str, int], hello: str | None, login: tuple[str, str], *, starttls: bool, timeout: float
) -> Iterator[smtplib.SMTP]:
    """Talk to a mail server for at most `CONVERSATION_SECONDS`, encrypted and signed in where that is set.

    *timeout* is in seconds, for each answer. Raises OSError (smtplib's own errors are OSErrors), and ValueError where
    the password cannot be encoded.
    """
    with Conversation(CONVERSATION_SECONDS) as conversation:
        smtp = _Limited(conversation, server, hello, timeout)
        try:
            if starttls:
                smtp.starttls(context=ssl.create_default_context())
            if login[0]:
                smtp.login(*login)
            yield smtp
            with suppress(OSError):  # the mail is taken; a bad goodbye must not send it again
                smtp.quit()
        finally:
            smtp.close()


def _flat(mail: EmailMessage) -> bytes:
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def _code(error: Exception) -> str:
    return str(error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__)


def _make(chosen: Chosen, common: Common) -> tuple[SmtpPost, ...]:
    """Make the one channel, encrypted where there is a password, unless said."""
    host, login = chosen.get("host", ""), {"username": chosen.get("user", ""), "password": chosen.get("password", "")}
    if not host:
        return ()
    more = {"starttls": chosen.get("starttls", bool(login["password"])), "timeout": chosen.get("timeout", 20.0)}
    return (SmtpPost(host, chosen.get("port", 25), common.sender, common.clock, **login, **more, links=common.links),)


CHANNELS = ChannelFile(kinds={"smtp": "email"}, make=_make)
