"""The lead's pages as a woken lead has them: `escalate up`, a small window, no script, by the keyboard."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from adapters.rota import load_rota
from console.visitors import Visitors
from settings import HERE

from .conftest import store_in
from .test_in_a_browser import Running, browser, looked_over, running

__all__ = ["browser", "running"]
LEAD = "the-lead"


@pytest.fixture(scope="module")
def lead(running: Running, browser: Browser) -> BrowserContext:
    """Somebody who holds the first rung of the rota now has signed in, without a script and on a small telephone."""
    turn = load_rota(HERE / "directories" / "lincolnshire.rota.toml").stretch("first", datetime.now(UTC)).turn
    assert turn is not None
    people = running.data / "people.toml"
    people.write_text(
        f'[{LEAD}]\ntitle = "safeguarding lead on call"\nrole = "on-call lead"\nhandle = "{turn.handle}"\n'
        f'[{running_as()}]\ntitle = "administrator"\nrole = "administrator"\n'
    )
    keys = (running.data / "link.key").read_text().split()
    store = store_in(running.data, lambda: datetime.now(UTC))
    cookie = Visitors(keys, lambda account: None, lambda: datetime.now(UTC), store).begins(LEAD, "signed in for a test")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    context.add_cookies([{"name": "session", "value": cookie, "url": address(running)}])
    return context


def running_as() -> str:
    from starter.access import account

    return account()


def address(running: Running) -> str:
    return f"http://127.0.0.1:{running.environment['ESCALATION_CONSOLE_PORT']}"


def axed(browser: Browser, lead: BrowserContext, page: Page, name: str) -> None:
    """Look a page over in a window that runs scripts, for the checks need them."""
    other = browser.new_context()
    other.add_cookies(lead.cookies())  # type: ignore[arg-type]
    seen = other.new_page()
    seen.goto(page.url)
    looked_over(seen, name)
    other.close()


def test_the_board_is_read_and_all_mine_are_acknowledged_by_the_keyboard_alone(
    running: Running, browser: Browser, lead: BrowserContext
) -> None:
    for number in range(2):
        running.link("alert to on-call.txt", running.opens_case(f"for the board {number}"))
    page = lead.new_page()
    page.goto(f"{address(running)}/board")
    axed(browser, lead, page, "board")
    button = page.get_by_role("button", name=re.compile("I have all that were sent to me"))
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Do you have these alerts?").wait_for()
    axed(browser, lead, page, "board-question")
    yes = page.get_by_role("button", name="Yes, I have all of them")
    place = yes.bounding_box()
    assert place
    assert place["height"] >= 44
    yes.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="It is recorded that you have it").wait_for()
    page.get_by_role("link", name="Back to the board").click()
    expect(page.get_by_text("Nobody has the alert")).to_have_count(0)
    axed(browser, lead, page, "board-quiet")


def test_a_risk_is_first_on_the_board_and_its_call_is_recorded_with_its_time_from_the_letter(
    running: Running, browser: Browser, lead: BrowserContext
) -> None:
    case = running.opens_case("a risk for the lead")
    running.type("record", case, "risk", "--by", "police", "--role", "practitioner")
    page = lead.new_page()
    running.opens(page, running.link("risk to on-call.txt", case))
    for name in ("999", "I rang the services", "I have this"):
        role = "link" if name == "999" else "button"
        expect(page.get_by_role(role, name=re.compile(name)).first).to_be_visible()  # type: ignore[arg-type]
    axed(browser, lead, page, "lead-risk")
    board = lead.new_page()
    board.goto(f"{address(running)}/board")
    expect(board.locator('th[scope="row"]').first).to_contain_text(case)
    axed(browser, lead, board, "board-risk")
    page.get_by_role("button", name="I rang the services").click()
    axed(browser, lead, page, "lead-rang")
    page.get_by_label("When did you ring?").fill("")
    page.get_by_role("button", name="Yes, I rang 999").click()
    page.get_by_text("The immediate risk of this notice is dealt with.").wait_for()


def test_the_telephone_page_gives_a_contact_and_a_test_alert_is_answered(
    running: Running, browser: Browser, lead: BrowserContext
) -> None:
    page = lead.new_page()
    page.goto(f"{address(running)}/on-call/telephone")
    axed(browser, lead, page, "telephone")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save “Safeguarding alerts” as a contact").click()
    assert waiting.value.suggested_filename == "safeguarding-alerts.vcf"
    page.get_by_role("link", name="Have a test alert sent to you").click()
    page.get_by_role("button", name="Send me a test alert").click()
    page.get_by_text("not answered yet").first.wait_for()
    axed(browser, lead, page, "test-alert")
    link = running.link("test-alert to on-call.txt", "TEST-")
    page.goto(link)
    axed(browser, lead, page, "did-it-ring")
    page.get_by_role("button", name="It rang", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("You said: It rang")


def test_the_rota_page_shows_my_turns_and_asks_for_cover(
    running: Running, browser: Browser, lead: BrowserContext
) -> None:
    page = lead.new_page()
    page.goto(f"{address(running)}/turns")
    axed(browser, lead, page, "rota")
    page.get_by_role("link", name=re.compile("Ask for cover")).first.click()
    axed(browser, lead, page, "cover")
    page.get_by_role("button", name="Ask for cover").click()
    expect(page.get_by_role("alert")).to_contain_text("Say in a few words why")
