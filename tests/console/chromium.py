"""Debian's Chromium for the tests that look at a page as people do."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

PROGRAM = Path("/usr/bin/chromium")
MISSING = "Chromium (/usr/bin/chromium) is not on this machine: no page is looked at in a real browser."


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser without a window; a test without it is skipped, and fails where nothing may be."""
    if not PROGRAM.exists():
        if os.environ.get("ESCALATION_REQUIRE_CHROMIUM") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    arguments = ["--no-sandbox", "--disable-background-networking"]
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(PROGRAM), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def is_as_wide_as_its_window(page: Page) -> bool:
    """Can it be read without moving it from side to side?"""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
