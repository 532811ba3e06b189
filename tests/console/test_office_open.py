"""Opening a case by the form that follows its policy."""

import asyncio
from typing import Any

import httpx
import pytest

from adapters.register import reading
from domain.commands import RiskRaised

from .conftest import Site
from .office import fields, signed_in, without_temporal
from .test_pages import words

AGENCIES = {"raising": "schools", "receiving": "police", "raised_by": "practitioner", "own_record": "EXAMPLE-0001"}
FACTS = {"fact.concern": "difference", "fact.ground": "action not done"}
SAID = {"words.disagreement": "The school asked for a joint visit this week."}


@pytest.fixture(autouse=True)
def _without_temporal(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    without_temporal(site, monkeypatch)


async def goes_on(browser: httpx.AsyncClient, page: httpx.Response, **said: Any) -> httpx.Response:
    return await browser.post("/open", data=fields(page) | said)


async def to_the_check(browser: httpx.AsyncClient, **said: str) -> httpx.Response:
    page = await browser.get("/open")
    for step in ({"policy": "lincolnshire"}, AGENCIES, FACTS, SAID | said):
        page = await goes_on(browser, page, **step)
        assert page.status_code == 200, words(page)
    return page


async def test_a_case_is_opened_step_by_step_and_looked_over_first(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = await to_the_check(browser)
        said = words(page)
        assert "Step 5 of 5" in said
        assert "Raised with Lincolnshire Police" in said
        assert "Begins at Step 1: professional to professional" in said
        assert "Not answered plan-type" in said or "Not answered plan type" in said
        assert site.place.cases.openings == []
        answer = await goes_on(browser, page)
        case = site.place.cases.last

        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case}")
        assert SAID["words.disagreement"] in words(await browser.get(f"/cases/{case}"))
    (opening,) = site.place.cases.openings
    assert (opening.raising, opening.receiving, opening.own_record) == ("schools", ("police",), "EXAMPLE-0001")
    assert dict(opening.facts) == {"concern": "difference", "ground": "action not done"}


async def test_the_same_form_sent_twice_opens_one_case(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = await to_the_check(browser)
        first, second = [await goes_on(browser, page) for _ in range(2)]

    assert first.headers["Location"] == second.headers["Location"]
    assert len(site.place.cases.openings) == 1


async def test_what_is_missing_is_said_with_a_link_to_it_and_nothing_that_was_typed_is_lost(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = await goes_on(browser, await browser.get("/open"), policy="lincolnshire")
        answer = await goes_on(browser, page, own_record="EXAMPLE-0001", opened="when", raising="schools")

    assert answer.status_code == 400
    for id_ in ("receiving", "raised_by", "opened"):
        assert f'<a href="#{id_}">' in answer.text
        assert f'id="{id_}-error"' in answer.text
        assert f'id="{id_}"' in answer.text
    assert fields(answer)["own_record"] == ["EXAMPLE-0001"]
    assert fields(answer)["opened"] == ["when"]
    assert fields(answer)["raising"] == ["schools"]


async def test_one_goes_back_and_on_again_and_everything_is_as_it_was(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = await to_the_check(browser)
        back = await goes_on(browser, page, to="agencies")
        assert fields(back)["raising"] == ["schools"]
        assert fields(back)["receiving"] == ["police"]
        again = await goes_on(browser, await goes_on(browser, await goes_on(browser, back)))

    assert words(again) == words(page)


async def test_what_looks_like_a_childs_name_is_to_be_looked_at_again_before_it_is_opened(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = await to_the_check(browser, **{"words.disagreement": "Invented Child, born 3 May 2015."})
        assert "holds what looks like" in words(page)
        refused = await goes_on(browser, page)
        assert refused.status_code == 400
        assert site.place.cases.openings == []
        assert (await goes_on(browser, refused, sure="yes")).status_code == 303


async def test_while_temporal_is_away_it_says_so_and_everything_typed_is_kept(site: Site) -> None:
    site.mood = ConnectionError
    async with signed_in(site, "operations") as browser:
        page = await to_the_check(browser)
        answer = await goes_on(browser, page)
        assert answer.status_code == 503
        assert "Temporal is away." in words(answer)
        site.mood = None
        assert (await goes_on(browser, answer)).status_code == 303


async def test_a_role_that_speaks_for_one_agency_opens_for_no_other(site: Site) -> None:
    """The agency manager here is of the police, and the schools raise it."""
    async with signed_in(site, "agency-manager") as browser:
        answer = await goes_on(browser, await to_the_check(browser))

    assert answer.status_code == 403
    assert "speaks for police and not for schools" in words(answer)
    assert site.place.cases.openings == []


@pytest.mark.parametrize("account", ["agency-manager", "on-call-lead", "auditor", "operations"])
async def test_immediate_risk_opens_at_once_from_any_step_for_every_role(site: Site, account: str) -> None:
    async with signed_in(site, account) as browser:
        page = await goes_on(browser, await browser.get("/open"), policy="lincolnshire")
        answer = await goes_on(browser, page, **AGENCIES, opened="nonsense", risk="yes")
        case = site.place.cases.last

        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case}")
    assert reading.read_standing(site.place.settings.register, case)["urgency"] == "immediate risk"  # type: ignore[index]


async def test_immediate_risk_without_an_agency_asks_for_that_alone_and_says_that_nobody_was_told(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = await goes_on(browser, await browser.get("/open"), risk="yes")
        assert "Ring first: nobody has been told by this program yet." in words(page)
        page = await goes_on(browser, page, policy="lincolnshire")
        assert "Which agency raises the difference?" in words(page)
        answer = await goes_on(browser, page, **AGENCIES)

    assert answer.status_code == 303
    assert site.place.cases.openings[0].immediate_risk


async def test_immediate_risk_is_taken_from_a_form_that_was_open_for_longer_than_a_session_lasts(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = await goes_on(browser, await browser.get("/open"), policy="lincolnshire")
        browser.cookies.delete("__Host-session")
        browser.cookies.set("__Host-session", site.parts.visitors.begins("operations", "test"))
        page = await browser.get("/open")
        site.place.passes(minutes=45)
        ordinary = await goes_on(browser, page, policy="lincolnshire", **AGENCIES)
        assert ordinary.status_code == 403
        assert "You were signed out after 30 minutes without a page. So nothing was recorded" in words(ordinary)
        answer = await goes_on(browser, page, policy="lincolnshire", **AGENCIES, risk="yes")
        assert answer.status_code == 303
        assert site.place.cases.openings[0].immediate_risk
        after = await browser.get(answer.headers["Location"])
        assert after.headers["Location"].startswith("/sign-in"), "that opens no session again"


async def test_immediate_risk_in_a_case_that_the_same_form_opened_before_is_raised_in_it(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = await to_the_check(browser)
        await goes_on(browser, page)
        await goes_on(browser, page, risk="yes")

    assert len(site.place.cases.openings) == 1
    assert [type(one) for one in site.place.cases.received] == [RiskRaised]


async def test_immediate_risk_that_cannot_be_opened_says_so_and_who_was_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.mood = ConnectionError
    monkeypatch.setattr("services.waking._wake", lambda *_: "The safeguarding lead on call was told.")
    async with signed_in(site, "operations") as browser:
        page = await goes_on(browser, await browser.get("/open"), policy="lincolnshire")
        answer = await goes_on(browser, page, **AGENCIES, risk="yes")
        assert answer.status_code == 503
        assert "The safeguarding lead on call was told." in words(answer)
        site.mood = None
        assert (await goes_on(browser, answer)).status_code == 303
    assert site.place.cases.openings[0].immediate_risk
    await asyncio.sleep(0)


async def test_a_policy_whose_route_turns_on_an_answer_asks_for_it_in_its_words(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        page = await goes_on(browser, await browser.get("/open"), policy="sutton")
        options = page.text.split('id="raising"')[1].split("</select>")[0]
        first, second = [one.split('"')[0] for one in options.split('value="')[2:4]]
        role = page.text.split('name="raised_by"')[1].split('value="')[1].split('"')[0]
        page = await goes_on(browser, page, raising=first, receiving=second, raised_by=role)
        answer = await goes_on(browser, page)

    assert answer.status_code == 400
    assert "which route the case takes turns on it." in words(answer)
