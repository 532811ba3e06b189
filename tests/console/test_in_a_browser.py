"""`escalate up` as a newcomer has it: the link from a letter in the outbox, opened and pressed in a real browser."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from adapters.register import reading
from settings import RegisterAddress
from tests.ports import free_ports
from tests.test_readme import BIN, ROOT

from .chromium import chromium, is_as_wide_as_its_window

WIDTHS = (320, 768, 1280)
UP_WITHIN_SECONDS = 100
LOOKED_AT = os.environ.get("SCREENSHOTS", "")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Running:
    """A running installation, and the letters it has sent."""

    def __init__(self, data: Path, environment: dict[str, str], log: Path) -> None:
        self.data = data
        self.environment = environment
        self.log = log
        self.case = ""
        """The case that most tests look at; one that changes what others see has a case of its own."""

    def type(self, *words: str) -> str:
        done = subprocess.run(
            [BIN / "escalate", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def opens_case(self, request: str) -> str:
        """Open a case in which something is late already, and return its reference."""
        said = self.type("start", "examples/late-referral.toml", "--request", request, "--json")
        return str(json.loads(said)["case"])

    def link(self, letter: str, case: str = "") -> str:
        """The link in a letter of the outbox, once it is there."""
        letter = f"*{case or self.case}*{letter}"
        ends = time.monotonic() + UP_WITHIN_SECONDS
        while not (found := sorted((self.data / "outbox").glob(letter))):
            assert time.monotonic() < ends, letter
            time.sleep(0.05)
        (link,) = re.findall(r"^http://127\.0\.0\.1:\d+/n/\S+$", found[0].read_text(), re.MULTILINE)
        return str(link)

    def opens(self, page: Page, link: str) -> None:
        """Open a page whose letter may have been quicker than the record."""
        ends = time.monotonic() + UP_WITHIN_SECONDS
        while (answer := page.goto(link)) is None or answer.status == 503:
            assert time.monotonic() < ends, link
            time.sleep(0.05)


@pytest.fixture(scope="module")
def running(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data, ports = tmp_path_factory.mktemp("data"), free_ports(3)
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "ESCALATION_"))}
    names = ("ESCALATION_PORT", "ESCALATION_UI_PORT", "ESCALATION_CONSOLE_PORT")
    environment = {**clean, "ESCALATION_DATA": str(data), **dict(zip(names, map(str, ports), strict=True))}
    log = data / "printed"
    with log.open("w") as out:
        up = subprocess.Popen([BIN / "escalate", "up"], cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        ends = time.monotonic() + UP_WITHIN_SECONDS
        while "Stop with Ctrl-C" not in log.read_text():
            assert up.poll() is None, log.read_text()
            assert time.monotonic() < ends, log.read_text()
            time.sleep(0.05)
        running = Running(data, environment, log)
        running.case = running.opens_case("in a browser")
        yield running
    finally:
        up.send_signal(signal.SIGTERM)
        assert up.wait(30) == 0, log.read_text()


PAINTED = """(() => {
    const read = CSSStyleDeclaration.prototype.getPropertyValue;
    CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
        return read.call(this, name === "-webkit-text-fill-color" ? "color" : name);
    };
})()"""
"""Lets axe read the colour in which letters are painted. It asks for their fill, and under forced colours Chromium
gives there the colour that our style had, not the one that it paints: every letter would be a fault."""


def found_by_axe(page: Page, **options: Any) -> list[tuple[str, list[Any]]]:
    """Return what axe finds on a page: each rule with the places."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def looked_over(page: Page, name: str) -> None:
    """It has a name and one heading, nothing that axe finds, also in forced colours, and fits a telephone."""
    page.wait_for_load_state("load")  # its style is there, and it can be measured
    assert found_by_axe(page) == []
    page.evaluate(PAINTED)
    for scheme in ("light", "dark"):
        page.emulate_media(forced_colors="active", color_scheme=scheme)
        assert found_by_axe(page, runOnly=["color-contrast"]) == [], (name, scheme)
    page.emulate_media(forced_colors="none", color_scheme="light")
    assert page.locator("h1").count() == 1
    assert page.title().removeprefix("Not done: ").startswith(str(page.locator("h1").text_content()))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 640})
        assert is_as_wide_as_its_window(page), (name, width)
        if LOOKED_AT:
            page.screenshot(path=Path(LOOKED_AT) / f"{name}-{width}.png", full_page=True)


def test_up_says_where_links_lead_and_keeps_its_key_to_itself(running: Running) -> None:
    assert re.search(r"Links in notices +http://127\.0\.0\.1:\d+/n/", running.log.read_text())
    assert (running.data / "link.key").stat().st_mode & 0o777 == 0o600


def test_the_link_of_a_seat_shows_what_it_owes(running: Running, browser: Browser) -> None:
    page = browser.new_page()
    running.opens(page, running.link("overdue to practitioner, police.txt"))

    assert "Something that you owe is overdue" in str(page.text_content("h1"))
    assert "TRAINING" in str(page.text_content("header"))
    looked_over(page, "owed")


