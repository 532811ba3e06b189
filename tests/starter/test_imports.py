"""Read commands are quick because of what they do not import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.register.register import Register
from settings import HERE
from tests.starter.cases_in_memory import CasesInMemory

HEAVY = ("temporalio", "sqlalchemy", "alembic", "pydantic", "workalendar", "structlog", "rich", "asyncio", "jinja2")


def imported(*words: str) -> tuple[int, set[str], str]:
    code = (
        "import sys, atexit\n"
        f"heavy = {HEAVY!r}\n"
        "atexit.register(lambda: print(*[name for name in heavy if name in sys.modules], file=sys.stderr))\n"
        "from starter.cli import cli\n"
        "cli.main(args=sys.argv[1:], prog_name='escalate')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=HERE, check=False)
    return ran.returncode, set(ran.stderr.splitlines()[-1].split()), ran.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["list", "--help"],
        ["show", "--help"],
        ["record", "--help"],
        ["start", "--help"],
        ["history", "--help"],
        ["explain", "--help"],
        ["reopen", "--help"],
        ["link", "--help"],
        ["verify", "--help"],
        ["restore", "--help"],
        ["register", "--help"],
        ["checkpoint", "--help"],
        ["checkpoint", "cosign", "--help"],
        ["register", "backup", "--help"],
        ["rota", "--help"],
        ["directory", "--help"],
        ["policy", "--help"],
        ["reads", "--help"],
        ["people", "--help"],
        ["people", "show", "--help"],
    ],
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    assert imported(*words)[:2] == (0, set())


def test_what_only_reads_imports_nothing_heavy(register: Register, cases: CasesInMemory, opened: str) -> None:
    reading = (["list"], ["show", opened], ["history", opened], ["reads", opened], ["people", "show"])
    for words in (*reading, *([*one, "--json"] for one in reading), ["history", opened, "--words"], ["record", opened]):
        code, heavy, out = imported(*words)
        assert (code, heavy) == (0, set()), words
        assert out


def test_explain_needs_neither_temporal_nor_the_databases_machinery(
    register: Register, cases: CasesInMemory, opened: str
) -> None:
    code, heavy, out = imported("explain", opened)

    assert (code, heavy) == (0, {"pydantic"})
    assert out


def test_python_m_starter_is_the_same_program(tmp_path: Path) -> None:
    environment = {**os.environ, "ESCALATION_DATA": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-m", "starter", "policy", "list"],
        capture_output=True,
        text=True,
        cwd=HERE,
        check=False,
        env=environment,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "lincolnshire" in ran.stdout
