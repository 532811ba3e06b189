"""What nothing asks for is behind a plain question, and what may be said of a case is known of every case."""

import httpx

from adapters.register import reading
from console.recording.possible import ELSE, possible
from console.recording.standing import standing_to_record
from domain.base.people import Actor
from domain.commands import ActDone, Corrected
from tests.watch.conftest import CASE

from .conftest import Site
from .filling import records
from .test_forms import form, opened
from .test_pages import words

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


async def test_what_may_be_said_beside_what_is_waited_for_is_worked_out_for_a_form_and_kept_nowhere(site: Site) -> None:
    await opened(site)
    row = reading.read_case(site.parts.settings.register, CASE)
    form = standing_to_record(site.parts.settings, CASE)

    assert row is not None
    kept, known = ({one["name"] for one in view["offers"]} for view in (row["view"], form.view))
    assert "own-consultation" in known - kept
    assert kept <= known
    assert "commands" not in row["view"]
    assert form.view["commands"] != []
    assert form.answered != frozenset()


async def test_only_what_stands_is_offered_to_be_corrected(site: Site) -> None:
    await opened(site)
    await site.place.says(ActDone(by=SCHOOL, act="own-consultation", id="said"))
    entry = site.place.last("act")

    def correctable() -> list[str]:
        standing = standing_to_record(site.parts.settings, CASE)
        return [number for one in possible(standing, SCHOOL) if one.name == "correct" for number in one.of("entry")]

    before = correctable()
    await site.place.cases.record(
        CASE, Corrected(by=SCHOOL, entry=entry, reason="Another case.", strike=True, id="struck")
    )

    assert str(entry) in before
    assert str(entry) not in correctable()
