"""The office's form opens a case of every policy, each with what it asks; immediate risk opens one at once."""

from pathlib import Path

import httpx
import pytest

from tests.console.conftest import Site, place, settings, site
from tests.console.office import fields, signed_in, without_temporal
from tests.console.test_pages import words
from tests.walks.telling import shipped

from .page import Page

__all__ = ["place", "settings", "site"]
POLICIES = sorted(path.stem for path in (Path(__file__).parents[2] / "policies").glob("*.toml"))


@pytest.fixture(autouse=True)
def _without_temporal(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    without_temporal(site, monkeypatch)


def first_of(page: httpx.Response) -> dict[str, list[str]]:
    """Choose the first of everything that may be chosen, and write words elsewhere."""
    found: dict[str, list[str]] = {}
    for name, control in Page(page.text).controls.items():
        options = [one for one in control.options if one and one != "other:"]
        if options:
            found[name] = [options[-1 if name == "receiving" else 0]]
        elif name.startswith("free.") and f"fact.{name[5:]}" not in Page(page.text).controls:
            found[name] = ["2026-11-20"]
        elif control.type == "textarea":
            found[name] = [f"Words for {name}."]
    return found


@pytest.mark.parametrize("name", POLICIES)
async def test_a_case_of_every_policy_is_opened_with_its_own_facts_and_says_what_was_typed(
    site: Site, name: str
) -> None:
    async with signed_in(site, "operations") as browser:
        page = await browser.get("/open")
        typed: dict[str, list[str]] = {}
        for _ in range(4):
            chosen = {"policy": [name]} if "policy" in Page(page.text).controls and not typed else first_of(page)
            typed |= chosen
            page = await browser.post("/open", data={**fields(page), **chosen})
            assert page.status_code == 200, words(page)
        done = await browser.post("/open", data=fields(page))
        assert done.status_code == 303, words(done)

    (opening,) = site.place.cases.openings
    assert opening.policy.id == shipped(name).id
    assert (opening.raising, opening.receiving) == (typed["raising"][0], tuple(typed["receiving"]))
    assert set(opening.words.values()) == {said[0] for one, said in typed.items() if one.startswith("words.")}
    assert set(opening.facts) == set(shipped(name).facts)
    assert {opening.facts[one[5:]] for one in typed if one.startswith("fact.")} == {
        said[0] for one, said in typed.items() if one.startswith("fact.")
    }


@pytest.mark.parametrize("name", POLICIES)
async def test_immediate_risk_opens_a_case_of_every_policy_with_what_no_case_opens_without(
    site: Site, name: str
) -> None:
    async with signed_in(site, "operations") as browser:
        page = await browser.post(
            "/open", data={**fields(await browser.get("/open")), "policy": [name], "risk": ["yes"]}
        )
        for _ in range(3):
            if page.status_code == 303:
                break
            page = await browser.post("/open", data={**fields(page), **first_of(page), "risk": ["yes"]})

    assert page.status_code == 303, words(page)
    assert site.place.cases.openings[0].immediate_risk
