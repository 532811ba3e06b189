"""Serving the pages on this machine: what is made of the settings, and the server around it."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from functools import partial
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from adapters.console_store.store import ConsoleStore
from adapters.keyring import Keyring
from adapters.people.file import Person
from adapters.register import reading
from adapters.revoked_links import RevokedLinks, StandingLinks
from services.accounts import somebody
from services.notices import send_notice
from settings import Settings, SettingsFaulty
from wiring import console_store, directories, guests, lead_on_call, rotas, seat_contacts, utc_now

from .app import make_app
from .confirming.codes import Codes
from .confirming.confirming import Confirming
from .confirming.devices import Devices
from .connections import MOST_AT_ONCE, Connection
from .decrypting import make_decrypting_app
from .looks import Looks
from .notices.register import Reader
from .notices.seats import Seats
from .numbers import known_numbers
from .parts import Parts
from .record import recorder
from .visitors import Visitors

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
    with contextlib.closing(console_store(settings, settings.console.keys)) as store:
        async with _served(_app(settings, store), host, settings.console.port, "ESCALATION_CONSOLE_PORT"):
            yield


@contextlib.asynccontextmanager
async def decrypting(settings: Settings) -> AsyncIterator[None]:
    """Serve on this machine what Temporal's page asks to read what is encrypted, while the block lasts.

    Raises:
        KeysFault: there are no keys.
        PortTaken: nothing can be served there.
    """
    looks = Looks(settings.register, settings.data, utc_now)
    own = [f"http://{host}:{settings.ui_port}" for host in (LOOPBACK, "localhost")]
    pages = [settings.decrypt.page] if settings.decrypt.page else own
    keyring = Keyring(settings.encryption_keys)
    keys = [key.secret.hex() for one in keyring.ids if (key := keyring.of(one))]
    with contextlib.closing(console_store(settings, keys)) as store:
        person = partial(_with_role, settings)
        app = make_decrypting_app(keyring, pages, looks.note_of, utc_now, store, person)
        async with _served(app, LOOPBACK, settings.decrypt.port, "ESCALATION_DECRYPT_PORT"):
            yield


@contextlib.asynccontextmanager
async def _served(app: ASGIApp, host: str, port: int, setting: str) -> AsyncIterator[None]:
    server = _Served(_configuration(app))
    taken = _listen(host, port, setting)
    with taken:
        running = asyncio.create_task(server.serve(sockets=[taken]))
        try:
            yield
        finally:
            server.should_exit = True
            await running


def _app(settings: Settings, store: ConsoleStore) -> ASGIApp:
    console = settings.console
    if not console.address:
        raise SettingsFaulty(
            "ESCALATION_CONSOLE_ADDRESS is not set: give the address at which people reach the page, such as "
            "https://escalations.partnership.example.org."
        )
    try:
        links = StandingLinks(console.address, console.keys, RevokedLinks(settings.data))
    except ValueError as error:
        raise SettingsFaulty(f"The page cannot be served: {error} (ESCALATION_LINK_KEY_FILE).") from None
    seats = Seats(directories(settings), rotas(settings), lead_on_call(settings), guests(settings))
    looks = Looks(settings.register, settings.data, utc_now)
    return make_app(
        Parts(
            settings=settings,
            address=console.address,
            links=links,
            reader=Reader(settings.register, seats, utc_now, looks),
            record=recorder(settings),
            visitors=Visitors(console.keys, partial(_with_role, settings), utc_now, store),
            store=store,
            confirming=_confirming(settings, store) if console.codes else None,
            clock=utc_now,
            numbers=known_numbers(directories(settings), rotas(settings), guests(settings)),
        )
    )


def _confirming(settings: Settings, store: ConsoleStore) -> Confirming:
    address = urlsplit(settings.console.address)
    return Confirming(
        Codes(store),
        Devices(settings.console.keys, utc_now),
        seat_contacts(settings),
        lambda case: reading.policy_of(settings.register, case),
        lambda policy, notice: send_notice(settings, policy, notice),
        utc_now,
        base=address.path.rstrip("/"),
        is_safe=address.scheme == "https",
    )


def _with_role(settings: Settings, account: str) -> Person | None:
    person = somebody(settings, account).person
    return person if person.role else None


def _configuration(app: ASGIApp) -> uvicorn.Config:
    """Return how an application is served. What was asked for is never logged: it is a secret."""
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


def _listen(host: str, port: int, setting: str) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise PortTaken(
            f"Nothing can be served at port {port} ({os.strerror(error.errno or 0).lower()}): another program may have "
            f"it. Set {setting} to a free one."
        ) from None
