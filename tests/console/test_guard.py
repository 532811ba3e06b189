"""What holds for every answer: headers, no word that people wrote, no secret in the log, no mistake shown."""

import json
import re
from dataclasses import replace

import httpx
import pytest
from structlog.testing import capture_logs

from adapters.keyring import read_keys
from adapters.register.case_keys import case_keys
from adapters.register.errors import RegisterUnreachable
from console.app import make_app
from console.notices.register import Reader
from domain.base.people import Actor
from domain.case.effects import Recipient
from domain.commands import AlertAcknowledged, OutcomeSaid, RiskRaised
from tests.post.test_nothing_planted import NAME, PLANTED
from tests.watch.conftest import CASE

from .conftest import ADDRESS, PRACTITIONER, Site
from .test_pages import SAFE, words
from .test_press import press

PAGES = ["good", "/n/x", "/", "/n/../../etc/passwd", "/static/style.css", "/static/../app.py", "/health", "/docs"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_every_answer_keeps_the_link_secret_and_lets_no_script_run(
    site: Site, browser: httpx.AsyncClient, method: str, path: str
) -> None:
    await site.place.opens()
    answer = await browser.request(method, site.path(2, PRACTITIONER) if path == "good" else path)
    headers = answer.headers

    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert re.fullmatch(
        r"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        headers["Content-Security-Policy"],
    )
    assert not {"set-cookie", "server", "access-control-allow-origin"} & {name.lower() for name in headers}
    assert answer.status_code < 500


async def test_a_page_fetches_nothing_but_our_own_style(site: Site, browser: httpx.AsyncClient) -> None:
    for path in (await site.alerts(), "/n/nothing"):
        page = (await browser.get(path)).text

        led = [one for one in re.findall(r'(?:src|href|action)="([^"]*)"', page) if not one.startswith("tel:")]
        assert led == ["/static/style.css", "#main"]
        assert not re.search(r"<script|<style| style=| on\w+=", page)
    assert "@import" not in (await browser.get("/static/style.css")).text
    assert "url(" not in (await browser.get("/static/style.css")).text


async def test_each_reading_of_a_case_is_logged_without_the_link(site: Site, browser: httpx.AsyncClient) -> None:
    """Section 8: every read of a case is logged."""
    path = await site.alerts()
    with capture_logs() as logged:
        await browser.get(path)
        await browser.get(site.path(2, PRACTITIONER))
        await press(browser, path)
        await browser.get("/n/forged/1/1/aaaaaaaaaaaaaaaaaaaa")

    reads = [(one["case"], one["kind"], one["seat"]) for one in logged if one["event"] == "case_read"]
    assert reads == [
        (CASE, "alert", "on-call"),
        (CASE, "stage-opened", "practitioner, police"),
        (CASE, "alert", "on-call"),
    ]
    assert [one["seat"] for one in logged if one["event"] == "pressed"] == ["on-call"]
    assert path.rsplit("/", 1)[1] not in json.dumps(logged)


STRANGER = Recipient(role="ppet", title="sub-group")
"""A seat of the partnership, and so of no party."""


async def test_nothing_that_people_wrote_is_on_a_page_but_for_the_seat_of_a_party(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """A page says what the policy and the directory call things. A party reads what both sides recorded, and of nobody
    which person it was, who entered it, how that was known, or under which number the other keeps it.
    """
    path = await site.alerts(
        facts={"concern": "difference", "ground": "In plain words."},
        words={"disagreement": "We see it otherwise."},
        own_record=NAME,
        recorded_by=NAME,
        raiser=Actor(agency="schools", role="practitioner", person=NAME),
    )
    said = {"recorded_by": NAME, "evidence": NAME}
    others, own = [path, site.path(2, STRANGER)], site.path(2, PRACTITIONER)
    pages = [await browser.get(one) for one in (*others, own)]
    await site.place.says(AlertAcknowledged(by=Actor(agency=NAME, role="practitioner", person=NAME), id="a", **said))
    pages.append(await browser.get(path))
    await site.place.says(RiskRaised(by=Actor(agency=NAME, role=NAME, person=NAME), wording=NAME, id="b", **said))
    pages += [await browser.get(one) for one in (*others, own)]
    planted = Actor(agency="schools", role="practitioner", person=NAME)
    await site.place.says(
        OutcomeSaid(by=planted, outcome="not-agreed", fields=SAFE | {"reason": "Nobody answered."}, id="c", **said)
    )
    strangers = [await browser.get(one) for one in others]
    pages += [*strangers, of_party := await browser.get(own)]

    assert json.dumps([one.entry.body for one in site.place.register.entries(CASE)]).count(NAME) > 7
    assert [word for page in pages for word in PLANTED if word in page.text] == []
    for text in ("In plain words.", "We see it otherwise.", "Nobody answered."):
        assert [text in page.text for page in (*strangers, of_party)] == [False, False, True]
    assert words(pages[3]).partition("has this alert")[0].endswith("The frontline professional ")


async def test_a_register_that_is_away_is_told_in_plain_words(
    site: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await site.alerts()

    def away(*_: object) -> None:
        raise RegisterUnreachable("The register at db.example.org cannot be read.")

    monkeypatch.setattr(Reader, "opened", away)
    answer = await browser.get(path)

    assert answer.status_code == 503
    assert "The record cannot be read at this moment. Try again in a minute." in words(answer)
    assert "db.example.org" not in answer.text


async def test_a_key_that_is_missing_is_told_in_plain_words_and_named_in_the_log_alone(
    site: Site, browser: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    path = await site.alerts()
    (key,) = read_keys(site.place.settings.encryption_keys)
    site.place.settings.encryption_keys.write_text(f"{'0' * 64}\n")
    case_keys.cache_clear()
    capsys.readouterr()

    answer = await browser.get(path)

    assert answer.status_code == 503
    assert "The record cannot be read at this moment. Try again in a minute." in words(answer)
    assert "encryption.keys" not in answer.text
    said = "".join(capsys.readouterr())
    assert "case_key_missing" in said
    assert key.id in said
    assert "encryption.keys" in said


async def test_a_mistake_of_ours_is_one_sentence_and_its_kind_in_the_log(
    site: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await site.alerts()

    def mistaken(*_: object) -> None:
        raise KeyError("private words")

    monkeypatch.setattr(Reader, "opened", mistaken)
    with capture_logs() as logged:
        answer = await browser.get(path)

    assert answer.status_code == 500
    assert "This is a mistake of ours. If you pressed, open the link again to see whether it was recorded." in words(
        answer
    )
    assert [(one["event"], one["reason"]) for one in logged] == [("page_failed", "KeyError")]
    assert "private words" not in answer.text


async def test_a_console_below_a_path_keeps_to_it(site: Site) -> None:
    """A web server before it may have more than this to serve."""
    app = make_app(replace(site.parts, address=f"{ADDRESS}/escalations"))
    path = await site.alerts()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as browser:
        assert 'href="/escalations/static/style.css"' in (await browser.get(path)).text
        assert (await press(browser, path)).headers["Location"] == f"/escalations{path}"


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("POST", 405)])
async def test_an_address_that_is_none_leads_on_and_says_999(
    site: Site, method: str, status: int, browser: httpx.AsyncClient
) -> None:
    answer = await browser.request(method, "/accessibility" if method == "POST" else "/nothing")

    assert answer.status_code == status
    assert '<a href="/">' in answer.text
    assert '<a href="tel:999">' in answer.text


async def test_a_training_console_says_so_on_error_pages_too(site: Site) -> None:
    app = make_app(replace(site.parts, settings=replace(site.place.settings, training="yes")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as browser:
        for path in ("/nothing", "/n/nothing", "/sign-in/once/none"):
            assert "TRAINING" in (await browser.get(path)).text, path
