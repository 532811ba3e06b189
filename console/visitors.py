"""Who has signed in: a signed cookie, good for a while. Whoever leaves the file of people is nobody at once."""

import hmac
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import structlog
from itsdangerous import BadSignature

from adapters.console_store.store import ConsoleStore, StoreAway
from adapters.people.file import Person

from .signing import derived, signers

IDLE = timedelta(minutes=30)
"""After so long without a page somebody signs in again."""
AT_MOST = timedelta(hours=10)
"""After so long they sign in again whatever they do."""
_RENEWED = timedelta(minutes=1)
"""A cookie older than this is renewed with the next page."""
_AHEAD = timedelta(minutes=5)
"""By which another console's clock may be ahead. A cookie from later still was made before a clock was set back."""
_USE = "session"
_ENDED = "session ended"

log = structlog.get_logger()


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
    is_present: bool = True
    """False for one who has been without a page for too long: what they send is taken where it says immediate risk."""


class Visitors:
    """Makes and reads the cookie of whoever signs in. Safe to share between threads."""

    def __init__(
        self,
        keys: Sequence[str],
        person: Callable[[str], Person | None],
        clock: Callable[[], datetime],
        store: ConsoleStore,
    ) -> None:
        """Take the keys of links (the first signs, all are known), what says who an account is, the present, and where
        it is kept which sessions have ended.
        """
        self._signers = signers(keys, _USE)
        self._secret = derived(keys[0], _USE)
        self._person = person
        self._clock = clock
        self._store = store
        self._ended: dict[str, datetime] = {}
        """Sessions that ended here: they are over at once, also while the store is away."""
        self._owed: frozenset[str] = frozenset()
        """Those of them that the store does not know yet."""
        self._lock = threading.Lock()

    def begins(self, account: str, known: str) -> str:
        """Return the cookie of somebody who has just signed in."""
        now = self._clock()
        return self._made(account, known, secrets.token_urlsafe(12), now, now)

    def renewed(self, visitor: Visitor) -> str:
        """Return a cookie that counts from now; empty while the one that was sent is fresh. It waits for nothing."""
        now = self._clock()
        if now - visitor.seen < _RENEWED or visitor.session in self._ended:
            return ""
        return self._made(visitor.person.account, visitor.known, visitor.session, visitor.begun, now)

    def ends(self, visitor: Visitor) -> bool:
        """Let a session be over, wherever its cookie is; False where that could be kept in this process alone, so far.

        It waits for the store.
        """
        now = self._clock()
        with self._lock:
            self._ended = {one: at for one, at in self._ended.items() if now - at < AT_MOST} | {visitor.session: now}
            self._owed = frozenset({*self._owed & self._ended.keys(), visitor.session})
        return self._pay()

    def visitor(self, cookie: str) -> Visitor | None:
        """Return whose cookie it is; None where it is none of ours, too old, over, or its person may not sign in.

        It looks into the store and into the file of people, once each: call it in a thread, and once for a page.
        """
        said = self._read(cookie)
        if said is None:
            return None
        account, known, session, begun, seen = said
        now = self._clock()
        if now - begun > AT_MOST or self._has_ended(session):
            return None
        is_present = now - begun >= -_AHEAD and -_AHEAD <= now - seen <= IDLE
        person = self._person(account)
        return Visitor(person, known, session, begun, seen, is_present) if person else None

    def person(self, account: str) -> Person | None:
        """Return who an account is; None for one that may not sign in. It looks into the file of people."""
        return self._person(account)

    def mark(self, visitor: Visitor, path: str) -> str:
        """Return what a form on a page of theirs sends back, to show that it came from there.

        It is the person's, not the session's: a form that was open while they signed in again is taken.
        """
        return hmac.new(self._secret, f"form\n{visitor.person.account}\n{path}".encode(), sha256).hexdigest()[:32]

    def is_mark(self, visitor: Visitor, path: str, mark: str) -> bool:
        """Say whether a form came from a page of theirs."""
        return hmac.compare_digest(self.mark(visitor, path).encode(), mark.encode())

    def _has_ended(self, session: str) -> bool:
        """Is a session over? Where the store is away it goes on unless it ended here: whoever works at a case, and
        acknowledges, is not put out by a disk.
        """
        if self._owed:
            self._pay()
        if session in self._ended:
            return True
        try:
            return self._store.has(_ENDED, session)
        except StoreAway as away:
            log.error("sessions_not_looked_up", says=str(away))
            return False

    def _pay(self) -> bool:
        """Have the store know of those that ended while it was away."""
        try:
            for session in self._owed:
                self._store.once(_ENDED, session, AT_MOST)
                with self._lock:
                    self._owed -= {session}
        except StoreAway as away:
            log.error("end_of_session_not_kept", says=str(away))
            return False
        return True

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
