"""Read commands are quick because of what they do not import."""

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
        "from starter.front import front\n"
        "front.main(args=sys.argv[1:], prog_name='escalate')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=HERE, check=False)
    return ran.returncode, set(ran.stderr.splitlines()[-1].split()), ran.stdout


@pytest.mark.parametrize(
    "words", [["--help"], ["list", "--help"], ["show", "--help"], ["record", "--help"], ["start", "--help"]]
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    assert imported(*words)[:2] == (0, set())


def test_list_and_show_import_nothing_heavy(register: Register, cases: CasesInMemory, opened: str) -> None:
    for words in (["list"], ["list", "--json"], ["show", opened], ["show", opened, "--json"], ["record", opened]):
        code, heavy, out = imported(*words)
        assert (code, heavy) == (0, set()), words
        assert out


def test_python_m_starter_is_the_same_program(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "starter", "policy", "list"], capture_output=True, text=True, cwd=HERE, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "lincolnshire" in ran.stdout
