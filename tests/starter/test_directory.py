"""`escalate directory`."""

import csv
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from settings import HERE
from starter.cli import cli
from starter.commands.directory import COMMANDS as OF_DIRECTORY
from starter.commands.rota import COMMANDS as OF_ROTA
from tests.starter.conftest import Run
from tests.starter.test_every_command import OURS, command_of, examples

ALL = [("rota", name) for name in OF_ROTA] + [("directory", name) for name in OF_DIRECTORY]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the directories, so that what is written harms none."""
    copy = tmp_path / "directories"
    shutil.copytree(HERE / "directories", copy)
    monkeypatch.setenv("ESCALATION_DIRECTORIES", str(copy))
    return copy


@pytest.fixture
def sheet(run: Run, folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "holders.csv"
    result = run("directory", "export", "lincolnshire", "--csv", str(path))
    assert (result.exit_code, result.stdout) == (0, f"{path}: 59 holders.\n")
    return path


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_of_rota_and_directory_has_help_with_examples_that_parse(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*words, "--help"])

    assert result.exit_code == 0
    assert "Examples:\n    escalate " in result.stdout
    assert [word for word in OURS if word in result.stdout.lower()] == []
    for example in examples(command_of(words)):
        typed = shlex.split(example)[1:]
        assert tuple(typed[:2]) == words
        command_of(words).make_context("escalate", typed[2:])


def test_check_tells_what_is_stale_and_exits_with_1_for_a_fault(run: Run, folder: Path) -> None:
    path = folder / "lincolnshire.toml"
    well = run("directory", "check", "lincolnshire", "--months", "0")
    path.write_text(path.read_text().replace("ppet@lincs.example.org", "ppet"))
    ill, told = run("directory", "check", "lincolnshire"), run("directory", "check", "lincolnshire", "--json")

    assert (well.exit_code, ill.exit_code, told.exit_code) == (0, 1, 1)
    assert "verified" not in well.stdout
    assert "fault: seat 1 (ppet), email 1: this address cannot work" in ill.stdout
    assert "warning: verified_on: nobody has said when these were verified" in ill.stdout
    assert not json.loads(told.stdout)["well"]


def test_an_exported_sheet_says_nothing_new(run: Run, folder: Path, sheet: Path) -> None:
    before = (folder / "lincolnshire.toml").read_bytes()

    result = run("directory", "import", "lincolnshire", str(sheet), "--yes")

    assert (result.exit_code, result.stdout) == (0, "The directory says all of it already.\n")
    assert (folder / "lincolnshire.toml").read_bytes() == before


def test_import_shows_the_differences_and_writes_only_when_told(run: Run, folder: Path, sheet: Path) -> None:
    path = folder / "lincolnshire.toml"
    before = path.read_text()
    sheet.write_text(sheet.read_text().replace("ppet@", "ppet2@"))

    shown = run("directory", "import", "lincolnshire", str(sheet))
    assert "email: ppet@lincs.example.org → ppet2@lincs.example.org" in shown.stdout
    assert shown.stdout.endswith("Nothing is written yet: say the same with --yes.\n")
    assert path.read_text() == before

    told = json.loads(run("directory", "import", "lincolnshire-school", str(sheet), "--yes", "--json").stdout)
    assert (told["written"], [one["change"] for one in told["differences"]]) == (True, ["changed"])
    assert path.read_text() == before.replace("ppet@", "ppet2@")


def test_every_wrong_row_is_told_with_its_line_and_nothing_is_written(run: Run, folder: Path, sheet: Path) -> None:
    before = (folder / "lincolnshire.toml").read_bytes()
    sheet.write_text(sheet.read_text().replace("ppet@", "ppet2@") + "polce,slo,x\npolice,slo,\n")

    result = run("directory", "import", "lincolnshire", str(sheet), "--yes")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "line 61: 'polce' is no agency" in result.stderr
    assert "line 62: title is empty; fill it in." in result.stderr
    assert (folder / "lincolnshire.toml").read_bytes() == before


def emptied(sheet: Path, *rows: str) -> None:
    """Take the e-mail addresses out of the rows that begin so."""
    lines = sheet.read_text(encoding="utf-8").splitlines()
    sheet.write_text(
        "\n".join(re.sub(r"[\w.-]+@[\w.-]+", "", line) if line.startswith(rows) else line for line in lines)
    )


def test_a_change_that_leaves_seats_unreachable_is_written_only_when_their_number_is_said(
    run: Run, folder: Path, sheet: Path
) -> None:
    path = folder / "lincolnshire.toml"
    before = path.read_bytes()
    emptied(sheet, "police,line-manager", "cps,slo")

    shown = run("directory", "import", "lincolnshire", str(sheet))
    refused = run("directory", "import", "lincolnshire", str(sheet), "--yes")
    wrong = run("directory", "import", "lincolnshire", str(sheet), "--yes", "--unreachable", "1")
    told = json.loads(run("directory", "import", "lincolnshire", str(sheet), "--yes", "--json").stdout)

    assert shown.stdout.endswith("Nothing is written yet: say the same with --yes --unreachable 2.\n")
    assert "nobody could be reached any more in slo@cps, line-manager@police." in shown.stderr
    assert (shown.exit_code, refused.exit_code, wrong.exit_code) == (0, 3, 3)
    assert "--unreachable 2 is missing: say it where that is meant." in refused.stderr
    assert "--unreachable 1 is not what it would be" in wrong.stderr
    assert (told["written"], told["unreachable"]) == (False, ["slo@cps", "line-manager@police"])
    assert path.read_bytes() == before

    assert run("directory", "import", "lincolnshire", str(sheet), "--yes", "--unreachable", "2").exit_code == 0
    assert path.read_bytes() != before


def test_a_column_that_was_left_out_takes_nothing_away(run: Run, folder: Path, sheet: Path) -> None:
    rows = list(csv.reader(sheet.read_text(encoding="utf-8").splitlines()))
    with sheet.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([row[:4] + row[5:] for row in rows])

    result = run("directory", "import", "lincolnshire", str(sheet), "--yes")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "the sheet has no column email, and 59 holders have something there" in result.stderr


def test_export_without_a_file_goes_to_the_screen_as_a_sheet_or_as_json(run: Run) -> None:
    assert run("directory", "export", "lincolnshire").stdout.startswith("agency,role,title,channels,email,")
    assert json.loads(run("directory", "export", "lincolnshire", "--json").stdout)[0]["role"] == "ppet"


@pytest.mark.parametrize("words", [["check"], ["export"], ["import", "x.csv"]])
def test_a_directory_that_cannot_be_used_is_told_in_a_sentence(run: Run, folder: Path, words) -> None:
    (folder / "lincolnshire.toml").write_text("nonsense")

    result = run("directory", words[0], "lincolnshire", *words[1:])

    assert (result.exit_code, result.stdout) == (2, "")
    assert "The directory of lincolnshire cannot be used." in result.stderr
