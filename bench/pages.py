"""`python -m bench.pages`: pages of the console beside what they cannot do without, over many open cases.

For each page there is a floor: the queries without which it cannot be shown, with what they read in clear. Times are
for comparing within one run alone; the suite holds their ratios (`tests/bench/test_pages.py`).
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import httpx

from adapters.console_store.store import FILE, ConsoleStore
from adapters.keyring import make_keys
from adapters.links import Links
from adapters.people.file import Person
from adapters.people.roles import ON_CALL_LEAD, OPERATIONS
from adapters.register import on_hand, reading
from adapters.register.board import in_order, with_alarms
from adapters.register.drivers import rows
from adapters.register.keys_read import KeysRead
from adapters.register.plain import body_text
from adapters.register.recorded import Recorded
from adapters.register.register import Register
from console.app import make_app
from console.entrance import Entrance
from console.lead.board_pages import PAGE_OF
from console.looks import Looks
from console.notices.register import Reader
from console.notices.seats import Seats
from console.office.today import MOST
from console.parts import Parts
from console.visitors import Visitors
from domain.base.known import How
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.case.state import Answer
from domain.commands import ActDone, Message
from services.rights import sight
from settings import Settings, read_settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.watch.conftest import opening
from wiring import directories, rotas

ADDRESS = "https://escalations.partnership.example.org"
PEOPLE = {
    "lead": Person("lead", "safeguarding lead on call", ON_CALL_LEAD),
    "office": Person("office", "partnership coordinator", OPERATIONS),
}
BEGINS = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROUNDS = 5
LONGEST_SECONDS = 60
"""After so long no further round is begun."""
WORDS = "a word that one case alone holds"


class Figures(NamedTuple):
    """Of one page: medians, in milliseconds."""

    page: str
    queries: float
    """What the page cannot do without."""
    whole: float

    @property
    def ratio(self) -> float:
        """The page to its queries."""
        return self.whole / self.queries


@dataclass
class Filled:
    """A register with many open cases, one in ten of them late, and one that is long."""

    settings: Settings
    refs: list[str]
    long: str
    now: datetime
    parts: Parts

    @property
    def url(self) -> str:
        """The register's address."""
        return self.settings.register


@asynccontextmanager
async def filled(folder: Path, cases: int, entries: int) -> AsyncIterator[Filled]:
    """Fill a register with so many open cases, one of them with so many entries; and make pages over it."""
    settings = read_settings({"ESCALATION_DATA": str(folder)})
    make_keys(settings.encryption_keys)
    now = BEGINS
    refs = [make_reference(number * 7_919_993) for number in range(cases)]
    with Register(settings.register) as register:
        register.prepare()
        kept = CasesInMemory(register, lambda: now)
        for number, ref in enumerate(refs):
            now = BEGINS + timedelta(seconds=number / 10)
            await kept.open(opening(ref, now))
            if number and number % 10:  # what has been entered is not looked at again
                kept.running.pop(ref)
        now += timedelta(hours=1)
        said = ActDone(by=Actor(agency="schools", role="practitioner"), act="own-consultation")
        for number in range(entries):
            now += timedelta(seconds=1)
            await kept.record(refs[0], said.but(id=f"act-{number}", fields={"note": WORDS}))
        now = BEGINS + timedelta(days=1)
        for ref in refs[::10]:
            kept.pass_time(ref)
    yield Filled(settings, refs, refs[0], now, _parts(settings, now))


Work = Callable[[], object]


class Measured(NamedTuple):
    """A page, who opens it, what it cannot do without, and what it has to show."""

    name: str
    who: str
    path: str
    queries: Callable[[Filled], object]
    shows: Callable[[Filled], str]
    words: str = ""
    """What is looked for; empty for a page that is only opened."""


def _board(it: Filled) -> None:
    found = list(islice(filter(sight(it.settings, PEOPLE["lead"]), in_order(it.url)), PAGE_OF + 1))
    with_alarms(it.url, found[:PAGE_OF])


def _columns(it: Filled) -> None:
    rows(it.url, f"SELECT {reading.COLUMNS} FROM standing ORDER BY next_due, case_ref", {})  # noqa: S608


