"""Registers of every shape that was released are read by this version, as they were then.

While the newest shape is of no release yet and was changed, its register is written anew:
`python -m tests.register.keeping`.
"""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.export import verify
from adapters.register.recorded import Recorded
from adapters.register.register import Register
from domain.case.patch import SHAPE
from domain.commands import MomentPassed, RiskRaised
from domain.decide import decide
from settings import RegisterAddress, Settings
from tests.register.keeping import ENCRYPTED, KEPT, facts_of
from tests.starter.conftest import Run

SHAPES = sorted(KEPT.glob("*.db"))
BOTH = [*SHAPES, *sorted(ENCRYPTED.glob("*.db"))]
by_shape = pytest.mark.parametrize(
    "path", BOTH, ids=lambda path: f"shape {path.stem}{', encrypted' * (path.parent == ENCRYPTED)}"
)


@pytest.fixture
def kept(path: Path, tmp_path: Path) -> str:
    """Give the address of a copy: to read it a worker writes a log beside it."""
    shutil.copy(path, tmp_path / "register.db")
    return RegisterAddress(f"sqlite:///{tmp_path}/register.db", ENCRYPTED / "keys")


def facts(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return told


def test_every_shape_is_kept() -> None:
    assert BOTH[-1] == ENCRYPTED / SHAPES[-1].name, "and the newest encrypted"
    assert [path.stem for path in SHAPES] == [str(number) for number in range(1, SHAPE + 1)]


@by_shape
def test_a_kept_register_is_whole(path: Path, kept: str) -> None:
    with Register(kept) as register:
        register.prepare()
        assert register.verify() == []


@by_shape
def test_its_cases_are_what_they_were_and_so_is_what_they_have_yet_to_tell(path: Path, kept: str) -> None:
    record = Recorded(kept)
    for ref, told in facts(path).items():
        whole = record.kept(ref)
        assert whole is not None
        assert facts_of(whole.case) | {"waiting": [notice.ref for notice in whole.notices]} == told


@by_shape
def test_its_cases_go_on(path: Path, kept: str) -> None:
    record = Recorded(kept)
    for ref in facts(path):
        case = record.case(ref)
        assert case is not None
        now = datetime.fromisoformat("2025-12-01T10:00:00+00:00")
        later = decide(case, MomentPassed(), now).escalation
        assert decide(later, RiskRaised(), now).answer.entry == later.entries + 1


@by_shape
def test_every_command_reads_its_cases(path: Path, installation: Settings, run: Run) -> None:
    installation.data.mkdir()
    shutil.copy(path, installation.data / "register.db")
    shutil.copy(ENCRYPTED / "keys", installation.encryption_keys)
    assert run("verify").exit_code == 0
    assert run("list", "--all").exit_code == 0
    for ref in facts(path):
        for words in (("verify", ref), ("show", ref), ("history", ref), ("explain", ref), ("show", ref, "--json")):
            result = run(*words)
            assert (result.exit_code, result.stderr) == (0, ""), words
        result = run("export", ref, "--out", str(installation.data / "out"))
        assert (result.exit_code, result.stderr) == (0, ""), ref
        assert verify.main([str(installation.data / "out" / f"{ref}.zip")]) == 0


@by_shape
def test_what_is_kept_is_worth_reading(path: Path) -> None:
    told = facts(path).values()

    assert {bool(one["closed"]) for one in told} == {True, False}
    assert any(one["overdue"] for one in told)
    assert any("another" in one["editions"] for one in told)
    assert all(one["waiting"] for one in told)
