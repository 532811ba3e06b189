"""Who may what: every command as each role and as nobody, need-to-know by case, breaking glass; risk for everybody."""

import shlex
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from adapters.people.roles import COMMANDS as MAY
from adapters.people.roles import DOES, ROLES
from adapters.register.address import sqlite_path
from adapters.register.reads import list_reads
from domain.commands import RiskRaised
from services.accounts import Somebody
from services.rights import RISK_IS_HEARD
from settings import Settings
from starter import access
from starter.cli import COMMANDS, Escalate, Group, cli
from tests.people import ACCOUNTS, types_as, with_people
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run
from tests.starter.test_every_command import ALL, command_of, examples

LEAVES = [words for words in ALL if not isinstance(command_of(words), Group)]
REFERRAL = str(EXAMPLES / "referral.toml")
STRANGER = '[nspcc-lead]\ntitle = "safeguarding lead"\nrole = "agency manager"\nagency = "nspcc"\n'


@pytest.fixture
def people(installation: Settings, opened: str) -> Settings:
    with_people(installation, STRANGER)
    return installation


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put in the place of what every command does that it says so, past all that it is asked for before."""
    said: list[str] = []

    def stub(words: str, command: click.Command) -> None:
        monkeypatch.setattr(command, "callback", lambda *_, **__: said.append(words))

    for first, *rest in LEAVES:
        above = cli.get_command(click.Context(cli), first)
        if rest and isinstance(above, Group):
            stub(f"{first} {rest[0]}", above.commands[rest[0]])
        else:
            stub(first, import_module(f"starter.commands.{COMMANDS[first][0]}").command)
    return said


def test_every_command_stands_in_the_table_of_who_may_what_and_nothing_else_does() -> None:
    assert {" ".join(words) for words in LEAVES} == set(MAY)
    assert set(DOES) == set(ROLES)
    assert isinstance(cli, Escalate)


@pytest.mark.parametrize("role", ACCOUNTS, ids=lambda role: role or "nobody")
@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_as_each_role_and_as_nobody(
    words: tuple[str, ...],
    role: str,
    people: Settings,
    run: Run,
    opened: str,
    monkeypatch: pytest.MonkeyPatch,
    done: list[str],
) -> None:
    types_as(monkeypatch, ACCOUNTS[role])
    lines = [
        line.replace("ESC-0000-0000", opened).replace("ESC-1111-1115", opened) for line in examples(command_of(words))
    ]
    line = next(one for one in lines if "--immediate-risk" not in one and not one.endswith("risk"))
    typed = shlex.split(line)

    result = run(*typed[typed.index("escalate") + 1 :])

    right = MAY[" ".join(words)]
    case_is_theirs = role != "on-call lead" or right.of != "case"  # this one has not alerted
    if not right.roles or (role in right.roles and case_is_theirs):
        assert (result.exit_code, done) == (0, [" ".join(words)]), result.stderr
        return
    assert (result.exit_code, result.stdout, done) == (3, "", [])
    assert result.stderr.endswith(f"{RISK_IS_HEARD}\n")
    assert result.stderr.count("\n") == 1


EVERYBODY = pytest.mark.parametrize("account", [*ACCOUNTS.values(), "nspcc-lead"])


@EVERYBODY
@pytest.mark.parametrize("word", ["risk", "immediate-risk", "RISK"])
def test_immediate_risk_in_a_case_is_refused_to_nobody(
    account: str, word: str, people: Settings, run: Run, opened: str, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    types_as(monkeypatch, account)

    assert run("record", opened, word, "--note", "x").exit_code == 0
    assert isinstance(sent[-1], RiskRaised)


@pytest.mark.parametrize("word", ["--note=risk", "--evidence risk", "--role risk", "--by risk"])
def test_the_word_risk_elsewhere_on_a_line_opens_no_door(
    word: str, people: Settings, run: Run, opened: str, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    types_as(monkeypatch, "somebody")

    assert run("record", opened, "discussion", *word.split()).exit_code == 3
    assert sent == []


def test_whatever_is_amiss_with_files_and_keys_immediate_risk_goes(
    people: Settings, run: Run, opened: str, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Settings) -> Somebody:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(access, "typist", broken)

    assert run("record", opened, "risk").exit_code == 0
    assert run("start", REFERRAL, "--immediate-risk").exit_code == 0
    assert isinstance(sent[0], RiskRaised)


@EVERYBODY
def test_a_case_of_immediate_risk_may_be_opened_by_anybody(
    account: str, people: Settings, run: Run, cases: CasesInMemory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types_as(monkeypatch, account)
    file = tmp_path / "risk.toml"
    file.write_text(f"immediate_risk = true\n{(EXAMPLES / 'referral.toml').read_text()}")

    assert run("start", REFERRAL, "--immediate-risk").exit_code == 0
    assert run("start", str(file)).exit_code == 0
    assert [one.immediate_risk for one in cases.openings] == [False, True, True]


@pytest.mark.parametrize(
    "file", ["", "not TOML at all", "[somebody]\nrole = 'kink'\n"], ids=["none", "spoilt", "faulty"]
)
def test_elsewhere_without_a_file_that_can_be_used_nobody_may_anything_but_cry_risk(
    file: str, installation: Settings, run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.org:7233")
    installation.people.unlink()
    if file:
        installation.people.write_text(file)

    refused = run("show", opened)

    assert (refused.exit_code, refused.stdout) == (3, "")
    assert ("escalate people new" if not file else "escalate people check") in refused.stderr
    assert run("record", opened, "risk").exit_code == 0
    assert run("people", "check").exit_code == 1


def test_whoever_runs_a_trial_without_a_file_is_its_administrator(
    run: Run, opened: str, installation: Settings
) -> None:
    installation.people.unlink()
    assert run("show", opened).exit_code == 0
    assert "in the role administrator" in run("people", "show").stdout


def test_an_agency_manager_sees_the_cases_of_their_agency_and_no_other(
    people: Settings, run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    types_as(monkeypatch, "police-lead")
    assert opened in run("list").stdout
    assert run("show", opened).exit_code == 0

    types_as(monkeypatch, "nspcc-lead")
    assert run("list").stdout == "No case is open. To open one, type  escalate start\n"
    for words in (["show"], ["history"], ["explain"], ["record"], ["show", "--json"], ["reopen"]):
        refused = run(words[0], opened, *words[1:])
        assert (refused.exit_code, refused.stdout) == (3, "")
        assert f"{opened} is not for the agency manager of nspcc to see." in refused.stderr
    assert "is not for" in run("record", opened, "discussion", "--help").stderr


def test_a_lead_on_call_sees_what_alerts_and_what_has_alerted(
    people: Settings, run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    types_as(monkeypatch, "duty-lead")
    assert run("show", opened).exit_code == 3

    assert run("record", opened, "risk").exit_code == 0

    assert run("show", opened).exit_code == 0
    assert opened in run("list").stdout


@pytest.mark.parametrize(
    ("account", "said", "may"),
    [
        ("police-lead", ["discussion", "--by", "police", "--role", "practitioner", "--method", "telephone"], True),
        ("police-lead", ["discussion", "--by", "schools", "--role", "practitioner", "--method", "telephone"], False),
        ("coordinator", ["discussion", "--by", "schools", "--role", "practitioner", "--method", "telephone"], True),
    ],
)
def test_an_agency_manager_speaks_for_their_agency_alone(
    account: str,
    said: list[str],
    may: bool,
    people: Settings,
    run: Run,
    opened: str,
    cases: CasesInMemory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    types_as(monkeypatch, account)

    result = run("record", opened, *said)

    assert result.exit_code == (0 if may else 3), result.stderr
    assert may or "speaks for police and not for schools" in result.stderr
    assert len(cases.received) == may


def test_glass_is_broken_with_a_reason_which_is_on_record_and_the_office_is_told(
    people: Settings, run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    types_as(monkeypatch, "nspcc-lead")
    assert f'escalate show {opened} --break-glass "why"' in run("show", opened).stderr

    seen = run("show", opened, "--break-glass", "The police lead cannot be reached")

    assert seen.exit_code == 0
    assert opened in seen.stdout
    assert "the office is told" in seen.stderr
    assert "The office was told (outbox" in seen.stderr
    letters = [file.read_text() for file in people.outbox.glob("*.txt")]
    (letter,) = [text for text in letters if "opened by exception" in text]
    assert "cannot be reached" not in letter  # the reason stands in the record alone
    assert f"escalate reads {opened}" in letter
    (look,) = [one for one in list_reads(people.register, case=opened) if one["reason"]]
    assert (look["account"], look["of_party"], look["reason"]) == (
        "nspcc-lead",
        False,
        "The police lead cannot be reached",
    )
    assert "Office told of a look by exception" in run("history", opened, "--break-glass", "again").stdout


def test_whoever_may_see_a_case_breaks_no_glass(
    people: Settings, run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    types_as(monkeypatch, "police-lead")

    assert run("show", opened, "--break-glass", "why").stderr == ""
    assert [one["reason"] for one in list_reads(people.register, case=opened)] == [""]


def test_glass_is_not_broken_by_nobody_nor_without_a_reason(
    people: Settings, run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    types_as(monkeypatch, "somebody")
    assert run("show", opened, "--break-glass", "because").exit_code == 3
    types_as(monkeypatch, "nspcc-lead")
    assert run("show", opened, "--break-glass", " ").exit_code == 3


def test_what_is_refused_is_in_the_record_of_reads(
    people: Settings, run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for account in ("nspcc-lead", "somebody"):
        types_as(monkeypatch, account)
        run("show", opened)

    found = list_reads(people.register, case=opened)

    assert [(one["account"], one["what"]) for one in found] == [
        ("nspcc-lead", "failed to open"),
        ("somebody", "failed to open"),
    ]


def test_no_word_of_a_case_stands_in_the_record_of_reads(people: Settings, run: Run, opened: str) -> None:
    secret = "Zebedee Quux"
    run("record", opened, "discussion", "--by", "police", "--role", "practitioner", "--evidence", secret, "--yes")
    run("history", opened, "--words")
    path = sqlite_path(people.register)
    assert path
    with closing(sqlite3.connect(path)) as connection:
        assert secret not in str(connection.execute("SELECT * FROM read").fetchall())
