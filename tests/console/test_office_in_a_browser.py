"""The office's pages of `escalate up` in a real browser: signing in, finding, looking, opening; as people have them."""

import os
import pwd
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from .chromium import is_as_wide_as_its_window
from .test_in_a_browser import Running, browser, looked_over, running  # noqa: F401 - fixtures

ZOOMED = {"width": 320, "height": 256}
"""A window of 1,280 by 1,024 at 400 %."""


def link(of: Running) -> str:
    """A one-time link, as whoever types makes it."""
    (found,) = re.findall(r"^ +(http://127\.0\.0\.1:\d+/sign-in/once/\S+)$", of.type("sign-in"), re.MULTILINE)
    return str(found)


def address(of: Running) -> str:
    return link(of).split("/sign-in")[0]


@pytest.fixture
def page(running: Running, browser: Browser) -> Iterator[Page]:  # noqa: F811
    """A window without JavaScript in which somebody has signed in by the keyboard alone."""
    context = browser.new_context(java_script_enabled=False)
    found = context.new_page()
    found.goto(link(running))
    found.get_by_role("button", name="Sign in").focus()
    found.keyboard.press("Enter")
    found.get_by_role("heading", name="Today", level=1).wait_for()
    yield found
    context.close()


@pytest.fixture
def seen(running: Running, browser: Browser) -> Iterator[Page]:  # noqa: F811
    """A window with JavaScript, for what looks pages over."""
    context = browser.new_context()
    found = context.new_page()
    found.goto(link(running))
    with found.expect_navigation():
        found.get_by_role("button", name="Sign in").click()
    yield found
    context.close()


def test_up_prints_a_link_by_which_its_owner_signs_in(running: Running) -> None:  # noqa: F811
    assert re.search(r"The office's pages +http://127\.0\.0\.1:\d+/sign-in/once/[\w-]+\n", running.log.read_text())


def test_a_case_is_opened_and_seen_by_the_keyboard_without_javascript(page: Page) -> None:
    page.get_by_role("link", name="Open a case").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Lincolnshire").first.check()
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_label("Which agency raises the difference?").select_option(label="Schools")
    page.get_by_role("group", name="With which agency is it raised?").get_by_label("Lincolnshire Police").check()
    page.get_by_role("group", name="In which role does somebody raise it?").get_by_role("radio").first.check()
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_label("What is the difference, without names?").fill("Invented: a visit that was asked for.")
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_role("heading", name="Open a case: look it over").wait_for()
    page.get_by_role("button", name="Open the case").press("Enter")
    page.get_by_role("heading", name=re.compile("TRN-"), level=1).wait_for()
    page.get_by_text("Why then").first.click()

    assert "Runs from" in str(page.get_by_role("main").inner_text())
    assert page.url.rsplit("/", 1)[1].startswith("TRN-")


def test_every_page_at_its_fullest_is_looked_over(running: Running, seen: Page) -> None:  # noqa: F811
    at = address(running)
    for path, name in {
        "/": "today",
        "/cases": "cases",
        "/cases?overdue=yes": "cases-narrowed",
        "/cases?due=today&closed=yes&sort=opened": "cases-empty",
        f"/cases/{running.case}": "case",
        f"/cases/{running.case}/reads": "looks",
        "/open": "open-policy",
        "/answers": "answers",
        "/directory": "directories",
        "/directory/lincolnshire": "directory",
        "/rota": "rotas",
        "/rota/lincolnshire": "rota",
        "/policies": "policies",
        "/policies/lincolnshire": "policy",
        "/retention": "retention",
        "/plans": "plans-empty",
        "/accessibility": "accessibility",
        "/sign-out": "sign-out",
        "/cases/TRN-0000-0000": "case-unknown",
    }.items():
        seen.goto(f"{at}{path}")
        looked_over(seen, f"office-{name}")
        seen.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
        assert is_as_wide_as_its_window(seen), name


def test_a_case_is_printed_with_what_is_folded(running: Running, seen: Page) -> None:  # noqa: F811
    seen.goto(f"{address(running)}/cases/{running.case}")
    picture = seen.locator(".drawing svg").first
    assert not picture.is_visible()
    seen.emulate_media(media="print")
    assert picture.is_visible()
    assert not seen.get_by_role("navigation", name="On this page").is_visible()
    seen.emulate_media(media="screen")
    seen.get_by_role("link", name="Everything open, to print").click()
    seen.wait_for_url("**whole=yes")
    assert picture.is_visible()


