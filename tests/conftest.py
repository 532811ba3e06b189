"""For every test: Temporal's program is read once beforehand, and logging is as at the start of a process."""

import subprocess
import sys
from pathlib import Path

import pytest
import structlog


def pytest_sessionstart() -> None:
    """Let the program answer with its version; where it is not installed, the tests that need it will say so."""
    program = Path(sys.executable).parent / "temporal"
    if program.exists():
        subprocess.run([program, "--version"], check=False, capture_output=True, timeout=60)


@pytest.fixture(autouse=True)
def _logging_of_a_new_process() -> None:
    """A command that was run in this process has set its own, to a stream that is gone."""
    structlog.reset_defaults()
