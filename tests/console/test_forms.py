"""Recording from the page of a notice: each kind of form, and that nothing typed is ever lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from activities.contacts import Contacts
from adapters.directory import Contact
from console.app import make_app
from console.confirming.codes import Codes
from console.confirming.confirming import Confirming
from console.confirming.devices import Devices
from console.record import NotRecorded, Unsure
from domain.base.people import Actor
from domain.case.effects import Notice, Receipt, Recipient
from domain.case.plan import Action
from domain.commands import ActDone, OutcomeSaid, PlanProposed
from domain.policy.local_settings import Local
from domain.views.status import status_of
from services import telling, temporal_client, waking
from services.errors import AWAY, Trouble
from tests.watch.conftest import CASE

from .conftest import ADDRESS, PRACTITIONER, Site
from .filling import fields_of, form_in, records, send
from .test_pages import SAFE, words
from .test_press import press

SCHOOLS = PRACTITIONER.but(agency="schools")
POLICE, SCHOOL = (Actor(agency=agency, role="practitioner") for agency in ("police", "schools"))
ALLOWED = Local(tolerance="same working day", extensions=True, pausing=True, withdrawal=True)


def form(path: str, name: str, **more: str) -> str:
    return f"{path}?form={name}" + "".join(f"&{key}={value}" for key, value in more.items())


def last(site: Site, kind: str) -> dict[str, object]:
    bodies = [one.entry.body for one in site.place.register.entries(CASE) if one.entry.kind == kind]
    return bodies[-1]["said"]  # type: ignore[return-value]


async def opened(site: Site, to: Recipient = PRACTITIONER, **changes: Any) -> str:
    await site.place.opens(**changes)
    return site.path(2, to)


def proposal(site: Site, by: Actor = SCHOOL, what: str = "Visit the home") -> PlanProposed:
    action = Action(what=what, owner="police", by=site.place.now.date() + timedelta(days=30))
    return PlanProposed(by=by, actions=(action,), fields={"fits-existing-plan": "yes"}, id=what)


async def test_an_acknowledgement_is_recorded_in_three_presses_and_the_record_says_by_which_link(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await opened(site)
    page = await browser.get(path)
    assert form(path, "acknowledgement") in page.text
    checked = await send(browser, await browser.get(form(path, "acknowledgement")), "check")
    done = await send(browser, checked, "record")

    sentence = "The frontline professional, Lincolnshire Police: Acknowledgement of the difference at Step 1"
    assert f"This will be recorded: {sentence}" in words(checked)
    assert f"Recorded {sentence}" in words(done)
    said = last(site, "act")
    assert (said["act"], said["evidence"]) == ("acknowledgement", f"By the signed link of notice {CASE}/2/1.")
    assert str(said["id"]).startswith(f"link/{CASE}/2/1/")
    assert site.received[-1].seen == 2
    assert "acknowledgement of the difference Who owes it" not in words(await browser.get(path))


async def test_a_discussion_says_how_and_when_and_an_email_is_warned_of_and_still_taken(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """L9: e-mail is discouraged; L14: the discussion is owed at once."""
    path = form(await opened(site), "discussion")
    site.place.passes(hours=3)
    empty = await send(browser, await browser.get(path), "check")
    assert empty.status_code == 422
    assert "There is something to mend Answer this: How was it done?" in words(empty)
    assert 'href="#method"' in empty.text
    when = {"at-day": "23", "at-month": "Nov", "at-year": "2026", "at-time": "11.30am", "note": "They will call back."}
    by_mail = await send(browser, empty, "check", {"method": "e-mail", **when})
    assert "The policy advises against e-mail for this. It is recorded, and does not count" in words(by_mail)
    changed = await send(browser, by_mail, "change")
    assert {name: fields_of(changed)[name] for name in when} == {name: [said] for name, said in when.items()}
    checked = await send(browser, changed, "check", {"method": "telephone"})
    assert (
        "Discussion at Step 1: professional to professional, by telephone, Monday 23 November 2026, 11:30am."
        in words(checked)
    )
    assert "advises against" not in words(checked)
    done = await send(browser, checked, "record")

    assert done.status_code == 200
    assert last(site, "act")["at"] == "2026-11-23T11:30:00Z"
    assert last(site, "act")["method"] == "telephone"


async def test_not_agreed_needs_its_reason_and_what_keeps_the_child_safe(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = form(await opened(site), "not-agreed")
    said = "We do not see it so.\nNot at all."
    half = await send(browser, await browser.get(path), "check", {"reason": said})
    assert half.status_code == 422
    assert "Answer this: What keeps the child safe meanwhile?" in words(half)
    assert fields_of(half)["reason"] == [said]
    done = await send(browser, await send(browser, half, "check", {"interim-safety": ""}), "check")
    assert done.status_code == 422
    done = await send(browser, await send(browser, half, "check", {"interim_safety": "Daily calls."}), "record")

    assert done.status_code == 200, words(done)
    assert last(site, "outcome")["fields"] == {"reason": said, "interim-safety": "Daily calls."}


async def test_a_plan_is_proposed_line_by_line_and_rows_are_added_and_taken_away_without_a_script(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = form(await opened(site), "propose")
    first = await browser.get(path)
    typed = {
        "action-what": ["Visit; the home"],
        "action-owner": ["police"],
        "action-day": ["3"],
        "action-month": ["12"],
    }
    two = await send(browser, first, "add:action", typed | {"action-year": ["2026"], "fits_existing_plan": "yes"})
    assert fields_of(two)["action-what"] == ["Visit; the home", ""]
    assert fields_of(two)["fits_existing_plan"] == ["yes"]
    one = await send(browser, two, "remove:action:2")
    assert fields_of(one)["action-what"] == ["Visit; the home"]
    assert fields_of(one)["id"] == fields_of(first)["id"]
    checked = await send(browser, two, "check", {})
    assert "Visit; the home – Lincolnshire Police, by the end of Thursday 3 December 2026" in words(checked)
    assert (await send(browser, checked, "record")).status_code == 200

    assert last(site, "plan-proposed")["actions"] == [
        {"by": "2026-12-03", "owner": "police", "what": "Visit; the home"}
    ]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"action-day": ["31"], "action-month": ["2"], "action-year": ["2027"]}, "it must be a date that there is"),
        ({"action-day": ["3"], "action-month": [""], "action-year": ["2027"]}, "the date needs a month"),
        ({"action-what": [""], "action-day": ["3"]}, "say what it is"),
        ({"action-owner": [""]}, "choose the agency"),
        ({"action-what": ["x" * 20_001]}, "may hold 20,000: shorten it"),
    ],
)
async def test_what_is_wrong_in_a_line_is_said_with_its_number_and_everything_stays(
    site: Site, browser: httpx.AsyncClient, typed: dict[str, list[str]], why: str
) -> None:
    path = form(await opened(site), "propose")
    good = {"action-what": ["Visit"], "action-owner": ["police"], "action-day": ["3"], "action-month": ["12"]}
    sent = good | {"action-year": ["2026"], "fits_existing_plan": ["yes"]} | typed
    answer = await send(browser, await browser.get(path), "check", {**sent})

    assert answer.status_code == 422
    assert why in words(answer)
    assert fields_of(answer)["action-what"] == sent["action-what"]
    assert site.received == []


async def test_the_other_sides_plan_is_read_and_confirmed_or_changed(site: Site, browser: httpx.AsyncClient) -> None:
    path = await opened(site)
    await site.place.cases.record(CASE, proposal(site))
    page = words(await browser.get(path))
    assert "The plan, version 1 Visit the home Lincolnshire Police, by the end of" in page
    assert page.index("The plan, version 1") < page.index("Your answer")
    assert "Confirm version 1 of the plan" in page
    amend = await browser.get(form(path, "propose"))
    assert fields_of(amend)["action-what"] == ["Visit the home"]
    done = await records(browser, form(path, "confirm"))

    assert "Recorded The frontline professional, Lincolnshire Police: Confirm version 1 of the plan" in words(done)
    assert last(site, "plan-confirmed")["version"] == 1
    assert "Every party has agreed to it." in words(await browser.get(path))


async def test_what_has_moved_since_is_refused_and_shown_with_everything_that_was_typed(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """Rule 41: a plan that was changed meanwhile is read before it is confirmed."""
    path = await opened(site)
    await site.place.cases.record(CASE, proposal(site))
    checked = await send(browser, await browser.get(form(path, "confirm")), "check")
    await site.place.cases.record(CASE, proposal(site, what="Visit twice"))
    answer = await send(browser, checked, "record")
    said = words(answer)

    assert answer.status_code == 409
    assert "This was not recorded. Version 1 is not the newest" in said
    assert "What is new since you opened this page Plan proposed, version 2 The frontline professional, Schools" in said
    assert "Visit twice" in said
    again = await send(browser, await send(browser, answer, "check"), "record")
    assert again.status_code == 200
    assert last(site, "plan-confirmed")["version"] == 2


async def test_of_two_managers_at_once_the_second_is_told_what_the_first_did_and_loses_no_word(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = form(await opened(site), "not-agreed")
    typed = {"reason": "Ours.", "interim_safety": "Daily calls."}
    first, second = [await send(browser, await browser.get(path), "check", typed) for _ in range(2)]
    assert (await send(browser, first, "record")).status_code == 200
    answer = await send(browser, second, "record")

    assert answer.status_code == 409
    assert "What is new since you opened" in words(answer)
    assert "What you had written Why? Ours. What keeps the child safe meanwhile? Daily calls." in words(answer)
    assert len([one for one in site.place.register.entries(CASE) if one.entry.kind == "outcome"]) == 1


async def test_a_form_that_is_sent_twice_counts_once_and_gets_the_same_answer(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """A double press, a lost connection, a page that is loaded again."""
    path = form(await opened(site), "discussion")
    checked = await send(browser, await browser.get(path), "check", {"method": "telephone"})
    first = await send(browser, checked, "record")
    before = len(list(site.place.register.entries(CASE)))
    again = await send(browser, checked, "record")

    late = await send(browser, checked, "change")

    assert (first.status_code, again.status_code) == (200, 200)
    assert "Recorded Recorded: discussion by telephone at Step 1: professional to professional" in words(again)
    assert "This form has been recorded already; it counts once." in words(again)
    assert words(late) == words(again)
    assert len(list(site.place.register.entries(CASE))) == before


async def test_with_temporal_away_nothing_is_recorded_and_every_word_still_stands_there(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = form(await opened(site), "not-agreed")
    typed = {"reason": "Two lines\n<b>and</b> \u200dmore.", "interim_safety": "Daily calls."}
    checked = await send(browser, await browser.get(path), "check", typed)
    site.mood = NotRecorded
    away = await send(browser, checked, "record")

    assert away.status_code == 503
    assert "This was NOT recorded: the system that takes your answer is away." in words(away)
    assert "Ring your partnership’s office if it cannot wait." in words(away)
    site.mood = None
    assert (await send(browser, away, "record")).status_code == 200
    assert last(site, "outcome")["fields"] == {"reason": typed["reason"], "interim-safety": "Daily calls."}


async def test_an_answer_that_does_not_come_is_neither_done_nor_not_done_and_counts_once_when_sent_again(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = form(await opened(site), "discussion")
    checked = await send(browser, await browser.get(path), "check", {"method": "telephone"})
    site.mood = Unsure
    unsure = await send(browser, checked, "record")

    assert unsure.status_code == 503
    assert "We do not know if this was recorded It did not answer in time." in words(unsure)
    assert fields_of(unsure)["id"] == fields_of(checked)["id"]
    site.mood = None
    assert (await send(browser, unsure, "record")).status_code == 200


async def test_a_page_that_was_open_for_long_asks_anew_with_everything_there(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = form(await opened(site), "discussion")
    page = await browser.get(path)
    site.place.passes(hours=2)
    checked = await send(browser, page, "check", {"method": "telephone", "note": "A word."})
    site.place.passes(minutes=16)
    old = await send(browser, checked, "record")

    assert old.status_code == 403
    assert "Nothing was recorded: this page had been open for too long." in words(old)
    assert fields_of(old)["note"] == ["A word."]
    assert site.received == []
    assert (await send(browser, old, "record")).status_code == 200


async def test_a_scanner_that_opens_every_link_and_sends_every_form_changes_nothing(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """With no button, with the first, and with what a page was shown for sent with other words."""
    path = await opened(site)
    names = ("acknowledgement", "discussion", "not-agreed", "propose", "risk")
    for name in names:
        page = await browser.get(form(path, name))
        typed = {"method": "telephone", "reason": "x", "interim_safety": "x", "fits_existing_plan": "yes"}
        sent = fields_of(page) | {key: [said] for key, said in typed.items()}
        action, (field, value) = form_in(page).action, form_in(page).buttons[0]
        bare = await browser.post(action, data=sent)
        first = await browser.post(action, data=sent | {field: [value]})
        for answer in (bare, first):
            if answer.status_code != 303:
                await browser.post(action, data=fields_of(answer))
        assert (
            await browser.post(action, data=sent | {"do": "record", "sure": "yes", "mark": "a" * 20})
        ).status_code in {
            403,
            422,
        }
    checked = await send(browser, await browser.get(form(path, "discussion")), "check", {"method": "telephone"})
    altered = await send(browser, checked, "record", {"method": "e-mail"})

    assert altered.status_code == 403
    assert site.received == []


async def test_a_form_that_another_page_sends_is_refused(site: Site, browser: httpx.AsyncClient) -> None:
    path = form(await opened(site), "discussion")
    checked = await send(browser, await browser.get(path), "check", {"method": "telephone"})
    answer = await browser.post(
        path, data=fields_of(checked) | {"do": ["record"]}, headers={"Origin": "https://elsewhere.example.org"}
    )

    assert (answer.status_code, site.received) == (403, [])


async def test_words_that_may_name_the_child_are_warned_of_and_need_a_tick(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = form(await opened(site), "discussion")
    typed = {"method": "telephone", "note": "NHS number 943 476 5919 was given."}
    checked = await send(browser, await browser.get(path), "check", typed)
    assert "A few words more holds what looks like an NHS number." in words(checked)
    stopped = await send(browser, checked, "record")

    assert (stopped.status_code, site.received) == (422, [])
    assert "Say that it names nobody, or change what you wrote." in words(stopped)
    assert (await send(browser, stopped, "record", {"names-nobody": "yes"})).status_code == 200


async def test_a_later_deadline_that_one_side_proposed_is_answered_with_the_same_words(
    site: Site, browser: httpx.AsyncClient
) -> None:
    schools = await opened(site, SCHOOLS, local=ALLOWED)
    until = {"until-day": "27", "until-month": "11", "until-year": "2026", "reason": "Half the team is ill."}
    proposed = await records(browser, form(schools, "extend"), {"duty": "3", **until})
    assert "Friday 27 November 2026" in words(proposed)
    path = site.path(2, PRACTITIONER)
    page = words(await browser.get(path))
    assert "your answer to a later deadline for agreed plan of action" in page
    answer = await browser.get(form(path, "extend"))
    assert (fields_of(answer)["duty"], fields_of(answer)["until-day"]) == (["3"], ["27"])
    assert (
        await send(browser, await send(browser, answer, "check", {"reason": "So be it."}), "record")
    ).status_code == 200

    assert last(site, "extended")["until"] == last(site, "extension-proposed")["until"]


async def test_a_pause_that_one_side_proposed_is_answered_too(site: Site, browser: httpx.AsyncClient) -> None:
    schools = await opened(site, SCHOOLS, local=ALLOWED)
    until = {"until-day": "30", "until-month": "11", "until-year": "2026", "reason": "The family is away."}
    await records(browser, form(schools, "pause"), until)
    path = form(site.path(2, PRACTITIONER), "pause")
    assert (await records(browser, path, {"reason": "So be it."})).status_code == 200

    assert last(site, "paused")["until"] == last(site, "pause-proposed")["until"]


async def test_ones_own_entry_is_corrected_to_another_time_or_struck_out(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await opened(site)
    site.place.passes(hours=2)
    await site.place.says(ActDone(by=POLICE, act="discussion", method="telephone", id="d"))
    number = str(site.place.last("act"))
    page = await browser.get(form(path, "correct"))
    neither = await send(browser, page, "check", {"entry": number, "reason": "The wrong day."})
    assert "Answer this: Which is it?" in words(neither)
    half = await send(browser, neither, "check", {"one-of": "happened"})
    assert "Answer this: When did it really happen?" in words(half)
    when = {"happened-day": "23", "happened-month": "11", "happened-year": "2026", "happened-time": "10:30"}
    checked = await send(browser, half, "check", when)
    assert (await send(browser, checked, "record")).status_code == 200
    struck = await records(browser, form(path, "correct"), {"entry": number, "reason": "Not so.", "one-of": "strike"})

    assert struck.status_code == 200, words(struck)
    assert last(site, "corrected")["strike"] is True
    assert form(site.path(2, SCHOOLS), "correct") not in (await browser.get(site.path(2, SCHOOLS))).text.replace(
        "&amp;", "&"
    )


async def test_a_meeting_is_set_for_a_date_ahead(site: Site, browser: httpx.AsyncClient) -> None:
    """L36: at step 4 the date of the chaired meeting is set."""
    await site.place.opens()
    for role in ("practitioner", "line-manager", "slo"):
        by = Actor(agency="schools", role=role)
        await site.place.says(OutcomeSaid(by=by, outcome="not-agreed", fields=SAFE, id=f"up {role}"))
    view = status_of(site.place.cases.running[CASE])
    offer = next(one for one in view.offers if "date" in one.needs)
    seat = offer.sayers[0]
    path = site.path(2, Recipient(role=seat.role, title=seat.role, agency=seat.agency))
    typed = {"date-day": "3", "date-month": "12", "date-year": "2026"}
    half = await send(browser, await browser.get(form(path, offer.name)), "check", typed)
    assert "the date needs its time, such as 9:30am or 15:30" in words(half)
    done = await send(browser, await send(browser, half, "check", {"date-time": "10am", "chair": "nspcc"}), "record")

    assert done.status_code == 200, words(done)
    assert last(site, "act")["date"] == "2026-12-03T10:00:00Z"


async def test_only_what_this_seat_may_say_has_a_form(site: Site, browser: httpx.AsyncClient) -> None:
    path = await opened(site, SCHOOLS)
    page = words(await browser.get(path))
    answer = await browser.get(form(path, "acknowledgement"))

    assert "Acknowledgement of the difference" not in page
    assert answer.status_code == 404
    assert "It cannot be recorded at this moment" in words(answer)
    for name in ("void", "mended", "acknowledge", "withdraw", "pause", "nothing", "risk-again"):
        assert (await browser.get(form(path, name))).status_code == 404, name


async def test_a_lead_on_call_has_no_form(site: Site, browser: httpx.AsyncClient) -> None:
    path = await site.alerts()

    assert "Something is overdue" in words(await browser.get(form(path, "discussion")))
    assert (await browser.post(form(path, "discussion"), data={"do": "record"})).status_code == 403


async def test_a_seats_page_says_how_it_was_counted_who_said_what_and_where_the_case_stands(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await opened(site)
    site.place.passes(hours=1)
    await site.place.says(ActDone(by=SCHOOL, act="discussion", method="telephone", id="d", fields={"note": "By us."}))
    said = words(await browser.get(path))

    assert "How this was counted Stands" in said
    assert "Runs from" in said
    assert "What both sides have recorded Recorded: discussion by telephone at Step 1" in said
    assert "The frontline professional, Schools" in said
    assert "Note By us." in said
    assert "Where the case stands Step 1: professional to professional You are here" in said
    assert "is-ahead" in (await browser.get(path)).text


async def test_more_than_a_form_sends_is_refused(site: Site, browser: httpx.AsyncClient) -> None:
    path = form(await opened(site), "discussion")

    assert (await browser.post(path, content=b"x=" + b"x" * 256 * 1024)).status_code == 413
    assert (await browser.post(path, content=b"x=1&" * 500)).status_code == 413
    assert site.received == []


@pytest.fixture
def waked(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Immediate risk goes past what the pages send otherwise: to the test's own caseload."""

    @asynccontextmanager
    async def caseload(_: object) -> AsyncIterator[object]:
        yield site.place.cases

    monkeypatch.setattr(temporal_client, "caseload", caseload)
    monkeypatch.setattr(telling, "WORD_SECONDS", 0)
    return site


