import json
import re
import sqlite3
from contextlib import closing

import pytest

from adapters.register.address import sqlite_path
from adapters.register.register import Register
from domain.replay import NotReplayable
from settings import Settings
from starter import replayed
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run

SCHOOL = ("--by", "schools", "--role", "practitioner")


def lay_hands_on(settings: Settings, *statements: str) -> None:
    """Change the database past the register."""
    path = sqlite_path(settings.register)
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_whole_record_is_said_to_be_whole(run: Run, opened: str, cases: CasesInMemory) -> None:
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone")
    run("start", str(EXAMPLES / "late-referral.toml"))

    result = run("verify")

    assert result.exit_code == 0
    assert result.stdout == (
        "The record of 2 cases is whole: as it was written, and what lists show follows from it.\n"
    )
    assert json.loads(run("verify", opened, "--json").stdout) == {
        "cases": 1, "sound": True, "faults": [], "rebuilt": 0,
    }  # fmt: skip


def test_a_changed_entry_is_named_and_the_exit_code_is_1(run: Run, opened: str, installation: Settings) -> None:
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone")
    lay_hands_on(installation, "UPDATE entry SET event_time = '2026-11-23T08:00:00.000000Z' WHERE number = 3")

    result = run("verify", opened)

    assert result.exit_code == 1
    assert f"{opened}: entry 3 was changed after it was written" in result.stdout
    assert "Change nothing by hand." in result.stdout


def test_a_case_that_does_not_follow_from_its_entries_is_named(run: Run, opened: str, installation: Settings) -> None:
    lay_hands_on(installation, "DELETE FROM entry WHERE number = 1")

    found = json.loads(run("verify", "--json").stdout)["faults"]

    assert {"case": opened, "place": "entries", "what": "do not give the case: The first entry does not "
            "name the policy and the calendar of the case."} in found  # fmt: skip


def test_a_list_that_shows_what_the_entries_do_not_say_is_written_anew(
    run: Run, opened: str, installation: Settings
) -> None:
    lay_hands_on(installation, "UPDATE standing SET view = replace(view, 'schools', 'nowhere')")

    before, mended, after = run("verify"), run("verify", "--rebuild"), run("verify")

    assert before.exit_code == 1
    assert "Keep a copy" not in before.stdout
    assert "1 fault beside the record of 1 case.\n" in before.stdout
    assert re.search(r"Write it anew:  \S*escalate verify --rebuild\n", before.stdout)
    assert f"{opened}: standing is not what the entries give; write it anew with --rebuild\n" in before.stdout
    assert mended.exit_code == 0
    assert mended.stdout.startswith("Written anew from the entries: what lists show of 1 of 1 case.\n")
    assert after.exit_code == 0
    assert "Parties: schools (raising)" in run("show", opened).stdout


def test_a_record_that_this_version_cannot_follow_is_not_said_to_have_been_touched(
    run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object) -> None:
        raise NotReplayable("Entry 2 is of a kind that is not known here.")

    monkeypatch.setattr(replayed, "replay", cannot)
    result = run("verify", opened)

    assert result.exit_code == 1
    assert "1 fault in reading the record of 1 case." in result.stdout
    assert "Every entry is as it was written" in result.stdout
    assert "Keep a copy" not in result.stdout


def test_a_standing_that_is_missing_is_written_anew(run: Run, opened: str, installation: Settings) -> None:
    lay_hands_on(installation, "DELETE FROM standing")

    assert run("verify").exit_code == 1
    assert run("history", opened).exit_code == 0
    assert run("verify", "--rebuild").exit_code == 0
    assert run("show", opened).exit_code == 0


def test_the_only_trace_of_entries_that_are_gone_is_never_written_over(
    run: Run, opened: str, installation: Settings
) -> None:
    lay_hands_on(installation, "DELETE FROM entry WHERE number = 2")

    result = run("verify", "--rebuild")

    assert result.exit_code == 1
    assert f"{opened}: entry 2 is missing" in result.stdout
    assert run("verify").exit_code == 1


def test_without_a_register_it_says_so_and_makes_none(run: Run, installation: Settings) -> None:
    assert run("verify").exit_code == 4
    assert not installation.data.exists()


def test_an_unknown_case_is_told(run: Run, register: Register) -> None:
    assert run("verify", "ESC-0000-0000").exit_code == 2
