"""A destruction list on its page: a second person approves it or takes cases off it, and destroying is a command."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.register.disposal import Disposal, Disposals
from domain.base.reference import make_reference
from services import destruction_lists
from services.destruction_lists import Who
from services.errors import Trouble

from .conftest import Site
from .office import mark, signed_in
from .test_pages import words

CASES = [make_reference(number) for number in (11, 12)]
PROPOSER, OTHER = "operations", "administrator"
TO_APPROVE, TO_WITHDRAW = "/retention/DL-1/approve", "/retention/DL-1/withdraw"


@pytest.fixture
def listed(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Two cases are proposed by the office, in an installation with a Temporal of its own."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.org:7233")
    says(site, "proposed")
    return site


def says(site: Site, step: Any, by: str = "staff-0007", account: str = PROPOSER, cases: list[str] = CASES) -> None:
    at = site.place.now - timedelta(days=1)
    site.place.register.dispose([Disposal(case, step, at, by, "Its time has come.", account, "DL-1") for case in cases])


def rows(site: Site) -> list[tuple[str, str, str, str]]:
    said: Disposals = site.place.register.disposals()
    return [(one.case_ref, one.step, one.by, one.account) for one in said.rows]


async def send(browser: httpx.AsyncClient, path: str, said: Mapping[str, Any], page: httpx.Response) -> httpx.Response:
    return await browser.post(path, data={"mark": mark(page, path), **said})


def seen(page: httpx.Response) -> str:
    return page.text.split('name="seen" value="')[1].split('"')[0]


async def test_a_second_person_reads_what_they_say_and_approves(listed: Site) -> None:
    async with signed_in(listed, OTHER) as browser:
        page = words(await browser.get("/retention/dl-1"))
        question = await browser.get(TO_APPROVE)
        before = rows(listed)
        no = await send(browser, TO_APPROVE, {"seen": seen(question), "sure": "no"}, question)
        kept = rows(listed)
        done = await send(browser, TO_APPROVE, {"seen": seen(question), "sure": "yes"}, question)
        after = words(await browser.get("/retention/DL-1"))

    assert "Approve it" in page
    said = words(question)
    assert "2 cases of DL-1 may then be destroyed for good, by a command. Nothing is destroyed by this." in said
    assert "you, administrator, approved it" in said
    assert all(f"{case} " in said for case in CASES)
    assert "staff-0007 Its time has come." in said
    assert before == kept == [(case, "proposed", "staff-0007", PROPOSER) for case in CASES]
    assert (no.status_code, done.status_code, done.headers["Location"]) == (303, 303, "/retention/DL-1")
    assert rows(listed)[2:] == [(case, "approved", OTHER, OTHER) for case in CASES]
    assert "is destroyed by whoever looks after this installation, by a command" in after
    assert "there is no way back" in after


async def test_whoever_proposed_it_is_told_why_they_do_not_approve_it_and_cannot(listed: Site) -> None:
    async with signed_in(listed, OTHER) as browser:
        question = await browser.get(TO_APPROVE)
    async with signed_in(listed, PROPOSER) as browser:
        page = words(await browser.get("/retention/DL-1"))
        asked = await browser.get(TO_APPROVE)
        form = {"mark": own_mark(listed, browser, TO_APPROVE), "seen": seen(question), "sure": "yes"}
        sent = await browser.post(TO_APPROVE, data=form)

    assert "You have proposed it yourself: a second person approves it" in page
    assert "Approve it" not in page
    assert (asked.status_code, sent.status_code) == (403, 403)
    assert {step for _, step, *_ in rows(listed)} == {"proposed"}


def own_mark(site: Site, browser: httpx.AsyncClient, path: str) -> str:
    visitor = site.parts.visitors.visitor(browser.cookies.get("__Host-session") or "")
    assert visitor
    return site.parts.visitors.mark(visitor, path)


async def test_whoever_proposed_it_by_a_command_under_their_handle_is_the_same_person_here(listed: Site) -> None:
    says(listed, "proposed", by="Administrator", account="somebody-elses", cases=[make_reference(13)])
    async with signed_in(listed, OTHER) as browser:
        asked = await browser.get(TO_APPROVE)

    assert asked.status_code == 403
    assert "You have proposed it yourself" in words(asked)


async def test_what_was_said_meanwhile_makes_a_yes_a_no(listed: Site) -> None:
    async with signed_in(listed, OTHER) as browser:
        question = await browser.get(TO_APPROVE)
        says(listed, "withdrawn", cases=CASES[:1])
        late = await send(browser, TO_APPROVE, {"seen": seen(question), "sure": "yes"}, question)
        without = await send(browser, TO_APPROVE, {"sure": "yes"}, question)

    assert (late.status_code, without.status_code) == (403, 403)
    assert "Something was said of DL-1 since you looked: nothing was recorded." in words(late)
    assert [step for _, step, *_ in rows(listed)] == ["proposed", "proposed", "withdrawn"]


async def test_two_who_approve_at_once_are_one_approval(listed: Site) -> None:
    """The second is told so, though both have read the same."""
    settings, who = listed.place.settings, Who(OTHER, OTHER)
    last = destruction_lists.last_said(listed.place.register.disposals().lists()["DL-1"])
    destruction_lists.approve(settings, "DL-1", who, last)
    with pytest.raises(Trouble, match="since you looked"):
        destruction_lists.approve(settings, "DL-1", who, last)
    with pytest.raises(Trouble, match="Nothing in DL-1 waits"):
        destruction_lists.approve(settings, "DL-1", who)

    assert [step for _, step, *_ in rows(listed)].count("approved") == 2


async def test_cases_come_off_a_list_with_a_reason_and_the_sentence_is_shown_first(listed: Site) -> None:
    async with signed_in(listed, PROPOSER) as browser:
        form = await browser.get(TO_WITHDRAW)
        nothing = await send(browser, TO_WITHDRAW, {"seen": seen(form)}, form)
        child = {"seen": seen(form), "case": CASES[0], "reason": "Sam Example, dob 02/03/14"}
        named = await send(browser, TO_WITHDRAW, child, form)
        said = {"seen": seen(form), "case": CASES[0], "reason": "Still needed."}
        question = await send(browser, TO_WITHDRAW, said, form)
        before = rows(listed)
        done = await send(browser, TO_WITHDRAW, {**said, "seen": seen(question), "sure": "yes"}, question)

    assert nothing.status_code == named.status_code == 400
    assert "Choose which cases." in words(nothing)
    assert "Say why, in 500 characters at most" in words(nothing)
    assert "It holds what looks like a child’s name" in words(named)
    assert "1 case come off" not in words(question)
    assert "1 case comes off DL-1 and is kept." in words(question)
    assert "you, operations, said so: Still needed." in words(question)
    assert len(before) == 2
    assert done.status_code == 303
    assert rows(listed)[2:] == [(CASES[0], "withdrawn", PROPOSER, PROPOSER)]


async def test_all_that_is_left_comes_off_by_one_mark(listed: Site) -> None:
    async with signed_in(listed, OTHER) as browser:
        form = await browser.get(TO_WITHDRAW)
        said = {"seen": seen(form), "all": "yes", "reason": "Made by mistake."}
        question = await send(browser, TO_WITHDRAW, said, form)
        strange = await send(browser, TO_WITHDRAW, {**said, "all": "", "case": "ESC-0000-0000"}, form)
        await send(browser, TO_WITHDRAW, {**said, "sure": "yes"}, question)
        over = await browser.get(TO_WITHDRAW)

    assert "2 cases come off DL-1 and are kept." in words(question)
    assert strange.status_code == 400
    assert [step for _, step, *_ in rows(listed)][2:] == ["withdrawn", "withdrawn"]
    assert over.status_code == 403


async def test_an_auditor_reads_the_list_and_is_offered_nothing(listed: Site) -> None:
    async with signed_in(listed, "auditor") as browser:
        page = words(await browser.get("/retention/DL-1"))
        asked = [(await browser.get(path)).status_code for path in (TO_APPROVE, TO_WITHDRAW)]

    assert "What was said of it" in page
    assert "Approve it" not in page
    assert "Take cases off it" not in page
    assert asked == [403, 403]


async def test_a_list_that_is_too_long_for_a_form_is_taken_off_as_a_whole_or_by_the_command(listed: Site) -> None:
    says(listed, "proposed", cases=[make_reference(number) for number in range(100, 400)])
    async with signed_in(listed, OTHER) as browser:
        page = words(await browser.get(TO_WITHDRAW))

    assert "All that are left: 302 cases" in page
    assert "can take single cases off it by a command" in page
