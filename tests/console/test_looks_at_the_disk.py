"""No page waits for a disk where all pages are answered: files are looked up in threads, and each once for a page."""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from adapters.console_store.store import ConsoleStore
from adapters.people.roles import PAGES, Right
from adapters.revoked_links import RevokedLinks
from console.record import NotRecorded

from .conftest import PEOPLE, PRACTITIONER, Site
from .filling import send
from .office import signed_in
from .test_every_page import asked, grown_site, routes
from .test_press import fields, question
from .test_recording_signed_in import installed
from .test_sign_in import once

__all__ = ["grown_site", "installed"]
OPENS = frozenset({"open", "os.listdir", "os.scandir", "sqlite3.connect"})
_opened: list[str] | None = None
"""What is opened meanwhile in the thread in which all pages are answered."""


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if _opened is None or event not in OPENS or threading.current_thread() is not threading.main_thread():
        return
    if not str(given[0]).endswith((".py", ".pyc")):  # a module that is wanted for the first time
        _opened.append(str(given[0]))


sys.addaudithook(_heard)  # it cannot be taken away again, and hears nothing but within `opened`


@contextmanager
def opened() -> Iterator[list[str]]:
    """Give what is opened in this thread while the block lasts."""
    global _opened  # noqa: PLW0603 - the hook is the interpreter's
    _opened = []
    try:
        yield _opened
    finally:
        _opened = None


def test_the_ear_hears_a_file_that_is_opened_here(tmp_path: Any) -> None:
    with opened() as found:
        list(tmp_path.glob("*"))
        (tmp_path / "one").write_text("x")
    assert len(found) == 2


class Looks:
    """How often each thing was looked up, and that it never was in the thread of all pages."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def at(self, what: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def looked(*given: Any, **named: Any) -> Any:
            assert threading.current_thread() is not threading.main_thread(), what
            self.seen.append(what)
            return work(*given, **named)

        return looked

    def new(self) -> list[str]:
        seen, self.seen = self.seen, []
        return seen


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch, site: Site) -> Looks:
    made, visitors = Looks(), site.parts.visitors
    monkeypatch.setattr(RevokedLinks, "is_revoked", made.at("revoked", RevokedLinks.is_revoked))
    monkeypatch.setattr(ConsoleStore, "_carried_out", made.at("store", ConsoleStore._carried_out))
    monkeypatch.setattr(visitors, "_person", made.at("people", PEOPLE.get))
    return made


async def test_whatever_is_opened_or_pressed_by_a_link_it_is_looked_up_once_whether_it_was_called_back(
    installed: Site, browser: httpx.AsyncClient, looks: Looks
) -> None:
    lead = await installed.alerts()
    seat = installed.path(2, PRACTITIONER)

    async def once_for(asked: Awaitable[httpx.Response], status: int = 200) -> httpx.Response:
        answer = await asked
        assert answer.status_code == status, answer.url
        assert looks.new() == ["revoked"], answer.url
        return answer

    for path in (seat, lead, f"{seat}?press=left"):
        await once_for(browser.get(path))
    await once_for(browser.post(seat, data={"press": "left", "sure": "yes"}), 403)
    await once_for(browser.post(seat, data={"press": "left", "sure": "no"}), 303)
    risk = await once_for(browser.get(f"{seat}?form=risk"))
    await once_for(send(browser, risk, "yes"))
    form = await once_for(browser.get(f"{seat}?form=discussion"))
    checked = await once_for(send(browser, form, "check", {"method": "telephone", "note": "They rang."}))
    await once_for(send(browser, checked, "record"))
    pressed = fields(await once_for(browser.get(f"{lead}?press=acknowledge")))
    await once_for(browser.post(lead, data={**pressed, "sure": "yes"}), 303)
    assert len(installed.place.cases.received) == 3


@pytest.mark.parametrize("account", ["administrator", "on-call-lead", "agency-manager", ""])
async def test_for_a_page_it_is_looked_up_once_who_somebody_is_and_whether_their_session_ended(
    grown_site: Site, looks: Looks, account: str
) -> None:
    async with signed_in(grown_site, account) as browser:
        for path, method in routes(grown_site):
            if isinstance(PAGES[path], Right):
                await asked(browser, path, method)
                assert sorted(looks.new()) == (["people", "store"] if account else []), path


async def test_no_page_opens_a_file_where_all_pages_are_answered(grown_site: Site) -> None:
    async with signed_in(grown_site, "administrator") as visit:
        for path, method in routes(grown_site):
            if method == "GET" and PAGES[path] != "by a link":
                await asked(visit, path, method)  # the template is read once
                with opened() as found:
                    await asked(visit, path, method)
                assert found == [], path


async def test_no_press_opens_a_file_where_all_pages_are_answered(site: Site, browser: httpx.AsyncClient) -> None:
    alert = await site.alerts()
    asked_for = fields(await question(browser, alert))
    for path in (alert, f"{site.path(2, PRACTITIONER)}?form=risk", "/n/nothing"):
        await browser.get(path)
    link, site.mood = once(site), NotRecorded  # the test's own caseload writes where it is called
    with opened() as found:
        answers = [
            await browser.get(alert),
            await browser.get(f"{site.path(2, PRACTITIONER)}?form=risk"),
            await browser.get("/n/nothing"),
            await browser.post(alert, data={**asked_for, "sure": "yes"}),
            await browser.post(link),
        ]

    assert [one.status_code for one in answers] == [200, 200, 404, 503, 303]
    assert found == []


async def test_a_folder_that_does_not_answer_holds_up_no_other_page(
    site: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.place.opens()
    begun, goes_on = threading.Event(), threading.Event()

    def waits(*_: object) -> bool:
        begun.set()
        assert goes_on.wait(30)
        return False

    monkeypatch.setattr(RevokedLinks, "is_revoked", waits)
    opening = asyncio.create_task(browser.get(site.path(2, PRACTITIONER)))
    assert await asyncio.to_thread(begun.wait, 30)
    other = await browser.get("/health")
    is_held_up = opening.done()
    goes_on.set()

    assert (other.status_code, is_held_up) == (200, False)
    assert (await opening).status_code == 200
