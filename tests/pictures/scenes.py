"""What is to be seen in each picture: what has happened, and which page is open."""

from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.console.conftest import PRACTITIONER, Site


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


SCENES = (Scene("notice-owed", nothing_late, owed),)
