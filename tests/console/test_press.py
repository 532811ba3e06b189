"""One press: what it records, that a second is harmless, and what is said when it cannot be recorded."""

import re

import httpx
import pytest

from console.notices import handlers
from console.record import NotRecorded, Unsure
from domain.base.people import Actor
from domain.case.effects import Recipient
from domain.commands import ActDone, AlertAcknowledged
from tests.watch.conftest import CASE

from .conftest import PRACTITIONER, Site
from .test_pages import SAFE, words


def fields(answer: httpx.Response) -> dict[str, str]:
    """What the form of a page sends."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([\w-]*)">', answer.text))


async def question(browser: httpx.AsyncClient, path: str, button: str = "acknowledge") -> httpx.Response:
    """Press a button of the page: it asks whether that is meant."""
    asked = await browser.get(path, params={"press": button})
    assert (asked.status_code, fields(asked)["press"]) == (200, button)
    return asked


async def press(browser: httpx.AsyncClient, path: str, button: str = "acknowledge", **headers: str) -> httpx.Response:
    """Press a button of the page, and say yes."""
    sent = fields(await question(browser, path, button))
    return await browser.post(path, data={**sent, "sure": "yes"}, headers=headers)


def acknowledged(site: Site) -> list[object]:
    entries = [one.entry for one in site.place.register.entries(CASE)]
    return [one.body["said"] for one in entries if one.kind == "acknowledged"]


async def test_a_press_acknowledges_and_leads_back_to_the_page(site: Site, browser: httpx.AsyncClient) -> None:
    path = await site.alerts()
    answer = await press(browser, path)
    after = await browser.get(answer.headers["Location"])

    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert "The safeguarding lead on call has this alert" in words(after)
    ref = f"{CASE}/{site.place.last('alert')}/1"
    alert, evidence = site.place.last("alert"), f"By the signed link of notice {ref}."
    said = {"by": {"role": "on-call"}, "id": f"link/{ref}/0", "evidence": evidence}
    assert acknowledged(site) == [{**said, "answers": alert, "seen": alert}]


async def test_to_open_the_page_changes_nothing_however_often_and_by_whomever(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """Mail scanners follow links."""
    path = await site.alerts()
    for _ in range(3):
        assert (await browser.get(path)).status_code == 200
        head = await browser.head(path)
        assert (head.status_code, head.content) == (200, b"")

    assert site.received == []


async def test_a_second_press_of_the_same_page_counts_once(site: Site, browser: httpx.AsyncClient) -> None:
    path = await site.alerts()
    sent = {**fields(await question(browser, path)), "sure": "yes"}
    answers = [await browser.post(path, data=sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(acknowledged(site)) == 1


async def test_after_an_acknowledgement_has_run_out_the_same_link_acknowledges_anew(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    await press(browser, path)
    site.place.passes(hours=25)
    site.place.works()
    await press(browser, path)

    assert len(acknowledged(site)) == 2
    assert "has this alert" in words(await browser.get(path))


async def test_a_press_when_nothing_is_alerting_any_more_is_told_the_rules_own_sentence(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    sent = {**fields(await question(browser, path)), "sure": "yes"}
    await site.place.says(AlertAcknowledged(by=Actor(role="on-call.second"), id="by another"))
    answer = await browser.post(path, data=sent)

    assert answer.status_code == 409
    assert "This was not recorded. Nothing in this case is alerting now" in words(answer)
    assert "The second safeguarding lead on call has this alert" in words(answer)


async def test_when_temporal_is_away_the_page_still_shows_and_the_press_says_that_nothing_was_recorded(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    site.mood = NotRecorded
    answer = await press(browser, path)

    assert answer.status_code == 503
    assert "This was NOT recorded" in words(answer)
    assert "we could not record it. Ring your partnership’s office." in words(answer)
    assert "While it is away it wakes nobody else. If this is not for you, ring the next person yourself" in words(
        answer
    )
    assert (await browser.get(path)).status_code == 200


async def test_an_answer_that_does_not_come_is_told_as_neither_done_nor_not_done(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    site.mood = Unsure
    answer = await press(browser, path)

    assert answer.status_code == 503
    assert "We do not know if this was recorded" in words(answer)
    assert "it counts once" in words(answer)


async def test_a_register_that_is_slow_to_take_it_in_leaves_no_doubt_that_it_was_recorded(
    site: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await site.alerts()
    monkeypatch.setattr(handlers, "REGISTER_WITHIN_SECONDS", 0.0)
    answer = await press(browser, path)

    assert answer.status_code == 200
    assert "This was recorded Acknowledged. It is still owed" in words(answer)


async def test_a_press_in_a_case_that_does_not_come_back_says_so_and_never_shows_its_page_without_a_word(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    sent = {**fields(await question(browser, path)), "sure": "yes"}
    site.place.cases.running.clear()
    answer = await browser.post(path, data=sent)

    assert answer.status_code == 409
    assert "This was not recorded. The system does not run this case" in words(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example.org"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_a_press_that_another_page_sends_is_refused(
    site: Site, browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    path = await site.alerts()
    answer = await press(browser, path, **headers)

    assert answer.status_code == 403
    assert site.received == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://escalations.partnership.example.org"},
    ],
)
async def test_a_press_of_our_own_page_is_taken_from_new_browsers_and_old(
    site: Site, browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    """A page without a referrer sends the origin `null`; an old browser sends none."""
    assert (await press(browser, await site.alerts(), **headers)).status_code == 303


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "sure=yes",
        "press=acknowledge&sure=yes",
        "press=acknowledge&answered=0&asked=1&mark=&sure=yes",
        "answered=99999999999",
        "asked=99999999999999999999999999&mark=aaaaaaaaaaaaaaaaaaaa&sure=yes",
        "x=y&&=;%00",
        "mark=\xff&sure=yes",
    ],
)
async def test_a_press_by_whoever_has_not_seen_the_page_records_nothing_and_is_asked(
    site: Site, browser: httpx.AsyncClient, sent: str
) -> None:
    """Mail scanners submit forms too."""
    path = await site.alerts()
    answer = await browser.post(path, content=sent.encode("latin-1"))

    assert answer.status_code == 403
    assert "Do you have this alert? Nothing was recorded." in words(answer)
    assert site.received == []
    assert (await browser.post(path, data={**fields(answer), "sure": "yes"})).status_code == 303


@pytest.mark.parametrize("button", ["not-mine", "left"])
async def test_the_lesser_buttons_need_the_page_too(site: Site, browser: httpx.AsyncClient, button: str) -> None:
    path = await site.alerts()
    answer = await browser.post(path, data={"press": button})

    assert (answer.status_code, site.received) == (403, [])
    assert "Nothing was recorded. It counts only when it is pressed on this page." in words(answer)


async def test_a_scanner_that_sends_every_form_it_meets_records_nothing(site: Site, browser: httpx.AsyncClient) -> None:
    """With no button, as a form is sent by a program, or with the first one."""
    path = await site.alerts()
    for button in ("acknowledge", "not-mine", "left"):
        asked = await question(browser, path, button)
        first = re.findall(r'<button name="sure" value="(\w+)"', asked.text)[0]
        assert (await browser.post(path, data=fields(asked))).status_code == 403
        assert (await browser.post(path, data={**fields(asked), "sure": first})).headers["Location"] == path

    assert site.received == []


async def test_what_a_form_was_shown_for_counts_for_nothing_else(site: Site, browser: httpx.AsyncClient) -> None:
    """Not for another link, another button, another state of the alert or a later time."""
    path = await site.alerts()
    sent = {**fields(await question(browser, path)), "sure": "yes"}
    other = site.path(site.place.last("alert"), Recipient(role="on-call.second", title="second"))
    later = str(int(sent["asked"]) + 600)
    answers = [
        await browser.post(other, data=sent),
        await browser.post(path, data=sent | {"press": "not-mine"}),
        await browser.post(path, data=sent | {"answered": "7"}),
        await browser.post(path, data=sent | {"asked": later}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert site.received == []


async def test_a_page_that_was_open_for_long_is_told_so_and_a_fresh_press_counts(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    sent = {**fields(await question(browser, path)), "sure": "yes"}
    site.place.passes(minutes=16)
    answer = await browser.post(path, data=sent)

    assert (answer.status_code, site.received) == (403, [])
    assert "Nothing was recorded. This page had been open for too long. Press again." in words(answer)
    assert (await browser.post(path, data={**fields(answer), "sure": "yes"})).status_code == 303
    assert len(acknowledged(site)) == 1


async def test_a_first_page_that_was_open_for_long_still_leads_to_a_question_that_counts(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    await browser.get(path)
    site.place.passes(hours=3)

    assert (await press(browser, path)).status_code == 303


async def test_where_there_is_no_such_button_any_more_the_page_says_how_things_stand(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    await press(browser, path)

    assert "has this alert" in words(await browser.get(path, params={"press": "acknowledge"}))
    assert "What is overdue" in words(await browser.get(path, params={"press": "agreed"}))
    answer = await browser.post(path)
    assert (answer.status_code, len(acknowledged(site))) == (403, 1)
    assert "The safeguarding lead on call has this alert This was not recorded." in words(answer)


async def test_more_than_a_press_sends_is_refused(site: Site, browser: httpx.AsyncClient) -> None:
    path = await site.alerts()

    assert (await browser.post(path, content=b"x" * 1025)).status_code == 413
    assert site.received == []


async def test_a_forged_link_presses_nothing(site: Site, browser: httpx.AsyncClient) -> None:
    path = await site.alerts()

    assert (await browser.post(path[:-1] + ("a" if path[-1] != "a" else "b"))).status_code == 404
    assert site.received == []


async def test_a_press_is_no_act(site: Site, browser: httpx.AsyncClient) -> None:
    """Section 6: an acknowledgement is no resolution."""
    path = await site.alerts()
    before = site.place.cases.running[CASE].outstanding
    await press(browser, path)

    assert {duty.id for duty in site.place.cases.running[CASE].outstanding} == {duty.id for duty in before}
    await site.place.says(
        ActDone(by=Actor(agency="police", role="practitioner"), act="acknowledgement", id="a", fields=SAFE)
    )
    assert len(site.place.cases.running[CASE].outstanding) == len(before) - 1


async def test_whoever_is_on_call_says_that_it_is_not_for_them_and_the_next_person_is_woken(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    sent = {**fields(await question(browser, path, "not-mine")), "sure": "yes"}
    answers = [await browser.post(path, data=sent) for _ in range(2)]
    said = words(await browser.get(path))

    assert [answer.status_code for answer in answers] == [303, 303]
    assert "You said that this is not for you You told us on" in said
    assert "This is not my case" not in said
    (entry,) = [one.entry for one in site.place.register.entries(CASE) if one.entry.kind == "misdirected"]
    assert entry.body["seat"] == "on-call"


async def test_a_seat_says_that_its_holder_has_left_and_what_it_owes_stays_owed(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    path = site.path(2, PRACTITIONER)
    before = words(await browser.get(path))
    answer = await press(browser, path, "left")

    assert "Not for you?" in before
    assert answer.status_code == 303
    assert "acknowledgement of the difference" in words(await browser.get(path))
    office = site.path(site.place.last("misdirected"), Recipient(role="operations", title="partnership's office"))
    told = words(await browser.get(office))
    assert "find who is the frontline professional, Lincolnshire Police, and mend the directory" in told
    assert "as the partnership's office." in told
    assert "Not for you?" not in told


@pytest.mark.parametrize("pressed", ["agreed", "acknowledge", "waive"])
async def test_a_seat_of_a_party_has_no_button_that_acknowledges_or_acts(
    site: Site, browser: httpx.AsyncClient, pressed: str
) -> None:
    await site.alerts()
    answer = await browser.post(site.path(2, PRACTITIONER), data={"press": pressed})

    assert answer.status_code == 403
    assert site.received == []


async def test_a_letter_that_went_astray_is_told_of_where_one_agency_is_on_both_sides(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """Its letter names the agency alone; L3."""
    await site.place.opens(raising="schools", receiving=("schools",))
    answer = await press(browser, site.path(2, PRACTITIONER.but(agency="schools")), "left")

    assert answer.status_code == 303
    assert site.received[-1].by.agency == "schools.raising"
