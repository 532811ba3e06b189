"""What people read."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.links import Links
from adapters.post import UnknownNotice, kinds, write_letter
from domain.case.effects import Owed, Recipient

from .conftest import FALLBACK, LINE_MANAGER, POLICE, full, minimal

PROMISED = {
    "step-opened", "act-recorded", "plan-proposed", "plan-changed", "outcome", "overdue", "alert", "alert-withdrawn",
    "risk", "chair", "refused", "closed", "contested", "corrected", "record-fault", "stands-still", "cancellation",
    "owed", "told", "appointed", "glass-broken",
    "reminder", "proposed", "times-changed", "withdrawn",
    "fact-changed", "party-joined", "party-left", "recorded-for-you",
    "handed-over", "handed-back", "misdirected",
    "void-proposed", "voided", "party-corrected", "link-code", "link-again",
}  # fmt: skip
ROOT = Path(__file__).parents[2]


def test_there_is_a_letter_for_each_promised_kind() -> None:
    assert kinds() == PROMISED


@pytest.mark.parametrize("kind", sorted(PROMISED))
@pytest.mark.parametrize("make", [full, minimal])
@pytest.mark.parametrize("contact", [POLICE, FALLBACK], ids=["held", "fallback"])
def test_each_letter_is_whole_and_fits_a_narrow_screen(kind, make, contact) -> None:
    letter = write_letter(make(kind), contact)

    assert len(letter.subject) <= 78
    assert "\n" not in letter.subject
    assert letter.subject.startswith("ESC-7K2M-Q, ")
    assert all(len(line) <= 78 for line in letter.body.splitlines())
    assert all(line == line.rstrip() for line in letter.body.splitlines())
    assert "\n\n\n" not in letter.body
    assert not re.search(r"Undefined|None\b|[{}<>]|\bTrue\b|  $", letter.body)
    for said in ("Reference:  ESC-7K2M-Q", "line manager, Lincolnshire Police", "anything about the child",
                 "escalate show ESC-7K2M-Q", "escalate record ESC-7K2M-Q", "ESC-7K2M-Q/12/3"):  # fmt: skip
        assert said in letter.body
    assert ("PLEASE PASS THIS ON" in letter.body) is contact.fallback


@pytest.mark.parametrize("kind", sorted(PROMISED))
def test_a_subject_holds_reference_kind_and_step_and_nothing_else(kind) -> None:
    """Section 8: subjects are read on locked screens."""
    subject = write_letter(full(kind, step="Step 2", fact="secret fact", by="secret, by"), POLICE).subject

    assert re.fullmatch(r"ESC-7K2M-Q, [a-z ]{4,20}: Step 2", subject)


def test_no_two_kinds_have_the_same_subject() -> None:
    assert len({write_letter(full(kind, step="Step 2"), POLICE).subject for kind in kinds()}) == len(kinds())


def test_a_long_step_is_cut_in_the_subject_and_whole_in_the_letter() -> None:
    letter = write_letter(full("overdue"), POLICE)

    assert letter.subject.endswith("…")
    assert "where that would help" in " ".join(letter.body.split())


def test_a_late_notice_says_why_it_is_late() -> None:
    sentence = "This notice is late because our system was out of service."

    assert sentence in write_letter(minimal("overdue", late=True), POLICE).body
    assert sentence not in write_letter(minimal("overdue"), POLICE).body


def test_the_deadline_at_the_top_is_the_earliest() -> None:
    first, second = full("step-opened").owed[0].but(overdue=False), full("step-opened").owed[1]
    assert first.due
    later = first.but(due=first.due.replace(year=2027), due_words="by the end of Monday 22 November 2027")

    body = write_letter(minimal("step-opened", owed=(second, later, first)), POLICE).body

    assert "Deadline:   by the end of Sunday 22 November 2026" in body


def test_an_overdue_duty_comes_before_an_earlier_one_that_is_not() -> None:
    late, other = full("alert").owed
    assert late.due
    early = other.but(due=late.due.replace(year=2025), due_words="by the end of 2025")

    assert "Was due:    by the end of Sunday" in write_letter(minimal("alert", owed=(early, late)), POLICE).body


def test_a_duty_without_a_time_says_so() -> None:
    letter = write_letter(minimal("step-opened", owed=(Owed(what="minutes", by="police"),)), POLICE)

    assert "Deadline:   no time is given" in letter.body


@pytest.mark.parametrize("kind", ["step-opened", "reminder", "overdue", "owed"])
def test_a_letter_says_of_e_mail_what_the_policy_says_of_it_and_nothing_else(kind: str) -> None:
    def said(how: str) -> str:
        owed = Owed(what="discussion", by="police", how=how)
        return " ".join(write_letter(minimal(kind, owed=(owed,)), POLICE).body.split())

    assert "How: telephone or e-mail When:" in said("telephone or e-mail")
    assert "How: telephone; e-mail does not count When:" in said("telephone; e-mail does not count")
    for how in ("telephone or e-mail", ""):
        assert "not count" not in said(how)
    assert "How:" not in said("").partition("How to answer")[0]


def test_agencies_are_called_by_their_titles() -> None:
    body = write_letter(full("act-recorded"), POLICE).body

    assert "By:         line manager, Schools" in body
    assert "Who:   Lincolnshire Police" in body
    assert "Who:   both sides together" in body


def test_an_alert_says_how_to_acknowledge_and_why_you() -> None:
    lead = Recipient(role="on-call", title="safeguarding lead on call")
    contact = POLICE.but(agency_title="")

    body = write_letter(full("alert", to=lead), contact).body

    assert "escalate record ESC-7K2M-Q acknowledge" in body
    assert "Why you: you are the safeguarding lead on call." in body


def test_a_risk_notice_says_to_ring_now() -> None:
    body = write_letter(minimal("risk"), POLICE).body

    assert "999" in body
    assert "children's social care" in body
    assert "do not rely on\nthis notice alone" in body


def test_no_value_can_pass_for_a_part_of_the_letter() -> None:
    """A title with line breaks, control signs or template signs stays one line of plain text."""
    sly = "held\r\n\r\nReference:  ESC-FORGED\u2028\x1b[31m\u202e {{ 7 * 7 }} {% include 'x' %}"

    letter = write_letter(minimal("refused", fact=sly, step="a\r\nBcc: x@example.org"), POLICE)

    assert not [line for line in letter.body.splitlines() if line.startswith("Reference:  ESC-FORGED")]
    assert "{{ 7 * 7 }}" in letter.body
    assert not {"\x1b", "\u202e", "\u2028"} & set(letter.body)
    assert letter.subject == "ESC-7K2M-Q, not accepted: a Bcc: x@example.org"


@pytest.mark.parametrize("kind", ["nonsense", "", "_base", "_owed", "../letter", "overdue.txt"])
def test_an_unknown_kind_is_refused_clearly(kind) -> None:
    with pytest.raises(
        UnknownNotice, match="There is no letter for the kind of notice ESC-7K2M-Q/12/3 is; those known"
    ):
        write_letter(minimal(kind), POLICE)


def test_no_letter_names_an_area() -> None:
    for template in (ROOT / "adapters/post/templates").glob("*.txt"):
        assert not re.search("lincoln|lincs|lscp|sutton|gloucester|ppet", template.read_text().casefold()), (
            template.name
        )


def test_letters_are_found_from_any_working_directory(tmp_path: Path) -> None:
    program = "from adapters.post import kinds; print(len(kinds()))"
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert run.stdout.strip() == str(len(PROMISED))


def test_a_deputy_is_told_why_it_comes_to_them_and_the_fallback_why_there_is_nobody() -> None:
    passed_over = minimal("owed").but(to=LINE_MANAGER.but(next_person=True))

    deputy, desk = (write_letter(passed_over, contact).body for contact in (POLICE, FALLBACK))

    assert deputy.startswith("THIS COMES TO YOU AS THE DEPUTY\nIt is meant for: line manager, Lincolnshire Police.")
    assert desk.startswith("PLEASE PASS THIS ON\n")
    assert "said that it is not theirs" in " ".join(desk.split())


def test_what_is_handed_over_says_who_owes_it_and_who_has_it() -> None:
    owed = Owed(what="discussion", by="schools", due_words="at once", handed_to=("line-manager, police",))

    body = write_letter(minimal("alert", owed=(owed,)), POLICE).body

    assert "  Who:   Schools\n  Now with:  line manager, Lincolnshire Police\n  When:  at once\n" in body


def test_the_letter_with_a_code_says_it_and_holds_no_link() -> None:
    """Who has the one has not the other: both together would be a link alone."""
    links = Links("https://escalations.partnership.example.org", ("k" * 32,))
    letter = write_letter(minimal("link-code", fact="004217"), POLICE, links=links)

    assert "Your code:  004217" in letter.body
    assert "https://" not in letter.body
    assert "004217" not in letter.subject
