"""Every kind of form that there is, filled in up to its last press: for tests of what befalls it on its way.

A route that takes a form and has no row here fails a test.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import httpx

from adapters.register.address import sqlite_path
from adapters.register.disposal import Disposal
from adapters.rota.cover import CoverRequests
from adapters.rota.trial_alerts import TrialAlerts
from console.record import Closed, NotRecorded, Unsure
from domain.base.known import How
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.case.effects import Notice, Recipient
from domain.case.state import Answer
from domain.commands import ActDone, Message, Opening, RiskRaised
from domain.decide import Decision
from domain.engine.seats import ON_CALL
from domain.policy.local_settings import Local
from services import letters
from services.errors import AWAY, NotAnswered, Trouble
from tests.watch.conftest import CASE
from workflows.caseload import NoAnswer, NoSuchCase

from .conftest import ADDRESS, LINKS, PRACTITIONER, Site
from .filling import fields_of, form_in
from .office import fields as first_form
from .office import mark
from .test_forms import SCHOOLS, form, proposal
from .test_press import question
from .test_sign_in import once

LIST = "DL-1"
TYPED = "What was typed here, in plain words."
ALLOWED = Local(tolerance="same working day", extensions=True, pausing=True, withdrawal=True)
BY_LINK, RECORD = "/n/{rest:path}", "/cases/{ref}/record/{name}"


class Scene:
    """The pages over a real register; what takes in what is sent may be away, or take it and answer too late."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.place = site.place
        self.is_away = self.is_late = False
        self._browsers: list[httpx.AsyncClient] = []

    def browser(self, account: str = "") -> httpx.AsyncClient:
        """Return a browser; of somebody who has signed in, unless *account* is empty."""
        transport = httpx.ASGITransport(self.site.app, raise_app_exceptions=False)
        made = httpx.AsyncClient(transport=transport, base_url=ADDRESS)
        if account:
            self.signs_in(made, account)
        self._browsers.append(made)
        return made

    def signs_in(self, browser: httpx.AsyncClient, account: str) -> None:
        """Let somebody sign in, in the place of whoever had."""
        browser.cookies.delete("__Host-session")
        browser.cookies.set("__Host-session", self.site.parts.visitors.begins(account, "signed in by a test"))

    async def close(self) -> None:
        for one in self._browsers:
            await one.aclose()

    @asynccontextmanager
    async def caseload(self, _: object) -> AsyncIterator["Scene"]:
        """Stand where `services.temporal_client.caseload` stands."""
        if self.is_away:
            raise Trouble("The system that takes this is away, so nothing was recorded.", AWAY)
        try:
            yield self
        except NoAnswer:
            raise NotAnswered("It may still be recorded: send it again; it counts once.", AWAY) from None

    async def record(self, case: str, message: Message) -> Answer:
        """Stand where a caseload stands."""
        answer = await self.place.cases.record(case, message)
        if self.is_late:
            raise NoAnswer("Nobody answered in time.")
        return answer

    async def open(self, opening: Opening) -> bool:
        is_new = await self.place.cases.open(opening)
        if self.is_late:
            raise NoAnswer("Nobody answered in time.")
        return is_new

    async def by_link(self, case: str, message: Message, how: How = "l") -> Answer:
        """Stand where links send."""
        if self.is_away:
            raise NotRecorded
        try:
            answer = await self.place.cases.record(case, message)
        except NoSuchCase:
            raise Closed from None
        if self.is_late:
            raise Unsure
        return answer

    @contextmanager
    def without_register(self) -> Iterator[None]:
        """Let nobody who looks for the register find it. What cases decide meanwhile is entered once it is back."""
        cases, kept = self.place.cases, list[Decision]()

        def later(decision: Decision) -> None:
            cases.running[decision.escalation.case] = decision.escalation
            kept.append(decision)

        at_once, cases._keep = cases._keep, later  # type: ignore[method-assign]
        file = sqlite_path(self.place.settings.register)
        assert file is not None
        away = file.with_suffix(".away")
        file.rename(away)
        file.mkdir()
        yield
        file.rmdir()
        away.rename(file)
        cases._keep = at_once  # type: ignore[method-assign]
        for decision in kept:
            at_once(decision)

    def stands(self) -> Mapping[str, Any]:
        """Return all that is kept, so that two looks tell whether anything was recorded between them."""
        every = [CASE, *(one.case for one in self.place.cases.openings)]
        said = {case: len(list(self.place.register.entries(case))) for case in dict.fromkeys(every)}
        data = self.place.settings.data
        files = [one for one in data.rglob("*") if one.is_file() and ".db" not in one.name and "key" not in one.name]
        held = {str(one.relative_to(data)): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}
        return {**said, **held, "said of lists": len(self.place.register.disposals().rows)}


