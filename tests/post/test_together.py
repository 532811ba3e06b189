"""Alerts of several cases in one message: what the letter, the text, the webhook and the outbox say of each."""

import json
from pathlib import Path

import pytest

from adapters.directory import Contact
from adapters.links import Links
from adapters.post import OutboxPost, WebhookPost, write_letter, write_text
from adapters.post.text import LONGEST, length
from domain.case.effects import Notice
from domain.engine.seats import ON_CALL
from domain.views.together import as_one

from .conftest import FALLBACK, clock, full
from .test_plain_words import LONGEST_SENTENCE, TWELVE, index, sentences

LEAD = Contact(
    addresses=("lead@rota.example.org",),
    why="you are first on call by the rota, edition 2026-11, turn of 16 to 23 November",
    names={"police": "Lincolnshire Police"},
)


def alert(number: int, kind: str = "alert", prefix: str = "ESC", **said) -> Notice:
    case = f"{prefix}-7K2M-9Q{number:02}"
    return full(kind, ref=f"{case}/1234/12", case=case, to=ON_CALL, urgent=False, **({"late": False} | said))


SEVERAL = as_one(alert(number) for number in range(1, 15))
MIXED = as_one([alert(1), alert(2, late=True), alert(3, "alert-withdrawn", fact="It was done late.")])
OVER = as_one([alert(1, "alert-withdrawn"), alert(2, "alert-withdrawn")])


def test_the_subject_says_how_many_cases_and_no_more() -> None:
    assert write_letter(SEVERAL, LEAD).subject == "alert: 14 cases have something overdue"
    assert write_letter(as_one([alert(1), alert(2, "alert-withdrawn")]), LEAD).subject == (
        "alert: 1 case has something overdue"
    )
    assert write_letter(OVER, LEAD).subject == "alert over: 2 cases"


def test_the_letter_says_of_each_case_what_is_owed_by_whom_and_since_when() -> None:
    body = write_letter(SEVERAL, LEAD).body

    assert [body.count(one.case) for one in (SEVERAL, *SEVERAL.together)] == [5] + [1] * 13
    assert body.count("  Who:   Lincolnshire Police\n") == 14
    assert body.count("  When:  by the end of Sunday 22 November 2026 – OVERDUE\n") == 14
    assert body.index(SEVERAL.case) < body.index(SEVERAL.together[0].case)


def test_it_says_why_this_person_what_to_do_and_which_notices_it_is() -> None:
    body = write_letter(SEVERAL, LEAD).body

    assert "by the rota, edition 2026-11, turn of 16 to 23\nNovember." in body
    assert "    escalate record ESC-7K2M-9Q01 acknowledge\n      (say that you have this alert; the same with" in body
    assert body.endswith("Notice ESC-7K2M-9Q01/1234/12 and 13 more\n")


def test_only_what_an_outage_held_back_is_marked_late() -> None:
    body = write_letter(MIXED, LEAD).body

    assert body.count("– LATE\n") == 1
    assert "Alerts marked LATE come late because our system was out of service." in body
    assert "LATE" not in write_letter(SEVERAL, LEAD).body


def test_what_is_overdue_no_more_has_a_part_of_its_own() -> None:
    overdue, _, over = write_letter(MIXED, LEAD).body.partition("You had an alert about this too.")

    assert "ESC-7K2M-9Q03" not in overdue
    assert "* ESC-7K2M-9Q03: " in over
    assert "It was done late." in " ".join(over.split())
    assert "cknowledge" not in write_letter(OVER, LEAD).body


@pytest.mark.parametrize("message", [SEVERAL, MIXED, OVER], ids=["several", "mixed", "over"])
def test_it_is_a_letter_like_any_other(message: Notice) -> None:
    letter = write_letter(message, LEAD)
    words = [one for one in sentences(letter.body) if not any(word.startswith("7K2M") for word in one)]

    assert max(map(len, letter.body.splitlines())) <= 78
    assert "\n\n\n" not in letter.body
    assert "None" not in letter.body
    assert letter.html.count("<h1>") == 1
    assert max(len(sentence) for sentence in words) <= LONGEST_SENTENCE
    assert index(write_letter(_bare(message), LEAD).body) <= TWELVE


def _bare(message: Notice) -> Notice:
    """The same without what policies name."""
    plain = [one.but(step="", owed=(), fact="") for one in (message, *message.together)]
    return plain[0].but(together=tuple(plain[1:]))


@pytest.mark.parametrize("contact", [LEAD, FALLBACK], ids=["on call", "fallback"])
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("message", [SEVERAL, MIXED, OVER], ids=["several", "mixed", "over"])
def test_a_text_is_one_message_that_ends_with_its_number(message: Notice, training: bool, contact: Contact) -> None:
    text = write_text(message, contact, training=training)

    assert length(text) <= LONGEST
    assert text.endswith(f" Notice {message.ref}")
    assert ("Please pass on." in text) is contact.fallback
    assert text.startswith("TRAINING, invented. ") is training


def test_a_text_of_fourteen_cases_reads_like_this() -> None:
    assert write_text(SEVERAL, LEAD) == (
        "14 cases have something overdue, most late: ESC-7K2M-9Q01. Acknowledge each, then ring those who owe it. "
        "Notice ESC-7K2M-9Q01/1234/12"
    )


def test_a_text_says_that_a_reply_answers_for_all_of_them() -> None:
    assert "Reply YES to acknowledge. Then ring those who owe it." in write_text(SEVERAL, LEAD, replies=True)


def test_each_case_has_its_own_page_to_press() -> None:
    links = Links("https://escalation.example.org", ["k" * 40])
    letter = write_letter(SEVERAL, LEAD, links=links)
    lines = letter.body.splitlines()

    places = [lines.index(links.to(one)) for one in (SEVERAL, *SEVERAL.together)]
    assert places == sorted(places)
    assert letter.html.count("<a href=") == 14
    assert "Open the page under each case" in letter.body
    assert "1. Acknowledge each case, by its page above" in letter.body


def test_a_webhook_names_the_references_that_went_together() -> None:
    told = json.loads(WebhookPost("key", clock).write(MIXED, LEAD))

    assert told["reference"] == "ESC-7K2M-9Q01/1234/12"
    assert told["together"] == ["ESC-7K2M-9Q02/1234/12", "ESC-7K2M-9Q03/1234/12"]
    assert "together" not in json.loads(WebhookPost("key", clock).write(alert(1), LEAD))


def test_the_outbox_keeps_one_file_that_each_of_them_finds(tmp_path: Path) -> None:
    """A repeat of one of them alone, when the register could not be asked, is not written again."""
    outbox = OutboxPost(tmp_path, clock)
    outbox.send(MIXED, LEAD)
    outbox.send(MIXED.together[0], LEAD)
    outbox.send(MIXED, LEAD)

    assert [path.name for path in tmp_path.glob("*.txt")] == [
        "2026-11-23T0915Z ESC-7K2M-9Q01-1234-12 alert and 2 more to on-call.txt"
    ]
    assert outbox.receipt_of(MIXED.together[1].ref, LEAD)


def test_a_training_says_so() -> None:
    letter = write_letter(as_one(alert(number, prefix="TRN") for number in (1, 2)), LEAD)

    assert letter.subject == "TRAINING: alert: 2 cases have something overdue"
    assert letter.body.startswith("TRAINING: the case is invented.")
