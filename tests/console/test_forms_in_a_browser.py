"""`escalate up`: a manager answers a letter by forms, in a real browser, without a script and by the keyboard alone."""

import re
import time
from datetime import UTC, datetime

from playwright.sync_api import Browser, Page, ViewportSize

from adapters.register import reading
from console.visitors import Visitors
from settings import RegisterAddress

from .conftest import store_in
from .test_in_a_browser import UP_WITHIN_SECONDS, Running, browser, looked_over, running

__all__ = ["browser", "running"]
NARROW: ViewportSize = {"width": 320, "height": 640}


def bare(browser: Browser) -> Page:
    return browser.new_context(java_script_enabled=False, viewport=NARROW).new_page()


def made(running: Running, case: str, kind: str) -> int:
    """How many entries of a kind there are, once there is one."""
    register = RegisterAddress(f"sqlite:///{running.data}/register.db", running.data / "encryption.keys")
    ends = time.monotonic() + UP_WITHIN_SECONDS
    while not (found := [one for one in reading.read_entries(register, case) if one["kind"] == kind]):
        assert time.monotonic() < ends, kind
        time.sleep(0.05)
    return len(found)


def types_the_code(running: Running, page: Page) -> None:
    """Type the code that was sent to the seat, into the page that asks for it."""
    page.get_by_role("heading", name="Type the code that we have sent").wait_for()
    letters = sorted((running.data / "outbox").glob("*link-code*"), key=lambda path: path.stat().st_mtime)
    (code,) = re.findall(r"Your code: +(\d{6})", letters[-1].read_text())
    page.get_by_label("Code of six digits").fill(code)


def test_a_manager_says_how_they_talked_and_the_record_has_it(running: Running, browser: Browser) -> None:
    case = running.opens_case("to talk")
    page = browser.new_context().new_page()
    running.opens(page, running.link("overdue to practitioner, police.txt", case))
    looked_over(page, "seat-owed")
    page.get_by_role("link", name="Discussion").click()
    looked_over(page, "form")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Answer this: How was it done?").wait_for()
    looked_over(page, "form-with-an-error")
    page.get_by_label("E-mail").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("The policy advises against e-mail for this.").wait_for()
    looked_over(page, "check-discouraged")
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("Telephone").check()
    page.get_by_label("A few words more?").fill("NHS number 943 476 5919")
    page.get_by_role("button", name="Continue").click()
    looked_over(page, "check-with-a-finding")
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("A few words more?").fill("They ring again on Friday.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Record it").click()
    types_the_code(running, page)
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    looked_over(page, "done")

    assert made(running, case, "act") == 1
    page.get_by_role("link", name="Back to your notice").click()
    page.get_by_text("What both sides have recorded").wait_for()
    looked_over(page, "seat-after")


def test_a_plan_is_written_line_by_line_without_a_script_and_by_the_keyboard_alone(
    running: Running, browser: Browser
) -> None:
    case = running.opens_case("to plan")
    link = running.link("overdue to practitioner, police.txt", case)
    page = bare(browser)
    running.opens(page, f"{link}?form=propose")
    page.locator("#action-1-what").focus()
    page.keyboard.type("Visit the home together")
    page.keyboard.press("Tab")
    page.keyboard.type("Lin")
    for word in ("3", "12", "2026"):
        page.keyboard.press("Tab")
        page.keyboard.type(word)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Add another
    page.locator("#action-2-what").wait_for()
    assert page.locator("#action-1-what").input_value() == "Visit the home together"
    assert page.locator("#action-1-owner").input_value() == "police"
    page.locator("#action-2-what").fill("Ring the school")
    page.locator("#action-2-owner").select_option("schools")
    for part, word in (("day", "4"), ("month", "Dec"), ("year", "2026")):
        page.locator(f"#action-2-{part}").fill(word)
    page.get_by_label("Yes", exact=True).first.check()
    page.locator("#action-2-year").press("Enter")  # as a browser does: it goes on, and takes no line away
    page.get_by_role("heading", name="Check what will be recorded").wait_for()
    assert page.get_by_text("Ring the school – Schools, by the end of Friday 4 December 2026").is_visible()
    page.get_by_role("button", name="Record it").press("Enter")
    types_the_code(running, page)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    assert made(running, case, "plan-proposed") == 1

    other = browser.new_context().new_page()
    running.opens(other, running.link("plan-proposed to practitioner, schools.txt", case))
    looked_over(other, "seat-of-a-plan")
    other.get_by_role("link", name="Confirm version 1 of the plan").click()
    looked_over(other, "form-confirm")
    other.goto(re.sub(r"form=confirm", "form=propose", other.url))
    looked_over(other, "form-fullest")
    other.goto(re.sub(r"form=propose", "form=acknowledgement", other.url))
    looked_over(other, "form-gone")


