"""`escalate up` and a real browser: an answer that is lost on its way, going back, two windows, a server that hangs."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

from console.visitors import Visitors

from .conftest import store_in
from .test_forms_in_a_browser import made, types_the_code
from .test_in_a_browser import Running, browser, running

__all__ = ["browser", "running"]
LETTER = "overdue to practitioner, police.txt"
WAITS = 70_000
"""Milliseconds. A page waits for an answer as long as twenty seconds, immediate risk for longer."""


def loads_again(page: Page) -> None:
    """Press reload once the browser has its own page about what could not be loaded: before that it takes no press."""
    until = time.monotonic() + 20
    while True:
        try:
            page.reload()
            return
        except Error as error:
            if "Not attached to an active page" not in str(error) or time.monotonic() > until:
                raise
            page.wait_for_load_state()


def loses(page: Page) -> None:
    """Let the next form reach the pages, and its answer never come back."""

    is_lost: list[object] = []

    def lost(route: Route) -> None:
        if route.request.method != "POST" or is_lost:
            route.continue_()
            return
        is_lost.append(route.fetch(max_redirects=0))
        route.abort("connectionreset")

    page.route("**/*", lost)


def fills(running: Running, page: Page, case: str) -> None:
    """Fill in that it is not agreed, up to the last press."""
    running.opens(page, f"{running.link(LETTER, case)}?form=not-agreed")
    page.get_by_label("Why?").fill("We see it otherwise.")
    page.get_by_label("What keeps the child safe meanwhile?").fill("Daily calls.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Check what will be recorded").wait_for()


def address_of(running: Running, case: str) -> str:
    return running.link(LETTER, case).partition("/n/")[0]


def signs_in(running: Running, context: BrowserContext, address: str) -> None:
    """Begin a session of its own for the same account."""
    keys = (running.data / "link.key").read_text().split()
    store = store_in(running.data, lambda: datetime.now(UTC))
    cookie = Visitors(keys, lambda _: None, lambda: datetime.now(UTC), store).begins("somebody", "signed in by a test")
    context.add_cookies([{"name": "session", "value": cookie, "url": address}])


@contextmanager
def hanging(running: Running) -> Iterator[None]:
    """Let Temporal of this installation hang: it takes connections, and answers nothing."""
    port = running.environment["ESCALATION_PORT"]
    found = [
        int(one.name)
        for one in Path("/proc").glob("[0-9]*")
        if f"--port\0{port}\0".encode() in _words_of(one) or f"--port={port}\0".encode() in _words_of(one)
    ]
    assert len(found) == 1, found
    os.kill(found[0], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(found[0], signal.SIGCONT)


def _words_of(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_an_answer_that_is_lost_on_its_way_is_found_by_loading_again_and_counts_once(
    running: Running, browser: Browser
) -> None:
    case = running.opens_case("to lose an answer")
    page = browser.new_context().new_page()
    fills(running, page, case)
    page.get_by_role("button", name="Record it").click()
    types_the_code(running, page)
    loses(page)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Record it").click(no_wait_after=True)
    loads_again(page)
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()

    assert made(running, case, "outcome") == 1
    running.opens(page, f"{running.link(LETTER, case)}?form=risk")
    page.get_by_label("What has happened?").fill("It is not safe.")
    loses(page)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Raise immediate risk now").click(no_wait_after=True)
    loads_again(page)
    page.get_by_role("heading", name="Immediate risk is on the record").wait_for()
    assert made(running, case, "risk") == 1


def test_whoever_goes_back_and_changes_their_words_is_told_that_these_are_not_recorded(
    running: Running, browser: Browser
) -> None:
    case = running.opens_case("to go back")
    page = browser.new_context().new_page()
    fills(running, page, case)
    page.get_by_role("button", name="Change it").click()
    form = page.locator("form").last.evaluate("form => [...new FormData(form)]")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Record it").click()
    types_the_code(running, page)
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    page.evaluate(  # what a browser that keeps pages sends after going back: the same form, with other words
        """sent => { const form = document.createElement("form"); form.method = "post";
        for (const [name, value] of [...sent.filter(([name]) => name != "reason"), ["reason", "By now we agree."],
        ["do", "check"]]) { const field = document.createElement("input"); field.type = "hidden"; field.name = name;
        field.value = value; form.append(field); } document.body.append(form); form.submit(); }""",
        form,
    )
    page.get_by_text("What stood in the form now, and is not recorded").wait_for()

    assert page.get_by_text("By now we agree.").is_visible()
    assert made(running, case, "outcome") == 1


def test_a_form_in_one_window_is_taken_though_its_user_signed_in_again_in_another(
    running: Running, browser: Browser
) -> None:
    case = running.opens_case("two windows")
    address, context = address_of(running, case), browser.new_context()
    signs_in(running, context, address)
    page = context.new_page()
    running.opens(page, f"{address}/cases/{case}/record/not-agreed")
    page.get_by_label("Frontline professional, Lincolnshire Police").check()
    page.get_by_label("Why?").fill("We see it otherwise.")
    page.get_by_label("What keeps the child safe meanwhile?").fill("Daily calls.")
    page.get_by_label("How do you know this?").fill("They rang us at ten.")
    page.get_by_role("button", name="Continue").click()
    other = context.new_page()
    other.goto(f"{address}/sign-out")
    other.get_by_role("button", name="Sign out").click()
    other.get_by_text("You have signed out.").wait_for()
    with page.expect_navigation():
        page.get_by_role("button", name="Record it").click()
    page.get_by_text("So nothing was recorded").wait_for()
    assert page.get_by_text("We see it otherwise.").is_visible()
    signs_in(running, context, address)
    page.reload()
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()

    assert made(running, case, "outcome") == 1


def test_while_temporal_hangs_nobody_is_told_that_it_is_lost_and_risk_says_whom_to_ring(
    running: Running, browser: Browser
) -> None:
    case = running.opens_case("to hang")
    address, context = address_of(running, case), browser.new_context()
    signs_in(running, context, address)
    page = context.new_page()
    running.opens(page, f"{address}/cases/{case}/record/discussion")
    page.get_by_label("Frontline professional, Lincolnshire Police").check()
    page.get_by_label("Telephone").check()
    page.get_by_label("A few words more?").fill("They ring again on Friday.")
    page.get_by_label("How do you know this?").fill("They rang us at ten.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Check what will be recorded").wait_for()
    risk = context.new_page()
    risk.goto(f"{address}/cases/{case}/risk")
    risk.get_by_label("What has happened?").fill("It is not safe.")
    page.set_default_timeout(WAITS)
    risk.set_default_timeout(WAITS)
    with hanging(running):
        page.get_by_role("button", name="Record it").click(no_wait_after=True)
        risk.get_by_role("button", name="Raise immediate risk now").click(no_wait_after=True)
        page.get_by_role("heading", name="We do not know if this was recorded").wait_for()
        assert page.get_by_text("They ring again on Friday.").is_visible()
        risk.get_by_text("It is NOT on the record yet.").first.wait_for()
        assert "999" in str(risk.locator("main").text_content())
        assert "was told of the risk directly" in str(risk.locator("main").text_content())
        assert risk.get_by_label("What has happened?").input_value() == "It is not safe."
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    risk.get_by_role("button", name="Raise immediate risk now").click()
    risk.get_by_role("heading", name="Immediate risk is on the record").wait_for()

    assert made(running, case, "act") == 1
    assert made(running, case, "risk") == 1
