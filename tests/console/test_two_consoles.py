"""A console that was started anew, or a second one on the same machine, knows what the first one knew."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from adapters.console_store.store import FILE
from adapters.people.passes import new_pass
from console.notices.revoked import MOST
from domain.base.people import Actor
from services import letters
from tests.watch.conftest import CASE

from .conftest import ADDRESS, PEOPLE, PRACTITIONER, Site
from .filling import send
from .office import mark, signed_in
from .signed_in import Visit
from .test_board import _temporal as temporal_of_the_board
from .test_board import late
from .test_decrypting import AUDITOR, NOW, Asked, asked
from .test_pages import words
from .test_press import press, question
from .test_recording_signed_in import installed
from .test_revoked import FROM_HERE, settings
from .test_sign_in import once

__all__ = ["asked", "installed", "settings", "temporal_of_the_board"]


@pytest.fixture
def other(site: Site) -> Iterator[Site]:
    """Another console of the installation; to the first one's users it is what a restart leaves."""
    made = Site(site.place)
    yield made
    made.store.close()


@pytest.fixture
async def elsewhere(other: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(other.app), base_url=ADDRESS) as client:
        yield client


def breaks(site: Site) -> None:
    """What consoles remember cannot be read or written from now on."""
    file = site.place.settings.data / FILE
    file.unlink(missing_ok=True)
    file.mkdir()