def test_a_connection_that_drops_loses_nothing_and_counts_once(running: Running, browser: Browser) -> None:
    case = running.opens_case("to lose")
    link = running.link("overdue to practitioner, police.txt", case)
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    page = context.new_page()
    running.opens(page, f"{link}?form=not-agreed")
    page.get_by_label("Why?").fill("We see it otherwise.")
    page.get_by_label("What keeps the child safe meanwhile?").fill("Daily calls.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Record it").click()
    types_the_code(running, page)
    context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Record it").click(no_wait_after=True)
    context.set_offline(False)
    page.reload()
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    page.reload()
    page.get_by_text("This form has been recorded already; it counts once.").wait_for()

    assert made(running, case, "outcome") == 1


def test_immediate_risk_is_raised_from_a_seats_page(running: Running, browser: Browser) -> None:
    case = running.opens_case("to cry")
    page = browser.new_context(viewport=NARROW).new_page()
    running.opens(page, running.link("overdue to practitioner, police.txt", case))
    page.get_by_role("link", name="Is a child in danger now?").click()
    looked_over(page, "raise-risk")
    page.get_by_role("button", name="Raise immediate risk now").click()
    page.get_by_role("heading", name="Immediate risk is on the record").wait_for()
    looked_over(page, "risk-raised")
    page.get_by_role("link", name="Back to your notice").click()
    page.get_by_text("Immediate risk has been raised in this case.").wait_for()
    looked_over(page, "seat-at-risk")


def test_whoever_has_signed_in_records_for_a_seat_from_the_list(running: Running, browser: Browser) -> None:
    case = running.opens_case("for a seat")
    keys = (running.data / "link.key").read_text().split()
    store = store_in(running.data, lambda: datetime.now(UTC))
    cookie = Visitors(keys, lambda _: None, lambda: datetime.now(UTC), store).begins("somebody", "signed in by a test")
    address = running.link("overdue to practitioner, police.txt", case).partition("/n/")[0]
    context = browser.new_context()
    context.add_cookies([{"name": "session", "value": cookie, "url": address}])
    page = context.new_page()
    running.opens(page, f"{address}/cases/{case}/record")
    looked_over(page, "list")
    page.get_by_role("link", name="Not agreed").click()
    looked_over(page, "form-signed-in")
    page.get_by_role("button", name="Continue").click()
    looked_over(page, "form-signed-in-with-errors")
    page.get_by_label("Frontline professional, Lincolnshire Police").check()
    page.get_by_label("Why?").fill("We see it otherwise.")
    page.get_by_label("What keeps the child safe meanwhile?").fill("Daily calls.")
    page.get_by_label("How do you know this?").fill("They rang us at ten.")
    page.get_by_role("button", name="Continue").click()
    looked_over(page, "check-signed-in")
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    page.goto(f"{address}/cases/{case}/risk")
    looked_over(page, "risk-signed-in")

    assert made(running, case, "outcome") == 1