class Ready(NamedTuple):
    """A form, filled in, whose last button was not pressed yet."""

    browser: httpx.AsyncClient
    path: str
    sends: Mapping[str, list[str]]

    async def pressed(self, **changed: list[str]) -> httpx.Response:
        return await self.browser.post(self.path, data={**self.sends, **changed})


Fills = Callable[[Scene], Awaitable[Ready]]


class Kind(NamedTuple):
    """One kind of form."""

    name: str
    path: str
    """As the table of pages has it."""
    fills: Fills
    typed: str = TYPED
    """What somebody wrote in it; empty where nothing can be written."""
    account: str = ""
    """Whose form it is, of those who sign in."""
    needs: str = ""
    """What it cannot do without: `register`, `temporal`, both, or nothing."""
    is_risk: bool = False
    counts_twice: str = ""
    """Why two presses are two of it; empty where they are one, as of almost all."""


async def checked(browser: httpx.AsyncClient, path: str, typed: Mapping[str, str | list[str]]) -> Ready:
    """Fill in one of the forms of a case, up to the page that shows what will be recorded."""
    page = await browser.get(path)
    sent = fields_of(page) | {name: [said] if isinstance(said, str) else said for name, said in typed.items()}
    shown = await browser.post(form_in(page).action, data={**sent, "do": ["check"]})
    assert shown.status_code == 200, shown.text
    return Ready(browser, form_in(shown).action, fields_of(shown) | {"do": ["record"]})


def _day(name: str, day: str = "30", month: str = "11", year: str = "2026") -> dict[str, str]:
    return {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}


PLAN: dict[str, str | list[str]] = {"action-what": [TYPED], "action-owner": ["police"], "fits_existing_plan": "yes"}
PLAN |= {f"action-{end}": [said] for end, said in (("day", "3"), ("month", "12"), ("year", "2026"))}


def by_form(name: str, typed: Mapping[str, str | list[str]], *before: str, to: Recipient = PRACTITIONER) -> Fills:
    """Fill in the form of a name behind the link of a seat; *before* says what went before it."""

    async def fills(scene: Scene) -> Ready:
        await opened(scene, *before)
        return await checked(scene.browser(), form(scene.site.path(2, to), name), typed)

    return fills


async def opened(scene: Scene, *before: str) -> None:
    """Open the case, and let happen what goes before."""
    await scene.place.opens(local=ALLOWED)
    for what in before:
        scene.place.passes(minutes=30)
        match what:
            case "plan":
                await scene.place.cases.record(CASE, proposal(scene.site))
            case "talk":
                by = Actor(agency="police", role="practitioner")
                await scene.place.says(ActDone(by=by, act="discussion", method="telephone", id="talk"))
            case _:  # the other side asks for the same
                more = {**_day("until"), "reason": "They asked.", **({"duty": "3"} if what == "extend" else {})}
                there = await checked(scene.browser(), form(scene.site.path(2, SCHOOLS), what), more)
                assert (await there.pressed()).status_code == 200