async def test_a_one_time_link_that_was_used_opens_nothing_after_a_restart(
    site: Site, browser: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    link = once(site)
    assert (await browser.post(link)).status_code == 303

    assert (await elsewhere.get(link)).status_code == 403
    assert (await elsewhere.post(link)).status_code == 403


async def test_of_two_presses_on_one_link_at_two_consoles_one_signs_in(
    site: Site, browser: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    for _ in range(5):
        link = once(site)
        answers = await asyncio.gather(*(one.post(link) for one in (browser, elsewhere, browser, elsewhere)))
        assert sorted(one.status_code for one in answers) == [303, 403, 403, 403]
        site.place.passes(minutes=11)  # or so many would lock the address out


async def test_a_session_that_ended_stays_ended_after_a_restart(site: Site, other: Site) -> None:
    async with signed_in(site, "auditor") as here:
        cookie = dict(here.cookies)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(other.app), base_url=ADDRESS) as there:
            there.cookies.update(cookie)
            assert (await there.get("/sign-out")).status_code == 200
            assert (await here.post("/sign-out", data={"mark": mark(await here.get("/sign-out"))})).status_code == 303
            there.cookies.update(cookie)
            assert (await there.get("/sign-out")).status_code == 303


async def test_who_left_the_file_of_people_is_out_everywhere_and_after_a_restart(
    site: Site, other: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with signed_in(site, "auditor") as here, signed_in(other, "auditor") as there:
        monkeypatch.delitem(PEOPLE, "auditor")
        link = once(site, "auditor")

        assert [(await one.get("/cases")).status_code for one in (here, there)] == [303, 303]
        assert "You have no role here" in words(await there.post(link))


async def test_tries_in_vain_at_one_console_lock_out_at_another(
    site: Site, browser: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    for _ in range(20):
        assert (await browser.post("/sign-in/once/no")).status_code == 403

    assert (await elsewhere.post(once(site))).status_code == 429
    site.place.passes(minutes=11)
    assert (await elsewhere.post(once(site))).status_code == 303


async def test_letters_that_were_sent_again_count_after_a_restart(
    site: Site, browser: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    await site.place.opens()
    letters.revoke(site.place.settings, CASE, Actor(role=PRACTITIONER.role, agency=PRACTITIONER.agency), "coordinator")
    link, pressed = site.path(2, PRACTITIONER), {"press": "letter-again"}
    said = [(await browser.post(link, data=pressed, headers=FROM_HERE)).status_code for _ in range(MOST)]

    assert said == [200] * MOST
    assert (await elsewhere.post(link, data=pressed, headers=FROM_HERE)).status_code == 429


def test_a_pass_for_temporals_page_that_was_used_signs_nobody_in_after_a_restart(asked: Asked) -> None:
    given = new_pass(asked.keyring, AUDITOR.account, "decrypt", NOW)
    assert asked.asks("GET", f"/sign-in/{given}").status_code == 200
    assert asked.decodes("x").status_code == 200

    asked.app = asked.made()

    assert asked.decodes("x").status_code == 401, "a restart ends the sessions there"
    assert asked.asks("GET", f"/sign-in/{given}").status_code == 403


def test_who_leaves_the_file_of_people_or_their_role_reads_nothing_more_on_temporals_page(asked: Asked) -> None:
    asked.signs_in()
    asked.people[AUDITOR.account] = AUDITOR._replace(role="agency manager")
    assert asked.decodes("x").status_code == 401
    asked.people.clear()
    assert asked.decodes("x").status_code == 401


def test_where_passes_cannot_be_looked_up_nobody_signs_in_to_temporals_page_and_who_has_goes_on(
    asked: Asked,
) -> None:
    asked.signs_in()
    (asked.folder / FILE).unlink()
    (asked.folder / FILE).mkdir()

    answer = asked.asks("GET", f"/sign-in/{new_pass(asked.keyring, AUDITOR.account, 'decrypt', NOW)}")

    assert answer.status_code == 503
    assert "ring whoever looks after this installation" in answer.text
    assert asked.decodes("x").status_code == 200


@pytest.mark.parametrize("account", [*PEOPLE, "a", "z" * 60])
def test_a_one_time_link_says_nothing_of_whose_it_is(site: Site, account: str) -> None:
    PEOPLE.setdefault(account, PEOPLE["operations"]._replace(account=account))
    try:
        given = [once(site, account).rpartition("/")[2] for _ in range(2)]
    finally:
        if account in {"a", "z" * 60}:
            del PEOPLE[account]
    held = [base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)) for one in given]

    assert given[0] != given[1]
    assert len(given[0]) == len(once(site).rpartition("/")[2]) or len(account) > 40
    for one in held:
        assert b'["' not in one
        assert len(account) == 1 or account.encode() not in one
        assert not re.search(rb"[a-z]{6}", one)


async def test_while_the_store_is_away_nobody_signs_in_and_it_says_whom_to_ring(
    site: Site, browser: httpx.AsyncClient
) -> None:
    link = once(site)
    breaks(site)
    with capture_logs() as log:
        answers = [await browser.get(link), await browser.post(link)]

    for answer in answers:
        assert answer.status_code == 503
        assert "ring your partnership’s office" in words(answer)
        assert "set-cookie" not in answer.headers
        assert FILE not in answer.text
    assert {one["event"] for one in log} == {"console_store_away"}
    (site.place.settings.data / FILE).rmdir()
    assert (await browser.post(link)).status_code == 303, "the link was not used up meanwhile"


async def test_while_the_store_is_away_links_open_and_an_alert_is_acknowledged_by_one(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    breaks(site)

    assert (await press(browser, path)).status_code == 303
    assert (await browser.get("/n/nothing")).status_code == 404
    assert len(site.received) == 1


async def test_while_the_store_is_away_immediate_risk_is_raised_by_a_link_and_by_who_has_signed_in(
    installed: Site, browser: httpx.AsyncClient
) -> None:
    await installed.place.opens()
    breaks(installed)
    path = installed.path(2, PRACTITIONER)
    by_link = await send(browser, await browser.get(f"{path}?form=risk"), "yes")
    async with signed_in(installed, "auditor") as auditor:
        page = await auditor.get(f"/cases/{CASE}/risk")
        installed.place.passes(minutes=45)
        signed = await send(auditor, page, "yes")

    for answer in (by_link, signed):
        assert "Immediate risk is on the record" in words(answer)
    assert len(installed.place.cases.received) == 2


async def test_while_the_store_is_away_a_lead_who_has_signed_in_acknowledges_from_the_board(
    site: Site, temporal_of_the_board: None
) -> None:
    lead = Visit(site, "on-call-lead")
    await late(site, CASE)
    breaks(site)

    answer = await lead.sends(await lead.opens("/board/acknowledge", case=CASE), sure="yes")

    assert f"{CASE}: recorded. Acknowledged." in words(answer)


async def test_who_signs_out_while_the_store_is_away_is_out_here_is_told_so_and_is_out_everywhere_once_it_is_back(
    site: Site, other: Site
) -> None:
    async with signed_in(site, "auditor") as here, signed_in(other, "auditor") as there:
        cookie = dict(here.cookies)
        leaving = mark(await here.get("/sign-out"))
        breaks(site)
        left = await here.post("/sign-out", data={"mark": leaving})
        assert "Elsewhere your session may go on for half an hour" in words(left)
        here.cookies.update(cookie)
        assert (await here.get("/cases")).status_code == 303
        (site.place.settings.data / FILE).rmdir()
        async with signed_in(site, "operations") as somebody:
            await somebody.get("/sign-out")
        there.cookies.update(cookie)
        assert (await there.get("/cases")).status_code == 303


async def test_a_clock_set_back_makes_no_session_that_was_over_good_again_and_risk_is_heard_all_the_same(
    installed: Site,
) -> None:
    await installed.place.opens()
    async with signed_in(installed, "auditor") as browser:
        risk = await browser.get(f"/cases/{CASE}/risk")
        installed.place.passes(minutes=31)
        assert (await browser.get("/cases")).status_code == 303
        installed.place.now -= timedelta(hours=1)
        assert (await browser.get("/cases")).status_code == 303
        assert "Immediate risk is on the record" in words(await send(browser, risk, "yes"))
    async with signed_in(installed, "auditor") as browser:
        assert (await browser.get("/cases")).status_code == 200, "signing in again is all it takes"


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1)], ids=str)
async def test_a_clock_that_jumps_opens_no_link_that_was_used_and_a_new_one_signs_in(
    site: Site, browser: httpx.AsyncClient, jump: timedelta
) -> None:
    used, unused = once(site), once(site)
    assert (await browser.post(used)).status_code == 303
    site.place.now += jump
    assert [(await browser.post(one)).status_code for one in (used, unused)] == [403, 403]
    assert (await browser.post(once(site))).status_code == 303
    site.place.now -= jump
    assert (await browser.post(used)).status_code == 403
    assert (await browser.post(unused)).status_code == 303


async def test_no_look_at_what_a_page_needs_puts_anything_personal_into_the_log(
    site: Site, browser: httpx.AsyncClient
) -> None:
    with capture_logs() as log:
        breaks(site)
        async with signed_in(site, "auditor") as visit:
            await visit.get("/cases")
        await question(browser, await site.alerts())
        await browser.post(once(site))

    assert "sessions_not_looked_up" in {one["event"] for one in log}
    assert "auditor" not in json.dumps(log)
    assert "operations" not in json.dumps(log)
