"""Notices by e-mail, through one mail server."""

import logging
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from adapters.directory import Contact, fault_of
from adapters.links import Links
from domain.effects import Notice, Receipt

from .deadlines import FILE, calendar_of, dotted
from .errors import AddressRefused, PostDown
from .letter import write_letter

log = logging.getLogger(__name__)


class SmtpPost:
    """Sends each notice as one e-mail to all addresses of its seat.

    At least once: a connection that breaks after the server took the mail makes a repeat, with the same Message-ID.
    """

    channel = "smtp"

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
        self._sender = Address(display_name=name, addr_spec=address)
        self._server = (host, port)
        self._clock = clock
        self._login = (username, password)
        self._starttls = starttls
        self._timeout = timeout
        self._links = links

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Hand the notice to the mail server.

        Taken for one address of the seat counts as sent: those already told are never written to again for the sake
        of one that is refused. Raises PostDown (try again), AddressRefused (every address refused for good) or
        UnknownNotice.
        """
        mail = self.write(notice, contact)
        try:
            refused = self._deliver(mail)
        except smtplib.SMTPRecipientsRefused as error:
            if all(500 <= code < 600 for code, _ in error.recipients.values()):
                msg = f"The mail server refused every address for notice {notice.ref}; mend the seat in the directory."
                raise AddressRefused(msg) from None
            raise self._down(notice, error) from None
        except (
            OSError,
            ValueError,
        ) as error:  # smtplib's own errors are OSErrors; ValueError: a password it cannot encode
            raise self._down(notice, error) from None
        if refused:
            log.warning("notice_refused_for_some", extra={"notice": notice.ref, "refused": refused})
        return Receipt(ref=notice.ref, channel=self.channel, accepted_at=self._clock(), fallback=contact.fallback)

    def write(self, notice: Notice, contact: Contact) -> EmailMessage:
        """Make the e-mail: plain text, the same as a page, and a calendar file where a deadline is still to come.

        Raises AddressRefused where the contact has no usable address.
        """
        letter = write_letter(notice, contact, links=self._links)
        usable = [address for address in contact.addresses if not fault_of(address)]
        if not usable:
            raise AddressRefused(f"There is no usable address for notice {notice.ref}; mend the seat in the directory.")
        mail = EmailMessage()
        try:
            mail["From"] = self._sender
            mail["To"] = [Address(addr_spec=address) for address in usable]
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
        return mail

    def _deliver(self, mail: EmailMessage) -> int:
        """Return how many addresses were refused while another was taken."""
        smtp = smtplib.SMTP(*self._server, local_hostname=self._sender.domain, timeout=self._timeout)
        try:
            if self._starttls:
                smtp.starttls(context=ssl.create_default_context())
            if self._login[0]:
                smtp.login(*self._login)
            refused = smtp.send_message(mail)
        except BaseException:
            smtp.close()
            raise
        with suppress(OSError):  # the mail is taken; a bad goodbye must not send it again
            smtp.quit()
        smtp.close()
        return len(refused)

    def _down(self, notice: Notice, error: Exception) -> PostDown:
        # The server's own words stay out: they may repeat an address.
        code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
        host, port = self._server
        return PostDown(f"The mail server {host}:{port} did not take notice {notice.ref} ({code}); it is tried again.")
