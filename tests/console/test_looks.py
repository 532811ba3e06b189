"""Who opened a page behind a link is in the record of reads; every page as somebody with a link and as nobody."""

import httpx
import pytest
from starlette.routing import Mount, Route

from adapters.people.aside import ReadsAside
from adapters.people.roles import PAGES
from adapters.register.reads import list_reads
from console.app import make_pages
from domain.case.effects import Recipient
from tests.register.made import by_hand
from tests.watch.conftest import CASE

from .conftest import PRACTITIONER, Site
from .test_press import press

OF_ANOTHER = "ESC-0000-0000"


def looks(site: Site) -> list[tuple[str, ...]]:
    found = list_reads(site.place.settings.register)
    return [(one["what"], one["title"], one["role"], one["known"], str(one["of_party"])) for one in found]


async def test_a_page_that_was_opened_is_on_record_with_the_seat_of_its_link(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    page = await browser.get(site.path(2, PRACTITIONER))

    assert page.status_code == 200
    assert "That it was opened is on record." in page.text
    assert looks(site) == [("showed", "practitioner, police", "link", "by a link alone", "True")]
    (look,) = list_reads(site.place.settings.register, case=CASE)
    assert look["detail"] == f"page of notice {CASE}/2/1"
    assert (look["account"], look["agency"]) == ("", "police")


async def test_a_lead_on_call_is_no_party_and_each_page_of_a_press_is_a_look(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    await press(browser, path)

    found = looks(site)
    assert found
    assert set(found) == {("showed", "on-call", "link", "by a link alone", "False")}
    assert len(list_reads(site.place.settings.register, of_no_party=True)) == len(found)


async def test_a_link_to_what_is_not_on_the_record_is_a_look_that_failed(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    assert (await browser.get(site.path(9, PRACTITIONER))).status_code == 503
    assert (await browser.get(site.path(1, PRACTITIONER, case=OF_ANOTHER))).status_code == 404

    assert [one[0] for one in looks(site)] == ["failed to open"] * 2


async def test_what_cannot_be_noted_turns_nobody_away_and_is_noted_later(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    settings = site.place.settings
    by_hand(settings.register, ["ALTER TABLE read RENAME TO mislaid"])
    assert (await browser.get(site.path(2, PRACTITIONER))).status_code == 200
    assert ReadsAside(settings.data).count() == 1
    by_hand(settings.register, ["ALTER TABLE mislaid RENAME TO read"])

    assert (await browser.get(site.path(2, PRACTITIONER))).status_code == 200

    assert ReadsAside(settings.data).count() == 0
    assert len(looks(site)) == 2


def routes_of(site: Site) -> list[Route | Mount]:
    return [one for one in make_pages(site.parts).routes if isinstance(one, Route | Mount)]


def test_every_page_stands_in_the_table_of_who_may_what_and_nothing_else_does(site: Site) -> None:
    assert {route.path for route in routes_of(site)} == set(PAGES)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["nobody", "another's link", "an altered link"])
async def test_no_page_shows_a_case_to_whoever_has_no_link_to_it(
    site: Site, browser: httpx.AsyncClient, path: str, who: str
) -> None:
    await site.place.opens()
    good = site.path(2, PRACTITIONER)
    rest = {
        "nobody": "x",
        "an altered link": good[3:-1] + ("b" if good.endswith("a") else "a"),
        "another's link": site.path(2, STRANGER, OF_ANOTHER)[3:],
    }
    asked = path.replace("{rest:path}", rest[who])

    for answer in (await browser.get(asked), await browser.post(asked, data={"press": "acknowledge", "sure": "yes"})):
        assert CASE not in answer.text
        assert "What has to be done" not in answer.text
    assert site.received == []
    assert not list_reads(site.place.settings.register, case=CASE)


STRANGER = Recipient(role="practitioner", title="practitioner", agency="nspcc")
