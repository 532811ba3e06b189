"""Serving the pages on this machine: what is made of the settings, and the server around it."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn

from adapters.links import Links
from settings import Settings, SettingsFaulty
from wiring import directories, lead_on_call, rotas, utc_now

from .app import make_app
from .connections import MOST_AT_ONCE, Connection
from .looks import Looks
from .record import recorder
from .register import Reader
from .seats import Seats

LOOPBACK = "127.0.0.1"
LARGEST_HEAD = 8192
"""Bytes of a request before its body."""
STOPS_WITHIN_SECONDS = 10


class PortTaken(Exception):  # noqa: N818 - reads as a sentence
    """Nothing can be served at that port: the sentence says which, and the mend."""


class _Served(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(settings: Settings, host: str = LOOPBACK) -> AsyncIterator[None]:
    """Serve the pages while the block lasts, on the port of the settings.

    Raises:
        SettingsFaulty: there is no address or no key, or one that cannot be used.
        PortTaken: nothing can be served there.
    """
    server = _Served(_configuration(settings))
    taken = _listen(host, settings.console.port)
    with taken:
        running = asyncio.create_task(server.serve(sockets=[taken]))
        try:
            yield
        finally:
            server.should_exit = True
            await running


def _configuration(settings: Settings) -> uvicorn.Config:
    """Return how the pages are served. What was asked for is never logged: it is a secret."""
    console = settings.console
    if not console.address:
        raise SettingsFaulty(
            "ESCALATION_CONSOLE_ADDRESS is not set: give the address at which people reach the page, such as "
            "https://escalations.partnership.example.org."
        )
    try:
        links = Links(console.address, console.keys)
    except ValueError as error:
        raise SettingsFaulty(f"The page cannot be served: {error} (ESCALATION_LINK_KEY_FILE).") from None
    seats = Seats(directories(settings), rotas(settings), lead_on_call(settings))
    looks = Looks(settings.register, settings.data, utc_now)
    reader = Reader(settings.register, seats, utc_now, looks)
    app = make_app(console.address, links, reader, recorder(settings), utc_now)
    return uvicorn.Config(
        app,
        http=Connection,
        access_log=False,
        log_config=None,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE + 1,  # reached only where every place is that of a request being answered
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_graceful_shutdown=STOPS_WITHIN_SECONDS,
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise PortTaken(
            f"The page cannot be served at port {port} ({os.strerror(error.errno or 0).lower()}): another program may "
            "have it. Set ESCALATION_CONSOLE_PORT to a free one."
        ) from None
