"""One request to a web address from the settings: with a time limit, following no redirect, not reading the answer."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from .conversation import Conversation


class NotReached(Exception):  # noqa: N818 - reads as a sentence
    """No answer, or not a good one: a short technical reason, without the address, which may hold a secret."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status
        """What was answered; 0 where nothing was."""


class _NoDetour(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nobody elsewhere."""


class _Http(urllib.request.HTTPHandler):
    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self._conversation = conversation

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_made(http.client.HTTPConnection, self._conversation), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self._conversation = conversation

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_made(http.client.HTTPSConnection, self._conversation), req)


def _made(kind: type[http.client.HTTPConnection], conversation: Conversation) -> Callable[..., Any]:
    """Return how to make a connection of a kind that is part of the conversation."""

    def make(host: str, **more: Any) -> http.client.HTTPConnection:
        connection: Any = kind(host, **more)
        connection._create_connection = conversation.connect
        made: http.client.HTTPConnection = connection
        return made

    return make


def call(url: str, within: float, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> None:
    """GET *url*, or POST *body* to it, *within* seconds for all of it.

    Raises:
        NotReached: nobody answered, or not with a status from 200 to 299.
    """
    asked = urllib.request.Request(url, body, dict(headers or {}))  # noqa: S310 - https or loopback: settings say so
    handlers: list[urllib.request.BaseHandler] = [_NoDetour()]
    if is_loopback(url):
        handlers.append(urllib.request.ProxyHandler({}))
    conversation = Conversation(within)
    try:
        with conversation:
            opener = urllib.request.build_opener(*handlers, _Http(conversation), _Https(conversation))
            with opener.open(asked, timeout=within):
                if not conversation.is_over:
                    return
        raise NotReached("TimeoutError")
    except urllib.error.HTTPError as error:
        error.close()
        raise NotReached(f"status {error.code}", error.code) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = getattr(error, "reason", error)
        raise NotReached("TimeoutError" if conversation.is_over else type(why).__name__) from None


def is_loopback(url: str) -> bool:
    """Is an address one of this very machine?"""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
