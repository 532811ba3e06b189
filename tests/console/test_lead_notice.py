"""The page of a notice for the lead on call: about the risk, with numbers to press and the time of the call."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from adapters.register import reading
from adapters.rota.shape import Person
from console.lead.notice_pages import rang_at
from console.numbers import known_numbers
from domain.base.people import Actor
from domain.case.effects import Recipient
from domain.command_table.built_in import RISK_ACT
from domain.commands import ActDone, AlertAcknowledged, Misdirected, RiskRaised
from services.errors import Trouble
from tests.watch.conftest import CASE
from wiring import directories, rotas

from .conftest import Site
from .test_pages import words
from .test_press import fields, press, question
from .test_risk import entries, risk

SECOND = Recipient(role="on-call.second", title="second safeguarding lead on call")
HAS = "The safeguarding lead on call has had this since"
NOBODY = "Nobody has said that they have this."
ORDERS = [
    order
    for order in itertools.permutations(("late", "answers late", "risk", "another risk", "answers risk"))
    if order.index("late") < order.index("answers late")
    and order.index("risk") < order.index("another risk")
    and order.index("risk") < order.index("answers risk")
]


class Told:
    """A case in which all of it happens, in some order; and the links that the first lead was sent."""

    def __init__(self, site: Site, browser: httpx.AsyncClient, gap: int) -> None:
        self.site = site
        self.browser = browser
        self.gap = gap
        self.risks: dict[str, int] = {}
        """The entry that tells of each."""

    async def happens(self, what: str) -> None:
        place = self.site.place
        place.passes(minutes=self.gap)
        place.works()
        match what:
            case "late":
                while not any(one.entry.kind == "alert" and self._is_late(one) for one in place.register.entries(CASE)):
                    place.now = place.next_moment
                    place.works()
            case "answers late":
                await press(self.browser, self.site.path(place.last("alert")))
            case "answers risk":
                self.tells()
                await press(self.browser, self.site.path(max(self.risks.values())))
            case _:
                await place.says(RiskRaised(by=Actor(agency="schools", role="practitioner"), id=what))
                self.tells()

    def tells(self) -> None:
        """Let those be told who are told together, and note by which entry."""
        told = [one for one in self.site.place.cases.running[CASE].open_risks if one.tell_at is not None]
        if told and told[0].tell_at:
            self.site.place.now = max(self.site.place.now, told[0].tell_at)
            self.site.place.works()
        numbers = [one.entry for one in self.site.place.cases.running[CASE].open_risks]
        self.risks = dict(zip(("risk", "another risk"), numbers, strict=False))

    @staticmethod
    def _is_late(kept: object) -> bool:
        """Is it about more than the call that the risk asks for?"""
        return len(kept.entry.body["duties"]) > 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("gap", [2, 8], ids=["told together", "told apart"])
@pytest.mark.parametrize("order", ORDERS, ids=", ".join)
async def test_an_acknowledgement_counts_for_what_was_raised_before_it_and_never_for_what_came_after(
    site: Site, browser: httpx.AsyncClient, order: tuple[str, ...], gap: int
) -> None:
    await site.place.opens()
    told = Told(site, browser, gap)
    for what in order:
        await told.happens(what)

    answered = order.index("answers risk")
    for what, entry in told.risks.items():
        said = words(await browser.get(site.path(entry)))
        top = said.partition("What was raised")[0]
        assert ("risk" in said, "quiet" in said) == (True, False)
        assert (HAS in top, NOBODY in top) == ((True, False) if order.index(what) < answered else (False, True)), what
    if order.index("another risk") > answered:
        besides = words(await browser.get(site.path(told.risks["risk"]))).partition("Raised besides")[2]
        assert "Who has it Nobody has said that they have it" in besides


async def test_what_a_lead_said_is_no_answer_once_another_passes_the_risk_on(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    path = await risk(site)
    await press(browser, path)
    assert HAS in words(await browser.get(path))
    site.place.passes(minutes=3)
    await site.place.cases.record(CASE, Misdirected(by=Actor(role="on-call"), why="not-mine", id="not mine"))

    for page in (path, site.path(site.place.last("misdirected"), SECOND)):
        assert NOBODY in words(await browser.get(page))


async def test_what_was_said_runs_out_on_the_page_as_in_the_case(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    path = await risk(site)
    await press(browser, path)
    site.place.passes(hours=25)

    assert NOBODY in words(await browser.get(path))


async def test_the_page_of_an_older_alert_says_that_its_rest_is_another_matter_than_the_risk(
    site: Site, browser: httpx.AsyncClient
) -> None:
    """The trial that failed: the lead read that the alert was quiet, and nothing of the risk."""
    alert = await site.alerts()
    await press(browser, alert)
    await risk(site)
    said = words(await browser.get(alert))

    assert said.index("Ring now: 999") < said.index("Nobody has said that they have it") < said.index("quiet")
    assert "What was late before That is another matter than the risk. The safeguarding lead on call has had it" in said


async def test_the_page_of_a_risk_says_who_raised_it_and_when(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    await risk(site)
    site.place.passes(minutes=1)
    for number in range(2):
        await site.place.says(RiskRaised(by=Actor(agency="police", role="practitioner"), id=f"again {number}"))
    told = Told(site, browser, 8)
    told.tells()
    first, second = [words(await browser.get(site.path(one))) for one in told.risks.values()]

    assert "What was raised Raised by frontline professional, Schools Raised Monday 23 November 2026" in first
    assert (
        "Raised besides, with a message and a page of its own Raised by frontline professional, Lincolnshire" in first
    )
    assert "What was raised Raised by frontline professional, Lincolnshire Police Raised Monday" in second
    assert "and once more, last on Monday 23 November" in second


async def test_words_in_the_place_of_a_seat_are_not_repeated(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    await site.place.says(RiskRaised(by=Actor(role="neighbour Invented"), wording="Invented.", id="words"))
    page = await browser.get(site.path(site.place.last("risk")))

    assert "nvented" not in page.text
    assert "Raised by somebody who did not say who they are" in words(page)


@pytest.mark.parametrize("raised", [False, True])
async def test_there_is_999_to_press_on_every_page_of_a_lead(
    site: Site, browser: httpx.AsyncClient, *, raised: bool
) -> None:
    path = await site.alerts()
    page = await browser.get(await risk(site) if raised else path)

    assert page.text.count('href="tel:999"') == 1
    assert (page.text.index("tel:999") < page.text.index("<button")) is raised


async def test_the_numbers_are_those_of_whoever_raised_it_and_owes_it_the_office_and_the_next_rung(
    site: Site, browser: httpx.AsyncClient
) -> None:
    alert, raised = (await browser.get(await site.alerts())).text, (await browser.get(await risk(site))).text
    (second,) = [one.said for one in person(site, "second").numbers()]

    for page in (alert, raised):
        numbers = dict(re.findall(r'href="tel:[^"]+">([\d ]+)<small>([^<]+)', page))
        assert "Lincolnshire Police" in " ".join(numbers.values())
        assert "Schools" in " ".join(numbers.values())
        assert second in numbers
        assert "The partnership’s office" in " ".join(map(unescape, numbers.values())).replace("'", "’")
        assert "Told next, if you do not answer: second safeguarding lead on call" in page


def person(site: Site, rank: str) -> Person:
    rota = rotas(site.place.settings)("lincolnshire")
    assert rota is not None
    (turn,) = rota.holders(rank, site.place.now)
    return rota.people[turn.handle]


async def test_a_directory_or_a_rota_that_cannot_be_read_leaves_999(
    site: Site, browser: httpx.AsyncClient, tmp_path: object
) -> None:
    settings = site.place.settings
    path = await risk_of_nobody(site)
    broken = known_numbers(lambda policy: directories(settings)("none"), rotas(settings), lambda case: ())
    site.knows(broken)
    page = await browser.get(path)

    assert page.status_code == 200
    assert 'href="tel:999"' in page.text


async def risk_of_nobody(site: Site) -> str:
    await site.place.opens()
    return await risk(site)


def calls(site: Site) -> list[dict[str, Any]]:
    return [one for one in reading.read_entries(site.place.settings.register, CASE) if one["kind"] == "act"]


async def test_a_call_is_recorded_with_the_time_at_which_it_was_made(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    path = await risk(site)
    site.place.passes(minutes=20)
    asked = await question(browser, path, "rang")
    answer = await browser.post(path, data={**fields(asked), "sure": "yes", "at": "10:10"})

    assert "When did you ring? Leave it empty for just now (10:28)." in words(asked)
    assert answer.status_code == 303
    (act,) = calls(site)
    assert (act["body"]["act"], act["event_time"]) == (RISK_ACT, "2026-11-23T10:10:00.000000Z")
    assert "dealt with" in words(await browser.get(path))


async def test_a_call_without_a_time_was_made_just_now(site: Site, browser: httpx.AsyncClient) -> None:
    await site.place.opens()
    path = await risk(site)
    asked = await question(browser, path, "rang")
    await browser.post(path, data={**fields(asked), "sure": "yes", "at": ""})

    (act,) = calls(site)
    assert datetime.fromisoformat(act["event_time"]) == site.place.now
    assert "at" not in act["body"]["said"]


@pytest.mark.parametrize("typed", ["soon", "25:00", "11:00"])
async def test_a_time_that_cannot_be_meant_is_asked_for_again_and_nothing_is_recorded(
    site: Site, browser: httpx.AsyncClient, typed: str
) -> None:
    await site.place.opens()
    path = await risk(site)
    asked = await question(browser, path, "rang")
    answer = await browser.post(path, data={**fields(asked), "sure": "yes", "at": typed})

    assert answer.status_code == 400
    assert "Nothing was recorded." in words(answer)
    assert "leave it empty for just now." in words(answer)
    assert fields(answer)["press"] == "rang"
    assert entries(site, "act") == []


async def test_a_call_made_before_the_risk_is_on_the_page_as_no_answer_to_it(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    path = await risk(site)
    before = site.place.now - timedelta(minutes=5)
    await site.place.says(ActDone(by=Actor(role="on-call"), act=RISK_ACT, at=before, id="early"))
    said = words(await browser.get(path))
    assert NOBODY in said
    assert "The services were rung on Monday 23 November 2026, 10:03am. That was before it was raised last" in said


@pytest.mark.parametrize(
    ("typed", "now", "at"),
    [
        ("23:50", datetime(2026, 11, 24, 0, 10, tzinfo=UTC), datetime(2026, 11, 23, 23, 50, tzinfo=UTC)),
        ("3.10", datetime(2026, 11, 24, 3, 20, tzinfo=UTC), None),
        ("03.10", datetime(2026, 11, 24, 3, 20, tzinfo=UTC), datetime(2026, 11, 24, 3, 10, tzinfo=UTC)),
        ("03:10", datetime(2026, 6, 24, 2, 20, tzinfo=UTC), datetime(2026, 6, 24, 2, 10, tzinfo=UTC)),
        ("01:30", datetime(2026, 10, 25, 2, 20, tzinfo=UTC), None),
        ("03:10+01:00", datetime(2026, 11, 24, 3, 20, tzinfo=UTC), None),
    ],
)
def test_a_clock_time_means_the_last_time_that_the_clocks_showed_it(typed: str, now: datetime, at: datetime) -> None:
    if at:
        assert rang_at(typed, "Europe/London", now) == at
    else:
        with pytest.raises(Trouble):
            rang_at(typed, "Europe/London", now)


async def test_a_word_of_a_partys_own_people_is_shown_and_quietens_nobody(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await site.place.opens()
    path = await risk(site)
    await site.place.says(AlertAcknowledged(by=Actor(agency="schools", role="practitioner"), id="own"))
    said = words(await browser.get(path))

    assert "The frontline professional, Schools has had this since" in said
    assert "They are not on call, so the alerts go on." in said
