"""Notices as signed JSON to a web address that passes them on: a pager, a rota system, a chat room."""

import hmac
import http.client
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from adapters.directory import Contact
from adapters.directory.address import webhook_fault
from adapters.links import Links
from domain.effects import Notice, Receipt

from .errors import AddressRefused, PostDown, PostMisconfigured
from .letter import write_letter
from .text import write_text

TIMESTAMP = "X-Escalation-Timestamp"
"""Header: seconds since 1970, when the message was signed. A receiver refuses one that is old."""
SIGNATURE = "X-Escalation-Signature"
"""Header: `sha256=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a full stop and the body."""
IDEMPOTENCY = "Idempotency-Key"
"""Header: the notice's reference, the same on every try."""
NOT_NOW = frozenset({408, 425, 429})
"""Refusals that pass by themselves."""
UNKNOWN_KEY = frozenset({401, 403})

log = logging.getLogger(__name__)


def sign(key: bytes, timestamp: str, body: bytes) -> str:
    """Return the value of the signature's header."""
    return "sha256=" + hmac.new(key, timestamp.encode() + b"." + body, sha256).hexdigest()


class WebhookPost:
    """Posts each notice to the web addresses of its seat: reference, kind, subject, link and the words of a text.

    At least once: a connection that breaks after the other side took it makes a repeat, with the same Idempotency-Key.
    """

    channel = "webhook"

    def __init__(
        self, key: str, clock: Callable[[], datetime], *, timeout: float = 10.0, links: Links | None = None
    ) -> None:
        """Take `timeout` in seconds for each answer. Raises ValueError where there is no key."""
        if not key:
            raise ValueError("webhooks need a key to be signed with: put one into the file of the webhook's key")
        self._key = key.encode()
        self._clock = clock
        self._timeout = timeout
        self._links = links

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Post to each address of the contact; taken by one counts as sent.

        Raises PostDown (try again), AddressRefused (every address refused it) or UnknownNotice.
        """
        body = self.write(notice, contact)
        down: PostDown | None = None
        took = False
        for address in contact.addresses:
            try:
                self._call(notice.ref, address, body)
            except AddressRefused:
                log.warning("webhook_refused", extra={"notice": notice.ref})
            except PostDown as error:
                down = error
            else:
                took = True
        if took:
            return Receipt(ref=notice.ref, channel=self.channel, accepted_at=self._clock(), fallback=contact.fallback)
        if down:
            raise down
        raise AddressRefused(f"No web address took notice {notice.ref}; mend the webhook in the directory.")

    def write(self, notice: Notice, contact: Contact) -> bytes:
        """Make the body: JSON, the same on every try."""
        said: dict[str, str | list[str]] = {
            "reference": notice.ref,
            "kind": notice.kind,
            "subject": write_letter(notice, contact).subject,
            "text": write_text(notice, contact, links=self._links),
        }
        if notice.together:
            said["together"] = [one.ref for one in notice.together]
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
        asked = urllib.request.Request(address, body, headers)  # noqa: S310 - https or this machine: seen to above
        try:
            with _opener(address).open(asked, timeout=self._timeout):
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise _judged(ref, error.code) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = getattr(error, "reason", error)
            raise PostDown(
                f"The webhook did not take notice {ref} ({type(why).__name__}); it is tried again."
            ) from None


def _judged(ref: str, status: int) -> AddressRefused | PostDown:
    if status in UNKNOWN_KEY:
        log.error("webhook_key_refused", extra={"notice": ref, "status": status})
        return PostMisconfigured(
            f"The webhook does not take our signature ({status}), so notice {ref} waits: see that the key in the file "
            "of ESCALATION_WEBHOOK_KEY_FILE is the receiver's, and that the clocks agree."
        )
    if 400 <= status < 500 and status not in NOT_NOW:
        return AddressRefused(f"The webhook refused notice {ref} ({status}).")
    return PostDown(f"The webhook did not take notice {ref} ({status}); it is tried again.")


class _NoDetour(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nobody elsewhere."""


def _opener(address: str) -> urllib.request.OpenerDirector:
    here = (urlsplit(address).hostname or "") in {"localhost", "127.0.0.1", "::1"}
    direct = [urllib.request.ProxyHandler({})] if here else []
    return urllib.request.build_opener(_NoDetour(), *direct)
