"""Texts that come from standard input or a file: what is typed is seen by whoever lists the processes."""

import os
from pathlib import Path
from typing import Any

import pytest

from adapters.register.register import Register
from starter import terminal, written
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run

UP = ("not-agreed", "--by", "schools", "--role", "practitioner")
NHS = "943 476 5919"


def said_in(register: Register, case: str, kind: str) -> Any:
    """What the last entry of a kind holds of the message."""
    body: Any = [one.entry.body for one in register.entries(case) if one.entry.kind == kind][-1]
    return body["said"]


def test_a_text_is_read_from_standard_input_and_another_from_a_file(
    run: Run, register: Register, opened: str, tmp_path: Path
) -> None:
    run("record", opened, "discussion", "--by", "schools", "--role", "practitioner", "--method", "telephone")
    file = tmp_path / "safe.txt"
    file.write_bytes(b"\xef\xbb\xbfThe school sees\r\nthe child daily.\r\n")
    result = run("record", opened, *UP, "--reason", "-", "--interim-safety", f"@{file}", input="No common\nview.\n\n")

    assert result.exit_code == 0, result.stderr
    assert said_in(register, opened, "outcome")["fields"] == {
        "reason": "No common\nview.",
        "interim-safety": "The school sees\nthe child daily.",
    }


def test_a_field_and_a_text_that_begins_with_an_at_sign(run: Run, register: Register, opened: str) -> None:
    words = ("discussion", "--by", "schools", "--role", "practitioner", "--method", "telephone")
    result = run("record", opened, *words, "--field", "problem=-", "--note", "@@home", input="From outside.")

    assert result.exit_code == 0, result.stderr
    assert said_in(register, opened, "act")["fields"] == {"problem": "From outside.", "note": "@home"}


def test_words_of_a_new_case_are_read_too(run: Run, register: Register, cases: CasesInMemory) -> None:
    result = run("start", str(EXAMPLES / "referral.toml"), "--words", "disagreement=-", input="Two views.")

    assert result.exit_code == 0, result.stderr
    assert said_in(register, cases.last, "opened")["words"]["disagreement"] == "Two views."


@pytest.mark.parametrize(
    ("typed", "given", "sentence"),
    [
        (("--reason", "-", "--interim-safety", "-"), "x", "--interim-safety cannot have standard input too: --reason"),
        (("--reason", "@nothing.txt"), "", "--reason: nothing.txt cannot be read (no such file or directory)"),
        (("--reason", "@/dev/zero"), "", "--reason: /dev/zero cannot be read (not a regular file)"),
        (("--reason", "-"), "x" * 100_000, "--reason holds more than a text may (20,000 characters)"),
        (("--reason", "-"), "x" * 30_000, "--reason holds 30,000 characters"),
        (("--reason", "-"), b"\xff\xfe", "--reason is not text in UTF-8"),
    ],
)
def test_a_text_that_cannot_be_read_is_told_and_nothing_is_sent(
    run: Run, register: Register, opened: str, typed: tuple[str, ...], given: str | bytes, sentence: str
) -> None:
    before = len(register.entries(opened))
    result = run("record", opened, *UP, *typed, input=given)

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith(sentence)
    assert len(register.entries(opened)) == before


@pytest.mark.parametrize("typed", ["@nothing.txt", "@/dev/zero", "-"])
def test_immediate_risk_goes_without_a_text_that_cannot_be_read(
    run: Run, register: Register, opened: str, typed: str
) -> None:
    result = run("record", opened, "risk", "--note", typed, input=b"\xff")

    assert result.exit_code == 0, result.stderr
    assert "It is sent without that text." in result.stderr
    assert "risk" in [one.entry.kind for one in register.entries(opened)]


