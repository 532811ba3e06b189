import json
from pathlib import Path

import pytest

from adapters.register.register import Register
from settings import Settings
from starter import soundness
from starter.soundness import Finding
from tests.starter.conftest import Run


@pytest.fixture(autouse=True)
def _no_temporal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")


def found(run: Run, **environment: str) -> dict[str, Finding]:
    report = json.loads(run("doctor", "--json", env=environment).stdout)
    return {one["what"]: Finding(**one) for one in report["found"]}


def test_a_fresh_installation_is_told_what_is_missing(run: Run) -> None:
    result = run("doctor")

    assert result.exit_code == 1
    assert "ok        settings" in result.stdout
    assert "There is no register at" in result.stdout
    assert "problem   temporal" in result.stdout
    assert "Nobody answers at 127.0.0.1:1" in result.stdout


def test_each_thing_has_its_line(run: Run, register: Register) -> None:
    seen = found(run)

    assert seen["register"].state == "ok"
    assert seen["outbox"].state == "ok"
    assert seen["on call"].state == "warning"
    assert seen["policy lincolnshire"].says == "edition 2025-02 was due for review on 2026-02-01."
    assert seen["directory lincolnshire"].state == "ok"
    assert seen["calendar lincolnshire"].state == "ok"
    assert seen["temporal"].state == "problem"


def test_what_is_wrong_is_a_problem_with_its_mend(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    seen = found(
        run,
        ESCALATION_OUTBOX=str(tmp_path / "file" / "outbox"),
        ESCALATION_REGISTER="mysql://x/y",
        ESCALATION_DIRECTORIES=str(tmp_path),
        ESCALATION_ON_CALL="lead@partnership.test",
        ESCALATION_SMTP_HOST="mail.partnership.test",
    )

    assert (seen["outbox"].state, seen["register"].state) == ("problem", "problem")
    assert seen["policy lincolnshire"].says.startswith("The directory of lincolnshire cannot be used.")
    assert (seen["on call"].state, seen["mail"].state) == ("ok", "ok")


@pytest.mark.parametrize(
    ("name", "value"),
    [("TOLERANCE", "soon"), ("MEETINGS", "ppet=next week"), ("MEETINGS", "ppet=2026-10-25T01:30")],
)
def test_a_setting_that_cannot_be_used_is_named(run: Run, name: str, value: str) -> None:
    assert f"ESCALATION_{name} cannot be" in found(run, **{f"ESCALATION_{name}": value})["policy lincolnshire"].says


def test_a_variable_nobody_knows_is_the_first_problem(run: Run) -> None:
    result = run("doctor", env={"ESCALATION_REGISTRE": "x"})
    listing = run("list", env={"ESCALATION_REGISTRE": "x"})

    assert (result.exit_code, result.stdout.count("\n")) == (1, 1)
    assert "ESCALATION_REGISTRE is not a setting" in result.stdout
    assert (listing.exit_code, listing.stdout) == (2, "")


@pytest.mark.parametrize("words", [["list"], ["show", "ESC-0000-0000"], ["record", "ESC-0000-0000", "risk"]])
def test_a_register_of_no_known_kind_is_told_by_every_command(run: Run, words: list[str]) -> None:
    result = run(*words, env={"ESCALATION_REGISTER": "mysql://x/y"})

    assert (result.exit_code, result.stdout) == (2, "")
    assert "ESCALATION_REGISTER: The register's address must be sqlite:///" in result.stderr


def test_with_nothing_wrong_the_exit_code_is_0(
    run: Run, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "_LOOKS", {"mail": lambda _: iter([Finding("mail", "warning", "none")])})

    assert run("doctor").exit_code == 0
    assert json.loads(run("doctor", "--json").stdout)["well"]
