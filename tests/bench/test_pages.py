"""Pages are made of few queries, however many cases are open and however long one is: what is around them is held."""

from typing import Any

import httpx
import pytest

from adapters.register import board, drivers, reading, written
from bench.pages import ADDRESS, PAGES, Filled, Measured, filled, measured
from console.app import make_app
from console.entrance import Entrance
from console.office.parts import MOST

CASES, ENTRIES = 120, 250
RATIOS = {
    "the board": 6,
    "the search for words": 8,
    "today": 8,
    "one long case": 12,
}
"""So many times what its queries take a page may take: with so few cases most of it is drawing the page. Of the list
that is nearly all, so there the rows are held that it reads.
"""


@pytest.fixture(scope="module")
async def it(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    async with filled(tmp_path_factory.mktemp("pages"), CASES, ENTRIES) as made:
        return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many rows each kind of query gave, and how many views were read in clear."""
    counts = {"rows": 0, "views": 0, "queries": 0}
    rows, view = drivers.rows, reading.view_in_clear

    def counted(url: str, query: str, values: Any) -> list[dict[str, Any]]:
        found = rows(url, query, values)
        counts["rows"] += len(found)
        counts["queries"] += 1
        return found

    def viewed(*given: Any) -> dict[str, Any]:
        counts["views"] += 1
        return view(*given)

    for module in (reading, board, written):
        monkeypatch.setattr(module, "rows", counted)
    for module in (reading, board):
        monkeypatch.setattr(module, "view_in_clear", viewed)
    return counts


async def opened(it: Filled, one: Measured) -> httpx.AsyncClient:
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(make_app(it.parts)), base_url=ADDRESS, timeout=60)
    browser.cookies.set(Entrance(it.parts).cookie, it.parts.visitors.begins(one.who, "for a measurement"))
    return browser


def named(name: str) -> Measured:
    return next(one for one in PAGES if one.name == name)


@pytest.mark.parametrize("name", RATIOS)
async def test_a_page_takes_a_few_times_what_its_queries_take(it: Filled, name: str) -> None:
    one = named(name)
    async with await opened(it, one) as browser:
        figures = await measured(one, it, browser)

    assert figures.ratio < RATIOS[name], figures


async def test_the_list_reads_the_columns_of_cases_and_the_views_of_its_own_page_alone(
    it: Filled, read: dict[str, int]
) -> None:
    one = named("the list of cases")
    async with await opened(it, one) as browser:
        await browser.get("/cases")

    assert read["views"] == 50
    assert read["rows"] <= CASES + 50 + 10


async def test_the_search_reads_every_case_in_a_few_queries(it: Filled, read: dict[str, int]) -> None:
    one = named("the search for words")
    async with await opened(it, one) as browser:
        await measured(one._replace(queries=lambda it: None), it, browser)

    assert read["queries"] < CASES, "not some for each case"


async def test_a_long_case_shows_the_newest_hundred_and_leads_to_the_others(it: Filled) -> None:
    one = named("one long case")
    async with await opened(it, one) as browser:
        pages = [await browser.get(f"/cases/{it.long}", params={"entries": str(part)}) for part in range(1, 5)]
    shown = [[int(part.partition('"')[0]) for part in page.text.split('id="entry-')[1:]] for page in pages[:3]]

    assert [len(part) for part in shown[:2]] == [MOST, MOST]
    every = [number for part in shown for number in part]
    assert every == sorted(every, reverse=True)
    assert len(set(every)) == len(every) >= ENTRIES
    assert every[-1] == 1
    assert "?entries=2#entries" in pages[0].text
    assert "Older" not in pages[2].text.partition('id="entries"')[2].partition('id="notices"')[0]
    assert pages[3].text.count('id="entry-') == len(shown[2]), "what is no part is the nearest one"
