"""Setting up a telephone: the page, the contact card, and a test alert that asks whether it rang."""

import re
from pathlib import Path

import httpx
import pytest

from adapters.rota.trial_alerts import TrialAlerts
from adapters.training import BANNER, mark
from console.lead.telephone_pages import card, sender_address
from domain.case.effects import Notice
from domain.engine.seats import ON_CALL
from settings import read_settings

from .conftest import ADDRESS, LINKS, Site
from .signed_in import Visit
from .test_pages import words


@pytest.fixture
def lead(site: Site) -> Visit:
    return Visit(site, "on-call-lead")


def link_of(site: Site) -> str:
    """The path of the link in the newest test alert."""
    newest = TrialAlerts(site.place.settings.data).all()[-1]
    return LINKS.to(Notice(ref=newest.ref, case="", kind="test-alert", to=ON_CALL)).removeprefix(ADDRESS)


async def sends(lead: Visit) -> httpx.Response:
    return await lead.sends(await lead.opens("/on-call/test"))


def letters(site: Site) -> list[str]:
    return [one.read_text() for one in Path(site.place.settings.outbox).glob("*test-alert*")]


async def test_the_page_is_open_to_anybody_says_how_on_both_makers_and_where_alerts_come_from(
    site: Site, browser: httpx.AsyncClient
) -> None:
    said = words(await browser.get("/on-call/telephone"))

    for part in ("On an iPhone", "Emergency Bypass", "On an Android telephone", "Do Not Disturb", "test alert"):
        assert part in said
    assert "escalation@example.org (e-mail)" in said
    assert "a number for texts that your office has not told us" in said


async def test_numbers_that_are_set_stand_on_the_page_and_on_the_card() -> None:
    settings = read_settings({"ESCALATION_TEXTS_FROM": "07700 900901, SAFEGUARD"})

    assert settings.texts_from == ("07700 900901", "SAFEGUARD")
    made = card(settings.texts_from, "alerts@example.org", ADDRESS).decode()
    assert "TEL;TYPE=CELL:07700 900901\r\n" in made
    assert "SAFEGUARD" not in made, "no contact holds a name in the place of a number"


async def test_the_card_is_one_that_telephones_save(site: Site, browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/on-call/contact.vcf")
    lines = answer.text.replace("\r\n ", "").splitlines()

    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert 'filename="safeguarding-alerts.vcf"' in answer.headers["Content-Disposition"]
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCARD", "VERSION:3.0", "END:VCARD")
    assert "FN:Safeguarding alerts" in lines
    assert "EMAIL;TYPE=INTERNET:escalation@example.org" in lines
    assert f"URL:{ADDRESS}" in lines
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))
    assert answer.text.endswith("END:VCARD\r\n")


def test_what_a_card_holds_is_escaped() -> None:
    assert b"EMAIL;TYPE=INTERNET:a\\,b\\;c\r\n" in card((), "a,b;c", ADDRESS)


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("escalation@example.org", "escalation@example.org"),
        ("Escalations <alerts@partnership.example.org>", "alerts@partnership.example.org"),
        ("nobody", ""),
    ],
)
def test_the_address_of_the_sender_is_found_in_what_is_set(sender: str, address: str) -> None:
    assert sender_address(sender) == address


async def test_a_test_alert_goes_to_each_way_and_says_that_it_is_a_test(site: Site, lead: Visit) -> None:
    answer = await sends(lead)
    kept = TrialAlerts(site.place.settings.data)

    assert answer.status_code == 303
    assert [(one.handle, one.kind, one.taken_by, one.said) for one in kept.all()] == [
        ("staff-1003", kind, "outbox", "") for kind in ("text", "email")
    ]
    assert kept.path.stat().st_mode & 0o777 == 0o600
    for text in letters(site):
        assert "Subject: This is a test: did it ring?" in text
        assert "There is no case, no child is meant, and nothing is late." in " ".join(text.split())
    shown = words(await lead.opens("/on-call/test"))
    assert shown.count("not answered yet") == 2


async def test_the_page_behind_its_link_keeps_whether_it_rang_and_takes_another_word_for_it(
    site: Site, lead: Visit, browser: httpx.AsyncClient
) -> None:
    await sends(lead)
    path = link_of(site)
    asked = await browser.get(path)
    mark_of = re.search(r'name="mark" value="(\w+)"', asked.text)
    assert mark_of
    kept = TrialAlerts(site.place.settings.data)
    assert "This is a test. Did it ring?" in words(asked)

    await browser.post(path, data={"mark": mark_of[1], "said": "silent"})
    after = words(await browser.get(path))
    assert "You said: It did not ring . See how to let alerts ring through" in after
    await browser.post(path, data={"mark": mark_of[1], "said": "rang"})
    assert kept.all()[-1].said == "rang"
    assert kept.untried(["staff-1003", "staff-1001"], site.place.now) == ("staff-1001",)
    assert "It rang" in words(await lead.opens("/on-call/test"))


@pytest.mark.parametrize("sent", [{"said": "rang"}, {"said": "rang", "mark": "x"}, {"mark": "its own"}, {}])
async def test_what_a_mail_scanner_sends_is_no_answer(
    site: Site, lead: Visit, browser: httpx.AsyncClient, sent: dict[str, str]
) -> None:
    """It follows links, and sends forms without pressing a button."""
    await sends(lead)
    path = link_of(site)
    asked = await browser.get(path)
    if sent.get("mark") == "its own":
        sent = {"mark": re.search(r'name="mark" value="(\w+)"', asked.text)[1]}  # type: ignore[index]
    await browser.post(path, data=sent)

    assert TrialAlerts(site.place.settings.data).all()[-1].said == ""


async def test_the_link_of_a_test_alert_that_is_kept_no_more_says_so(
    site: Site, lead: Visit, browser: httpx.AsyncClient
) -> None:
    await sends(lead)
    path = link_of(site)
    TrialAlerts(site.place.settings.data).path.unlink()
    answer = await browser.get(path)

    assert answer.status_code == 404
    assert "We do not know this test alert any more" in words(answer)


async def test_somebody_who_stands_in_no_rota_is_told_that_nothing_would_reach_them(site: Site) -> None:
    visit = Visit(site, "unknown-lead")
    page = await visit.opens("/on-call/test")

    assert "Your account stands in no rota, so no alert goes to you, and no test." in words(page)
    assert "Send me a test alert" not in page.text


async def test_in_training_the_pages_say_so(site: Site, lead: Visit, browser: httpx.AsyncClient) -> None:
    mark(site.place.settings.data)
    await sends(lead)

    for page in (await browser.get("/on-call/telephone"), await browser.get(link_of(site)), await lead.opens("/board")):
        assert BANNER in page.text
