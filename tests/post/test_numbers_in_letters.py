"""The numbers to ring in a letter, on its page and in a text: there where it says to ring, and never in the way."""

import re
from datetime import UTC, datetime

import pytest

from adapters.directory import EMERGENCY, Contact, Telephone, Telephones
from adapters.post import write_letter, write_text
from domain.case.effects import Notice, Owed, Recipient
from domain.engine.seats import ON_CALL

from .conftest import POLICE, full, minimal

CASE = "ESC-7K2M-Q"
SERGEANT = Telephone(
    title="Sergeant", agency="The Police", number="01632 960123", link="tel:+441632960123", seat="line-manager@police"
)
HEAD = Telephone(title="Headteacher", agency="Schools", number="01632 960124", link="tel:+441632960124", when="till 4")
NO_NUMBER = Telephone(title="Nurse", agency="The Trust", seat="nurse@trust")
OFFICE = Telephone(title="The partnership's office", number="01632 960125", link="tel:+441632960125", when="9 to 5")
CARE = Telephone(title="Children's social care", number="01632 960126", link="tel:+441632960126", when="days")
NIGHTS = CARE.but(number="01632 960127", link="tel:+441632960127", when="nights")
EASY_POLICE = Telephone(title="Police", number="101", link="tel:101")
KNOWN = Telephones(
    services=(EMERGENCY, CARE, NIGHTS, EASY_POLICE), office=(OFFICE,), parties={CASE: (SERGEANT, HEAD, NO_NUMBER)}
)
CONTACT = POLICE.but(telephones=KNOWN)
LEAD = CONTACT.but(agency_title="")


def letter_of(notice: Notice, contact: Contact = CONTACT) -> str:
    return write_letter(notice, contact).body


def after(text: str, *parts: str) -> bool:
    """Do the parts stand in it in this order?"""
    return re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None


def test_an_alert_says_whom_to_ring_by_which_number_and_who_has_none() -> None:
    body = letter_of(full("alert", to=ON_CALL), LEAD)

    assert after(
        body,
        "2. Ring those who owe it.",
        "Whom to ring:\n\n* Sergeant, The Police\n  Ring:  01632 960123\n",
        "* Headteacher, Schools\n  Ring:  01632 960124 (till 4)\n",
        "* Nurse, The Trust\n  Ring:  no number in the directory: ask the office\n",
        "* The partnership's office\n  Ring:  01632 960125 (9 to 5)\n",
        "If a child may be in danger:\n\n* Emergency services\n  Ring:  999",
    )


def test_immediate_risk_gives_the_services_before_anything_else_and_999_before_them() -> None:
    body = letter_of(minimal("risk", to=ON_CALL, fact="immediate risk"), LEAD)

    assert after(
        body,
        "RING NOW.",
        "* Emergency services\n  Ring:  999 (if a child is in danger this minute)\n\n* Children's social care\n",
        "  Ring:  01632 960126 (days)\n  Ring:  01632 960127 (nights)\n\n* Police\n  Ring:  101\n",
        "What:       immediate risk",
    )


@pytest.mark.parametrize(
    "kind",
    ["overdue", "reminder", "handed-over", "stands-still", "act-recorded", "contested", "plan-changed",
     "plan-proposed", "proposed", "misdirected"],
)  # fmt: skip
def test_every_letter_that_asks_to_ring_somebody_gives_their_number(kind: str) -> None:
    assert "Whom to ring:\n\n* Sergeant, The Police\n  Ring:  01632 960123\n" in letter_of(full(kind))
    assert "Whom to ring" not in write_letter(full(kind), POLICE).body


@pytest.mark.parametrize("kind", ["alert", "risk", "overdue", "times-changed", "fact-changed"])
def test_a_letter_that_speaks_of_danger_gives_the_services_where_the_directory_has_any(kind: str) -> None:
    none = POLICE.but(telephones=Telephones(office=(OFFICE,)))

    assert "  Ring:  01632 960126 (days)\n" in letter_of(full(kind))
    assert "Emergency services" not in letter_of(full(kind), none)
    assert "999" in letter_of(full("risk"), none)


@pytest.mark.parametrize("kind", ["told", "closed", "owed", "refused"])
def test_every_letter_names_the_office_to_ask_and_nobody_without_a_reason(kind: str) -> None:
    body = letter_of(full(kind))

    assert after(body, "ask your partnership's office", "Office:     01632 960125 (9 to 5)\n\nNotice ")
    assert "01632 960123" not in body
    assert "Office:" not in write_letter(full(kind), POLICE).body


