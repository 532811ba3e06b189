"""Links that were called back open nothing, and a new one goes to the directory's address alone."""

import re
from pathlib import Path

import httpx
import pytest

from adapters.revoked_links import RevokedLinks
from console.notices.revoked import MOST
from domain.base.people import Actor
from services import letters
from services.errors import Trouble
from settings import Settings, read_settings
from tests.watch.conftest import CASE

from .conftest import ADDRESS, PRACTITIONER, Site

SEAT = Actor(role=PRACTITIONER.role, agency=PRACTITIONER.agency)
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """As the others have them, with links in letters."""
    key = tmp_path / "link-key"
    key.write_text("k" * 32)
    key.chmod(0o600)
    said = {"ESCALATION_DATA": str(tmp_path / "data"), "ESCALATION_CONSOLE_ADDRESS": ADDRESS}
    return read_settings({**said, "ESCALATION_LINK_KEY_FILE": str(key)})


def letters_in(site: Site) -> list[str]:
    return [one.read_text() for one in sorted(site.place.settings.outbox.glob("*link-again*.txt")) if one.is_file()]


async def test_a_link_that_was_called_back_opens_nothing_and_records_nothing(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    link = site.path(2, PRACTITIONER)
    assert (await browser.get(link)).status_code == 200

    letters.revoke(site.place.settings, CASE, SEAT, "coordinator")

    page = await browser.get(link)
    assert page.status_code == 410
    assert "was called back" in page.text
    assert "What has to be done" not in page.text
    answer = await browser.post(link, data={"press": "not-mine", "sure": "yes"}, headers=FROM_HERE)
    assert answer.status_code == 403
    assert site.received == []


async def test_another_seats_link_and_a_later_letters_link_open(site: Site, browser: httpx.AsyncClient) -> None:
    path = await site.alerts()
    last = letters.revoke(site.place.settings, CASE, SEAT, "coordinator")

    assert (await browser.get(path)).status_code == 200
    assert (await browser.get(site.path(last, PRACTITIONER))).status_code == 410
    assert (await browser.get(site.path(last + 1, PRACTITIONER))).status_code == 503  # the record is not so far


async def test_a_new_letter_goes_to_the_directorys_address_and_its_link_opens(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    letters.revoke(site.place.settings, CASE, SEAT, "coordinator")

    answer = await browser.post(site.path(2, PRACTITIONER), data={"press": "letter-again"}, headers=FROM_HERE)

    assert "A new letter is on its way" in answer.text
    (letter,) = letters_in(site)
    assert "a new link for you" in letter
    (link,) = re.findall(rf"^{ADDRESS}(/n/\S+)$", letter, re.MULTILINE)
    assert (await browser.get(link)).status_code == 200
    assert (await browser.get(site.path(2, PRACTITIONER))).status_code == 410

    letters.revoke(site.place.settings, CASE, SEAT, "coordinator")
    assert (await browser.get(link)).status_code == 410


async def test_whoever_presses_again_and_again_gets_a_few_letters_and_no_more(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    letters.revoke(site.place.settings, CASE, SEAT, "coordinator")
    link, asked = site.path(2, PRACTITIONER), {"press": "letter-again"}

    answers = [await browser.post(link, data=asked, headers=FROM_HERE) for _ in range(5)]

    assert [one.status_code for one in answers] == [200] * MOST + [429] * (5 - MOST)


async def test_a_press_from_another_site_sends_no_letter(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    letters.revoke(site.place.settings, CASE, SEAT, "coordinator")

    answer = await browser.post(
        site.path(2, PRACTITIONER), data={"press": "letter-again"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403
    assert letters_in(site) == []


async def test_a_seat_that_the_case_told_of_nothing_is_sent_nothing(site: Site) -> None:
    await site.place.opens()

    with pytest.raises(Trouble, match="has sent no letter to the director of nspcc"):
        letters.send_again(site.place.settings, CASE, Actor(role="director", agency="nspcc"), "coordinator")


async def test_where_what_was_called_back_cannot_be_read_no_link_of_the_case_opens(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    letters.revoke(site.place.settings, CASE, Actor(role="director", agency="nspcc"), "coordinator")
    assert (await browser.get(site.path(2, PRACTITIONER))).status_code == 200

    (file,) = RevokedLinks(site.place.settings.data).folder.glob("*.json")
    file.write_text(file.read_text()[:20])

    assert (await browser.get(site.path(2, PRACTITIONER))).status_code == 410


async def test_nothing_is_kept_of_a_case_that_was_destroyed(site: Site) -> None:
    await site.place.opens()
    letters.revoke(site.place.settings, CASE, SEAT, "coordinator")

    RevokedLinks(site.place.settings.data).forget(CASE)

    assert list(RevokedLinks(site.place.settings.data).folder.iterdir()) == []