def by_button(button: str, *, of_risk: bool = False, to: Recipient = ON_CALL) -> Fills:
    """Answer a notice by one of its buttons."""

    async def fills(scene: Scene) -> Ready:
        path = await scene.site.alerts()
        if of_risk:
            await scene.place.says(RiskRaised(by=Actor(agency="schools", role="practitioner"), id="risk"))
            path = scene.site.path(scene.place.last("risk"))
        path = path if to is ON_CALL else scene.site.path(2, to)
        browser = scene.browser()
        asked = await question(browser, path, button)
        return Ready(browser, path, fields_of(asked) | {"sure": ["yes"]})

    return fills


async def _risk_by_link(scene: Scene) -> Ready:
    await opened(scene)
    path, browser = form(scene.site.path(2, PRACTITIONER), "risk"), scene.browser()
    return Ready(browser, path, fields_of(await browser.get(path)) | {"note": [TYPED], "sure": ["yes"]})


async def _did_it_ring(scene: Scene) -> Ready:
    there = await _test_alert(scene)
    await there.pressed()
    newest = TrialAlerts(scene.place.settings.data).all()[-1]
    path = LINKS.to(Notice(ref=newest.ref, case="", kind="test-alert", to=ON_CALL)).removeprefix(ADDRESS)
    browser = scene.browser()
    return Ready(browser, path, {"mark": [mark(await browser.get(path))], "said": ["rang"]})


async def _letter_again(scene: Scene) -> Ready:
    await opened(scene)
    letters.revoke(scene.place.settings, CASE, Actor(role="practitioner", agency="police"), "coordinator")
    return Ready(scene.browser(), scene.site.path(2, PRACTITIONER), {"press": ["letter-again"]})


def signed_in_form(name: str, account: str, typed: Mapping[str, str], *before: str) -> Fills:
    async def fills(scene: Scene) -> Ready:
        await opened(scene, *before)
        return await checked(scene.browser(account), f"/cases/{CASE}/record/{name}", typed)

    return fills


def page_of(path: str, account: str, **said: str) -> Fills:
    """Fill in the form of a page that is sent to its own address."""

    async def fills(scene: Scene) -> Ready:
        await scene.site.alerts()
        browser = scene.browser(account)
        page = await browser.get(path)
        assert page.status_code == 200, page.text
        sent = fields_of(page) | {name: [value] for name, value in said.items()}
        return Ready(browser, page.url.path, sent)

    return fills


def from_list(path: str, **said: str) -> Fills:
    """Send one of the forms of the list of cases."""

    async def fills(scene: Scene) -> Ready:
        await scene.site.alerts()
        browser = scene.browser("operations")
        page = await browser.get("/cases", params={"overdue": "yes"})
        return Ready(browser, path, {"mark": [mark(page, path)], **{name: [one] for name, one in said.items()}})

    return fills


def opens_a_case(**more: str) -> Fills:
    async def fills(scene: Scene) -> Ready:
        await scene.place.opens()
        browser = scene.browser("operations")
        page = await browser.get("/open")
        agencies = {"raising": "schools", "receiving": "police", "raised_by": "practitioner"}
        facts = {"fact.concern": "difference", "fact.ground": "action not done"}
        for step in ({"policy": "lincolnshire"}, agencies, facts, {"words.disagreement": TYPED}):
            page = await browser.post("/open", data=first_form(page) | step)
            assert page.status_code == 200, page.text
        return Ready(browser, "/open", first_form(page) | {name: [one] for name, one in more.items()})

    return fills


async def _made_plan(scene: Scene) -> Ready:
    there = await from_list("/plans", case=CASE, act="acknowledge", ready="yes")(scene)
    page = await there.browser.get((await there.pressed()).headers["Location"])
    return Ready(there.browser, page.url.path, {"mark": [mark(page)], "sure": ["yes"]})


def _list(step: str, **said: str) -> Fills:
    async def fills(scene: Scene) -> Ready:
        await opened(scene)
        proposed_on_list(scene)
        browser = scene.browser("administrator")
        page = await browser.get(f"/retention/{LIST}/{step}")
        sent = {"mark": [mark(page)], "seen": re.findall(r'name="seen" value="(\d+)"', page.text), "sure": ["yes"]}
        return Ready(browser, page.url.path, sent | {name: [one] for name, one in said.items()})

    return fills


