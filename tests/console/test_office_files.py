"""Pages about directories, rotas, policies, late answers, and what is kept."""

import re
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.register.disposal import Disposal
from console.app import make_app
from domain.base.people import Actor
from domain.commands import AlertAcknowledged
from tests.watch.conftest import CASE

from .conftest import Site
from .office import looks, signed_in
from .test_pages import words


async def test_a_directory_is_shown_with_its_faults_and_without_an_address(site: Site) -> None:
    async with signed_in(site, "auditor") as browser:
        every = words(await browser.get("/directory"))
        page = await browser.get("/directory/lincolnshire")

    assert "lincolnshire" in every
    assert "to look at" in every
    assert "Who holds which seat" in words(page)
    assert "@" not in words(page).split("Who holds which seat")[1]


async def test_a_rota_says_who_is_on_call_by_title_and_handle_and_what_is_wrong_with_it(site: Site) -> None:
    async with signed_in(site, "on-call-lead") as browser:
        assert "first:" in words(await browser.get("/rota"))
        said = words(await browser.get("/rota/lincolnshire"))

    assert "On call now" in said
    assert "The next 4 weeks" in said


async def test_the_policies_are_listed_and_drawn_and_a_faulty_one_hides_no_other(site: Site) -> None:
    settings = site.place.settings
    folder = settings.data / "policies"
    shutil.copytree(settings.policies, folder)
    (folder / "broken.toml").write_text("id = 7")
    site.app.app = make_app(replace(site.parts, settings=replace(settings, policies=folder)))
    async with signed_in(site, "agency-manager") as browser:
        every = words(await browser.get("/policies"))
        drawn = words(await browser.get("/policies/lincolnshire"))
        none = await browser.get("/policies/..%2f..%2fetc")
        broken = await browser.get("/policies/broken")

    assert "broken cannot be used" in every
    assert "Lincolnshire" in every
    assert "Step 1: professional to professional" in drawn
    assert "WHAT THE SOURCE LEAVES OPEN" in drawn
    assert (none.status_code, broken.status_code) in {(400, 400), (404, 400)}


async def test_a_policy_and_a_case_are_drawn_without_a_script_or_a_style_and_say_in_words_what_they_show(
    site: Site,
) -> None:
    await site.place.opens()
    async with signed_in(site, "operations") as browser:
        policy = (await browser.get("/policies/lincolnshire")).text
        case = (await browser.get(f"/cases/{CASE}")).text

    for page in (policy, case):
        pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
        assert len(pictures) > 7
        assert all('role="img"' in one and "<title" in one for one in pictures)
        assert not any("style=" in one or "<style" in one or "<script" in one for one in pictures)
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids))
    assert "You are here" not in policy
    assert case.count(">You are here<") == 1
    assert "You are here. Both sides: frontline professional." in case


async def test_who_answers_late_is_told_by_seat_and_never_by_person(site: Site) -> None:
    await site.alerts()
    number = site.place.last("alert")
    site.is_sent(number, site.place.now)
    site.place.passes(minutes=42)
    await site.place.says(AlertAcknowledged(by=Actor(role="on-call", person="staff-1001"), id="seen"))
    async with signed_in(site, "operations") as browser:
        said = words(await browser.get("/answers"))

    assert "safeguarding lead on call 1 1 42 minutes 42 minutes" in said
    assert "What is late now Seat Late things Cases The oldest was due" in said
    assert CASE in said
    assert "staff-1001" not in said
    assert [one[2] for one in looks(site, "")] == ["page /answers: 1 case"]


async def test_an_alert_that_nobody_answers_and_that_reached_nobody_says_so(site: Site) -> None:
    await site.alerts()
    async with signed_in(site, "operations") as browser:
        said = words(await browser.get("/answers"))

    assert "safeguarding lead on call 1 0 never never 1" in said


@pytest.mark.parametrize("page", ["/answers", "/retention", "/plans", "/rota", "/policies", "/directory"])
async def test_before_there_is_a_case_each_page_opens(site: Site, page: str) -> None:
    async with signed_in(site, "operations") as browser:
        assert (await browser.get(page)).status_code == 200


async def test_what_is_kept_and_what_was_said_of_a_destruction_list(site: Site) -> None:
    await site.place.opens()
    at = site.place.now - timedelta(days=1)
    site.place.register.dispose([Disposal(CASE, "held", at, "staff-0007", "Inquiry of the coroner", "office")])
    async with signed_in(site, "auditor") as browser:
        said = words(await browser.get("/retention"))
        none = await browser.get("/retention/DL-9")

    assert "lincolnshire ever" in said
    assert f"{CASE}: Inquiry of the coroner" in said
    assert none.status_code == 400
    assert "There is no such destruction list." in words(none)


async def test_the_accessibility_statement_is_for_anybody_and_says_what_was_not_tested(site: Site) -> None:
    async with signed_in(site, "") as browser:
        answer = await browser.get("/accessibility")

    assert answer.status_code == 200
    assert "No person who uses a screen reader" in words(answer)
    assert "Whom to tell" in words(answer)


async def test_a_policy_of_many_routes_is_short_and_opens_whole(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = (await browser.get("/policies/sutton")).text
        whole = (await browser.get("/policies/sutton?whole=yes")).text
        few = (await browser.get("/policies/lincolnshire")).text

    assert '<details class="govuk-details" open>' not in page
    assert page.count('<details class="govuk-details">') > 10
    assert '<details class="govuk-details">' not in whole
    assert "<h3>A professional difference</h3>" in few, "few routes are drawn in sight"
