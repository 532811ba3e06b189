"""What the page behind a link says, as the register stands."""

import re
from datetime import timedelta
from html import unescape

import httpx
import pytest

from adapters.directory import Directory, DirectoryFault
from console.numbers import known_numbers
from domain.base.people import Actor
from domain.case.effects import Recipient
from domain.case.plan import Action
from domain.commands import (
    ActDone,
    AlertAcknowledged,
    DutyHandedOver,
    OutcomeSaid,
    PlanConfirmed,
    PlanProposed,
    RiskRaised,
)
from domain.policy.local_settings import Local
from tests.watch.conftest import CASE

from .conftest import PRACTITIONER, Site

LEAD = Actor(role="on-call")
SAFE = {"reason": "No common view.", "interim-safety": "Daily contact."}


def words(answer: httpx.Response) -> str:
    """What a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.partition('tabindex="-1">')[2])).split())


async def test_an_alerts_page_says_what_is_overdue_since_when_who_owes_it_and_why_you(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    answer = await browser.get(path)
    said = words(answer)

    assert answer.status_code == 200
    assert f"Case {CASE}" in said
    assert "Something is overdue Nobody has said that they have this alert. I have this alert" in said
    assert "Then the repeats stop for 24 hours. It does not end the matter" in said
    assert "acknowledgement of the difference Who owes it Lincolnshire Police Owed since Monday 23 November" in said
    assert "discussion Who owes it both sides together: Schools and Lincolnshire Police" in said
    assert re.search(r"Overdue for (\d+ hours|\d+ minutes|under a minute)", said)
    assert re.search(
        r"You were sent a notice on .+, as the safeguarding lead on call \(rota edition [\w-]+, turn \d", said
    )
    assert "Step 1: professional to professional" in said


async def test_the_repeats_stop_for_as_long_as_the_case_says(site: Site, browser: httpx.AsyncClient) -> None:
    path = await site.alerts(local=Local(tolerance="same working day", acknowledgement_hours=8))

    assert "the repeats stop for 8 hours" in words(await browser.get(path))


async def test_an_acknowledged_alert_says_who_has_it_and_until_when(site: Site, browser: httpx.AsyncClient) -> None:
    path = await site.alerts()
    await site.place.says(AlertAcknowledged(by=LEAD, id="by hand"))
    said = words(await browser.get(path))

    assert "The safeguarding lead on call has this alert" in said
    assert "The alert is quiet until Wednesday 25 November 2026" in said
    assert "I have this alert" not in said


async def test_once_the_acknowledgement_has_run_out_the_same_page_asks_again(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """Also while no worker has noticed it yet."""
    path = await site.alerts()
    await site.place.says(AlertAcknowledged(by=LEAD, id="by hand"))
    site.place.passes(hours=24)

    assert "I have this alert" in words(await browser.get(path))
    site.place.works()
    assert "I have this alert" in words(await browser.get(path))


async def test_when_everything_is_done_the_page_says_that_it_is_over_and_since_when(
    site: Site, browser: httpx.AsyncClient
) -> None:
    path = await site.alerts()
    site.place.passes(minutes=90)
    await site.place.says(
        OutcomeSaid(by=Actor(agency="schools", role="practitioner"), outcome="not-agreed", fields=SAFE, id="up")
    )
    said = words(await browser.get(path))

    assert "This is over Nothing is overdue in this case any more, since " in said
    assert "You need do nothing about this alert." in said
    assert "<button" not in (await browser.get(path)).text


async def test_a_seats_page_says_what_it_owes_and_how_it_is_recorded(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    said = words(await browser.get(site.path(2, PRACTITIONER)))

    assert "What is asked of you Go straight to what you can record What has to be done" in said
    assert "acknowledgement of the difference Who owes it Lincolnshire Police" in said
    assert "Your answer Do it first, then record it here, or ring your partnership’s office" in said
    assert (
        "have it recorded. Acknowledgement of the difference Discussion Propose a plan, or a new version of it" in said
    )
    assert "as the frontline professional, Lincolnshire Police." in said
    assert "I have this alert" not in said


async def test_a_page_says_of_each_way_what_the_policy_says_and_nothing_of_its_own(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    page = words(await browser.get(site.path(2, PRACTITIONER)))

    assert "How telephone, face to face or internet meeting; e-mail does not count" in page
    assert page.count("not count") == 1


async def test_whoever_has_a_duty_for_a_time_is_shown_it_until_then(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    panel = Actor(role="ppet")
    path = site.path(2, Recipient(role="ppet", title="panel"))
    before = words(await browser.get(path))
    until = site.place.now + timedelta(hours=5)
    owner = Actor(agency="police", role="practitioner")
    duty = next(one.id for one in site.place.cases.running[CASE].outstanding if one.acts == ("acknowledgement",))
    await site.place.cases.record(
        CASE, DutyHandedOver(by=owner, duty=duty, to=panel, until=until, reason="On leave.", id="handed")
    )
    during = words(await browser.get(path))
    site.place.now = until

    assert ["acknowledgement of the difference" in said for said in (before, during)] == [False, True]
    assert "acknowledgement of the difference" not in words(await browser.get(path))


async def test_what_another_side_has_proposed_is_on_the_page_of_whoever_must_answer(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    school, police = (Actor(agency=agency, role="practitioner") for agency in ("schools", "police"))
    action = Action(what="Visit", owner="police", by=site.place.now.date() + timedelta(days=30))
    await site.place.cases.record(
        CASE, PlanProposed(by=school, actions=(action,), fields={"fits-existing-plan": "yes"}, id="1")
    )
    asked = "your answer to version 1 of the plan, as schools said Who owes it Lincolnshire Police Owed since"

    assert asked in words(await browser.get(site.path(2, PRACTITIONER)))
    assert "your answer" not in words(await browser.get(site.path(2, PRACTITIONER.but(agency="schools"))))
    await site.place.cases.record(CASE, PlanConfirmed(by=police, version=1, id="2"))
    assert "your answer" not in words(await browser.get(site.path(2, PRACTITIONER)))


async def test_what_is_late_stands_first_and_in_the_heading(site: Site, browser: httpx.AsyncClient) -> None:
    await site.alerts()

    assert "Something that you owe is overdue" in words(await browser.get(site.path(2, PRACTITIONER)))


async def test_a_seat_that_owes_nothing_is_told_so(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    await site.place.says(ActDone(by=Actor(agency="police", role="practitioner"), act="acknowledgement", id="done"))
    panel = Recipient(role="ppet", title="panel")

    assert "Nothing is asked of you in this case now, since Monday 23 November 2026" in words(
        await browser.get(site.path(2, panel))
    )


async def test_a_seat_is_not_shown_what_only_another_owes(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    schools = PRACTITIONER.but(agency="schools")

    assert "acknowledgement of the difference" not in words(await browser.get(site.path(2, schools)))


async def test_whoever_stands_in_for_an_empty_seat_is_told_why(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    assert "you stand in" not in words(await browser.get(site.path(2, PRACTITIONER)))

    site.is_sent(2, site.place.now, fallback=True)
    assert "Nobody there could be reached, and you stand in." in words(await browser.get(site.path(2, PRACTITIONER)))


async def test_the_page_names_the_time_at_which_the_notice_was_taken(site: Site, browser: httpx.AsyncClient) -> None:
    path = await site.alerts()
    site.is_sent(site.place.last("alert"), site.place.now + timedelta(minutes=7))
    at = site.place.now + timedelta(minutes=7)

    assert f"{at.day} November 2026, " in words(await browser.get(path)).partition("You were sent a notice on")[2][:40]


async def test_immediate_risk_is_said_first_and_no_button_stands_before_the_telephone(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    await site.place.says(RiskRaised(by=LEAD, wording="Words that stay in the record.", id="risk"))
    said = words(await browser.get(site.path(site.place.last("risk"))))

    assert "A child may be at immediate risk Immediate risk has been raised in this case. Ring now: 999" in said
    assert "Words that stay" not in said


async def test_an_invented_case_says_so(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens("TRN-TEST")
    answer = await browser.get(site.path(2, case="TRN-TEST"))

    assert "TRAINING: invented cases, nothing leaves this machine" in answer.text
    assert "TRAINING" not in (await browser.get(site.path(2))).text


async def test_a_case_that_the_register_does_not_know_is_told_in_one_sentence(
    browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await browser.get(site.path(2, case="ESC-0000-0000"))

    assert answer.status_code == 404
    assert "A new case takes a moment." in words(answer)


@pytest.mark.parametrize("end", ["", "x", "/1", "?x=1"])
async def test_a_link_that_is_cut_or_altered_opens_nothing_and_says_no_more(
    site: Site, browser: httpx.AsyncClient, end: str
) -> None:
    answer = await browser.get((await site.alerts())[:-1] + end)

    assert answer.status_code == 404
    assert words(answer).startswith("This link does not open anything It may have been cut short on its way.")
    assert CASE not in answer.text


async def test_an_alert_gives_the_numbers_to_press_of_those_who_owe_it_the_office_and_the_services(
    site: Site, browser: httpx.AsyncClient
) -> None:
    page = (await browser.get(await site.alerts())).text

    assert 'href="tel:+441632960110">01632 960110' in page
    assert 'href="tel:+441632960000">01632 960000' in page
    assert page.index("tel:+441632960110") < page.index("tel:+441632960000") < page.index('"tel:999"')


async def test_whoever_owes_it_is_not_told_to_ring_themselves(site: Site, browser: httpx.AsyncClient) -> None:
    await site.alerts()
    page = (await browser.get(site.path(site.place.last("overdue"), PRACTITIONER))).text

    assert "tel:+441632960110" in page, "the other side's practitioner"
    assert "tel:+441632960116" not in page, "their own"


async def test_without_a_directory_the_page_gives_999_alone(
    site: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await site.alerts()

    def unreadable(_: str) -> Directory:
        raise DirectoryFault("gone")

    monkeypatch.setattr(site.reader._seats, "_directory", unreadable)
    site.knows(known_numbers(unreadable, lambda policy: None, lambda case: ()))
    answer = await browser.get(path)

    assert answer.status_code == 200
    assert re.findall(r'"tel:[^"]*"', answer.text) == ['"tel:999"']
