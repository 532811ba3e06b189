"""How often somebody may try in vain to sign in, by the address they come from and by account."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

import structlog
from starlette.requests import Request

from adapters.console_store.held import Held, Limit
from adapters.console_store.store import ConsoleStore, StoreAway

AN_ADDRESS = Limit(20, timedelta(minutes=10))
"""So many tries in vain in so long. Behind one address there may be a whole agency."""
AN_ACCOUNT = Limit(5, timedelta(minutes=15))
BAD_LINKS = Limit(30, timedelta(minutes=10))
BEGUN = Limit(60, timedelta(minutes=10))
"""So often somebody may be sent to the provider from one address: each time the provider is asked something."""
_NEAR = [ip_network(one) for one in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")]
"""Networks from which the web server before the pages asks: this machine's, and those of containers."""
LOCKED = (
    "There were too many tries in vain from your network, or with this account. Try again in a quarter of an hour.",
    "If it cannot wait, ring your partnership’s office.",
)
_ADDRESS, _ACCOUNT, _BAD_LINK, _BEGUN = "address in vain", "account in vain", "bad link", "sent to the provider"

log = structlog.get_logger()


class Attempts:
    """Counts what was tried in vain, for all consoles of an installation. Safe to share between threads.

    Each method waits for the store: call it in a thread. All but the last raise StoreAway.
    """

    def __init__(self, store: ConsoleStore) -> None:
        """Take where it is counted."""
        self._store = store

    def failed(self, request: Request, account: str = "") -> None:
        """Count a try in vain."""

        def counted(held: Held) -> None:
            for kind, whose, limit in _counted(request, account):
                if not held.wait(kind, whose, limit):
                    held.add(kind, whose, limit.within)

        self._store.change(counted)

    def is_locked(self, request: Request, account: str = "") -> bool:
        """Were there too many, from that address or with that account?"""
        return self._store.look(
            lambda held: any(bool(held.wait(kind, whose, limit)) for kind, whose, limit in _counted(request, account))
        )

    def has_begun_too_often(self, request: Request) -> bool:
        """Count that somebody is to be sent to the provider."""
        return not self._store.hit(_BEGUN, came_from(request), BEGUN)

    def is_one_too_many(self, request: Request) -> bool:
        """Count a link to a notice that is none. Whoever holds a good one is never turned away for it."""
        try:
            return not self._store.hit(_BAD_LINK, came_from(request), BAD_LINKS)
        except StoreAway as away:
            log.error("bad_link_not_counted", says=str(away))
            return False


def _counted(request: Request, account: str) -> list[tuple[str, str, Limit]]:
    of_account = [(_ACCOUNT, account, AN_ACCOUNT)] if account else []
    return [(_ADDRESS, came_from(request), AN_ADDRESS), *of_account]


def came_from(request: Request) -> str:
    """Return the address that a request came from: what a web server added that passed it on from a near network.

    The port is published on this machine alone, so whoever comes from a private address came by that web server, or is
    on this machine.
    """
    peer = request.client.host if request.client else ""
    added = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return added if _is_address(added) and _is_near(peer) else peer


def _is_near(peer: str) -> bool:
    return _is_address(peer) and any(ip_address(peer) in one for one in _NEAR)


def _is_address(said: str) -> bool:
    try:
        ip_address(said)
    except ValueError:
        return False
    return True