def test_every_step_of_opening_and_of_a_plan_is_looked_over_with_its_errors(
    running: Running,  # noqa: F811
    seen: Page,
) -> None:
    at = address(running)

    def presses(button: str, name: str) -> None:
        with seen.expect_navigation():
            seen.get_by_role("button", name=button, exact=True).click()
        looked_over(seen, f"office-{name}")

    seen.goto(f"{at}/open")
    presses("Go on", "open-policy-error")
    seen.get_by_label("Lincolnshire").first.check()
    presses("Go on", "open-agencies")
    presses("Go on", "open-agencies-error")
    seen.get_by_label("Which agency raises the difference?").select_option(label="Schools")
    seen.get_by_role("group", name="With which agency is it raised?").get_by_label("Lincolnshire Police").check()
    seen.get_by_role("group", name="In which role does somebody raise it?").get_by_role("radio").first.check()
    presses("Go on", "open-facts")
    presses("Go on", "open-words")
    seen.get_by_label("What is the difference, without names?").fill("Invented Child, born 3 May 2015.")
    presses("Go on", "open-check")
    presses("Open the case", "open-check-error")
    presses("A child is at immediate risk: open it now", "case-at-risk")
    seen.goto(f"{at}/cases")
    seen.get_by_label("Find by words in a case").fill("invented")
    presses("Find", "found")
    seen.goto(f"{at}/cases")
    seen.get_by_label(f"Choose {running.case}").check()
    presses("Hand over what is owed", "plan-new")
    presses("Make the plan", "plan-new-error")
    seen.get_by_label("Whose duties?").select_option(value="practitioner@police")
    seen.get_by_label("Who has them for that time?").select_option(value="line-manager@police")
    seen.get_by_label("Until when?").fill("in 3 days")
    seen.get_by_label("Why?").fill("On leave.")
    presses("Make the plan", "plan")
    with seen.expect_navigation():
        seen.get_by_role("button", name=re.compile("Yes, carry out")).click()
    looked_over(seen, "office-plan-done")
    assert "done: Handed over until" in str(seen.get_by_role("main").inner_text())
    seen.goto(f"{at}/plans")
    looked_over(seen, "office-plans")


def test_pages_of_a_role_that_sees_no_case_are_looked_over_and_glass_is_broken(
    running: Running,  # noqa: F811
    browser: Browser,  # noqa: F811
) -> None:
    """Who that is stands in a file that is written here, and taken away again."""
    people = running.data / "people.toml"
    account = pwd.getpwuid(os.getuid()).pw_name
    people.write_text(f'["{account}"]\ntitle = "safeguarding lead"\nrole = "agency manager"\nagency = "nspcc"\n')
    try:
        page = browser.new_context().new_page()
        page.goto(link(running))
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
        looked_over(page, "office-today-emptiest")
        at = address(running)
        for path, name in {"/cases": "cases-emptiest", "/plans": "not-for-the-role"}.items():
            page.goto(f"{at}{path}")
            looked_over(page, f"office-{name}")
        page.goto(f"{at}/cases/{running.case}")
        looked_over(page, "office-glass")
        page.get_by_label("Why do you open it?").fill("A call from their office.")
        with page.expect_navigation():
            page.get_by_role("button", name="Open the case").click()
        looked_over(page, "office-glass-broken")
        assert "The office was told" in str(page.get_by_role("main").inner_text())
    finally:
        people.unlink()


def test_signed_out_pages_are_looked_over(running: Running, browser: Browser) -> None:  # noqa: F811
    page = browser.new_context().new_page()
    page.goto(f"{address(running)}/cases?overdue=yes")
    looked_over(page, "office-sign-in")
    used = link(running)
    page.goto(used)
    looked_over(page, "office-sign-in-once")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    assert page.url.endswith("/cases?overdue=yes")
    page.goto(used)
    looked_over(page, "office-sign-in-used")
    page.goto(f"{address(running)}/sign-out")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You have signed out.").wait_for()
    looked_over(page, "office-signed-out")


def test_no_pass_is_in_the_log_after_the_greeting(running: Running, browser: Browser) -> None:  # noqa: F811
    used = link(running)
    page = browser.new_context().new_page()
    page.goto(used)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()

    assert used.rsplit("/", 1)[1] not in running.log.read_text()
