"""What nothing asks for is behind a plain question, and what may be said of a case is known of every case."""

from typing import Any

import httpx
import pytest

from adapters.register import reading
from console.recording.possible import ELSE, possible
from console.recording.standing import standing_of
from domain.base.people import Actor
from domain.commands import ActDone, Corrected
from tests.watch.conftest import CASE

from .conftest import Site
from .filling import records
from .test_forms import form, opened
from .test_pages import words

LATER = ("commands", "answered")
SCHOOL = Actor(agency="schools", role="practitioner")


async def test_what_nothing_asks_for_is_folded_under_a_plain_question_and_recorded_by_its_form(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await opened(site)
    page = await browser.get(path)

    folded = page.text.partition(f">{ELSE}</summary>")[2].partition("</details>")[0]
    assert form(path, "own-consultation") in folded
    assert form(path, "acknowledgement") in page.text
    assert form(path, "acknowledgement") not in folded
    done = await records(browser, form(path, "own-consultation"))
    assert "Recorded The frontline professional" in words(done)


async def test_a_view_that_did_not_know_what_may_be_said_is_made_anew_from_the_record(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(site)
    with_it, read = standing_of(site.parts.settings, CASE), reading.read_case

    def as_before(url: str, ref: str) -> dict[str, Any] | None:
        row = read(url, ref)
        assert row is not None
        return {**row, "view": {name: row["view"][name] for name in row["view"] if name not in LATER}}

    monkeypatch.setattr(reading, "read_case", as_before)
    anew = standing_of(site.parts.settings, CASE)

    assert anew.view["commands"] == with_it.view["commands"] != []
    assert anew.answered == with_it.answered != frozenset()


async def test_only_what_stands_is_offered_to_be_corrected(site: Site) -> None:
    await opened(site)
    await site.place.says(ActDone(by=SCHOOL, act="own-consultation", id="said"))
    entry = site.place.last("act")

    def correctable() -> list[str]:
        standing = standing_of(site.parts.settings, CASE)
        return [number for one in possible(standing, SCHOOL) if one.name == "correct" for number in one.of("entry")]

    before = correctable()
    await site.place.cases.record(
        CASE, Corrected(by=SCHOOL, entry=entry, reason="Another case.", strike=True, id="struck")
    )

    assert str(entry) in before
    assert str(entry) not in correctable()
