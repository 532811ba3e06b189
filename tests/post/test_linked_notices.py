"""Notices that carry the link to their page, in every form in which they leave."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from adapters.links import Links
from adapters.post import Common, SmtpPost, WebhookPost, kinds, make_post, write_letter, write_text
from adapters.post.text import LONGEST, length
from domain.case.effects import Notice

from .conftest import FALLBACK, POLICE, clock, full, minimal
from .test_links import CASE, KEY, ON_CALL
from .test_text import LONGEST_WORDS, owed

LINKS = Links("https://escalations.partnership.example.org", (KEY,))
SHORT = Links("https://esc.example.org", (KEY,))


def real(kind: str, **said) -> Notice:
    return full(kind, case=CASE, ref=f"{CASE}/1234/12", **said)


class Anchors(HTMLParser):
    """Every address in a page that can be pressed or fetched, but for numbers to ring."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pressed = [value for name, value in attrs if name in {"href", "src", "action"}]
        self.found += [value for value in pressed if not (value or "").startswith("tel:")]


@pytest.mark.parametrize("kind", sorted(kinds() - {"link-code"}))
@pytest.mark.parametrize("contact", [POLICE, FALLBACK], ids=["held", "fallback"])
def test_each_letter_has_its_link_whole_on_a_line_of_its_own_and_once_to_be_pressed(kind, contact) -> None:
    notice = real(kind)
    letter = write_letter(notice, contact, links=LINKS)
    lines = letter.body.splitlines()

    assert lines.count(LINKS.to(notice)) == 1
    assert all(len(line) <= 78 for line in lines if line != LINKS.to(notice))
    assert lines.index(LINKS.to(notice)) < lines.index("-" * 78)
    assert Anchors(letter.html).found == [LINKS.to(notice)]
    assert "How to answer: on the page above." in letter.body


@pytest.mark.parametrize("kind", sorted(kinds() - {"link-code"}))
def test_without_links_nothing_is_said_of_a_page(kind) -> None:
    letter = write_letter(real(kind), POLICE)

    assert "page below" not in letter.body
    assert "page above" not in letter.body
    assert Anchors(letter.html).found == []


def test_an_alert_says_what_one_press_does_and_for_how_long() -> None:
    body = " ".join(write_letter(real("alert", to=ON_CALL, rest_hours=24), POLICE, links=LINKS).body.split())

    assert (
        'Open this page, press "I have this alert" and say yes. It stops the repeats for 24 hours; '
        "it does not end the matter." in body
    )
    assert body.index("To do:") < body.index("Open this page") < body.index("Not done, as far as")


def test_an_address_that_somebody_wrote_cannot_be_pressed() -> None:
    """Some letters have a line that holds a fact alone."""
    letter = write_letter(real("chair", fact="https://elsewhere.example.org/n/1"), POLICE, links=LINKS)

    assert "elsewhere.example.org" in letter.html
    assert Anchors(letter.html).found == [LINKS.to(real("chair"))]


def test_an_alerts_text_reads_like_this() -> None:
    due = owed("by the end of Tuesday 23 September 2025", overdue=True)
    notice = real("alert", to=ON_CALL, owed=due).but(ref=f"{CASE}/12/1")
    text = write_text(notice, POLICE, links=SHORT)

    link = SHORT.to(notice)
    assert text == (
        "ESC-7K2M-9QX4: something is overdue. Was due by the end of Tue 23 Sep 2025. Say you have it: " + link
    )


@pytest.mark.parametrize("links", [LINKS, SHORT])
@pytest.mark.parametrize("contact", [POLICE, FALLBACK], ids=["held", "fallback"])
def test_the_link_of_an_alert_comes_before_words_that_can_go(links, contact) -> None:
    text = write_text(real("alert", to=ON_CALL, owed=owed(LONGEST_WORDS)), contact, links=links)

    assert text.endswith(links.to(real("alert", to=ON_CALL)))
    assert length(text) <= LONGEST
    assert f"{CASE}: something is overdue. " in text


def test_a_link_that_does_not_fit_is_left_out_whole() -> None:
    endless = Links(f"https://{'escalations.' * 9}example.org", (KEY,))
    text = write_text(real("alert", to=ON_CALL), POLICE, links=endless)

    assert "https" not in text
    assert text == write_text(real("alert", to=ON_CALL), POLICE)


@pytest.mark.parametrize("kind", sorted(kinds() - {"link-code"}))
def test_a_text_of_any_kind_keeps_within_one_message_and_loses_no_word_for_a_link(kind) -> None:
    plain, linked = (write_text(real(kind), POLICE, links=links) for links in (None, SHORT))

    assert length(linked) <= LONGEST
    if kind != "alert":
        assert linked.removesuffix(SHORT.to(real(kind))) == plain.removesuffix("Notice 1234/12") or linked == plain


def test_no_two_notices_with_links_are_the_same_text() -> None:
    """Phone networks stop the same words to the same number."""
    refs = [f"{CASE}/{n}/{m}" for n in range(5) for m in range(5)]
    texts = {write_text(minimal("alert", case=CASE, ref=ref, to=ON_CALL), POLICE, links=LINKS) for ref in refs}

    assert len(texts) == 25


def test_mail_webhook_and_outbox_carry_the_same_link(tmp_path: Path) -> None:
    notice = real("alert", to=ON_CALL)
    link = LINKS.to(notice)

    mail = SmtpPost("127.0.0.1", 1, "escalations@example.org", clock, links=LINKS).write(notice, POLICE)
    make_post(tmp_path, Common(clock, links=LINKS), training=True).send(notice, POLICE)
    said = json.loads(WebhookPost("key", clock, links=LINKS).write(notice, POLICE))
    (file,) = tmp_path.glob("*.txt")

    assert [link in str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"][:2] == [
        True,
        True,
    ]
    assert said["link"] == link
    assert said["text"].endswith(link)
    assert link in file.read_text().splitlines()
    assert "link" not in json.loads(WebhookPost("key", clock).write(notice, POLICE))


def test_an_alert_that_may_be_answered_both_ways_says_both() -> None:
    due = owed("by the end of Tuesday 23 September 2025", overdue=True)
    notice = real("alert", to=ON_CALL, owed=due).but(ref=f"{CASE}/12/1")
    text = write_text(notice, POLICE, links=SHORT, replies=True)

    assert text == (
        f"ESC-7K2M-9QX4: something is overdue. Was due by the end of Tue 23 Sep 2025. Reply YES, or: {SHORT.to(notice)}"
    )


def test_a_letter_to_a_lead_who_may_sign_in_leads_to_the_board_and_no_other_does() -> None:
    board = "https://escalations.partnership.example.org/a-path-that-makes-the-address-longer-than-a-line/board"
    for kind in ("alert", "risk"):
        notice = full(kind)
        letter = write_letter(notice, POLICE.but(board=board))

        assert board in letter.body.splitlines()
        assert f'<a href="{board}">{board}</a>' in letter.html
        assert "/board" not in write_letter(notice, POLICE).body
