"""The same forms for whoever has signed in: for their own seat, for others, and immediate risk about any case."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from adapters.people.file import Person
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.case.state import Answer
from domain.commands import ActDone, Message, OutcomeSaid, RiskRaised
from domain.decide import decide
from domain.policy.local_settings import Local
from services import telling, temporal_client, times, waking
from services.errors import AWAY, Trouble
from workflows.caseload import NoAnswer

from .conftest import ADDRESS, PEOPLE, Site
from .filling import anything, fields_of, records, send
from .test_pages import SAFE, words

REF = make_reference(0)
LIST, RISK = f"/cases/{REF}/record", f"/cases/{REF}/risk"
MANAGER = Person("manager", "safeguarding manager", "agency manager", "police", "practitioner")


def cookie(site: Site, account: str) -> dict[str, str]:
    return {"Cookie": f"__Host-session={site.parts.visitors.begins(account, 'signed in by a test')}"}


@pytest.fixture
def installed(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The pages with the test's own caseload where Temporal stands."""
    monkeypatch.setitem(PEOPLE, "manager", MANAGER)
    monkeypatch.setattr(times, "clock", lambda: site.place.now)
    monkeypatch.setattr(telling, "WORD_SECONDS", 0)

    @asynccontextmanager
    async def caseload(_: object) -> AsyncIterator[object]:
        yield site.place.cases

    monkeypatch.setattr(temporal_client, "caseload", caseload)
    return site


@asynccontextmanager
async def signed_in(site: Site, account: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site.app)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=cookie(site, account)) as client:
        yield client


def said(site: Site, kind: str) -> dict[str, object]:
    bodies = [one.entry.body for one in site.place.register.entries(REF) if one.entry.kind == kind]
    return bodies[-1]["said"]  # type: ignore[return-value]


async def test_whoever_has_not_signed_in_is_asked_to_and_records_nothing(installed: Site) -> None:
    await installed.place.opens(REF)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(installed.app), base_url=ADDRESS) as nobody:
        for path in (LIST, f"{LIST}/discussion", RISK):
            assert (await nobody.get(path)).status_code == 303
            assert (await nobody.post(path, data={"do": "record", "sure": "yes"})).status_code in {403, 405}

    assert installed.place.cases.received == []


async def test_the_list_says_for_every_seat_what_may_be_recorded(installed: Site) -> None:
    await installed.place.opens(REF)
    async with signed_in(installed, "operations") as browser:
        page = await browser.get(LIST)

    assert "Acknowledgement of the difference" in words(page)
    assert "Agreed (first: agreed plan of action)" in words(page)
    assert f'href="{LIST}/not-agreed"' in page.text
    assert f'href="{RISK}"' in page.text


async def test_the_office_records_for_a_seat_and_says_how_it_knows(installed: Site) -> None:
    await installed.place.opens(REF)
    async with signed_in(installed, "operations") as browser:
        page = await browser.get(f"{LIST}/discussion")
        bare = await send(browser, page, "check", {"method": "telephone"})
        assert "Answer this: Who did or said it? Answer this: How do you know this?" in words(bare)
        typed = {"who": "practitioner@police", "evidence": "They rang us at ten."}
        checked = await send(browser, bare, "check", typed)
        assert "The frontline professional, Lincolnshire Police: Discussion" in words(checked)
        done = await send(browser, checked, "record")

    assert done.status_code == 200, words(done)
    found = said(installed, "act")
    assert (found["recorded_by"], found["evidence"]) == ("operations", "They rang us at ten.")
    message = installed.place.cases.received[-1]
    assert message.attested
    assert (message.attested.how, message.attested.who) == ("o", "operations (operations)")


async def test_an_agencys_manager_speaks_for_that_agency_alone_and_is_known_as_signed_in(installed: Site) -> None:
    await installed.place.opens(REF)
    async with signed_in(installed, "manager") as browser:
        page = await browser.get(f"{LIST}/discussion")
        assert "practitioner@police" in page.text
        assert "practitioner@schools" not in page.text
        forged = await send(browser, page, "check", {"method": "telephone", "who": "practitioner@schools"})
        assert forged.status_code == 422
        done = await records(browser, f"{LIST}/discussion", {"method": "telephone", "who": "practitioner@police"})

    assert done.status_code == 200, words(done)
    message = installed.place.cases.received[-1]
    assert message.by == Actor(agency="police", role="practitioner")
    assert message.attested
    assert message.attested.how == "s"


