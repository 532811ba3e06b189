import json
from pathlib import Path

from adapters.register.register import Register
from settings import Settings
from tests.starter.conftest import Run
from tests.starter.test_verify import lay_hands_on


def test_a_copy_is_made_and_proved(run: Run, opened: str, tmp_path: Path) -> None:
    to = tmp_path / "copy.db"

    result = run("register", "backup", str(to))

    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"Copied to {to}: 1 case, and the record in it is whole.\n"
    assert run("verify", env={"ESCALATION_REGISTER": f"sqlite:///{to}"}).exit_code == 0
    again = run("register", "backup", str(to))
    assert (again.exit_code, again.stdout) == (2, "")
    assert f"{to} is there already and was left as it is" in again.stderr


def test_a_program_is_told_in_json(run: Run, opened: str, tmp_path: Path) -> None:
    to = tmp_path / "copy.db"

    result = run("register", "backup", str(to), "--json")

    assert json.loads(result.stdout) == {"file": str(to), "cases": 1, "sound": True, "faults": []}


def test_the_copy_of_a_register_with_faults_is_kept_and_its_faults_are_named(
    run: Run, opened: str, installation: Settings, tmp_path: Path
) -> None:
    to = tmp_path / "copy.db"
    lay_hands_on(installation, "UPDATE entry SET kind = 'other' WHERE number = 2")

    result = run("register", "backup", str(to))

    assert result.exit_code == 1
    assert f"{opened}: entry 2 was changed after it was written" in result.stdout
    assert "the register has them too" in result.stdout
    assert to.exists()


def test_a_register_in_postgresql_is_copied_by_its_own_program_and_the_sentence_names_no_password(
    run: Run, tmp_path: Path
) -> None:
    to = tmp_path / "copy.dump"

    result = run(
        "register", "backup", str(to), env={"ESCALATION_REGISTER": "postgresql://worker:secret@db.example.org:5432/reg"}
    )

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"`pg_dump --format=custom --file={to} --dbname=postgresql://db.example.org:5432/reg --ex" in result.stderr
    assert "--exclude-table-data='console_*'" in result.stderr, "what consoles remember is worth nothing in a copy"
    assert "secret" not in result.stderr
    assert not to.exists()


def test_without_a_register_there_is_no_copy(run: Run, tmp_path: Path) -> None:
    result = run("register", "backup", str(tmp_path / "copy.db"))

    assert result.exit_code == 4
    assert "There is no register at" in result.stderr


def test_a_register_without_a_case_is_not_called_whole(run: Run, register: Register) -> None:
    result = run("verify")

    assert result.exit_code == 0
    assert "whole" not in result.stdout
    assert "`escalate doctor` says whether Temporal has any." in result.stdout
