"""One thing in many cases: a plan is made, shown, kept, and carried out by a yes."""

import json
from typing import Any

import httpx
import pytest

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.commands import AlertAcknowledged, DutyHandedOver, Extended, RiskRaised
from domain.policy.local_settings import Local
from services.errors import Trouble
from tests.watch.conftest import CASE

from .conftest import Site
from .office import looks, mark, signed_in, without_temporal
from .test_pages import words

OTHER, THIRD = "ESC-8000-000G", "ESC-9000-000J"
HANDS_OVER = {
    "act": "hand-over",
    "owner": "practitioner@police",
    "to": "line-manager@police",
    "until": "2026-12-03",
    "reason": "On leave until then.",
}


@pytest.fixture(autouse=True)
def _without_temporal(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    without_temporal(site, monkeypatch)


async def makes(browser: httpx.AsyncClient, *cases: str, **said: Any) -> httpx.Response:
    page = await browser.get("/cases")
    form = {"mark": mark(page, "/plans"), "case": [*cases], "ready": "yes", **said}
    return await browser.post("/plans", data=form, follow_redirects=True)


async def yes(browser: httpx.AsyncClient, page: httpx.Response, sure: str = "yes") -> httpx.Response:
    return await browser.post(page.url.path, data={"mark": mark(page), "sure": sure}, follow_redirects=True)


async def test_a_plan_says_what_would_change_and_changes_nothing_until_a_yes(site: Site) -> None:
    await site.alerts()
    async with signed_in(site, "operations") as browser:
        page = await makes(browser, CASE, act="acknowledge")
        said = words(page)
        assert "the alert is acknowledged: acknowledgement of the difference" in said
        assert "made by operations (operations)" in said
        assert words(await yes(browser, page, "no")) == said
        assert site.place.cases.received == []
        done = words(await yes(browser, page))

    assert "done: " in done
    assert "Yes, carry out" not in done
    (message,) = site.place.cases.received
    assert isinstance(message, AlertAcknowledged)
    assert (message.by, message.attested is not None) == (Actor(role="operations"), True)


async def test_a_case_with_immediate_risk_is_left_out_of_acknowledging_many(site: Site) -> None:
    await site.alerts()
    await site.place.says(RiskRaised(id="risk"))
    async with signed_in(site, "operations") as browser:
        said = words(await makes(browser, CASE, act="acknowledge"))

    assert f"{CASE}: immediate risk is raised in it, and is answered in the case itself." in said
    assert "Yes, carry out" not in said


async def test_what_a_seat_owes_in_many_cases_is_handed_over_and_one_that_fails_holds_up_no_other(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in (CASE, OTHER, THIRD):
        await site.place.opens(case)
    async with signed_in(site, "operations") as browser:
        page = await makes(browser, CASE, OTHER, THIRD, **HANDS_OVER)
        record = site.place.cases.record

        async def fails(case: str, message: Any) -> Any:
            if case == OTHER:
                raise Refusal("not open", "Somebody was quicker.")
            if case == THIRD and isinstance(message, DutyHandedOver):
                raise Trouble("It does not answer.")
            return await record(case, message)

        monkeypatch.setattr(site.place.cases, "record", fails)
        done = await yes(browser, page)
        said = words(done)
        assert "not taken: Somebody was quicker." in said
        assert "not known: say yes again: It does not answer." in said
        assert "done: Handed over until" in said
        monkeypatch.setattr(site.place.cases, "record", record)
        again = words(await yes(browser, done))

    assert "not known" not in again
    assert "not taken: Somebody was quicker." in again
    assert {case for case in (CASE, OTHER, THIRD) if site.place.cases.running[case].outstanding[0].handed} == {
        CASE,
        THIRD,
    }


async def test_what_is_put_off_is_said_for_every_party(site: Site) -> None:
    await site.place.opens(local=Local(tolerance="same working day", extensions=True))
    async with signed_in(site, "operations") as browser:
        page = await makes(browser, CASE, **HANDS_OVER | {"act": "extend", "owner": "practitioner@police"})
        assert "as schools consents" in words(page)
        done = words(await yes(browser, page))

    assert "Agreed by every party" in done
    said = [one for one in site.place.cases.received if isinstance(one, Extended)]
    assert {one.by.agency for one in said} == {"schools", "police"}


async def test_what_the_rules_would_refuse_is_known_before(site: Site) -> None:
    await site.place.opens()
    async with signed_in(site, "operations") as browser:
        said = words(await makes(browser, CASE, **HANDS_OVER | {"act": "extend"}))

    assert "A later deadline is not allowed here" in said
    assert "No case would take any of it." in said


async def test_what_is_missing_is_asked_for_and_what_was_typed_is_kept(site: Site) -> None:
    await site.place.opens()
    async with signed_in(site, "operations") as browser:
        page = await makes(browser, CASE, **HANDS_OVER | {"to": "", "until": "someday", "reason": ""})

    assert page.status_code == 400
    for id_ in ("to", "until", "reason"):
        assert f'<a href="#{id_}">' in page.text
    assert 'value="practitioner@police" selected' in page.text


async def test_a_plan_is_kept_encrypted_and_a_made_up_number_opens_none(site: Site) -> None:
    await site.place.opens()
    async with signed_in(site, "operations") as browser:
        page = await makes(browser, CASE, **HANDS_OVER)
        (file,) = (site.place.settings.data / "plans").glob("*.plan")
        assert "On leave" not in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600
        for number in ("00000000", "..%2Fkeys", "x" * 300):
            assert (await browser.get(f"/plans/{number}")).status_code in {400, 404}
        assert file.stem in words(await browser.get("/plans"))
        assert ("operations", "listed", "page /plans/{number}: 1 case") in looks(site)
    async with signed_in(site, "auditor") as other:
        assert (await other.get(page.url.path)).status_code == 403
    assert json.dumps(file.stem)


async def test_a_plan_holds_only_cases_that_are_there(site: Site) -> None:
    async with signed_in(site, "operations") as browser:
        await site.place.opens()
        page = await browser.get("/cases")
        answer = await browser.post(
            "/plans", data={"mark": mark(page, "/plans"), "case": ["ESC-0000-0000"], "act": "acknowledge"}
        )

    assert answer.status_code == 400
    assert "Choose the cases in the list" in words(answer)
