"""Notices by GOV.UK Notify: e-mail and text messages, through its official client (the extra `notify`)."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from adapters.breaker import CircuitBreaker
from adapters.conversation import Conversation
from adapters.directory import Contact, on_the_wire
from adapters.directory.address import webhook_fault
from adapters.links import Links
from domain.effects import Notice, Receipt

from .errors import AddressRefused, PostDown, PostFailed
from .fate import Fate, Seen, fate_of, read_list
from .letter import write_letter
from .limited import limited
from .notify_errors import BadRequest, failure_of, faults_of, log, pauses
from .post import in_vain_of
from .replies import Received, back_to, read_received, same_number
from .text import write_text

Kind = Literal["email", "text"]
TYPES: dict[Kind, str] = {"email": "email", "text": "sms"}
FIELDS: dict[Kind, tuple[str, ...]] = {"email": ("subject", "body"), "text": ("body",)}
"""What a template must ask for, as `((subject))` and `((body))`: its words are all ours."""
NOBODY: dict[Kind, str] = {"email": "simulate-delivered@notifications.service.gov.uk", "text": "07700900000"}
"""Addresses that Notify keeps for trials: they are nobody's."""
CONVERSATION_SECONDS = 30.0
"""For all that is asked about one notice."""
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KEY = re.compile(rf".*-{_UUID}-{_UUID}")


