"""The board: what comes first, who has it until when, and saying that somebody has one alert or all of theirs."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from adapters.people.roles import ROLES
from adapters.register import board
from adapters.register.reads import list_reads
from console.lead import acknowledging, board_pages, mine
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.base.refusals import Refusal
from domain.case.state import Answer
from domain.commands import AlertAcknowledged, Message, RiskRaised
from domain.views.status import status_of
from services.errors import AWAY, Trouble
from services.sending import send_to
from tests.register.made import by_hand
from workflows.caseload import Caseload

from .conftest import Site
from .signed_in import Visit
from .test_pages import words

CASE, OTHER, THIRD, *MORE = (make_reference(number * 1_000_003) for number in range(1, 8))


@pytest.fixture(autouse=True)
def _temporal(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Temporal stands, stands the test's own caseload."""

    class Opened:
        async def __aenter__(self) -> Any:
            if site.mood:
                raise Trouble("Temporal is away.", AWAY)
            return site.place.cases

        async def __aexit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(acknowledging, "_caseload", lambda settings: Opened())


@pytest.fixture
def lead(site: Site) -> Visit:
    """The lead who holds the first rung of the rota."""
    return Visit(site, "on-call-lead")


async def opens(site: Site, case: str, **changes: Any) -> None:
    await site.place.opens(case, **changes)


async def late(site: Site, *cases: str) -> None:
    """Let what is due today in all of them be late, and alerted of."""
    for case in cases:
        await opens(site, case)
    moment = status_of(site.place.cases.running[cases[0]]).next_moment
    assert moment is not None
    site.place.now = moment
    for case in cases:
        site.place.cases.pass_time(case)


def last(site: Site, kind: str) -> int:
    """Number of the last entry of a kind in the first case."""
    return max(one.entry.number for one in site.place.register.entries(CASE) if one.entry.kind == kind)


