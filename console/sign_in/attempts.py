"""How often somebody may try in vain to sign in, by the address they come from and by account."""

from ipaddress import ip_address, ip_network

from limits import RateLimitItemPerMinute, storage, strategies
from starlette.requests import Request

AN_ADDRESS = RateLimitItemPerMinute(20, 10)
"""So many tries in vain in so many minutes. Behind one address there may be a whole agency."""
AN_ACCOUNT = RateLimitItemPerMinute(5, 15)
BAD_LINKS = RateLimitItemPerMinute(30, 10)
BEGUN = RateLimitItemPerMinute(60, 10)
"""So often somebody may be sent to the provider from one address: each time the provider is asked something."""
_NEAR = [ip_network(one) for one in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")]
"""Networks from which the web server before the pages asks: this machine's, and those of containers."""
LOCKED = (
    "There were too many tries in vain from your network, or with this account. Try again in a quarter of an hour.",
    "If it cannot wait, ring your partnership’s office.",
)


class Attempts:
    """Counts what was tried in vain, in the memory of this process. Safe to share between threads."""

    def __init__(self) -> None:
        self._counted = strategies.MovingWindowRateLimiter(storage.MemoryStorage())

    def failed(self, request: Request, account: str = "") -> None:
        """Count a try in vain."""
        self._counted.hit(AN_ADDRESS, came_from(request))
        if account:
            self._counted.hit(AN_ACCOUNT, account)

    def is_locked(self, request: Request, account: str = "") -> bool:
        """Were there too many, from that address or with that account?"""
        is_free = self._counted.test(AN_ADDRESS, came_from(request))
        return not (is_free and (not account or self._counted.test(AN_ACCOUNT, account)))

    def has_begun_too_often(self, request: Request) -> bool:
        """Count that somebody is to be sent to the provider."""
        return not self._counted.hit(BEGUN, "begun", came_from(request))

    def is_one_too_many(self, request: Request) -> bool:
        """Count a link to a notice that is none. Whoever holds a good one is never turned away for it."""
        return not self._counted.hit(BAD_LINKS, "link", came_from(request))


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