async def test_every_seat_raises_immediate_risk_from_its_page_with_or_without_a_word(
    waked: Site, browser: httpx.AsyncClient
) -> None:
    path = await opened(waked)
    assert "Is a child in danger now?" in words(await browser.get(path))
    page = await browser.get(form(path, "risk"))
    assert words(page).index("999") < words(page).index("What has happened?")
    waked.place.passes(hours=5)  # however long it stood open
    done = await send(browser, page, "yes")
    again = await send(browser, page, "yes")

    assert (done.status_code, again.status_code) == (200, 200)
    assert "Immediate risk is on the record Telephone the statutory services now" in words(done)
    assert "Nobody is known to have been told yet: ring the safeguarding lead on call yourself." in words(done)
    assert len([one for one in waked.place.register.entries(CASE) if one.entry.kind == "risk"]) == 1
    message = waked.place.cases.received[-1]
    assert last(waked, "risk")["by"] == {"agency": "police", "role": "practitioner"}
    assert message.attested
    assert (message.attested.how, message.attested.who) == ("l", "practitioner, police")
    assert "I rang the services" in words(await browser.get(waked.path(waked.place.last("risk"), PRACTITIONER)))


async def test_risk_by_a_link_needs_the_second_button_of_a_page_of_ours_and_keeps_what_was_typed(
    waked: Site, browser: httpx.AsyncClient
) -> None:
    path = form(await opened(waked), "risk")
    page = await browser.get(path)
    back = await send(browser, page, "no")
    bare = await browser.post(path, data={"note": "He is alone.", "sure": "yes"})

    assert (back.status_code, bare.status_code) == (303, 403)
    assert fields_of(bare)["note"] == ["He is alone."]
    assert waked.place.cases.received == []
    assert (await send(browser, bare, "yes")).status_code == 200


