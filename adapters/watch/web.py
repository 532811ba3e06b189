"""One request to an address of this installation's own: short, without detours, its answer not read."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit


class NotReached(Exception):  # noqa: N818 - reads as a sentence
    """No answer, or not a good one: a short technical reason, without the address, which may hold a secret."""


class _NoDetour(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nobody elsewhere."""


def call(url: str, within: float, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> None:
    """GET *url*, or POST *body* to it; each answer is waited for *within* seconds.

    Raises:
        NotReached: nobody answered, or not with a status from 200 to 299.
    """
    asked = urllib.request.Request(url, body, dict(headers or {}))  # noqa: S310 - https or loopback: settings say so
    handlers: list[urllib.request.BaseHandler] = [_NoDetour()]
    if is_loopback(url):
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        with urllib.request.build_opener(*handlers).open(asked, timeout=within):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise NotReached(f"status {error.code}") from None
    except urllib.error.URLError as error:
        raise NotReached(type(error.reason).__name__) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotReached(type(error).__name__) from None


def is_loopback(url: str) -> bool:
    """Is an address one of this very machine?"""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