def test_the_alert_is_acknowledged_by_a_press_and_a_yes_without_any_script_and_by_the_keyboard_alone(
    running: Running, browser: Browser
) -> None:
    link = running.link("alert to on-call.txt", running.opens_case("to acknowledge"))
    page = browser.new_context().new_page()
    running.opens(page, link)
    looked_over(page, "alert")
    page.get_by_role("button", name="I have this alert").click()
    looked_over(page, "question")
    bare = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
    bare.goto(link)
    for name, tabs in (("I have this alert", 2), ("Yes, I have this alert", 3)):
        button = bare.get_by_role("button", name=name, exact=True)
        place = button.bounding_box()
        assert place
        assert place["y"] + place["height"] <= 640, "it can be pressed without looking for it"
        assert place["height"] >= 44
        for _ in range(tabs):
            bare.keyboard.press("Tab")
        bare.keyboard.press("Enter")
    bare.get_by_role("heading", name="The safeguarding lead on call has this alert").wait_for()

    assert bare.url == link
    page.goto(link)
    looked_over(page, "acknowledged")
    case = link.split("/n/")[1].split("/")[0]
    register = RegisterAddress(f"sqlite:///{running.data}/register.db", running.data / "encryption.keys")
    said = [one for one in reading.read_entries(register, case) if one["kind"] == "acknowledged"]
    ref = "/".join(link.split("/n/")[1].split("/")[:3])
    assert [one["body"]["said"]["evidence"] for one in said] == [f"By the signed link of notice {ref}."]


def test_a_broken_link_is_told_in_plain_words(running: Running, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(running.link("alert to on-call.txt")[:-1])

    assert page.text_content("h1") == "This link does not open anything"
    looked_over(page, "broken")


def test_immediate_risk_is_answered_from_its_letter_although_an_alert_of_the_case_is_quiet(
    running: Running, browser: Browser
) -> None:
    """In another case of its own: the lead takes the alert first, and eight minutes later somebody raises risk."""
    case = running.opens_case("at risk")
    page = browser.new_context(viewport={"width": 320, "height": 640}).new_page()
    running.opens(page, running.link("alert to on-call.txt", case))
    page.get_by_role("button", name="I have this alert").click()
    page.get_by_role("button", name="Yes, I have this alert").click()
    page.get_by_text("The alert is quiet until").wait_for()
    running.type("record", case, "risk", "--by", "police", "--role", "practitioner")

    running.opens(page, running.link("risk to on-call.txt", case))
    assert page.text_content("h1") == "A child may be at immediate risk"
    assert "quiet" not in str(page.text_content("main"))
    looked_over(page, "risk")
    page.get_by_role("button", name="I have this").click()
    looked_over(page, "risk-question")
    page.get_by_role("button", name="Yes, I have this").click()
    page.get_by_text("has had this since").wait_for()
    looked_over(page, "risk-taken")
    assert page.get_by_role("button", name="I have this", exact=True).is_visible()
    page.get_by_role("button", name="I rang the services").click()
    page.get_by_role("button", name="Yes, I rang").click()
    page.get_by_text("The immediate risk of this notice is dealt with.").wait_for()
    looked_over(page, "risk-over")


def test_no_signature_is_in_the_log(running: Running, browser: Browser) -> None:
    link = running.link("alert to on-call.txt")
    page = browser.new_page()
    page.goto(link)
    log = running.log.read_text()

    assert '"case_read"' in log
    assert link.rsplit("/", 1)[1] not in log
    assert not [line for line in log.splitlines() if line.startswith("{") and "/n/" in json.dumps(json.loads(line))]


def test_temporals_page_shows_what_is_encrypted_to_whoever_has_signed_in_and_to_nobody_else(
    running: Running, browser: Browser, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    running.environment["ESCALATION_DECRYPT_PORT"] = str(port)
    with (tmp_path / "log").open("w") as log:
        serve = subprocess.Popen(
            [BIN / "escalate", "decrypt", "serve"], cwd=ROOT, env=running.environment, stdout=log, stderr=log
        )
    try:
        said = json.loads(running.type("decrypt", "link", "--json"))
        ends = time.monotonic() + UP_WITHIN_SECONDS
        while "decrypting_started" not in (tmp_path / "log").read_text():
            assert serve.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert "Professional resolution" not in temporals_page(running, browser.new_context(), said["server"], "")
        shown = temporals_page(running, browser.new_context(), said["server"], said["link"])
        assert "Professional resolution and escalation protocol" in shown
        assert "decrypt for Temporal's page" in running.type("reads", running.case)
    finally:
        serve.send_signal(signal.SIGTERM)
        assert serve.wait(30) == 0, (tmp_path / "log").read_text()


def temporals_page(running: Running, context: BrowserContext, server: str, link: str) -> str:
    """What Temporal's page shows of the first event of a case, with a codec server set; signed in by a link, if any."""
    page = context.new_page()
    if link:
        page.goto(link)
    own = f"http://127.0.0.1:{running.environment['ESCALATION_UI_PORT']}"
    said = {"endpoint": json.dumps(server), "includeCredentials": "true", "overrideRemoteCodecConfiguration": "true"}
    page.add_init_script(f"for (const [k, v] of Object.entries({json.dumps(said)})) localStorage.setItem(k, v)")
    page.goto(f"{own}/namespaces/default/workflows/{running.case}")
    page.wait_for_url("**/timeline")
    page.goto(page.url.replace("/timeline", "/history"))
    page.get_by_text("Workflow Execution Started").first.click()
    page.mouse.move(600, 400)
    ends, shown = time.monotonic() + 30, ""
    while not shown or (link and "opening" not in shown):
        assert time.monotonic() < ends, shown
        page.mouse.wheel(0, 600)  # what an event holds is shown only once it is in the window
        page.wait_for_timeout(200)
        shown = " ".join(page.locator(".cm-content").all_inner_texts())
    context.close()
    return shown
