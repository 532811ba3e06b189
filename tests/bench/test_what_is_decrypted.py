"""What nobody is shown is not decrypted, however many cases are open: pages, letters and the watch find it by query."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from adapters.digest import glance, office, on_hand
from adapters.register.case_key import CaseKey
from adapters.register.errors import TextUnfit
from adapters.register.reading import list_cases
from adapters.watch.checks import of_case, open_sheets
from bench.pages import ADDRESS, BEGINS, PAGES, Filled, filled, measured
from console.app import make_app
from console.entrance import Entrance
from console.lead import mine
from console.lead.board_pages import PAGE_OF
from console.office import today
from console.office.listing import ON_A_PAGE
from domain.views.digest import BANDS, rank
from services.late_answers import late_now
from wiring import digest_sources

CASES, LATE = 300, 30
POLICY = "lincolnshire"
THE_WEEK_BEFORE = BEGINS - timedelta(days=4)
"""Nothing is on hand by then but what the record holds as overdue."""


@pytest.fixture(scope="module")
async def it(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    async with filled(tmp_path_factory.mktemp("pages"), CASES, 5) as made:
        return made


@pytest.fixture
def decrypted(monkeypatch: pytest.MonkeyPatch) -> dict[str, Counter[str]]:
    """How often the text of a column was decrypted, by the case."""
    counts: dict[str, Counter[str]] = {"view": Counter(), "body": Counter(), "changes": Counter(), "state": Counter()}
    decrypts = CaseKey.decrypted

    def counted(key: CaseKey, column: str, number: int, stored: Any) -> bytes:
        counts[column][key.case_ref] += 1
        return decrypts(key, column, number, stored)

    monkeypatch.setattr(CaseKey, "decrypted", counted)
    return counts


async def opened(it: Filled, name: str) -> str:
    one = next(one for one in PAGES if one.name == name)
    transport = httpx.ASGITransport(make_app(it.parts))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, timeout=60) as browser:
        browser.cookies.set(Entrance(it.parts).cookie, it.parts.visitors.begins(one.who, "for a measurement"))
        if one.words:
            await measured(one._replace(queries=lambda it: None), it, browser)
            return ""
        return (await browser.get(one.path)).text


async def test_today_counts_everything_and_decrypts_the_cases_of_its_lines_alone(
    it: Filled, decrypted: dict[str, Counter[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "MOST", 5)
    page = await opened(it, "today")

    seen = glance(it.url, POLICY, digest_sources(it.settings).ground(POLICY), it.now)
    counts = Counter(line.band for line in seen.lines)
    assert len({line.case for line in seen.lines}) == CASES
    for band in BANDS:
        assert (f"{today.TITLES[band]}: {counts[band]}" in page) == (counts[band] > 0)
        assert counts[band] <= 5 or f"{counts[band] - 5} more are not shown" in page
    assert 0 < len(decrypted["view"]) <= 5 * len([band for band in counts if band])
    assert max(decrypted["view"].values()) == 1
    assert not decrypted["body"]


async def test_today_shows_the_lines_that_come_first_of_all(it: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    ground = digest_sources(it.settings).ground(POLICY)
    whole = sorted((item for item, _ in on_hand(it.url, POLICY, ground, it.now).items), key=rank)
    monkeypatch.setattr(today, "MOST", 7)
    page = await opened(it, "today")

    for band in BANDS:
        meant = [one.case for one in whole if one.band == band][:7]
        table = page.partition(f">{today.TITLES[band]}: ")[2].partition("</table>")[0]
        assert [part.partition('"')[0] for part in table.split('href="/cases/')[1:]] == meant


async def test_today_counts_what_is_late_in_a_case_whose_view_is_locked_and_names_the_case(
    it: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await opened(it, "today")
    decrypts = CaseKey.decrypted

    def locked(key: CaseKey, *given: Any) -> bytes:
        if key.case_ref == it.long:
            raise TextUnfit
        return decrypts(key, *given)

    monkeypatch.setattr(CaseKey, "decrypted", locked)
    page = await opened(it, "today")

    assert heads(page) == heads(before) != []
    assert f"{it.long} cannot be read in full" in page
    assert "cannot be read" not in before


def heads(page: str) -> list[str]:
    return [part.partition("</h2>")[0] for part in page.split("<h2>")[1:]]


@pytest.mark.parametrize(("name", "most"), [("the list of cases", ON_A_PAGE), ("the board", min(LATE, PAGE_OF))])
async def test_a_list_decrypts_the_cases_of_its_page_alone(
    it: Filled, decrypted: dict[str, Counter[str]], name: str, most: int
) -> None:
    await opened(it, name)

    assert sum(decrypted["view"].values()) == most
    assert len(decrypted["body"]) <= most


async def test_the_search_decrypts_what_people_wrote_and_the_standings_of_what_it_found(
    it: Filled, decrypted: dict[str, Counter[str]]
) -> None:
    await opened(it, "the search for words")

    assert len(decrypted["view"]) <= ON_A_PAGE + 1, "the list below it, and the one case that was found"
    assert it.long in decrypted["view"]
    assert len(decrypted["body"]) == CASES
    assert not decrypted["changes"]


def test_somebodys_own_alerts_are_looked_for_among_what_is_overdue(
    it: Filled, decrypted: dict[str, Counter[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mine, "is_mine", lambda *_: True)
    held = {POLICY: frozenset({"first"})}
    found = mine.some_of_mine(it.url, lambda _: True, held, lambda one: SimpleNamespace(policy=POLICY, of=one))  # type: ignore[arg-type,return-value]

    assert len(found.lines) == found.looked_at == len(decrypted["view"]) == LATE


def test_letters_decrypt_the_cases_in_which_something_is_on_hand(
    it: Filled, decrypted: dict[str, Counter[str]]
) -> None:
    ground = digest_sources(it.settings).ground(POLICY)
    found = on_hand(it.url, POLICY, ground, THE_WEEK_BEFORE)

    assert {item.case for item, _ in found.items} == decrypted["view"].keys() == set(it.refs[:: CASES // LATE])
    assert set(decrypted["view"].values()) == {1}


def test_the_offices_letter_decrypts_as_many_late_cases_as_it_lists(
    it: Filled, decrypted: dict[str, Counter[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "MOST", 4)
    sources = digest_sources(it.settings)
    area = office.area_of(sources, POLICY, sources.ground(POLICY), it.now + timedelta(days=1), THE_WEEK_BEFORE, {})

    assert (area.open, len(area.late), area.late_count) == (CASES, 4, sum(one["overdue"] for one in list_cases(it.url)))
    assert 0 < len(decrypted["view"]) <= 4


def test_who_answers_late_decrypts_what_is_late(it: Filled, decrypted: dict[str, Counter[str]]) -> None:
    found = late_now(digest_sources(it.settings), it.refs, [POLICY], THE_WEEK_BEFORE)

    assert {case for one in found for case in one.cases} == decrypted["view"].keys() == set(it.refs[:: CASES // LATE])


def test_a_round_of_the_watch_decrypts_no_standing(it: Filled, decrypted: dict[str, Counter[str]]) -> None:
    sheets = open_sheets(it.url)
    found = [one for sheet in sheets for one in of_case(sheet, it.now, lambda *_: False)]

    assert len(sheets) == CASES
    assert {one.what for one in found} <= {"alert"}
    assert not decrypted["view"]
    assert len(decrypted["body"]) == LATE, "which rungs an alert woke stands in its entry"
