"""Who asks: by which token, of whose account, how often, and from where."""

import math
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from adapters.console_store.held import Limit
from adapters.console_store.store import ConsoleStore, StoreAway
from adapters.files import NotWritten
from adapters.people.file import Person
from adapters.people.tokens import Scope, Token, Tokens, TokensFaulty
from adapters.web import is_loopback
from services.accounts import Somebody

from .problem import RETRY_SECONDS, Problem

KNOWN = "by a token"
"""As the record of reads has it."""
OF_A_TOKEN = RateLimitItemPerMinute(600)
OF_AN_ADDRESS = RateLimitItemPerMinute(1200)
FAILED = Limit(10, timedelta(minutes=15))
"""Requests from one address with tokens that are not known, in fifteen minutes. From then on it is answered that it is
to wait, but for tokens that had been used well from there."""
_FAILED, _WELL = "token in vain", "token used well"
_WELL_FOR = timedelta(days=30)
"""From an address from which nothing came for so long a token is a new one again."""
_MOST_SEEN = 10_000
"""Pairs of address and token that are kept in memory."""

log = structlog.get_logger()


class Caller(NamedTuple):
    """Whoever asks."""

    token: Token
    person: Person
    """As the file of people has the account of the token."""
    why_not: str = ""
    """For one of no role: why that is, as a sentence."""

    @property
    def sends_as(self) -> Person:
        """Who they are on the entries of what they send: by the token's label, and its account."""
        return self.person._replace(title=f"{self.token.label}, token {self.token.id}")

    @property
    def how(self) -> str:
        """What stands beside what they looked at."""
        return f"token {self.token.id}"


NOT_KNOWN = Caller(Token("", "", "", (), "", "", ""), Person("", "somebody"))
"""Whoever cries immediate risk with a token that is over or revoked."""


class Door:
    """Lets in whoever has a good token, and not too often. Safe to share between threads."""

    def __init__(
        self,
        tokens: Tokens,
        account_of: Callable[[str], Somebody],
        clock: Callable[[], datetime],
        store: ConsoleStore,
        *,
        of_a_token: RateLimitItem = OF_A_TOKEN,
        of_an_address: RateLimitItem = OF_AN_ADDRESS,
        failed: Limit = FAILED,
    ) -> None:
        """Take what says who an account is, asked anew each time; *clock* gives the present, aware.

        *store* counts tokens that are not known for all consoles; how often somebody asks, each counts for itself.
        """
        self._tokens = tokens
        self._account_of = account_of
        self._clock = clock
        self._store = store
        self._limits = {"token": of_a_token, "address": of_an_address}
        self._failed = failed
        self._counted = MovingWindowRateLimiter(MemoryStorage())
        self._used_well: dict[tuple[str, str], None] = {}
        self._lock = threading.Lock()

    def of(self, request: Request, scope: Scope) -> Caller:
        """Return who asks for something of a scope. Raises Problem."""
        address = address_of(request)
        self._must_wait("address", address)
        token = self._good(request, address)
        self._must_wait("token", token.id)
        self._note_use(token)
        if scope not in token.scopes:
            raise Problem("not-allowed", f"The token {token.id} has not the scope {scope}: have another made.")
        person, why_not = self._account_of(token.account)
        return Caller(token, person, why_not)

    def heard(self, request: Request) -> Caller | None:
        """Return who cries immediate risk; None where that is not known, whatever the reason. Never raises, waits for
        nothing and counts nothing.
        """
        try:
            token = self._tokens.of(_written(request))
            if token is None or token.state(self._clock()) != "good":
                return None
            person, why_not = self._account_of(token.account)
        except Exception:
            return None
        return Caller(token, person, why_not)

    def was_made_here(self, request: Request) -> bool:
        """Say whether it comes with a token that was made here, over and revoked ones too. Never raises; where the
        tokens cannot be read, anybody's may be one.
        """
        try:
            return self._tokens.of(_written(request)) is not None
        except Exception:
            return bool(_written(request))

    def _good(self, request: Request, address: str) -> Token:
        """Return the token of a request, which may be used now. Raises Problem."""
        written = _written(request)
        try:
            token = self._tokens.of(written)
        except TokensFaulty:
            log.error("tokens_not_readable")
            raise Problem(
                "away", "Who you are cannot be looked up at this moment: try again.", retry_after=RETRY_SECONDS
            ) from None
        pair = (address, token.id if token else "")
        if pair not in self._used_well:
            self._must_not_try(pair)
        state = token.state(self._clock()) if token else "unknown"
        if token is None or state != "good":
            if written:
                self._count_failed(address)
                log.warning("token_not_taken", state=state, token=token.id if token else "")
            raise Problem("unknown-token", _SAID[state] if written else _SAID["none"])
        if pair not in self._used_well:
            self._keep_used_well(pair)
        with self._lock:
            self._used_well.pop(pair, None)
            self._used_well[pair] = None
            while len(self._used_well) > _MOST_SEEN:
                del self._used_well[next(iter(self._used_well))]
        return token

    def _must_wait(self, of: str, whose: str) -> None:
        limit = self._limits[of]
        if not self._counted.hit(limit, of, whose):
            ends, _ = self._counted.get_window_stats(limit, of, whose)
            raise _too_many(ends - time.time())

    def _must_not_try(self, pair: tuple[str, str]) -> None:
        """See that not too many tokens were tried from an address, unless this one had been used well from there.

        Where the store is away, that is not known.
        """
        try:
            wait = self._store.wait(_FAILED, pair[0], self._failed)
            if wait and self._store.has(_WELL, "\n".join(pair)):
                return
        except StoreAway as away:
            log.error("tries_not_looked_up", says=str(away))
            return
        if wait:
            raise _too_many(wait.total_seconds())

    def _keep_used_well(self, pair: tuple[str, str]) -> None:
        """Let a console that is started anew know that a token was used well from an address."""
        try:
            self._store.once(_WELL, "\n".join(pair), _WELL_FOR)
        except StoreAway as away:
            log.error("good_token_not_kept", says=str(away))

    def _count_failed(self, address: str) -> None:
        try:
            self._store.hit(_FAILED, address, self._failed)
        except StoreAway as away:
            log.error("try_not_counted", says=str(away))

    def _note_use(self, token: Token) -> None:
        """Note the day on which a token was used last. That it cannot be noted holds nobody up."""
        day = self._clock().date()
        if token.used == day.isoformat():
            return
        try:
            self._tokens.note_use(token.id, day)
        except (NotWritten, TokensFaulty):
            log.warning("token_use_not_noted", token=token.id)


def _too_many(seconds: float) -> Problem:
    said = "That is more than is taken at once: go on a little later."
    return Problem("too-many", said, retry_after=max(1, math.ceil(seconds)))


def address_of(request: Request) -> str:
    """Return from where it comes: from the web server that stands before us on this machine, as that says."""
    peer = request.client.host if request.client else ""
    if peer and is_loopback(f"http://[{peer}]" if ":" in peer else f"http://{peer}"):
        passed_on = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return passed_on[:60] or peer
    return peer


def _written(request: Request) -> str:
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""


_SAID = {
    "none": "Say who you are: Authorization: Bearer and a token, which the administrator makes.",
    "unknown": "This token is not known here: see that it is whole, or have another made.",
    "over": "This token is over: have another made.",
    "revoked": "This token was revoked: have another made.",
}