def test_immediate_risk_waits_for_a_text_no_longer_than_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input of a program that is started by another may never end."""
    reading, writing = os.pipe()
    os.write(writing, b"half a ")
    monkeypatch.setattr(written, "_PATIENCE_SECONDS", 0.1)
    with os.fdopen(reading) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert written.taken({"note": "-"}, may_stop=False) == {"note": "half a"}
    os.close(writing)


@pytest.mark.parametrize(
    "typed",
    [
        ("--id", NHS),
        ("--id", "9434765919"),
        ("--person", NHS),
        ("--person", "Sam Example"),
        ("--with", f"x-{NHS}"),
        ("--on-behalf-by", NHS, "--evidence", "x"),
        ("--evidence", NHS, "--on-behalf-by", "x"),
        ("--method", NHS),
        ("--stage", NHS),
        ("--role", NHS),
        ("--by", "nhs.943.476.5919"),
        ("--field", f"{NHS}=x"),
        ("--field", f"note={NHS}"),
    ],
)
def test_every_word_that_is_typed_is_looked_at(
    run: Run, register: Register, opened: str, typed: tuple[str, ...]
) -> None:
    before = len(register.entries(opened))
    words = ("discussion", "--by", "schools", "--role", "practitioner", "--method", "telephone")
    result = run("record", opened, *words, *typed)

    assert result.exit_code == 2
    assert result.stderr.startswith("Careful: --")
    assert "Nothing was sent" in result.stderr
    assert "943" not in result.stderr
    assert "Sam" not in result.stderr
    assert len(register.entries(opened)) == before


@pytest.mark.parametrize(
    "typed",
    [
        ("--request", NHS),
        ("--own-record", NHS),
        ("--own-record", "Sam Example"),
        ("--words", f"disagreement={NHS}"),
        ("--words", f"{NHS}=x"),
        ("--fact", f"ground={NHS}"),
        ("--fact", f"{NHS}=x"),
        ("--raising", "nhs-943-476-5919"),
        ("--kind", f"{NHS}=health"),
    ],
)
def test_every_word_of_a_new_case_is_looked_at(run: Run, cases: CasesInMemory, typed: tuple[str, ...]) -> None:
    result = run("start", str(EXAMPLES / "referral.toml"), *typed)

    assert result.exit_code == 2
    assert "Careful: " in result.stderr
    assert "943" not in result.stderr
    assert cases.running == {}


@pytest.mark.parametrize(
    "words",
    [
        ("record", "{}", "join", "--by", "schools", "--role", "practitioner", "--side", "receiving", "--reason", "x"),
        ("reopen", "{}", "--role", "practitioner", "--reason", "x"),
    ],
)
def test_agencies_and_other_words_of_every_command_are_looked_at(run: Run, opened: str, words: tuple[str, ...]) -> None:
    option = "--agency" if "join" in words else "--by"
    result = run(*(word.format(opened) for word in words), option, "nhs-943-476-5919")

    assert result.exit_code == 2
    assert f"Careful: {option} holds what looks like an NHS number." in result.stderr


def test_an_id_made_by_a_program_is_no_number_of_a_person(run: Run, cases: CasesInMemory, opened: str) -> None:
    words = ("discussion", "--by", "schools", "--role", "practitioner", "--method", "telephone")
    result = run("record", opened, *words, "--id", "0f8fad5b-d9cb-469f-a165-9434765919ab")

    assert result.exit_code == 0, result.stderr


def test_a_text_that_is_left_out_is_asked_for_at_a_terminal(
    run: Run, register: Register, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("record", opened, "discussion", "--by", "schools", "--role", "practitioner", "--method", "telephone")
    monkeypatch.setattr(terminal, "can_ask", lambda: True)
    result = run("record", opened, *UP, input="No common view.\nThe school sees the child daily.\ny\n")

    assert result.exit_code == 0, result.stderr
    assert "Why, without names? " in result.stderr
    assert said_in(register, opened, "outcome")["fields"] == {
        "reason": "No common view.",
        "interim-safety": "The school sees the child daily.",
    }


def test_nobody_is_asked_for_anything_about_immediate_risk_nor_held_up_by_a_slip(
    run: Run, register: Register, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "can_ask", lambda: True)
    result = run("record", opened, "risk", "--field", "no pair", "--fact", "nor this", input="")

    assert result.exit_code == 0, result.stderr
    assert "without names" not in result.stderr
    assert "risk" in [one.entry.kind for one in register.entries(opened)]