async def test_another_seat_than_those_that_owe_it_can_be_named(installed: Site) -> None:
    await installed.place.opens(REF)
    async with signed_in(installed, "operations") as browser:
        typed = {"who": "other", "seat-role": "", "evidence": "By letter.", "reason": "R.", "interim_safety": "S."}
        half = await send(browser, await browser.get(f"{LIST}/not-agreed"), "check", typed)
        assert "Choose the seat: whose role, and of which agency." in words(half)
        seat = {"seat-role": "slo", "seat-agency": "police"}
        refused = await send(browser, await send(browser, half, "check", seat), "record")

    assert refused.status_code == 409
    assert "cannot record not agreed here" in words(refused)
    assert fields_of(refused)["reason"] == ["R."]


async def test_what_the_office_says_itself_names_its_person(installed: Site) -> None:
    await installed.place.opens(REF)
    async with signed_in(installed, "operations") as browser:
        half = await send(browser, await browser.get(f"{LIST}/void"), "check", {"reason": "Another child."})
        assert "Answer this: Which person is it" in words(half)
        done = await send(browser, await send(browser, half, "check", {"person": "staff-0007"}), "record")

    assert done.status_code == 200, words(done)
    assert said(installed, "void-proposed")["by"] == {"role": "operations", "person": "staff-0007"}


async def test_an_auditor_records_nothing_but_immediate_risk(installed: Site) -> None:
    await installed.place.opens(REF)
    async with signed_in(installed, "auditor") as browser:
        assert (await browser.get(LIST)).status_code == 403
        page = await browser.get(RISK)
        done = await send(browser, page, "yes", {"note": "x" * 20_100})

    assert "999" in words(page)
    assert done.status_code == 200, words(done)
    assert "Immediate risk is on the record" in words(done)
    assert "What you wrote is cut to 20,000 characters." in words(done)
    assert "Nobody is known to have been told yet: ring the safeguarding lead on call yourself." in words(done)
    assert isinstance(installed.place.cases.received[-1], RiskRaised)


async def test_immediate_risk_needs_no_right_to_see_the_case_and_no_word(installed: Site) -> None:
    await installed.place.opens(REF, raising="schools", receiving=("health-trust",))
    async with signed_in(installed, "manager") as browser:
        assert (await browser.get(LIST)).status_code == 403
        assert (await send(browser, await browser.get(RISK), "yes")).status_code == 200

    assert said(installed, "risk")["by"] == {"agency": "police", "role": "practitioner"}


async def test_risk_that_cannot_be_recorded_says_so_says_who_was_told_and_keeps_what_was_typed(
    installed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await installed.place.opens(REF)

    async def away(*_: object) -> Answer:
        raise Trouble("Temporal is away.", AWAY)

    monkeypatch.setattr(waking, "send", away)
    monkeypatch.setattr(waking, "_wake", lambda *_: "The safeguarding lead on call was told of the risk directly.")
    async with signed_in(installed, "manager") as browser:
        page = await browser.get(RISK)
        answer = await send(browser, page, "yes", {"note": "What has happened."})

    assert answer.status_code == 503
    assert "It is NOT on the record yet." in words(answer)
    assert "The safeguarding lead on call was told of the risk directly." in words(answer)
    assert fields_of(answer)["note"] == ["What has happened."]
    assert fields_of(answer)["id"] == fields_of(page)["id"]


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Trouble("Temporal is away.", AWAY), 503, "This was NOT recorded"),
        (NoAnswer("Nobody answered."), 503, "We do not know if this was recorded"),
        (Trouble("It does not come back for this."), 409, "It does not come back for this."),
    ],
)
async def test_what_became_of_it_is_said_and_what_was_typed_still_stands_there(
    installed: Site, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, title: str
) -> None:
    await installed.place.opens(REF)

    async def fails(*_: object) -> Answer:
        raise error

    typed = {"method": "telephone", "who": "practitioner@police", "note": "A word."}
    async with signed_in(installed, "manager") as browser:
        checked = await send(browser, await browser.get(f"{LIST}/discussion"), "check", typed)
        monkeypatch.setattr(type(installed.place.cases), "record", fails)
        answer = await send(browser, checked, "record")

    assert answer.status_code == status
    assert title in words(answer)
    assert fields_of(answer)["note"] == ["A word."]


