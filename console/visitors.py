"""Who has signed in: a signed cookie, good for a while. Whoever leaves the file of people is nobody at once."""

import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from itsdangerous import BadSignature

from adapters.people.file import Person

from .signing import derived, signers

IDLE = timedelta(minutes=30)
"""After so long without a page somebody signs in again."""
AT_MOST = timedelta(hours=10)
"""After so long they sign in again whatever they do."""
_RENEWED = timedelta(minutes=1)
"""A cookie older than this is renewed with the next page."""
_USE = "session"


class Visitor(NamedTuple):
    """Somebody who has signed in."""

    person: Person
    known: str
    """How, for the record of reads: `signed in by a one-time link`."""
    session: str
    """Random: says nothing of them."""
    begun: datetime
    seen: datetime
    """When the cookie was made."""


class Visitors:
    """Makes and reads the cookie of whoever signs in. Safe to share between threads."""

    def __init__(
        self, keys: Sequence[str], person: Callable[[str], Person | None], clock: Callable[[], datetime]
    ) -> None:
        """Take the keys of links (the first signs, all are known), what says who an account is, and the present."""
        self._signers = signers(keys, _USE)
        self._secret = derived(keys[0], _USE)
        self._person = person
        self._clock = clock
        self._ended: dict[str, datetime] = {}

    def begins(self, account: str, known: str) -> str:
        """Return the cookie of somebody who has just signed in."""
        now = self._clock()
        return self._made(account, known, secrets.token_urlsafe(12), now, now)

    def renewed(self, visitor: Visitor) -> str:
        """Return a cookie that counts from now; empty while the one that was sent is fresh."""
        now = self._clock()
        if now - visitor.seen < _RENEWED or visitor.session in self._ended:
            return ""
        return self._made(visitor.person.account, visitor.known, visitor.session, visitor.begun, now)

    def ends(self, visitor: Visitor) -> None:
        """Let a session be over, wherever its cookie is."""
        now = self._clock()
        self._ended = {one: at for one, at in self._ended.items() if now - at < AT_MOST} | {visitor.session: now}

    def visitor(self, cookie: str, idle: timedelta = IDLE) -> Visitor | None:
        """Return whose cookie it is; None where it is none of ours, too old, over, or its person may not sign in.

        *idle* is how long they may have been without a page.
        """
        said = self._read(cookie)
        if said is None:
            return None
        account, known, session, begun, seen = said
        now = self._clock()
        if session in self._ended or now - seen > idle or now - begun > AT_MOST:
            return None
        person = self._person(account)
        return Visitor(person, known, session, begun, seen) if person else None

    def mark(self, visitor: Visitor, path: str) -> str:
        """Return what a form on a page of theirs sends back, to show that it came from there."""
        return hmac.new(self._secret, f"form\n{visitor.session}\n{path}".encode(), sha256).hexdigest()[:32]

    def is_mark(self, visitor: Visitor, path: str, mark: str) -> bool:
        """Say whether a form came from a page of theirs."""
        return hmac.compare_digest(self.mark(visitor, path).encode(), mark.encode())

    def _made(self, account: str, known: str, session: str, begun: datetime, seen: datetime) -> str:
        said = [account, known, session, int(begun.timestamp()), int(seen.timestamp())]
        made = self._signers[0].dumps(said)
        return made if isinstance(made, str) else made.decode()

    def _read(self, cookie: str) -> tuple[str, str, str, datetime, datetime] | None:
        for signer in self._signers:
            try:
                said: Any = signer.loads(cookie)
                account, known, session, begun, seen = said
            except (BadSignature, ValueError, TypeError):
                continue
            zone = self._clock().tzinfo
            return account, known, session, datetime.fromtimestamp(begun, zone), datetime.fromtimestamp(seen, zone)
        return None