def _today(it: Filled) -> None:
    """Whose cases they are, when what is on hand is due, and what that is in as many as one table shows."""
    _columns(it)
    beside = on_hand.Reader()
    for row in rows(it.url, f"SELECT case_ref, as_of_number, {', '.join(on_hand.NAMES)} FROM standing WHERE open", {}):  # noqa: S608
        beside.read(row)
    reading.views_of(it.url, it.refs[:MOST])


def _every_word(it: Filled) -> None:
    """What people wrote is encrypted, so that to find a word is to decrypt each body; the list stands below it."""
    _columns(it)
    keys = KeysRead(it.url)
    for row in rows(it.url, "SELECT case_ref, number, body, body_key_id FROM entry ORDER BY case_ref, number", {}):
        body_text(row, keys.of(row["case_ref"]))


def _long_case(it: Filled) -> None:
    Recorded(it.url).case(it.long)
    reading.read_case(it.url, it.long)


PAGES = (
    Measured("the board", "lead", "/board", _board, lambda it: it.refs[0]),
    Measured("the list of cases", "office", "/cases", _columns, lambda it: f"{len(it.refs)}"),
    Measured(
        "the list, what is overdue", "office", "/cases?overdue=yes", _columns,
        lambda it: f"{len(it.refs[::10])}",
    ),
    Measured("the search for words", "office", "/cases", _every_word, lambda it: it.long, WORDS),
    Measured("today", "office", "/", _today, lambda it: it.refs[0]),
    Measured("one long case", "office", "/cases/{long}", _long_case, lambda it: it.long),
)  # fmt: skip


async def measure(folder: Path, cases: int, entries: int) -> list[Figures]:
    """Fill a register, and measure each page over it."""
    async with filled(folder, cases, entries) as it:
        transport = httpx.ASGITransport(make_app(it.parts))
        found = []
        for one in PAGES:
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, timeout=600) as browser:
                browser.cookies.set(Entrance(it.parts).cookie, it.parts.visitors.begins(one.who, "for a measurement"))
                found.append(await measured(one, it, browser))
        return found


async def measured(one: Measured, it: Filled, browser: httpx.AsyncClient) -> Figures:
    """Open a page again and again, and what it cannot do without; return the medians."""
    path = one.path.format(long=it.long)
    before = await browser.get(path)

    async def page() -> None:
        asked = {"words": one.words, "mark": _mark(before.text)}
        answer = await (browser.post(path, data=asked) if one.words else browser.get(path))
        if answer.status_code != 200 or one.shows(it) not in answer.text:
            raise RuntimeError(f"{one.name} does not show what it should")

    async def queries() -> None:
        one.queries(it)

    await page()
    of_queries: list[float] = []
    of_page: list[float] = []
    while len(of_page) < ROUNDS and sum(of_page) < LONGEST_SECONDS:  # in turn, so that what else runs meets both
        of_queries.append(await _took(queries))
        of_page.append(await _took(page))
    return Figures(one.name, statistics.median(of_queries) * 1000, statistics.median(of_page) * 1000)


def _mark(page: str) -> str:
    """Return the mark of the form that looks for words."""
    form = next((part for part in page.split("<form") if 'name="words"' in part), "")
    return form.partition('name="mark" value="')[2].partition('"')[0]


async def _took(work: Callable[[], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


def _parts(settings: Settings, now: datetime) -> Parts:
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
        visitors=Visitors(("k" * 32,), PEOPLE.get, lambda: now, store),
        store=store,
        confirming=None,
        clock=lambda: now,
    )


def as_table(figures: list[Figures]) -> str:
    """Return the figures as docs/performance.md has them."""
    lines = (f"| {one.page} | {one.queries:,.0f} | {one.whole:,.0f} | {one.ratio:.2f} |" for one in figures)
    return "\n".join(("| page | queries, ms | page, ms | page to queries |", "|---|--:|--:|--:|", *lines))


def main() -> None:
    """Open pages over many open cases, and print how long each takes beside its queries."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=main.__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="open cases; to enter ten thousand takes minutes")
    parser.add_argument("--entries", type=int, default=2000, help="entries of the long case")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(Path(folder), given.cases, given.entries))
    sys.stdout.write(f"{given.cases} open cases, one of {given.entries} entries\n\n{as_table(figures)}\n")


if __name__ == "__main__":
    main()