async def test_what_was_typed_into_a_form_after_signing_out_comes_back_under_its_own_questions(installed: Site) -> None:
    await installed.place.opens(REF)
    async with signed_in(installed, "operations") as browser:
        page = await browser.get(f"{LIST}/propose")
        typed: dict[str, str | list[str]] = {
            "action-what": ["Visit", "Ring"],
            "action-owner": ["police", "schools"],
            "evidence": "They rang us.",
        }
        typed |= {f"action-{end}": [said, said] for end, said in (("day", "3"), ("month", "12"), ("year", "2026"))}
        installed.place.passes(minutes=31)
        answer = await send(browser, page, "check", typed | {"fits_existing_plan": "yes"})
        said = words(answer)

        assert answer.status_code == 403
        assert "What will be done, by whom, by which day? Visit, police, 3 12 2026" in said
        assert "What will be done, by whom, by which day? Ring, schools, 3 12 2026" in said
        assert "Does it fit the child's plan? yes" in said
        assert "How do you know this? They rang us." in said
        assert "action-what" not in answer.text


async def test_immediate_risk_of_whoever_is_signed_out_says_to_ring_and_gives_back_what_was_typed(
    installed: Site,
) -> None:
    await installed.place.opens(REF)
    async with signed_in(installed, "operations") as browser:
        page = await browser.get(RISK)
        installed.place.passes(hours=11)
        answer = await send(browser, page, "yes", {"note": "He is alone."})

    assert answer.status_code == 403
    assert "999" in words(answer).split("sign in again")[0]
    assert "Nobody has been told by this program." in words(answer)
    assert "What has happened? He is alone." in words(answer)


async def test_an_answer_to_what_the_policy_asks_is_chosen_from_its_own_and_another_one_needs_its_reason(
    installed: Site,
) -> None:
    await installed.place.opens(REF)
    async with signed_in(installed, "operations") as browser:
        listed = await browser.get(LIST)
        assert f'href="{LIST}/fact?of=plan-type"' in listed.text
        page = await browser.get(f"{LIST}/fact?of=plan-type")
        assert 'value="child protection"' in page.text
        seat = {"seat-role": "practitioner", "seat-agency": "schools", "evidence": "They rang us."}
        done = await records(browser, f"{LIST}/fact?of=plan-type", seat | {"fact": "child protection"})

    assert done.status_code == 200, words(done)
    assert (said(installed, "fact-said")["fact"], said(installed, "fact-said")["value"]) == (
        "plan-type",
        "child protection",
    )


async def test_the_office_strikes_out_what_it_had_entered_by_mistake(installed: Site) -> None:
    place = installed.place
    await place.opens(REF)
    by = Actor(agency="schools", role="practitioner")
    await place.cases.record(REF, ActDone(by=by, act="discussion", method="telephone", id="d"))
    async with signed_in(installed, "operations") as browser:
        page = await browser.get(f"{LIST}/correct")
        number = max(one.entry.number for one in place.register.entries(REF) if one.entry.kind == "act")
        typed = {"entry": str(number), "reason": "Not so.", "one-of": "strike", "evidence": "They rang us."}
        seat = {"seat-role": "practitioner", "seat-agency": "schools"}
        done = await send(browser, await send(browser, page, "check", typed | seat), "record")

    assert done.status_code == 200, words(done)
    assert said(installed, "corrected")["strike"] is True


@pytest.mark.parametrize("steps", [0, 3])
async def test_every_form_opens_says_what_is_missing_and_reaches_the_rules_with_something_in_every_field(
    installed: Site, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those that few use: a number that is filled, who sits in a body, a plan from its middle."""
    place = installed.place
    await place.opens(REF, local=Local(extensions=True, pausing=True, withdrawal=True))
    for role in ("practitioner", "line-manager", "slo")[:steps]:
        by = Actor(agency="schools", role=role)
        await place.cases.record(REF, OutcomeSaid(by=by, outcome="not-agreed", fields=SAFE, id=role))
    async with signed_in(installed, "operations") as browser:
        page = await browser.get(LIST)
        paths = [part.partition('"')[0] for part in page.text.split('href="')[1:] if part.startswith(f"{LIST}/")]
        assert len(paths) > 12

        async def tried(case: str, message: Message) -> Answer:
            return decide(place.cases.running[case], message, place.now).answer

        monkeypatch.setattr(place.cases, "record", tried)
        for path in paths:
            form = await browser.get(path.replace("&amp;", "&"))
            assert form.status_code == 200, path
            assert (await send(browser, form, "check")).status_code == 422, path  # nobody said who it was
            checked = await send(browser, form, "check", anything(form) | {"no_residual": [], "one-of": "strike"})
            assert checked.status_code == 200, (path, words(checked))
            done = await send(browser, checked, "record", {"names-nobody": "yes"})
            assert done.status_code in {200, 409}, (path, words(done))
