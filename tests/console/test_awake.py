"""Saying until when one is awake: for how long, what the page says that it changes, who sees it, and taking it back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from adapters.rota import load_rota
from adapters.rota.awake import Awake
from domain.engine.seats import on_call
from services import awake as saying
from services import times
from settings import Settings

from .conftest import Site
from .signed_in import Visit
from .test_pages import words
from .test_rota_pages import lead, path, second, settings

__all__ = ["lead", "second", "settings"]
SAYS = "says awake until 3:00pm"


@pytest.fixture(autouse=True)
def _clock(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(times, "clock", lambda: site.place.now)
    return iter(())


async def says(visit: Visit, until: str) -> httpx.Response:
    return await visit.sends(await visit.opens("/turns/awake"), until=until)


def kept(site: Site, rank: str = "first") -> datetime | None:
    """Until when whoever has a rank says that they are awake."""
    (turn,) = load_rota(path(site)).holders(rank, site.place.now)
    return Awake(site.place.settings.data).until(turn, site.place.now)


async def test_what_is_said_is_said_back_with_its_day_and_ends_by_itself(site: Site, lead: Visit) -> None:
    answer = words(await says(lead, "15:00"))

    assert "You say that you are awake until Monday 23 November 2026, 3:00pm" in answer
    assert kept(site) == site.place.now + timedelta(hours=5)
    assert f"The board and the rota show of you: “{SAYS}”." in words(await lead.opens("/turns/awake"))
    site.place.passes(hours=5)
    assert kept(site) is None
    assert SAYS not in words(await lead.opens("/turns"))


async def test_it_can_be_taken_back(site: Site, lead: Visit) -> None:
    await says(lead, "15:00")
    answer = words(await lead.sends(await lead.opens("/turns/awake"), do="back"))

    assert "You have taken it back Alerts come to you as they always do." in answer
    assert kept(site) is None


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("2026-11-23 22:01", "Say Monday 23 November 2026, 10:00pm at the latest"),
        ("2026-11-23 09:59", "That is over already: say a time to come."),
        ("whenever", "Awake until: 'whenever' is no time that can be read"),
        ("", "Awake until: '' is no time that can be read"),
    ],
)
async def test_what_cannot_be_said_is_told_beside_what_was_typed(
    site: Site, lead: Visit, until: str, sentence: str
) -> None:
    answer = await says(lead, until)

    assert answer.status_code == 400
    assert f"Nothing was kept. {sentence}" in words(answer)
    assert f'value="{until}"' in answer.text
    assert kept(site) is None


async def test_it_holds_no_longer_than_the_turn(site: Site, lead: Visit) -> None:
    """Staff-1003 hands over on Wednesday at nine."""
    (turn,) = load_rota(path(site)).holders("first", site.place.now)
    site.place.now = turn.until - timedelta(hours=2)
    answer = await says(lead, (turn.until + timedelta(hours=1)).isoformat())

    assert answer.status_code == 400
    assert "9:00am at the latest: it holds for twelve hours, and no longer than your turn." in words(answer)
    assert kept(site) is None


async def test_an_hour_that_the_clocks_show_twice_is_asked_about_and_twelve_hours_are_real_ones(
    site: Site, lead: Visit
) -> None:
    more = 'rank = "first"\nfrom = 2026-10-24T09:00:00\nuntil = 2026-10-26T09:00:00\nperson = "staff-1003"\nwhy = "x"\n'
    path(site).write_text(f"{path(site).read_text()}\n[[override]]\n{more}")
    site.place.now = datetime.fromisoformat("2026-10-24T20:00:00+01:00")
    twice, too_long = words(await says(lead, "01:30")), words(await says(lead, "2026-10-25T07:30"))
    await says(lead, "2026-10-25T07:00")

    assert "Nothing was kept." in twice
    assert "Say Sunday 25 October 2026, 7:00am at the latest" in too_long
    assert kept(site) == site.place.now + timedelta(hours=12)


async def test_whoever_is_not_on_call_cannot_say_it(site: Site) -> None:
    visit = Visit(site, "unknown-lead")
    page = await visit.opens("/turns/awake")

    assert "You are not on call now." in words(page)
    assert "<form" not in page.text.partition("<main")[2]


async def test_the_board_the_rota_and_the_page_of_the_next_rung_show_it_as_their_own_word(
    site: Site, lead: Visit, second: Visit, browser: httpx.AsyncClient
) -> None:
    await site.alerts()
    site.place.now = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
    await says(lead, "15:00")
    office = Visit(site, "operations")
    seat = on_call("second")
    letter = await browser.get(site.path(site.place.last("alert"), seat))

    assert f"(Safeguarding lead, health; {SAYS})" in words(await office.opens("/board"))
    assert f"(staff-1003) {SAYS}" in words(await second.opens("/turns"))
    assert f"(staff-1003), {SAYS}" in words(await office.opens("/rota/lincolnshire"))
    assert "The safeguarding lead on call says that they are awake until 3:00pm." in words(letter)


async def test_after_a_hand_over_nobody_is_shown_to_have_said_it(site: Site, lead: Visit, second: Visit) -> None:
    await says(lead, "15:00")
    more = 'rank = "first"\nfrom = 2026-11-23T11:00:00\nuntil = 2026-11-24T09:00:00\nperson = "staff-1001"\nwhy = "x"\n'
    path(site).write_text(f"{path(site).read_text()}\n[[override]]\n{more}")
    site.place.passes(hours=2)

    assert "says awake" not in words(await second.opens("/turns"))
    assert kept(site) is None


async def test_the_page_says_what_it_changes_for_whose_alerts_go_by_a_program_and_that_it_changes_nothing_else(
    site: Site, lead: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = words(await lead.opens("/turns/awake"))
    rota = path(site)
    rota.write_text(rota.read_text().replace('handle = "staff-1003"', f'handle = "staff-1003"\n{WEBHOOK}'))
    not_set_up = words(await lead.opens("/turns/awake"))
    monkeypatch.setattr(saying, "is_on", lambda *_: False)
    channels = {**site.place.settings.channels, "webhook": {"key": "k" * 32}}
    site.parts = replace(site.parts, settings=replace(site.place.settings, channels=channels))
    site.knows(site.parts.numbers)
    with_program = words(await lead.opens("/turns/awake"))

    nothing = "Nothing about how alerts come to you: none of your ways is a program that rings by voice."
    assert nothing in without
    assert nothing in not_set_up
    assert "may then send you a line in place of a call" in with_program
    for page in (without, with_program):
        assert "Immediate risk rings as always." in page
        assert "An alert that comes again rings as always" in page


WEBHOOK = 'webhook = ["https://ring.example.org/alerts"]'


def test_the_file_is_kept_private_and_named_for_what_it_is(settings: Settings, tmp_path: Path) -> None:
    from wiring import kept_files

    assert settings.data / "awake.json" in set(kept_files(settings))
