"""The list of cases and the page of one case, as the register stands."""

import re

import pytest

from domain.base.reference import make_reference
from tests.watch.conftest import CASE

from .conftest import Site
from .office import SECRET, grown, looks, mark, signed_in
from .test_pages import words

OTHER = "ESC-8000-000G"


async def test_the_page_of_a_case_says_where_it_stands_what_waits_and_who_is_told_next(site: Site) -> None:
    await grown(site)
    async with signed_in(site, "operations") as browser:
        answer = await browser.get(f"/cases/{CASE}")
    said = words(answer)

    assert answer.status_code == 200
    for part in ("What is owed", "Waits for the other side", "Who is told next, and when", "an alert", "The plan"):
        assert part in said, part
    assert "A visit each week" in said
    assert SECRET in said
    assert "Why then" in said
    assert looks(site, CASE) == [("operations", "showed", "page /cases/{ref}")]


async def test_a_case_that_does_not_exist_is_told_and_noted(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        answer = await browser.get("/cases/ESC-0000-0000")

    assert answer.status_code == 404
    assert "The register knows no case ESC-0000-0000" in words(answer)


@pytest.mark.parametrize("account", ["agency-manager"])
async def test_a_role_that_may_not_see_a_case_opens_it_by_saying_why_and_the_office_is_told(
    site: Site, account: str
) -> None:
    await site.place.opens(receiving=("health-trust",))
    async with signed_in(site, account) as browser:
        refused = await browser.get(f"/cases/{CASE}")
        assert refused.status_code == 403
        assert "What is owed" not in words(refused)
        unsaid = await browser.post(f"/cases/{CASE}", data={"mark": mark(refused), "break-glass": " "})
        assert unsaid.status_code == 403
        answer = await browser.post(f"/cases/{CASE}", data={"mark": mark(refused), "break-glass": "A call from them"})

    assert answer.status_code == 200
    assert "What is owed" in words(answer)
    assert "The office" in words(answer)
    assert [one[1] for one in looks(site, CASE)] == ["failed to open", "failed to open", "showed"]


async def test_the_list_shows_what_a_role_sees_and_notes_it(site: Site) -> None:
    await site.place.opens()
    await site.place.opens(OTHER, receiving=("health-trust",))
    async with signed_in(site, "operations") as browser:
        every = words(await browser.get("/cases?agency=health-trust&sort=reference&page=7"))
        whole = words(await browser.get("/cases?agency=nobody&stage=' OR 1=1"))
    async with signed_in(site, "agency-manager") as browser:
        theirs = words(await browser.get("/cases"))

    assert "1 to 1 of 1" in every
    assert "1 to 2 of 2" in whole
    assert CASE in theirs
    assert OTHER not in theirs
    assert "health-trust" not in theirs
    assert [one[2] for one in looks(site, "")] == [
        "page /cases (agency health-trust): 1 case",
        "page /cases: 2 cases",
        "page /cases: 1 case",
    ]


async def test_words_that_are_looked_for_stand_in_no_address_and_on_no_record(site: Site) -> None:
    await grown(site)
    async with signed_in(site, "auditor") as browser:
        page = await browser.get("/cases")
        answer = await browser.post("/cases", data={"mark": mark(page, "/cases"), "words": "daily CONTACT"})
        nothing = await browser.post("/cases", data={"mark": mark(page, "/cases"), "words": "unheard of"})
        empty = await browser.post("/cases", data={"mark": mark(page, "/cases"), "words": " "})

    assert "Found in 1 of 1 cases that you see" in words(answer)
    assert SECRET not in words(answer)
    assert "Found in 0 of 1" in words(nothing)
    assert empty.status_code == 400
    assert "contact" not in repr(looks(site)).lower()
    assert "unheard" not in repr(looks(site))


async def test_a_view_is_kept_for_its_account_alone_and_taken_away(site: Site) -> None:
    await site.place.opens()
    async with signed_in(site, "operations") as browser:
        page = await browser.get("/cases?agency=police&closed=yes&words=Ann%20Lee")
        form = {"mark": mark(page, "/views"), "name": "police, all", "query": "agency=police&closed=yes&words=Ann"}
        kept = await browser.post("/views", data={**form, "do": "keep"})
        assert kept.headers["Location"] == "/cases?agency=police&closed=yes"
        assert 'href="/cases?agency=police&amp;closed=yes">police, all</a>' in (await browser.get("/cases")).text
        named = await browser.post("/views", data={**form, "name": "Ann Lee born 3 May 2015", "do": "keep"})
        assert named.status_code == 400
    async with signed_in(site, "auditor") as other:
        assert "police, all" not in words(await other.get("/cases"))
    async with signed_in(site, "operations") as browser:
        page = await browser.get("/cases")
        await browser.post("/views", data={**form, "mark": mark(page, "/views"), "do": "forget"})
        assert "police, all" not in words(await browser.get("/cases"))
    (file,) = (site.place.settings.data / "views").glob("*.json")
    assert file.stat().st_mode & 0o777 == 0o600


async def test_the_first_page_says_what_is_on_today_in_the_cases_that_somebody_sees(site: Site) -> None:
    await grown(site)
    async with signed_in(site, "agency-manager") as browser:
        said = words(await browser.get("/"))
    assert "Late:" in said
    assert CASE in said
    await site.place.opens(OTHER, receiving=("health-trust",))
    async with signed_in(site, "agency-manager") as browser:
        assert OTHER not in words(await browser.get("/"))


async def test_before_there_is_a_case_every_list_says_so(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        assert "Nothing is late, due today" in words(await browser.get("/"))
        assert "No case fits that" in words(await browser.get("/cases"))


async def test_a_case_leaves_as_a_bundle_and_that_is_on_record(site: Site) -> None:
    await grown(site)
    async with signed_in(site, "auditor") as browser:
        answer = await browser.get(f"/cases/{CASE}/export")
        said = words(await browser.get(f"/cases/{CASE}/reads"))

    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{CASE}.zip"'
    assert answer.content[:2] == b"PK"
    assert "exported (page /cases/{ref}/export)" in said
    assert not list(site.place.settings.data.glob("**/*.zip"))


async def test_a_long_list_is_shown_in_pages_of_fifty(site: Site) -> None:
    refs = [make_reference(number) for number in range(1, 54)]
    for ref in refs:
        await site.place.opens(ref)
    async with signed_in(site, "auditor") as browser:
        first = await browser.get("/cases?sort=reference")
        second = await browser.get("/cases?sort=reference&page=2")
        beyond = await browser.get("/cases?sort=reference&page=99999999999")

    assert "1 to 50 of 53" in words(first)
    assert 'href="/cases?sort=reference&amp;page=2">The next 50</a>' in first.text
    assert "51 to 53 of 53" in words(second)
    assert "The next 50" not in words(second)
    assert sorted(ref for ref in refs if ref in words(second)) == sorted(refs)[50:]
    assert "1 to 50 of 53" in words(beyond)


async def test_what_is_owed_stands_before_what_is_past_and_the_past_is_folded(site: Site) -> None:
    await grown(site)
    async with signed_in(site, "operations") as browser:
        page = (await browser.get(f"/cases/{CASE}")).text
        whole = (await browser.get(f"/cases/{CASE}?whole=yes")).text

    places = [page.index(f'id="{one}"') for one in ("owed", "next", "plan", "about", "entries", "ladder", "notices")]
    assert places == sorted(places)
    led = set(re.findall(r'href="#([\w-]+)"', page)) - {"main"}
    assert led <= set(re.findall(r' id="([\w-]+)"', page))
    assert {"next", "entries", "ladder", "notices", "record"} <= led
    for summary in ("The ladder, drawn", "What happened before that", "Every notice"):
        assert f'<details class="govuk-details"><summary class="govuk-details__summary">{summary}' in page, summary
    assert '<details class="govuk-details">' not in whole
    assert '<details class="govuk-details" open>' in whole


async def test_a_part_that_is_asked_for_is_open(site: Site) -> None:
    await grown(site)
    async with signed_in(site, "operations") as browser:
        page = (await browser.get(f"/cases/{CASE}?notices=1")).text

    assert '<details class="govuk-details" open><summary class="govuk-details__summary">Every notice' in page
    assert '<details class="govuk-details"><summary class="govuk-details__summary">The ladder, drawn' in page
