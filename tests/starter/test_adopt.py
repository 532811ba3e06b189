"""A case takes another edition only when somebody has seen what that moves, and said yes."""

import json
from pathlib import Path

import pytest

from domain.commands import CalendarAdopted, EditionAdopted
from settings import HERE
from starter import terminal
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import Run

WHO = ("--by", "schools", "--role", "slo")
WHY = ("--reason", "The new edition is in force.")


@pytest.fixture
def newer(tmp_path: Path) -> str:
    """A newer edition of the example's policy, with another time at its steps."""
    text = (HERE / "policies" / "lincolnshire.toml").read_text(encoding="utf-8")
    file = tmp_path / "lincolnshire.toml"
    text = text.replace('edition = "2025-02"', 'edition = "2026-11"', 1).replace("48 hours on", "72 hours on")
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_what_would_move_is_shown_and_nothing_is_done_without_yes(
    run: Run, opened: str, cases: CasesInMemory, newer: str
) -> None:
    result = run("adopt", opened, "--policy", newer, *WHO, *WHY)

    assert result.exit_code == 0, result.stderr
    assert f"{opened}: policy edition 2025-02 → 2026-11" in result.stdout
    assert "by 10:00am on Wednesday 25 November 2026   by 10:00am on Thursday 26 November 2026" in result.stdout
    assert result.stderr == "Nothing was changed: type it again with --yes to do it.\n"
    assert cases.received == []


def test_with_yes_it_is_sent_with_the_last_entry_that_was_seen(
    run: Run, opened: str, cases: CasesInMemory, newer: str
) -> None:
    result = run("adopt", opened, "--policy", newer, *WHO, *WHY, "--yes", "--id", "m1")

    assert result.exit_code == 0, result.stderr
    (message,) = cases.received
    assert isinstance(message, EditionAdopted)
    assert (message.policy.edition, message.seen, message.id) == ("2026-11", 2, "m1")
    assert "The case runs under edition 2026-11" in result.stdout
    assert "by 10:00am on Thursday 26 November 2026" in run("show", opened).stdout
    assert run("verify", opened).exit_code == 0


@pytest.mark.parametrize("answer", [True, False])
def test_at_a_terminal_it_asks(
    run: Run, opened: str, cases: CasesInMemory, newer: str, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    monkeypatch.setattr(terminal, "can_ask", lambda: True)
    monkeypatch.setattr(terminal, "confirm", lambda _: answer)

    run("adopt", opened, "--policy", newer, *WHO, *WHY)

    assert len(cases.received) == answer


def test_programs_get_the_changes_as_json(run: Run, opened: str, cases: CasesInMemory, newer: str) -> None:
    shown = json.loads(run("adopt", opened, "--policy", newer, *WHO, *WHY, "--json").stdout)
    done = json.loads(run("adopt", opened, "--policy", newer, *WHO, *WHY, "--json", "--yes").stdout)

    assert (shown["adopted"], done["adopted"], done["entry"]) == (False, True, 3)
    assert shown["changes"] == done["changes"]
    assert {"duty", "what", "by", "how", "before", "after"} == set(shown["changes"][0])


def test_another_calendar_is_taken_and_the_one_it_has_is_not(
    run: Run, opened: str, cases: CasesInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services import case_inputs

    same = run("adopt", opened, "--calendar", *WHO)
    made = case_inputs.calendar(cases.openings[0].policy, cases.running[opened].opened_at).but(edition="a newer one")
    monkeypatch.setattr(case_inputs, "calendar", lambda *_: made)
    other = run("adopt", opened, "--calendar", *WHO, "--yes")

    assert (same.exit_code, same.stdout) == (2, "")
    assert "has this calendar already" in same.stderr
    assert other.exit_code == 0, other.stderr
    assert isinstance(cases.received[0], CalendarAdopted)


def test_what_the_rules_refuse_is_said_before_anything_is_sent(
    run: Run, opened: str, cases: CasesInMemory, newer: str
) -> None:
    result = run("adopt", opened, "--policy", newer, "--role", "operations", *WHY, "--yes")

    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("Say which person of the office enters it")
    assert cases.received == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (WHO, "Say which edition is taken: --policy or --calendar, one at a time.\n"),
        ((*WHO, "--calendar", "--policy", "x"), "Say which edition is taken: --policy or --calendar"),
        (("--calendar",), "Say who decides it: --by and --role (a seat"),
        ((*WHO, "--policy", "lincolnshire"), "Say why the case takes another edition of its policy"),
        ((*WHO, *WHY, "--policy", "lincolnshire"), "has this edition already (2025-02): there is nothing to take.\n"),
        ((*WHO, *WHY, "--policy", "nowhere"), "There is no policy 'nowhere'"),
        (
            (*WHO, "--calendar", "--reason", "Sam Example, dob 02/03/14"),
            "Nothing was sent: take out what names a child",
        ),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(
    run: Run, opened: str, cases: CasesInMemory, words: tuple[str, ...], sentence: str
) -> None:
    result = run("adopt", opened, *words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert cases.received == []


def test_an_unknown_case_is_told(run: Run, cases: CasesInMemory) -> None:
    assert run("adopt", "ESC-0000-0000", "--calendar", *WHO).exit_code == 2
