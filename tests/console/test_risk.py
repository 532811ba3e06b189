"""The page of immediate risk: it always offers "I have this" and "I rang the services"."""

import re

import httpx
import pytest
from pydantic import JsonValue

from domain.base.people import Actor
from domain.case.effects import Recipient
from domain.command_table.built_in import RISK_ACT
from domain.commands import ActDone, AlertAcknowledged, Misdirected, RiskRaised
from tests.watch.conftest import CASE

from .conftest import PRACTITIONER, Site
from .test_pages import words
from .test_press import fields, press, question

SECOND = Recipient(role="on-call.second", title="second safeguarding lead on call")
BOTH = "I rang the services I have this"


async def risk(site: Site, id_: str = "risk") -> str:
    """Somebody raises immediate risk. Returns the path of the link in the lead's letter."""
    site.place.passes(minutes=8)
    await site.place.says(RiskRaised(by=Actor(agency="schools", role="practitioner"), id=id_))
    return site.path(site.place.last("risk"))


def entries(site: Site, kind: str) -> list[dict[str, JsonValue]]:
    return [one.entry.body for one in site.place.register.entries(CASE) if one.entry.kind == kind]


async def test_an_alert_that_is_quiet_says_nothing_on_the_page_of_a_newer_risk(
    site: Site, browser: httpx.AsyncClient
) -> None:
    alert = await site.alerts()
    await press(browser, alert)
    said = words(await browser.get(await risk(site)))

    assert "A child may be at immediate risk Immediate risk has been raised in this case. Ring now: 999" in said
    assert f"Nobody has said that they have this. {BOTH}" in said
    assert "quiet" not in said
    assert "What has to be done statutory services telephoned Who owes it anyone" in said, "what it asks comes first"
    assert "What to do now Ring 999, or children’s social care. Then press “I rang the services”" in said
    assert "The alert is quiet until" in words(await browser.get(alert))


async def test_a_press_on_it_is_for_the_risk_alone_and_the_next_lead_may_say_the_same(
    site: Site, browser: httpx.AsyncClient
) -> None:
    alert = await site.alerts()
    path = await risk(site)
    asked = words(await question(browser, path))
    assert (await press(browser, path)).status_code == 303
    said = words(await browser.get(path))

    assert "Do you have this? Ring first: 999, or children’s social care." in asked
    assert entries(site, "acknowledged")[0]["risks"] == [site.place.last("risk")]
    assert "The safeguarding lead on call has had this since Tuesday 24 November 2026" in said
    assert BOTH in said
    assert "Nobody has said that they have this alert." in words(await browser.get(alert))

    second = site.path(site.place.last("risk"), SECOND)
    await press(browser, second)
    both = words(await browser.get(second))
    assert "The safeguarding lead on call has had this since" in both
    assert "The second safeguarding lead on call has had this since" in both


async def test_a_press_on_an_alert_leaves_the_risk_alone(site: Site, browser: httpx.AsyncClient) -> None:
    alert = await site.alerts()
    path = await risk(site)
    await press(browser, alert)

    assert "risks" not in entries(site, "acknowledged")[0]
    assert f"Nobody has said that they have this. {BOTH}" in words(await browser.get(path))


async def test_what_was_raised_after_the_page_was_shown_is_not_answered_by_it(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    first = await risk(site)
    sent = await question(browser, first)
    second = await risk(site, "another")
    await browser.post(first, data={**fields(sent), "sure": "yes"})

    assert len(entries(site, "acknowledged")[0]["risks"]) == 1  # type: ignore[arg-type]
    assert "Nobody has said that they have this." in words(await browser.get(second))


@pytest.mark.parametrize("from_alert", [False, True])
async def test_a_call_is_recorded_by_one_button_from_the_letter_or_from_an_older_alert(
    site: Site, browser: httpx.AsyncClient, *, from_alert: bool
) -> None:
    alert = await site.alerts()
    path = await risk(site)
    answer = await press(browser, alert if from_alert else path, "rang")

    assert answer.status_code == 303
    assert [body["act"] for body in entries(site, "act")] == [RISK_ACT]
    after = words(await browser.get(path))
    assert "The immediate risk of this notice is dealt with." in after
    assert "I have this" not in after
    assert "Nobody has said that they have this alert." in words(await browser.get(alert))


async def test_a_partys_own_people_may_say_both_and_the_lead_is_still_told_that_nobody_on_call_has_it(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    lead = await risk(site)
    path = site.path(site.place.last("risk"), PRACTITIONER)
    assert BOTH in words(await browser.get(path))
    await press(browser, path)

    said = words(await browser.get(lead))
    assert "The frontline professional, Lincolnshire Police has had this since" in said
    assert "comes back" not in said.partition("I rang")[0]
    assert site.place.cases.running[CASE].duties[-1].acknowledged_until is None
    assert (await press(browser, path, "rang")).status_code == 303


async def test_the_next_lead_has_the_same_buttons_once_the_first_says_that_it_is_not_for_them(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    await risk(site)
    await site.place.cases.record(CASE, Misdirected(by=Actor(role="on-call"), why="left", id="left"))
    path = site.path(site.place.last("misdirected"), SECOND)

    assert BOTH in words(await browser.get(path))
    assert (await press(browser, path)).status_code == 303
    assert entries(site, "acknowledged")[0]["risks"] == [site.place.last("risk")]


async def test_a_press_of_long_ago_about_a_risk_that_is_dealt_with_acknowledges_nothing_else(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.alerts()
    path = await risk(site)
    sent = await question(browser, path)
    await site.place.says(ActDone(by=Actor(), act=RISK_ACT, id="call"))
    answer = await browser.post(path, data={**fields(sent), "sure": "yes"})

    assert answer.status_code == 409
    assert entries(site, "acknowledged") == []
    await site.place.says(AlertAcknowledged(by=Actor(role="on-call"), id="typed"))
    assert len(entries(site, "acknowledged")) == 1


async def test_a_letter_that_was_quicker_than_the_record_does_not_open_a_page_that_says_nothing_of_it(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    answer = await browser.get(site.path(99))

    assert answer.status_code == 503
    assert "The record has not got so far yet If the notice says that a child may be at immediate risk, ring" in words(
        answer
    )
    assert "Open the link again in a minute." in words(answer)


async def test_its_page_gives_999_first_to_press_and_then_the_services(site: Site, browser: httpx.AsyncClient) -> None:
    await site.alerts()
    page = (await browser.get(await risk(site))).text

    pressed = re.findall(r'href="tel:([^"]*)"', page)
    assert pressed[:4] == ["999", "+441632960001", "+441632960002", "101"]
    assert pressed.count("999") == 1
    assert page.index('"tel:999"') < page.index("I rang the services")
