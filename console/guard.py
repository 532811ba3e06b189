"""What holds for every answer: its headers, what may be sent here and from where, and no mistake of ours is shown."""

from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1024
"""Bytes. A press sends a few."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the address of a page is a secret
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

log = structlog.get_logger()


class TooLarge(Exception):  # noqa: N818 - reads as a sentence
    """More was sent than a press sends."""


class Guard:
    """Stands around the pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and the answer back with every header."""
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except ClientDisconnect:
            return  # whoever sent half a form has gone, or was let go
        except (
            Exception
        ) as error:  # the page has said so already; what was asked for, and with what, stays out of the log
            log.error("page_failed", reason=type(error).__name__)


def is_from_here(headers: Headers, address: str) -> bool:
    """Was it sent by a page of ours, as far as the browser says? A page without a referrer has the origin `null`."""
    parts = urlsplit(address)
    site, origin = headers.get("Sec-Fetch-Site", "same-origin"), headers.get("Origin", "null")
    return site == "same-origin" and origin in {"null", f"{parts.scheme}://{parts.netloc}"}


async def body_of(request: Request, largest: int = LARGEST_BODY) -> str:
    """Return what a form sent, of at most so many bytes. Raises TooLarge."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise TooLarge
    return body.decode("utf-8", "replace")