async def test_risk_that_cannot_be_recorded_says_who_was_told_and_keeps_what_was_typed(
    waked: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Trouble("Temporal is away.", AWAY)

    monkeypatch.setattr(waking, "send", away)
    monkeypatch.setattr(waking, "_wake", lambda *_: "The safeguarding lead on call was told of the risk directly.")
    answer = await send(browser, await browser.get(form(await opened(waked), "risk")), "yes", {"note": "He is alone."})

    assert answer.status_code == 503
    assert "It is NOT on the record yet." in words(answer)
    assert "The safeguarding lead on call was told of the risk directly." in words(answer)
    assert fields_of(answer)["note"] == ["He is alone."]


async def test_before_a_form_is_recorded_a_code_is_asked_for_and_it_carries_the_whole_form(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """What ends nothing or may not wait goes by the link alone; decision 70."""
    codes: list[str] = []

    class Seat(Contacts):
        def __init__(self) -> None:
            pass

        def of(self, policy: str, notice: Notice) -> tuple[Contact, ...]:
            return (Contact(addresses=("seat@police.example.org",), titles=("practitioner",)),)

    def sent(_: str, notice: Notice) -> Receipt:
        codes.append(notice.fact)
        return Receipt(ref=notice.ref, channel="smtp", accepted_at=site.place.now)

    devices = Devices(("k" * 32,), lambda: site.place.now)
    kept, now = Codes(site.store), lambda: site.place.now
    confirming = Confirming(kept, devices, Seat(), lambda _: "lincolnshire", sent, now, base="", is_safe=False)
    alert = await site.alerts()
    path = site.path(2, PRACTITIONER)
    app = make_app(replace(site.parts, confirming=confirming))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as other:
        typed = {"method": "telephone", "note": "Two lines\nof \u200dit."}
        checked = await send(other, await other.get(form(path, "discussion")), "check", typed)
        asked = await send(other, checked, "record")
        assert (asked.status_code, site.received, len(codes)) == (200, [], 1)
        assert "Type the code that we have sent" in words(asked)
        code = {**fields_of(asked), "code": [codes[0]]}
        done = await other.post(form(path, "discussion"), data=code)
        assert "Recorded The frontline professional" in words(done)
        again = await send(other, await other.get(form(path, "propose")), "check", anything_of_a_plan())
        assert (await send(other, again, "record")).status_code == 200, "it is asked once a day"
        assert (await press(other, path, "left")).status_code == 303
        assert (await press(other, alert)).status_code == 303

    assert site.known == ["c", "c", "l", "l"]
    assert last(site, "act")["fields"] == {"note": typed["note"]}
    assert len(codes) == 1


def anything_of_a_plan() -> dict[str, str | list[str]]:
    day = {"action-day": ["3"], "action-month": ["12"], "action-year": ["2026"]}
    return {"action-what": ["Visit"], "action-owner": ["police"], "fits_existing_plan": "yes", **day}


async def test_what_one_side_says_among_its_own_is_not_read_by_the_other(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    await site.place.says(OutcomeSaid(by=SCHOOL, outcome="not-agreed", fields=SAFE, id="up"))
    manager = Actor(agency="schools", role="line-manager")
    note = {"note": "Between ourselves."}
    await site.place.says(ActDone(by=manager, act="own-consultation", id="own", fields=note))
    pages = [await browser.get(site.path(2, seat.but(role="line-manager"))) for seat in (SCHOOLS, PRACTITIONER)]

    assert ["Between ourselves." in page.text for page in pages] == [True, False]
    assert all("Recorded: own consultation" in words(page) for page in pages)


async def test_a_seat_with_nothing_left_to_say_may_still_put_its_own_word_right_and_nothing_else(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """A link stands for what its letter told of; decision 70."""
    path = await opened(site)
    await records(browser, form(path, "acknowledgement"))
    await records(browser, form(path, "not-agreed"), {"reason": "No.", "interim_safety": "Daily calls."})
    page = await browser.get(path)

    assert "This is over" in words(page)
    assert form(path, "correct") in page.text
    assert form(path, "fact") not in page.text
    assert (await browser.get(form(path, "fact"))).status_code == 404
    assert form(path, "risk") in page.text
