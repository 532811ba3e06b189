"""The pages over a real register, which a test's own caseload writes; and what asks for them."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.console_store.store import FILE, ConsoleStore
from adapters.keyring import make_keys
from adapters.links import Links
from adapters.people.file import Person
from adapters.people.roles import ROLES
from adapters.register.register import Register
from adapters.register.rows import Attempt
from adapters.revoked_links import RevokedLinks, StandingLinks
from console.app import make_app
from console.looks import Looks
from console.notices.register import Reader
from console.notices.seats import Seats
from console.numbers import Numbers, known_numbers
from console.parts import Parts
from console.record import Closed
from console.visitors import Visitors
from domain.base.known import How
from domain.case.effects import Notice, Recipient
from domain.case.state import Answer
from domain.commands import Message
from domain.engine.seats import ON_CALL
from settings import Settings, read_settings
from tests.watch.conftest import CASE, Place
from wiring import directories, rotas
from workflows.caseload import NoSuchCase

ADDRESS = "https://escalations.partnership.example.org"
LINKS = Links(ADDRESS, ("k" * 32,))
PRACTITIONER = Recipient(role="practitioner", title="practitioner", agency="police")

PEOPLE = {
    role.replace(" ", "-"): Person(
        role.replace(" ", "-"), role, role, "police" if role in {"agency manager", "on-call lead"} else ""
    )
    for role in ROLES
}
"""One account of each role; two more leads, one on the second rung and one who stands in no rota."""
PEOPLE["on-call-lead"] = PEOPLE["on-call-lead"]._replace(handle="staff-1003")
PEOPLE["second"] = Person("second", "second lead", "on-call lead", "police", handle="staff-1001")
PEOPLE["unknown-lead"] = Person("unknown-lead", "another lead", "on-call lead")


def store_in(data: Path, clock: Callable[[], datetime], key: str = "k" * 32) -> ConsoleStore:
    """What consoles remember in a data folder."""
    return ConsoleStore(f"sqlite:///{data / FILE}", (key,), clock)


class Served:
    """Passes what is asked on to an application, which may be another one later."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class Site:
    """One case, and the pages about it. Temporal may be away, silent, or slow with the register."""

    def __init__(self, place: Place, address: str = ADDRESS) -> None:
        self.place = place
        self.mood: type[Exception] | None = None
        self.received: list[Message] = []
        self.known: list[How] = []
        """How whoever sent each was known."""
        settings = place.settings
        seats = Seats(directories(settings), rotas(settings), None)
        looks = Looks(settings.register, settings.data, lambda: place.now)
        self.reader = Reader(settings.register, seats, lambda: place.now, looks)
        self.store = store_in(settings.data, lambda: place.now)
        self.parts = Parts(
            settings=settings,
            address=address,
            links=StandingLinks(address, ("k" * 32,), RevokedLinks(settings.data)),
            reader=self.reader,
            record=self.record,
            visitors=Visitors(("k" * 32,), PEOPLE.get, lambda: place.now, self.store),
            store=self.store,
            confirming=None,
            clock=lambda: place.now,
            numbers=known_numbers(directories(settings), rotas(settings), lambda case: ()),
        )
        self.app = Served(make_app(self.parts))

    def knows(self, numbers: Numbers) -> None:
        """From now on those numbers are known."""
        self.parts = replace(self.parts, numbers=numbers)
        self.app.app = make_app(self.parts)

    async def record(self, case: str, message: Message, how: How = "l") -> Answer:
        self.known.append(how)
        if self.mood:
            raise self.mood
        self.received.append(message)
        try:
            return await self.place.cases.record(case, message)
        except NoSuchCase:
            raise Closed from None

    async def alerts(self, **changes: Any) -> str:
        """Something becomes overdue, and the lead on call is alerted. Returns the path of the link in the alert."""
        await self.place.opens(**changes)
        self.place.now = self.place.next_moment
        self.place.works()
        return self.path(self.place.last("alert"))

    def path(self, entry: int, to: Recipient = ON_CALL, case: str = CASE) -> str:
        notice = Notice(ref=f"{case}/{entry}/1", case=case, kind="alert", to=to)
        return LINKS.to(notice).removeprefix(ADDRESS)

    def is_sent(self, entry: int, at: datetime, *, fallback: bool = False) -> None:
        """A channel takes the first notice of an entry."""
        ref = f"{CASE}/{entry}/1"
        attempt = Attempt(notice_ref=ref, case_ref=CASE, at=at, channel="smtp", result="accepted", fallback=fallback)
        self.place.register.attempt(attempt)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"ESCALATION_DATA": str(tmp_path / "data")})


@pytest.fixture
def place(settings: Settings) -> Iterator[Place]:
    make_keys(settings.encryption_keys)
    with Register(settings.register) as register:
        register.prepare()
        yield Place(register, settings)


@pytest.fixture
def site(place: Place) -> Iterator[Site]:
    made = Site(place)
    yield made
    made.store.close()


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """Asks as a browser would, and follows no redirect unless told."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url=ADDRESS) as client:
        yield client
