"""`escalate record`: a duty handed over, a seat in which the wrong person was told; what is shown of either."""

from datetime import UTC, datetime

import pytest

from domain.commands import DutyHandedOver, Misdirected, SeatMended
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run

POLICE = ("--by", "police", "--role", "practitioner")
OFFICE = ("--role", "operations", "--person", "staff-0007")
HAND = ("hand-over", "--duty", "1", "--to", "line-manager@Lincolnshire Police:staff-0042", "--reason", "On leave.")


def test_a_duty_is_handed_to_a_person_until_a_day_and_show_says_so(run: Run, opened: str, cases: CasesInMemory) -> None:
    result = run("record", opened, *HAND, "--until", "2026-11-30", *POLICE)

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Handed over until the end of Monday 30 November 2026: acknowledgement")
    message = cases.received[0]
    assert isinstance(message, DutyHandedOver)
    assert (message.duty, message.to.role, message.to.agency, message.to.person) == (
        1,
        "line-manager",
        "police",
        "staff-0042",
    )
    assert message.until == datetime(2026, 12, 1, tzinfo=UTC)
    shown = run("show", opened).stdout
    assert "handed to line-manager@police (staff-0042) until the end of Monday 30 November 2026" in shown
    told = run("history", opened).stdout
    handed = "Handed to line-manager@police (staff-0042) until the end of Monday 30 November 2026"
    assert f"{handed}: acknowledgement of the difference" in told


def test_it_is_taken_back_by_handing_it_to_oneself(run: Run, opened: str) -> None:
    run("record", opened, *HAND, "--until", "2026-11-30", *POLICE)

    back = ("hand-over", "--duty", "1", "--to", "practitioner@police", "--reason", "Back.")
    result = run("record", opened, *back, *POLICE)

    assert result.stdout.startswith("Taken back: acknowledgement of the difference.")
    assert "handed to" not in run("show", opened).stdout.partition("Last entries")[0]
    assert "Back with those who owe it: acknowledgement" in run("history", opened).stdout


@pytest.mark.parametrize(("verb", "why"), [("not-mine", "whose case it is not"), ("left", "who has left")])
def test_a_wrong_person_says_so_in_one_word_and_the_office_mends_it(
    run: Run, opened: str, cases: CasesInMemory, verb: str, why: str
) -> None:
    result = run("record", opened, verb, *POLICE)

    assert result.stdout.startswith("Thank you. The partnership's office is told")
    assert isinstance(cases.received[0], Misdirected)
    assert cases.received[0].why == verb
    shown = run("show", opened).stdout
    assert "Wrong person: practitioner@police: " in shown
    assert f"record {opened} mended --seat practitioner@police --role operations --person HANDLE" in shown
    assert f"The wrong person was told: practitioner@police, {why}" in run("history", opened).stdout

    mended = run("record", opened, "mended", "--seat", "practitioner@Lincolnshire Police", *OFFICE)

    assert mended.exit_code == 0, mended.stderr
    assert isinstance(cases.received[1], SeatMended)
    assert "Wrong person" not in run("show", opened).stdout


def test_a_woken_lead_says_that_it_is_not_theirs_and_the_next_is_woken(run: Run, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))

    result = run("record", cases.last, "not-mine", "--role", "on-call")

    assert "It goes on to the next person on the rota." in result.stdout
    assert run("history", cases.last).stdout.count("to the safeguarding lead on call") == 2


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((*HAND, *POLICE), 3, "Say until when they have it: then it is with those who owe it again.\n"),
        (
            ("hand-over", "--duty", "1", *POLICE),
            2,
            'Say what goes to whom, until when and why: --duty NUMBER --to ROLE@AGENCY --until TIME --reason "…".\n',
        ),
        (
            ("hand-over", "--duty", "1", "--to", "the manager", "--reason", "x", *POLICE),
            2,
            "--to 'the manager' cannot be read: write --to ROLE@AGENCY or ROLE@AGENCY:HANDLE.\n",
        ),
        (("mended", *OFFICE), 2, "Say which seat has the right person now: --seat ROLE@AGENCY.\n"),
        (("discussion", *POLICE, "--seat", "slo"), 2, "--seat says nothing here: it goes with mended.\n"),
    ],
)
def test_what_cannot_be_said_of_a_seat_is_told_in_one_sentence(
    run: Run, opened: str, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = run("record", opened, *words)

    assert (result.exit_code, result.stdout, result.stderr) == (code, "", sentence)
