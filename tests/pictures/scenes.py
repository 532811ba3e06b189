"""What is to be seen in each picture: what has happened, and which page is open."""

from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.console.conftest import PRACTITIONER, Site
from tests.console.office import grown
from tests.watch.conftest import CASE


class Scene(NamedTuple):
    """One page in one state."""

    name: str
    happens: Callable[[Site], Coroutine[Any, Any, None]]
    shows: Callable[[Site, Page, str], None]
    """Opens the page, at the address of the pages."""


async def nothing_late(site: Site) -> None:
    """A case was opened, and nothing is late in it."""
    await site.place.opens()


def owed(site: Site, page: Page, address: str) -> None:
    """What a seat is asked to do."""
    page.goto(address + site.path(2, PRACTITIONER))


def signed_in(site: Site, page: Page, address: str) -> None:
    """Let the partnership's office be signed in."""
    session = site.parts.visitors.begins("operations", "signed in by a one-time link")
    page.context.add_cookies([{"name": "session", "value": session, "url": address}])


def of_office(path: str) -> Callable[[Site, Page, str], None]:
    """Return what shows a page of the office."""

    def shows(site: Site, page: Page, address: str) -> None:
        signed_in(site, page, address)
        page.goto(address + path)

    return shows


SCENES = (
    Scene("notice-owed", nothing_late, owed),
    Scene("office-today", grown, of_office("/")),
    Scene("office-cases", grown, of_office("/cases")),
    Scene("office-case", grown, of_office(f"/cases/{CASE}")),
    Scene("office-open", nothing_late, of_office("/open")),
)