def order(page: Any) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/cases/[^"]+">(ESC-[\w-]+)', page.text)


async def test_immediate_risk_stands_first_then_what_is_overdue_then_what_is_due_soonest(
    site: Site,
) -> None:
    await late(site, CASE)
    site.place.passes(hours=1)
    await opens(site, OTHER)
    await opens(site, THIRD)
    await site.place.cases.record(THIRD, RiskRaised(by=Actor(agency="police", role="practitioner"), id="risk"))
    office = Visit(site, "operations")

    assert order(await office.opens("/board")) == [THIRD, CASE, OTHER]
    lead = Visit(site, "unknown-lead")
    assert order(await lead.opens("/board")) == [THIRD, CASE], "a lead sees what alerts, and no more"


async def test_a_line_says_how_late_it_is_who_was_told_who_is_next_and_who_has_it_until_when(
    site: Site, lead: Visit
) -> None:
    await late(site, CASE)
    site.place.passes(hours=2)
    site.place.cases.pass_time(CASE)
    before = words(await lead.opens("/board"))
    await site.place.cases.record(CASE, AlertAcknowledged(by=Actor(role="on-call"), id="has"))
    after = words(await lead.opens("/board"))

    assert "Lincolnshire Safeguarding Children Partnership Step 1" in before
    assert "16 hours 2 things" in before
    assert "safeguarding lead on call (Safeguarding lead, health) Next: " in before
    assert "Nobody has the alert" in before
    assert "The safeguarding lead on call, until Wednesday 25 November 2026" in after
    assert "Nobody has the alert" not in after


async def test_who_is_next_follows_the_climb_that_the_case_was_opened_with(site: Site, lead: Visit) -> None:
    await late(site, CASE)
    told = []
    for _ in range(4):
        said = words(await lead.opens("/board"))
        told.append(re.search(r"Next: ([a-z ]+) \(", said)[1])  # type: ignore[index]
        site.place.passes(minutes=61)
        site.place.cases.pass_time(CASE)

    first, second, last = "safeguarding lead on call", "second safeguarding lead on call", "duty manager on call"
    assert told == [first, second, last, last]


async def test_a_yes_acknowledges_one_case_as_the_lead_who_signed_in(site: Site, lead: Visit) -> None:
    await late(site, CASE)
    alert = last(site, "alert")
    asked = await lead.opens("/board/acknowledge", case=CASE)
    nothing = site.place.cases.received[:]
    answer = await lead.sends(asked, sure="yes")

    assert "Do you have this?" in words(asked)
    assert nothing == []
    assert f"{CASE}: recorded. Acknowledged." in words(answer)
    (message,) = site.place.cases.received
    assert isinstance(message, AlertAcknowledged)
    assert (message.by, message.answers, message.seen) == (Actor(role="on-call"), alert, alert)
    assert message.attested is not None
    assert "on-call-lead" not in message.id


async def test_a_no_and_a_form_from_elsewhere_record_nothing(site: Site, lead: Visit) -> None:
    await late(site, CASE)
    asked = await lead.opens("/board/acknowledge", case=CASE)
    assert (await lead.sends(asked, sure="no")).status_code == 303
    assert (await lead.sends(asked, sure="yes", mark="x" * 32)).status_code == 403

    assert site.place.cases.received == []


async def test_a_second_yes_of_the_same_page_counts_once(site: Site, lead: Visit) -> None:
    await late(site, CASE)
    asked = await lead.opens("/board/acknowledge", case=CASE)
    answers = [await lead.sends(asked, sure="yes") for _ in range(2)]

    assert all(f"{CASE}: recorded" in words(one) for one in answers)
    assert [one.entry.kind for one in site.place.register.entries(CASE)].count("acknowledged") == 1


async def test_all_mine_are_those_that_were_sent_to_the_rung_that_i_hold_and_each_has_its_own_message(
    site: Site, lead: Visit
) -> None:
    await late(site, CASE, OTHER)
    page = words(await lead.opens("/board"))
    asked = await lead.opens("/board/acknowledge", mine="yes")
    answer = words(await lead.sends(asked, sure="yes"))
    of_second = words(await Visit(site, "second").opens("/board"))

    assert "I have all that were sent to me (2)" in page
    assert "Do you have these alerts?" in words(asked)
    assert sorted(re.findall(r"(ESC-[\w-]+): recorded", answer)) == sorted((CASE, OTHER))
    assert len(site.place.cases.received) == 2
    assert "I have all" not in of_second


async def test_one_that_fails_holds_up_no_other(site: Site, lead: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    await late(site, CASE, OTHER, THIRD)
    asked = await lead.opens("/board/acknowledge", mine="yes")

    async def fails_for_some(settings: Any, cases: Caseload, case: str, message: Message, sender: Any) -> Answer:
        if case == CASE:
            raise Refusal("not open", "Somebody else was quicker.")
        if case == OTHER:
            raise TimeoutError
        return await send_to(settings, cases, case, message, sender)

    monkeypatch.setattr(acknowledging, "send_to", fails_for_some)
    answer = words(await lead.sends(asked, sure="yes"))

    assert "2 of 3 not recorded" in answer
    assert f"{CASE}: not recorded. Somebody else was quicker." in answer
    assert f"{OTHER}: not recorded. It did not answer in time" in answer
    assert f"{THIRD}: recorded" in answer


async def test_while_temporal_is_away_each_case_is_told_as_not_recorded(site: Site, lead: Visit) -> None:
    await late(site, CASE)
    asked = await lead.opens("/board/acknowledge", case=CASE)
    site.mood = Refusal
    answer = words(await lead.sends(asked, sure="yes"))

    assert f"{CASE}: not recorded. Temporal is away. Nothing was recorded, so the alert goes on." in answer


async def test_immediate_risk_is_never_among_all_mine_and_is_answered_by_itself(site: Site, lead: Visit) -> None:
    await late(site, CASE, OTHER)
    await site.place.cases.record(CASE, RiskRaised(by=Actor(agency="police", role="practitioner"), id="risk"))
    page = words(await lead.opens("/board"))
    mine = words(await lead.opens("/board/acknowledge", mine="yes"))
    asked = await lead.opens("/board/acknowledge", case=CASE, what="risk")
    await lead.sends(asked, sure="yes")

    assert "I have all that were sent to me (1)" in page
    assert "Nobody on call has the immediate risk" in page
    assert CASE not in mine
    assert "Ring first: 999" in words(asked)
    risk, alert = last(site, "risk"), last(site, "alert")
    assert [one.answers for one in site.place.cases.received if isinstance(one, AlertAcknowledged)] == [risk]
    after = words(await lead.opens("/board"))
    assert "Nobody on call has the immediate risk" not in after
    assert "Nobody has the alert" in after, f"the alert of entry {alert} is another matter"


async def test_a_case_that_a_lead_may_not_see_is_neither_listed_nor_asked_about_nor_answered(
    site: Site, lead: Visit
) -> None:
    await late(site, CASE)
    await opens(site, OTHER, raising="nspcc", receiving=("schools",), raiser=Actor(agency="nspcc", role="practitioner"))
    asked = await lead.opens("/board/acknowledge", case=CASE)
    answer = await lead.sends(asked, sure="yes", case=f"{OTHER} 2 2 0")

    assert OTHER not in (await lead.opens("/board")).text
    assert (await lead.opens("/board/acknowledge", case=OTHER)).status_code == 400
    assert f"{OTHER}: not recorded. {OTHER} is not for the on-call lead of police to see" in words(answer)
    assert site.place.cases.received == []


@pytest.mark.parametrize("role", ROLES)
async def test_the_board_opens_for_the_roles_of_the_table_and_only_speakers_may_answer(site: Site, role: str) -> None:
    await late(site, CASE)
    visit = Visit(site, role.replace(" ", "-"))
    page, asked = await visit.opens("/board"), await visit.opens("/board/acknowledge", case=CASE)

    assert page.status_code == (403 if role == "agency manager" else 200)
    assert asked.status_code == (403 if role in {"agency manager", "auditor"} else 200)
    if role == "auditor":
        assert "I have this alert" not in page.text


async def test_a_look_at_the_board_is_one_row_of_the_record_of_reads(site: Site, lead: Visit) -> None:
    await late(site, CASE, OTHER)
    await lead.opens("/board", area="lincolnshire")

    (look,) = list_reads(site.place.settings.register)
    assert (look["what"], look["account"], look["case_ref"]) == ("listed", "on-call-lead", "")
    assert look["detail"] == "page /board (area lincolnshire): 2 cases"


async def test_an_area_without_a_case_and_an_installation_without_one_say_so(site: Site, lead: Visit) -> None:
    assert "No case that you are to see is open. Nothing is asked of you here." in words(await lead.opens("/board"))
    await late(site, CASE)
    said = words(await lead.opens("/board", area="sutton"))

    assert "No case that you are to see is open in this area." in said


async def test_pages_follow_one_another_without_a_gap(site: Site, lead: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_pages, "PAGE_OF", 2)
    await late(site, CASE, *MORE)
    found, page = [], await lead.opens("/board")
    for _ in range(5):
        found += order(page)
        following = re.search(r'href="(/board\?after=[^"]+)">Next page', page.text)
        if following is None:
            break
        page = await lead.opens(following[1])

    assert sorted(found) == sorted((CASE, *MORE))
    assert len(found) == len(set(found))


async def test_a_case_that_cannot_be_read_hides_no_other(site: Site, lead: Visit) -> None:
    await late(site, CASE, OTHER)
    others = "case_ref = (SELECT max(case_ref) FROM standing)"
    by_hand(site.place.settings.register, [f"UPDATE standing SET view = 'spoilt' WHERE {others}"])  # noqa: S608
    said = words(await lead.opens("/board"))

    assert "This case cannot be read. Tell whoever looks after the system now." in said
    assert min(CASE, OTHER) in said


async def test_an_answer_that_has_run_out_is_shown_as_nobodys(site: Site, lead: Visit) -> None:
    await late(site, CASE)
    await site.place.cases.record(CASE, AlertAcknowledged(by=Actor(role="on-call"), id="has"))
    site.place.now += timedelta(hours=25)
    said = words(await lead.opens("/board"))

    assert "until Wednesday" not in said
    assert "nobody; no alert waits for an answer" in said, "no worker has alerted again yet"


async def test_a_lead_whose_account_stands_in_no_rota_is_told_so_with_the_mend(site: Site) -> None:
    await late(site, CASE)
    said = words(await Visit(site, "unknown-lead").opens("/board"))

    assert "Your account stands in no rota" in said
    assert 'in the file of people, such as handle = "staff-1003"' in said.replace("&#34;", '"')
    assert "I have this alert" in said


async def test_all_mine_reaches_every_case_so_many_at_a_time_with_a_result_for_each(
    site: Site, lead: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The board shows two on a page, a question is about two, and five wait: none is left, and none is asked twice."""
    monkeypatch.setattr(board_pages, "PAGE_OF", 2)
    for name in ("MOST", "_AT_ONCE"):
        monkeypatch.setattr(mine, name, 2)
    await late(site, CASE, *MORE)
    page = words(await lead.opens("/board"))
    asked, recorded, said = await lead.opens("/board/acknowledge", mine="yes"), [], []
    for _ in range(3):
        said.append(words(asked))
        answer = await lead.sends(asked, sure="yes")
        recorded += re.findall(r"(ESC-[\w-]+): recorded", words(answer))
        following = re.search(r'href="(/board/acknowledge\?[^"]+)">Go on with the next', answer.text)
        if following is None:
            break
        asked = await lead.opens(unescape(following[1]))

    assert "I have all that were sent to me (2 on this page) It is about all pages." in page
    assert [("These are the first 2 that were sent to you" in one) for one in said] == [True, True, False]
    assert sorted(recorded) == sorted((CASE, *MORE))
    assert "Go on with the next" not in answer.text


async def test_cases_that_were_looked_at_and_are_nobodys_of_mine_are_said_and_one_goes_on(
    site: Site, lead: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOOKED_AT", "_AT_ONCE"):
        monkeypatch.setattr(mine, name, 2)
    await late(site, CASE, *MORE)
    first = order(await lead.opens("/board"))[:2]
    for case in first:
        await site.place.cases.record(case, AlertAcknowledged(by=Actor(role="on-call"), id="has"))
    said = await lead.opens("/board/acknowledge", mine="yes")
    following = re.search(r'href="(/board/acknowledge\?[^"]+)">Go on with the next', said.text)
    assert following
    asked = words(await lead.opens(unescape(following[1])))

    assert "Of the 2 cases that were looked at, none has an alert that waits for you." in words(said)
    assert not any(case in asked for case in first)
    assert "These are the first 2" in asked


async def test_where_one_got_to_is_kept_though_the_case_has_closed_or_is_answered_meanwhile(
    site: Site, lead: Visit
) -> None:
    await late(site, CASE, *MORE)
    listed = order(await lead.opens("/board"))
    url = site.place.settings.register
    places = [place for place, _ in board.overdue(url, ["lincolnshire"])]
    by_hand(url, [f"UPDATE standing SET open = 0 WHERE case_ref = '{listed[1]}'"])  # noqa: S608

    assert [place.ref for place in places] == listed
    assert [place.ref for place, _ in board.overdue(url, ["lincolnshire"], places[1])] == listed[2:]
    assert mine.read_place(mine.said(places[1])) == places[1]
    assert mine.read_place("2026-11-24 ESC'; DROP") is None


async def test_what_the_system_is_too_slow_for_is_not_sent_and_said_so(
    site: Site, lead: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    await late(site, CASE, OTHER)
    asked = await lead.opens("/board/acknowledge", mine="yes")
    monkeypatch.setattr(acknowledging, "ALL_WITHIN_SECONDS", -1.0)
    answer = words(await lead.sends(asked, sure="yes"))

    assert "2 of 2 not recorded" in answer
    assert f"{CASE}: not recorded. The system is slow, so this was not sent." in answer
    assert site.place.cases.received == []


async def test_the_board_leads_to_each_case_and_back_to_the_page_that_the_lead_was_sent(
    site: Site, lead: Visit, browser: httpx.AsyncClient
) -> None:
    await late(site, CASE, OTHER)
    await site.place.cases.record(OTHER, RiskRaised(by=Actor(agency="police", role="practitioner"), id="risk"))
    page = await lead.opens("/board")
    own = dict(re.findall(r'href="(/n/[^"]+)">Your page for it<span class="[\w-]+">, (ESC-[\w-]+)', page.text))
    seen = {case: words(await browser.get(path)) for path, case in own.items()}
    office = await Visit(site, "operations").opens("/board")

    assert all(f'href="/cases/{case}"' in page.text for case in (CASE, OTHER))
    assert "Something is overdue" in seen[CASE]
    assert "A child may be at immediate risk" in seen[OTHER]
    assert "I have this" in seen[OTHER]
    assert "/n/" not in office.text, "a link opens as the seat that it was made for"
    assert "/n/" not in (await Visit(site, "second").opens("/board")).text, "nobody told the second rung yet"


@pytest.mark.parametrize("kind", ["alert", "risk"])
async def test_the_page_of_a_letter_leads_to_the_board_where_whoever_has_the_rung_may_sign_in(
    site: Site, browser: httpx.AsyncClient, kind: str
) -> None:
    await late(site, CASE)
    await site.place.cases.record(CASE, RiskRaised(by=Actor(agency="police", role="practitioner"), id="risk"))
    path = site.path(last(site, kind), case=CASE)
    without = await browser.get(path)
    people = site.place.settings.people
    people.write_text('[duty]\ntitle = "lead"\nrole = "agency manager"\nagency = "police"\nhandle = "staff-1003"\n')
    not_for_them = await browser.get(path)
    people.write_text('[duty]\ntitle = "lead"\nrole = "on-call lead"\nhandle = "staff-1003"\n')
    after = await browser.get(path)

    assert "/board" not in without.text + not_for_them.text
    assert '<a href="/board">The board of all that is late or at risk</a>' in after.text
