"""`python -m bench.board`: the board's page beside the queries that it is made of, over many open cases.

Times are for comparing within one run alone; the suite holds their ratio (`tests/bench/test_board.py`).
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import httpx

from adapters.console_store.store import FILE, ConsoleStore
from adapters.keyring import make_keys
from adapters.links import Links
from adapters.people.file import Person
from adapters.people.roles import ON_CALL_LEAD
from adapters.register.board import in_order, with_alarms
from adapters.register.register import Register
from console.app import make_app
from console.entrance import Entrance
from console.lead.board_pages import PAGE_OF
from console.looks import Looks
from console.notices.register import Reader
from console.notices.seats import Seats
from console.parts import Parts
from console.visitors import Visitors
from domain.base.known import How
from domain.base.reference import make_reference
from domain.case.state import Answer
from domain.commands import Message
from services.rights import sight
from settings import Settings, read_settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.watch.conftest import opening
from wiring import directories, rotas

ADDRESS = "https://escalations.partnership.example.org"
LEAD = Person("lead", "safeguarding lead on call", ON_CALL_LEAD)
BEGINS = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROUNDS = 9


class Figures(NamedTuple):
    """Medians, in milliseconds."""

    cases: int
    queries: float
    """The first fifty cases that a lead may see, their views and what alerts in them."""
    page: float

    @property
    def ratio(self) -> float:
        """The page to its queries."""
        return self.page / self.queries


async def measure(folder: Path, cases: int) -> Figures:
    """Fill a register with open cases, one in ten overdue, and open a lead's board over it."""
    settings = read_settings({"ESCALATION_DATA": str(folder)})
    make_keys(settings.encryption_keys)
    now = BEGINS
    with Register(settings.register) as register:
        register.prepare()
        kept = CasesInMemory(register, lambda: now)
        refs = [make_reference(number * 7_919_993) for number in range(cases)]
        for number, ref in enumerate(refs):
            now = BEGINS + timedelta(seconds=number)
            await kept.open(opening(ref, now))
        now += timedelta(days=1)
        for ref in refs[::10]:
            kept.pass_time(ref)
    pages = _pages(settings, now)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(make_app(pages)), base_url=ADDRESS) as browser:
        browser.cookies.set(Entrance(pages).cookie, pages.visitors.begins(LEAD.account, "for a measurement"))

        async def page() -> None:
            if (await browser.get("/board")).text.count('<th scope="row">') != min(PAGE_OF, len(refs[::10])):
                raise RuntimeError("the board does not show what it should")

        def queries() -> None:
            found = list(islice(filter(sight(settings, LEAD), in_order(settings.register)), PAGE_OF + 1))
            with_alarms(settings.register, found[:PAGE_OF])

        await page()
        of_page = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            await page()
            of_page.append(time.perf_counter() - begun)
        return Figures(cases, _median(queries), statistics.median(of_page) * 1000)


def _median(work: Callable[[], None]) -> float:
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000


def _pages(settings: Settings, now: datetime) -> Parts:
    async def records_nothing(case: str, message: Message, how: How = "l") -> Answer:
        raise NotImplementedError

    seats = Seats(directories(settings), rotas(settings), None)
    store = ConsoleStore(f"sqlite:///{settings.data / FILE}", ("k" * 32,), lambda: now)
    return Parts(
        settings=settings,
        address=ADDRESS,
        links=Links(ADDRESS, ("k" * 32,)),
        reader=Reader(settings.register, seats, lambda: now, Looks(settings.register, settings.data, lambda: now)),
        record=records_nothing,
        visitors=Visitors(("k" * 32,), {LEAD.account: LEAD}.get, lambda: now, store),
        store=store,
        confirming=None,
        clock=lambda: now,
    )


def main() -> None:
    """Open the board over many open cases, and print how long it takes beside its queries."""
    parser = argparse.ArgumentParser(prog="python -m bench.board", description=main.__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="open cases; to enter ten thousand takes minutes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(Path(folder), given.cases))
    sys.stdout.write(
        f"{figures.cases} open cases: queries {figures.queries:.0f} ms, page {figures.page:.0f} ms, "
        f"ratio {figures.ratio:.2f}\n"
    )


if __name__ == "__main__":
    main()