def proposed_on_list(scene: Scene) -> None:
    """Let two cases be proposed for destruction."""
    at, cases = scene.place.now - timedelta(days=1), [make_reference(number) for number in (11, 12)]
    why = ("staff-0007", "Its time has come.", "operations", LIST)
    scene.place.register.dispose([Disposal(one, "proposed", at, *why) for one in cases])


async def _board(scene: Scene) -> Ready:
    await scene.site.alerts()
    browser = scene.browser("on-call-lead")
    page = await browser.get("/board/acknowledge", params={"case": CASE})
    return Ready(browser, "/board/acknowledge", fields_of(page) | {"sure": ["yes"]})


async def _test_alert(scene: Scene) -> Ready:
    return await page_of("/on-call/test", "on-call-lead")(scene)


async def cover_asked(scene: Scene) -> Ready:
    await scene.place.opens()
    browser, asked = scene.browser("on-call-lead"), {"area": "lincolnshire", "rank": "first"}
    page = await browser.get("/turns/cover", params={**asked, "from": "2026-11-27 09:00", "until": "2026-11-29 09:00"})
    return Ready(browser, "/turns/cover", fields_of(page) | {"why": [TYPED]})


def answers_cover(account: str) -> Fills:
    async def fills(scene: Scene) -> Ready:
        assert (await (await cover_asked(scene)).pressed()).status_code == 200
        (one,) = CoverRequests(scene.place.settings.data).waiting(scene.place.now)
        browser = scene.browser(account)
        page = await browser.get(f"/turns/cover/{one.id}")
        return Ready(browser, page.url.path, fields_of(page) | {"sure": ["yes"]})

    return fills


async def _glass(scene: Scene) -> Ready:
    await scene.place.opens(raising="schools", receiving=("health-trust",))
    browser = scene.browser("agency-manager")
    page = await browser.get(f"/cases/{CASE}")
    return Ready(browser, page.url.path, fields_of(page) | {"break-glass": [TYPED]})


async def _pass(scene: Scene) -> Ready:
    await scene.place.opens()
    return Ready(scene.browser(), once(scene.site), {"press": ["yes"]})


