"""A letter as a page: the same words, and nothing that anybody has to fetch."""

import re
from html.parser import HTMLParser

import pytest

from adapters.post import kinds, write_letter

from .conftest import FALLBACK, POLICE, full, minimal

EMPTY = {"meta", "br", "hr", "!DOCTYPE"}


class Page(HTMLParser):
    """Reads a page, and refuses what is not closed as it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.words += " "
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not set(self.open) & {"style", "title"}:
            self.words += data


def words_of(text: str) -> list[str]:
    """The words alone: a page has marks of its own for lists, lines and names."""
    return re.findall(r"\w[\w'/.-]*\w|\w", re.sub(r"^ *(\* |\d\. )", "", text, flags=re.MULTILINE))


@pytest.mark.parametrize("contact", [POLICE, FALLBACK], ids=["held", "fallback"])
@pytest.mark.parametrize("make", [full, minimal])
@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_page_has_every_word_of_the_letter_and_no_other(kind, make, contact) -> None:
    letter = write_letter(make(kind), contact)
    page = Page(letter.html)

    assert words_of(page.words) == words_of(f"{letter.subject}\n{letter.body}")


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_page_is_plain_to_a_screen_reader_and_fetches_nothing(kind) -> None:
    html = write_letter(full(kind), FALLBACK).html
    page = Page(html)
    tags = [tag for tag, _ in page.tags]

    assert html.startswith("<!DOCTYPE html>")
    assert page.tags[0] == ("html", {"lang": "en-GB"})
    assert (tags.count("h1"), tags.count("main"), tags.count("title")) == (1, 1, 1)
    allowed = {"html", "head", "meta", "title", "style", "body", "main", "h1", "p", "strong", "br", "hr", "a"}
    assert set(tags) <= allowed | {"ul", "ol", "li", "dl", "dt", "dd", "code"}
    rung = html.replace('<a href="tel:999">', "")
    assert not re.search(r"(?i)https?:|//|url\(|src=|href=|@import|<script|<img|<link|\bon\w+=", rung)


def test_lists_and_pairs_are_marked_as_such() -> None:
    html = write_letter(full("alert"), POLICE).html

    assert html.count("<ul>") == 1, "two duties are one list"
    assert "<dt>Reference</dt><dd>ESC-7K2M-Q</dd>" in html
    assert "<ol>\n<li>Acknowledge, so that" in html
    assert "<p><code>escalate show ESC-7K2M-Q</code></p>" in html
    assert "<strong>URGENT CASE</strong>" in html


def test_no_value_can_pass_for_a_part_of_the_page() -> None:
    sly = "<script>alert(1)</script>\n<a href='https://example.org'>&amp;"
    html = write_letter(full("refused", fact=sly, by=sly, step=sly), POLICE).html

    assert not {"script", "a"} & {tag for tag, _ in Page(html).tags}
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;a href=" in html


def test_a_training_page_says_so() -> None:
    html = write_letter(full("alert"), POLICE, training=True).html

    assert "<h1>TRAINING: ESC-7K2M-Q, alert" in html
    assert "TRAINING: the case is invented" in html