class NotifyPost:
    """Sends each notice to every address of its seat, one message each, labelled with the notice's reference.

    Notify knows no repeats, so what it has under that label is looked up before anything is sent: a message that it
    took, though its answer was lost, is not sent again. It keeps what it was given for seven days.
    """

    def __init__(
        self,
        kind: Kind,
        key: str,
        template: str,
        clock: Callable[[], datetime],
        *,
        url: str = "",
        timeout: float = 10.0,
        replies: bool = False,
        links: Links | None = None,
    ) -> None:
        """Take `timeout` in seconds for each answer; an empty *url* is the real service.

        With *replies* the texts of alerts say that a reply acknowledges.

        Raises ValueError, in one sentence, for a key, template or address of the wrong form, or without the extra.
        """
        _must_fit(key, template, url)
        try:
            from notifications_python_client.notifications import NotificationsAPIClient
        except ImportError:
            raise ValueError("GOV.UK Notify needs the extra `notify`: install this program with it.") from None
        logging.getLogger("notifications_python_client").setLevel(logging.ERROR)  # its warnings repeat Notify's words
        make: Callable[..., Any] = NotificationsAPIClient
        more = {"base_url": url} if url else {}
        self._made: Callable[[], Any] = lambda: make(key, timeout=timeout, **more)
        self.kind: Kind = kind
        self.channel = f"notify-{kind}"
        self._template = template
        self._clock = clock
        self._replies = replies
        self._links = links
        self._rests_until: datetime | None = None
        self._breaker = CircuitBreaker(
            PostDown, lambda: PostDown("GOV.UK Notify did not answer a moment ago; it is tried again.")
        )

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Hand the notice to Notify, or find that it has it. Taken for one address counts as sent.

        The receipt names the others, and why. Raises PostDown (try again; PostMisconfigured names the setting to mend),
        AddressRefused (every address is wrong, or none that Notify sends to) or UnknownNotice.
        """
        words = self._words(notice, contact)
        if not contact.addresses:
            raise AddressRefused(f"There is no address for notice {notice.ref}; mend the seat in the directory.")
        with self._client(notice.ref) as client:
            known = self._look_up(client, notice.ref)
            taken: list[datetime] = []
            failed: dict[str, PostFailed] = {}
            for address in contact.addresses:
                try:
                    taken.append(self._settle(client, notice.ref, address, words, known))
                except (PostDown, AddressRefused) as error:
                    failed[address] = error
        if taken:
            if failed:
                log.warning("notice_refused_for_some", extra={"notice": notice.ref, "refused": len(failed)})
            accepted, in_vain = min(taken), in_vain_of(self.channel, self.kind, contact, failed)
            return Receipt(
                ref=notice.ref, channel=self.channel, accepted_at=accepted, fallback=contact.fallback, in_vain=in_vain
            )
        errors = list(failed.values())
        raise next((error for error in errors if isinstance(error, PostDown)), errors[0]) from None

    def receipts(self, refs: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        """Ask what became of notices sent by this channel. `unknown`: never sent, or more than seven days ago.

        What was sent before *since* counts only where it arrived. One request for each ref. Raises PostDown.
        """
        with self._client("") as client:
            return {ref: fate_of(ref, self._look_up(client, ref), since) for ref in dict.fromkeys(refs)}

    def receipts_of(self, ref: str, addresses: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        """Ask what became of one notice for each of these addresses; else as `receipts`. One request in all."""
        with self._client("") as client:
            seen = self._look_up(client, ref)
        return {
            address: fate_of(ref, tuple(one for one in seen if self._is_same(one, address)), since)
            for address in dict.fromkeys(addresses)
        }

    def received(self, since: datetime) -> tuple[Received, ...]:
        """Return the text messages that came in from *since* on, the newest first; Notify keeps them for seven days.

        Raises PostDown.
        """
        with self._client("") as client:
            ask = client.get_received_texts
            return tuple(back_to(since, lambda last: read_received(self._ask("", ask, older_than=last))))

    def sent(self, since: datetime) -> tuple[Seen, ...]:
        """Return every message of this channel's kind that went out from *since* on, the newest first.

        Raises PostDown.
        """
        with self._client("") as client:
            return tuple(back_to(since, lambda last: self._list(client, "", older_than=last)))

    def faults(self) -> tuple[str, ...]:
        """Ask Notify whether key and template can be used, and send nothing: one sentence for each fault."""
        try:
            with self._client("") as client:
                return self._template_faults(client)
        except PostFailed as error:
            return (str(error),)

    def _template_faults(self, client: Any) -> tuple[str, ...]:
        try:
            template = self._ask("", client.get_template, self._template)
        except PostFailed as error:
            return (str(error),)
        return faults_of(self.kind, template, TYPES[self.kind], FIELDS[self.kind])

    def would_refuse(self) -> str:
        """Ask Notify why it would take no message for somebody outside its service's own team; empty where it would.

        So trial mode shows, and a key for the team alone. The message goes to an address of Notify's own: it judges it
        as any other, and neither sends nor keeps it.
        """
        words = dict.fromkeys(FIELDS[self.kind], "A trial")
        try:
            with self._client("") as client:
                send = client.send_sms_notification if self.kind == "text" else client.send_email_notification
                self._ask("", send, NOBODY[self.kind], self._template, personalisation=words)
        except PostFailed as error:
            return str(error)
        return ""

    def _words(self, notice: Notice, contact: Contact) -> dict[str, str]:
        if self.kind == "text":
            return {"body": write_text(notice, contact, replies=self._replies, links=self._links)}
        letter = write_letter(notice, contact, links=self._links)
        return {"subject": letter.subject, "body": letter.body}

    @contextmanager
    def _client(self, ref: str) -> Iterator[Any]:
        """A client of one's own: it is not made for several threads."""
        if self._rests_until and self._clock() < self._rests_until:
            raise PostDown(f"GOV.UK Notify takes no more for now, so notice {ref} waits.")
        client = self._made()
        client.request_session.max_redirects = 0
        with self._breaker.through(), Conversation(CONVERSATION_SECONDS) as conversation:
            try:
                for scheme in ("https://", "http://"):
                    client.request_session.mount(scheme, limited(conversation))
                yield client
            finally:
                client.request_session.close()

    def _ask(self, ref: str, question: Callable[..., Any], *said: Any, **more: Any) -> Any:
        """Ask by the client, whose errors come out as ours."""
        from notifications_python_client.errors import APIError

        try:
            return question(*said, **more)
        except APIError as error:
            if pause := pauses(error):
                self._rests_until = self._clock() + timedelta(seconds=pause)
            raise failure_of(self.kind, ref, error) from None
        except OSError as error:  # a bundle of certificates that is not there, and the like
            raise PostDown(f"GOV.UK Notify cannot be asked ({type(error).__name__}); it is tried again.") from None

    def _look_up(self, client: Any, ref: str) -> tuple[Seen, ...]:
        return self._list(client, ref, reference=ref)

    def _list(self, client: Any, ref: str, **which: str | None) -> tuple[Seen, ...]:
        return read_list(self._ask(ref, client.get_all_notifications, template_type=TYPES[self.kind], **which))

    def _settle(self, client: Any, ref: str, address: str, words: dict[str, str], known: tuple[Seen, ...]) -> datetime:
        """Return when Notify took the notice for *address*, now or before."""
        before = [seen for seen in known if self._is_same(seen, address)]
        if going := [seen for seen in before if seen.is_under_way]:
            return min(seen.created_at for seen in going)
        if any(seen.is_hopeless for seen in before):
            raise AddressRefused(
                f"GOV.UK Notify could not deliver notice {ref}: that address or number does not exist."
            )
        send = client.send_sms_notification if self.kind == "text" else client.send_email_notification
        wire = address if self.kind == "text" else on_the_wire(address)
        try:
            self._ask(ref, send, wire, self._template, personalisation=words, reference=ref)
        except BadRequest:
            if self._template_faults(client):
                raise
            raise AddressRefused(
                f"GOV.UK Notify does not send to the address or number of notice {ref}; mend it in the directory."
            ) from None
        return self._clock()

    def _is_same(self, seen: Seen, address: str) -> bool:
        if self.kind == "text":
            return (seen.phone_number or "") == address or same_number(seen.phone_number or "", address)
        return (seen.email_address or "").casefold() in {address.casefold(), on_the_wire(address).casefold()}


def _must_fit(key: str, template: str, url: str) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError(
            "the key of GOV.UK Notify is a name and two long identifiers, with dashes between: copy it whole"
        )
    try:
        UUID(template)
    except ValueError:
        raise ValueError(
            "the id of a GOV.UK Notify template is one long identifier: copy it from the template"
        ) from None
    if url and webhook_fault(url):
        raise ValueError("the address of GOV.UK Notify must begin with https, and hold no name or password")