REASON = {"reason": TYPED}
SAID = {"who": "practitioner@police", "method": "telephone", "note": TYPED, "evidence": "They rang us."}
SEAT = {"seat-role": "practitioner", "seat-agency": "police", "evidence": "They rang us."}
BOTH, LEAD = "register temporal", "on-call-lead"
UNTIL_, TO = _day("until"), {"to-role": "line-manager", "to-agency": "police"}
KINDS = (
    Kind("I have this alert", BY_LINK, by_button("acknowledge"), "", needs="temporal"),
    Kind("I have this risk", BY_LINK, by_button("acknowledge", of_risk=True), "", needs="temporal"),
    Kind("I rang", BY_LINK, by_button("rang", of_risk=True), "", needs="temporal"),
    Kind("not mine", BY_LINK, by_button("not-mine"), "", needs=BOTH),
    Kind("has left", BY_LINK, by_button("left", to=PRACTITIONER), "", needs=BOTH),
    Kind("an act", BY_LINK, by_form("discussion", {"method": "telephone", "note": TYPED}), needs=BOTH),
    Kind("an outcome", BY_LINK, by_form("not-agreed", REASON | {"interim_safety": "Daily calls."}), needs=BOTH),
    Kind("a plan", BY_LINK, by_form("propose", PLAN), needs=BOTH),
    Kind("another plan", BY_LINK, by_form("propose", PLAN, "plan"), needs=BOTH),
    Kind("a plan confirmed", BY_LINK, by_form("confirm", {}, "plan"), "", needs=BOTH),
    Kind("a later deadline", BY_LINK, by_form("extend", {"duty": "3", **UNTIL_, **REASON}), needs=BOTH),
    Kind("a later deadline answered", BY_LINK, by_form("extend", REASON, "extend"), needs=BOTH),
    Kind("a pause", BY_LINK, by_form("pause", {**UNTIL_, **REASON}), needs=BOTH),
    Kind("a pause answered", BY_LINK, by_form("pause", REASON, "pause"), needs=BOTH),
    Kind("a duty handed over", BY_LINK, by_form("hand-over", {"duty": "1", **UNTIL_, **REASON, **TO}), needs=BOTH),
    Kind("a withdrawal", BY_LINK, by_form("withdraw", REASON, to=SCHOOLS), needs=BOTH),
    Kind("a correction", BY_LINK, by_form("correct", {"entry": "3", **REASON, "one-of": "strike"}, "talk"), needs=BOTH),
    Kind("a contest", BY_LINK, by_form("contest", {"entry": "3", **REASON}, "talk", to=SCHOOLS), needs=BOTH),
    Kind("a fact", BY_LINK, by_form("fact&of=plan-type", {"fact": "child protection"}), "", needs=BOTH),
    Kind("risk by a link", BY_LINK, _risk_by_link, needs="temporal", is_risk=True),
    Kind("did it ring", BY_LINK, _did_it_ring, ""),
    Kind("a new letter", BY_LINK, _letter_again, "", needs="register", counts_twice="two letters do no harm"),
    Kind(
        "the office records", RECORD, signed_in_form("discussion", "operations", SAID), account="operations", needs=BOTH
    ),
    Kind(
        "void",
        RECORD,
        signed_in_form("void", "operations", {**REASON, "person": "staff-0007"}),
        account="operations",
        needs=BOTH,
    ),
    Kind(
        "risk",
        "/cases/{ref}/risk",
        page_of(f"/cases/{CASE}/risk", "auditor", note=TYPED, sure="yes"),
        account="auditor",
        needs="temporal",
        is_risk=True,
    ),
    Kind("a case is opened", "/open", opens_a_case(), account="operations", needs="temporal"),
    Kind(
        "a case of risk is opened",
        "/open",
        opens_a_case(risk="yes"),
        account="operations",
        needs="temporal",
        is_risk=True,
    ),
    Kind(
        "a plan for many",
        "/plans",
        from_list("/plans", case=CASE, act="acknowledge", ready="yes"),
        "",
        "operations",
        "register",
    ),
    Kind("a plan is carried out", "/plans/{number}", _made_plan, "", "operations", BOTH),
    Kind("a list approved", "/retention/{number}/approve", _list("approve"), "", "administrator", "register"),
    Kind(
        "cases off a list",
        "/retention/{number}/withdraw",
        _list("withdraw", all="yes", reason=TYPED),
        TYPED,
        "administrator",
        "register",
    ),
    Kind("the board", "/board/acknowledge", _board, "", LEAD, BOTH),
    Kind(
        "awake",
        "/turns/awake",
        page_of("/turns/awake", LEAD, until="2026-11-24 10:00"),
        "2026-11-24 10:00",
        LEAD,
        counts_twice="what was said last holds",
    ),
    Kind("cover", "/turns/cover", cover_asked, TYPED, LEAD),
    Kind("cover taken up", "/turns/cover/{id}", answers_cover("second"), "", "second"),
    Kind("cover withdrawn", "/turns/cover/{id}", answers_cover(LEAD), "", LEAD),
    Kind("a test alert", "/on-call/test", _test_alert, "", LEAD, counts_twice="each rings for itself"),
    Kind("words looked for", "/cases", from_list("/cases", words=TYPED), TYPED, "operations", "register"),
    Kind(
        "a view kept", "/views", from_list("/views", name="Mine", query="", do="keep"), "Mine", "operations", "register"
    ),
    Kind("glass is broken", "/cases/{ref}", _glass, TYPED, "agency-manager", "register"),
    Kind("signing in", "/sign-in/once/{given}", _pass, ""),
    Kind("signing out", "/sign-out", page_of("/sign-out", "operations"), "", "operations"),
)
"""Every kind. The forms of a case are all one: a test opens each by its name beside these."""
