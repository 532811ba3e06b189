"""The words of digests: short, plain, without a word of anybody's own."""

import json
from datetime import timedelta

import pytest

from adapters.post import SUMMARIES, SmtpPost, WebhookPost, write_letter, write_text
from adapters.post.text import LONGEST, length
from domain.case.effects import Notice
from domain.views.digest import OfficeDigest
from tests.post.conftest import FALLBACK, POLICE, clock
from tests.post.test_nothing_planted import PLANTED, a_case_with_a_name_in_every_free_text, sayings
from tests.post.test_plain_words import LONGEST_SENTENCE, TWELVE, index, sentences

from .conftest import DIRECTORY, MONDAY, Place
from .test_night import ROTA, in_the_night


@pytest.fixture
async def told(place: Place) -> dict[str, Notice]:
    """One of each kind, about two cases; a third is nobody's that can be reached."""
    place.rota(ROTA.replace('persons = ["S-101"', 'until = 2026-11-30\npersons = ["S-101"'))
    await in_the_night(place)
    place.now = MONDAY
    await place.opens("ESC-2", MONDAY - timedelta(hours=13))
    await place.opens("ESC-3", MONDAY - timedelta(hours=1), receiving=("nspcc",))
    place.tells_people()
    place.tells_leads()
    place.tells_office()
    kinds = {one.kind: one for one in place.sent if one.ref.endswith("practitioner.police") or one.kind != "digest"}
    assert set(kinds) == SUMMARIES
    return kinds | {"fallback": next(one for one in place.sent if one.ref.endswith("fallback"))}


def test_a_digest_reads_like_this(told: dict[str, Notice]) -> None:
    letter = write_letter(told["digest"], POLICE)

    assert letter.subject == "4 things are on you today, 2 late"
    assert letter.body.startswith(
        "For:        frontline professional, Lincolnshire Police\n"
        "To do:      the things listed below, what is late first\n"
    )
    heads = [line for line in letter.body.splitlines() if line.isupper()]
    assert heads == ["LATE", "TODAY", "NEXT WORKING DAY"]
    assert (
        "* ESC-1: discussion\n"
        "  Step:  Step 1: professional to professional\n"
        "  Who:   both sides together\n"
        "  When:  at once – OVERDUE\n"
        "  Look:  escalate show ESC-1\n"
    ) in letter.body
    assert "\n\n\n" not in letter.body
    assert all(len(line) <= 78 for line in letter.body.splitlines())


def test_what_did_not_fit_is_said(told: dict[str, Notice]) -> None:
    said = "And 12 more, which did not fit here: `escalate list` shows every case."

    assert said in write_letter(told["digest"].but(more=12), POLICE).body
    assert "did not fit" not in write_letter(told["digest"], POLICE).body


def test_the_night_says_rung_and_answer_and_what_is_still_open(told: dict[str, Notice]) -> None:
    letter = write_letter(told["night"], POLICE)

    assert letter.subject == "1 case alerted in the night, 1 still open"
    assert (
        "* ESC-1: alert, Monday 23 November 2026, 5:00am\n"
        "  Woken: safeguarding lead on call\n"
        "  Seen:  nobody has said so\n"
        "  Now:   STILL OPEN\n"
        "  Look:  escalate show ESC-1\n"
    ) in letter.body
    assert "lead.101" not in letter.body


def test_the_office_is_told_counts_lists_and_findings(told: dict[str, Notice]) -> None:
    body = write_letter(told["digest-office"], POLICE).body

    heads = [line for line in body.splitlines() if line.isupper() and line[0] != " "]
    assert heads == ["NOBODY WAS REACHED", "LATE", "THE NIGHT", "THE DIRECTORY", "THE ROTA"]
    assert "Open:       3\nLate:       2\n" in body
    assert "nobody is on call from Monday 30 November 2026, 9:00am" in " ".join(body.split())


def test_what_is_for_seats_nobody_is_in_says_for_whom_each_thing_is(told: dict[str, Notice]) -> None:
    body = write_letter(told["fallback"], FALLBACK).body

    assert body.startswith("PLEASE PASS THIS ON\n")
    assert "  For:   frontline professional, nspcc\n" in body


@pytest.mark.parametrize("kind", sorted(SUMMARIES))
def test_a_page_has_its_lists_and_headings(told: dict[str, Notice], kind: str) -> None:
    html = write_letter(told[kind], POLICE).html

    assert "<ul>\n<li>ESC-1: " in html
    assert "<a " not in html.replace('<a href="tel:999">', "")


@pytest.mark.parametrize("kind", sorted(SUMMARIES))
def test_a_summary_can_be_read_at_twelve(told: dict[str, Notice], kind: str) -> None:
    """But for what a check found: those sentences are for whoever looks after the directory and the rota."""
    notice = told[kind]
    if isinstance(notice, OfficeDigest):
        notice = notice.but(areas=tuple(a.but(directory=(), rota=(), unheard=()) for a in notice.areas))
    body = write_letter(notice, POLICE).body

    assert index(body) <= TWELVE
    assert max(len(sentence) for sentence in sentences(body)) <= LONGEST_SENTENCE


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("digest", "4 things are on you today, 2 late. See your e-mail, or ring the office. "),
        ("digest-office", "3 cases open, 2 late, 4 due today. See the e-mail. "),
        ("night", "1 case alerted in the night, 1 still open. See your e-mail, or ring the office. "),
    ],
)
def test_by_text_only_the_count_is_said_and_where_the_rest_is(told: dict[str, Notice], kind: str, said: str) -> None:
    text = write_text(told[kind], POLICE)

    assert text == f"{said}Notice {told[kind].ref}"
    assert length(text) <= LONGEST
    assert length(write_text(told[kind], FALLBACK, training=True)) <= LONGEST


def test_an_e_mail_of_a_summary_has_no_deadlines_for_a_calendar(told: dict[str, Notice]) -> None:
    mail = SmtpPost("127.0.0.1", 1, "escalations@example.org", clock).write(told["digest"], POLICE)

    assert "text/calendar" not in [part.get_content_type() for part in mail.walk()]
    assert mail["Subject"] == "4 things are on you today, 2 late"


def test_a_webhook_is_told_the_same(told: dict[str, Notice]) -> None:
    said = json.loads(WebhookPost("key", clock).write(told["digest"], POLICE))

    assert (said["kind"], said["subject"]) == ("digest", "4 things are on you today, 2 late")


async def test_no_summary_holds_what_people_wrote(place: Place) -> None:
    case = a_case_with_a_name_in_every_free_text()
    place.now = case.now
    place.keeps(case)
    place.directory(DIRECTORY.replace('"schools"', '"hill-school"').replace('"police"', '"social-care"'))
    place.tells_people()
    place.now = next(one.entered_at for one in case.entries if one.kind == "risk") + timedelta(hours=1)
    place.tells_office()
    place.tells_leads()

    assert {one.kind for one in place.sent} == SUMMARIES
    for notice in place.sent:
        for form, said in sayings(notice):
            assert not [word for word in PLANTED if word in said], (notice.kind, form)
