"""For every test: Temporal's program is read once beforehand, and logging is as at the start of a process.

`TEST_ORDER_SEED` puts the tests into an order of its own; `tests/days.sh` says how to run them on another day.
"""

import os
import random
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest
import structlog


def pytest_sessionstart() -> None:
    """Let the program answer with its version; where it is not installed, the tests that need it will say so."""
    program = Path(sys.executable).parent / "temporal"
    if program.exists():
        subprocess.run([program, "--version"], check=False, capture_output=True, timeout=60)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle the files, and the tests within each: what a file sets up is set up once all the same."""
    if seed := os.environ.get("TEST_ORDER_SEED"):
        order = random.Random(seed)  # noqa: S311 - no secret
        files = [list(tests) for _, tests in groupby(items, lambda item: item.path)]
        order.shuffle(files)
        for tests in files:
            order.shuffle(tests)
        items[:] = [test for tests in files for test in tests]


def pytest_report_header() -> str | None:
    seed = os.environ.get("TEST_ORDER_SEED")
    return f"in the order of TEST_ORDER_SEED={seed}" if seed else None


@pytest.fixture(autouse=True)
def _logging_of_a_new_process() -> None:
    """A command that was run in this process has set its own, to a stream that is gone."""
    structlog.reset_defaults()
