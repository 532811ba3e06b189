"""Notices as signed JSON to a web address that passes them on: a pager, a rota system, a chat room."""

import hmac
import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

from adapters.breaker import CircuitBreaker
from adapters.directory import ChannelKind, Contact
from adapters.directory.addresses import webhook_fault
from adapters.links import Links
from adapters.post.errors import AddressRefused, PostDown, PostFailed, PostMisconfigured
from adapters.post.letter import write_letter
from adapters.post.post import ChannelFile, Chosen, Common, Look, receipt_of
from adapters.post.text import write_text
from adapters.web import NotReached, call
from domain.case.effects import Notice, Receipt

TIMESTAMP = "X-Escalation-Timestamp"
"""Header: seconds since 1970, when the message was signed. A receiver refuses one that is old."""
SIGNATURE = "X-Escalation-Signature"
"""Header: `sha256=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a full stop and the body."""
IDEMPOTENCY = "Idempotency-Key"
"""Header: the notice's reference, the same on every try."""
NOT_NOW = frozenset({408, 425, 429})
"""Statuses of a refusal that will pass."""
MOVED = frozenset({301, 308})
"""The address has moved for good. We do not follow: the directory must name the new address."""
UNKNOWN_KEY = frozenset({401, 403})

log = logging.getLogger(__name__)


def sign(key: bytes, timestamp: str, body: bytes) -> str:
    """Return the value of the signature's header."""
    return "sha256=" + hmac.new(key, timestamp.encode() + b"." + body, sha256).hexdigest()


class WebhookPost:
    """Posts each notice to the web addresses of its seat: reference, kind, subject, link and the words of a text.

    At least once: if the connection breaks after the receiver took it, it is sent again with the same Idempotency-Key.
    """

    channel = "webhook"
    kind: ChannelKind = "webhook"

    def __init__(
        self, key: str, clock: Callable[[], datetime], *, timeout: float = 10.0, links: Links | None = None
    ) -> None:
        """Take `timeout` in seconds for everything said to one address. Raises ValueError where there is no key."""
        if not key:
            raise ValueError("webhooks need a key to be signed with: put one into the file of the webhook's key")
        self._key = key.encode()
        self._clock = clock
        self._timeout = timeout
        self._links = links
        self._lock = threading.Lock()
        self._breakers: dict[str, CircuitBreaker] = {}

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Post to each address of the contact. If one takes it, it counts as sent, and the receipt names the others.

        Raises PostDown (try again), AddressRefused (every address refused it) or UnknownNotice.
        """
        body = self.write(notice, contact)
        fates: dict[str, PostFailed | None] = dict.fromkeys(contact.addresses)
        for address in contact.addresses:
            try:
                self._call(notice.ref, address, body)
            except (AddressRefused, PostDown) as error:
                log.warning("webhook_failed", extra={"notice": notice.ref, "reason": type(error).__name__})
                fates[address] = error
        return receipt_of(self, notice, contact, self._clock(), fates)

    def look(self) -> Iterator[Look]:
        """Say that they are set up: only a notice shows whether its receiver takes it."""
        yield Look("webhooks", "ok", "are sent with a signature; whether a receiver takes it only a notice shows")

    def write(self, notice: Notice, contact: Contact) -> bytes:
        """Make the body: JSON, the same on every try.

        Only `awake_until` may be in an earlier try and not in a later one: it is left out once it is over.
        """
        said: dict[str, str | list[str]] = {
            "reference": notice.ref,
            "kind": notice.kind,
            "subject": write_letter(notice, contact).subject,
            "text": write_text(notice, contact, links=self._links),
        }
        if notice.together:
            said["together"] = [one.ref for one in notice.together]
        if contact.awake_until and not contact.again and self._clock() < contact.awake_until:
            said["awake_until"] = contact.awake_until.isoformat()
        if link := self._links.to(notice) if self._links else "":
            said["link"] = link
        return json.dumps(said, sort_keys=True).encode()

    def _call(self, ref: str, address: str, body: bytes) -> None:
        if webhook_fault(address):
            raise AddressRefused(f"The web address for notice {ref} cannot be used; mend the webhook in the directory.")
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            IDEMPOTENCY: quote(ref, safe="/"),
            TIMESTAMP: timestamp,
            SIGNATURE: sign(self._key, timestamp, body),
        }
        with self._breaker_of(address).through():
            try:
                call(address, self._timeout, body, headers)
            except NotReached as error:
                if error.status:
                    raise _judged(ref, error.status) from None
                raise PostDown(f"The webhook did not take notice {ref} ({error}); it is tried again.") from None

    def _breaker_of(self, address: str) -> CircuitBreaker:
        host = urlsplit(address).netloc
        with self._lock:
            if host not in self._breakers:
                self._breakers[host] = CircuitBreaker(PostDown, _rests)
            return self._breakers[host]


def _rests() -> PostDown:
    return PostDown("The webhook did not answer a moment ago; it is tried again.")


def _judged(ref: str, status: int) -> AddressRefused | PostDown:
    if status in UNKNOWN_KEY:
        log.error("webhook_key_refused", extra={"notice": ref, "status": status})
        return PostMisconfigured(
            f"The webhook does not take our signature ({status}), so notice {ref} waits: see that the key in the file "
            "of ESCALATION_WEBHOOK_KEY_FILE is the receiver's, and that the clocks agree."
        )
    if status in MOVED or (400 <= status < 500 and status not in NOT_NOW):
        return AddressRefused(f"The webhook refused notice {ref} ({status}); mend the webhook in the directory.")
    return PostDown(f"The webhook did not take notice {ref} ({status}); it is tried again.")


def _make(chosen: Chosen, common: Common) -> tuple[WebhookPost, ...]:
    key = chosen.get("key", "")
    return (WebhookPost(key, common.clock, links=common.links),) if key else ()


CHANNELS = ChannelFile(kinds={"webhook": "webhook"}, make=_make)
