"""Drawings as a real browser draws them: letters are its own fonts' there, and stay in their boxes all the same."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from adapters.policies import load_policy
from services.drawing import said, svg
from settings import HERE
from tests.console.chromium import chromium

SHIPPED = sorted(path.stem for path in (HERE / "policies").glob("*.toml"))
OUTSIDE = """() => {
  const found = [];
  for (const text of document.querySelectorAll("text")) {
    const own = text.getBoundingClientRect();
    const all = document.querySelector("svg").getBoundingClientRect();
    if (own.left < all.left || own.right > all.right || own.bottom > all.bottom) found.push(text.textContent);
    const frame = text.parentNode.querySelector(":scope > rect");
    if (!frame) continue;
    const box = frame.getBoundingClientRect();
    if (own.left < box.left || own.right > box.right + 1 || own.top < box.top || own.bottom > box.bottom)
      found.push(text.textContent);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("font", ["DejaVu Sans", "sans-serif"])
def test_every_word_stays_in_its_box(browser: Browser, name: str, font: str) -> None:
    picture = svg.file(said.of_policy(load_policy(HERE / "policies" / f"{name}.toml")[0]))
    page = browser.new_page()
    page.set_content(picture.partition("?>")[2].replace("system-ui", f"'{font}'"))

    assert page.locator("text").count() > 20
    assert page.evaluate(OUTSIDE) == []
    page.close()