def test_alerts_of_several_cases_give_each_case_its_own_numbers() -> None:
    owed = (Owed(what="discussion", by="police", due=datetime(2026, 11, 20, tzinfo=UTC), overdue=True),)
    first = minimal("alert", to=ON_CALL, owed=owed)
    second = minimal("alert", to=ON_CALL, owed=owed, case="ESC-3333-Q", ref="ESC-3333-Q/4/1")
    known = KNOWN.but(parties={CASE: (SERGEANT,), "ESC-3333-Q": (HEAD,)})

    body = write_letter(first.but(together=(second,)), LEAD.but(telephones=known)).body

    other, _, one = body.partition("ESC-3333-Q\n\n")[2].partition("ESC-7K2M-Q\n\n")
    assert ("01632 960123" in one, "01632 960124" in one) == (True, False)
    assert ("01632 960124" in other, "01632 960123" in other) == (True, False)
    assert body.count("01632 960125") == 1, "the office once, at the end"


def test_a_number_on_the_page_can_be_pressed_and_none_within_what_is_typed() -> None:
    sly = "ring 1999 or ESC-999-1 or 01632 960123"
    html = write_letter(full("contested", fact=sly), CONTACT).html

    assert 'Ring: <a href="tel:+441632960123">01632 960123</a><br>' not in html
    assert 'Sergeant, The Police<br>Ring: <a href="tel:+441632960123">01632 960123</a></li>' in html
    assert '<dd><a href="tel:+441632960125">01632 960125</a> (9 to 5)</dd>' in html
    assert "1999 or ESC-999-1 or <a" in html
    typed = write_letter(minimal("told", case="999"), CONTACT).html
    assert "<code>escalate show 999</code>" in typed


def test_the_subject_holds_no_number() -> None:
    assert not re.search("01632|999", write_letter(full("alert", to=ON_CALL), LEAD).subject)


def test_no_line_breaks_a_number() -> None:
    long = SERGEANT.but(title="Head of " + "very " * 20 + "long titles", when="x" * 60)
    body = write_letter(full("overdue"), POLICE.but(telephones=KNOWN.but(parties={CASE: (long,)}))).body

    assert "\n  Ring:  01632 960123" in body
    assert all(len(line) <= 78 for line in body.splitlines())


def test_a_text_of_immediate_risk_gives_the_first_services_numbers() -> None:
    one = CONTACT.but(telephones=KNOWN.but(services=(EMERGENCY, CARE)))

    assert write_text(minimal("risk"), one) == (
        "ESC-7K2M-Q: IMMEDIATE RISK. RING NOW: 999, or children's social care on 01632 960126 (days). "
        "Then record that you rang. Notice 12/3"
    )
    assert "care on 01632 960126 (days) or 01632 960127 (nights). Then" in write_text(minimal("risk"), CONTACT)
    wordy = (EMERGENCY, CARE.but(when="Monday to Friday, 9 to 5"), NIGHTS.but(when="nights and weekends"), EASY_POLICE)
    long = write_text(minimal("risk"), CONTACT.but(telephones=KNOWN.but(services=wordy)))
    assert "care on 01632 960126 or 01632 960127. Then" in long


def test_a_text_of_an_alert_gives_the_numbers_of_all_who_owe_it_or_of_none() -> None:
    def text(*parties: Telephone) -> str:
        known = LEAD.but(telephones=KNOWN.but(parties={CASE: parties}))
        return write_text(full("alert", to=ON_CALL, urgent=False), known)

    assert "then ring those who owe it on 01632 960123. Notice" in text(SERGEANT)
    assert "on 01632 960123 or 01632 960124 (till 4). Notice" in text(SERGEANT, HEAD)
    assert "01632" not in text(SERGEANT, NO_NUMBER)
    assert "Was due" in text(NO_NUMBER)


def test_no_text_grows_beyond_one_message_by_its_numbers() -> None:
    many = tuple(SERGEANT.but(number=f"01632 9601{n:02}") for n in range(12))
    known = LEAD.but(telephones=KNOWN.but(parties={CASE: many}))

    for kind in ("alert", "contested", "overdue"):
        notice = full(kind, to=ON_CALL)
        assert write_text(notice, known) == write_text(notice, LEAD.but(telephones=Telephones()))


def test_a_text_that_a_reply_answers_says_so_before_it_says_numbers() -> None:
    notice = full("alert", to=ON_CALL, urgent=False)
    parties = (SERGEANT, HEAD)

    text = write_text(notice, LEAD.but(telephones=KNOWN.but(parties={CASE: parties})), replies=True)

    assert "Reply YES to acknowledge" in text
    assert "Was due" in text


def test_a_summary_that_sends_to_the_office_gives_its_number() -> None:
    night = Notice(ref="night/1", case="", kind="night", to=Recipient(role="on-call", title="lead"), fact="2 alerts")

    assert "or ring the office on 01632 960125 (9 to 5). Notice" in write_text(night, LEAD)
