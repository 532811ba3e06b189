"""For every test: Temporal's program is read once beforehand, and logging is as at the start of a process.

`TEST_ORDER_SEED` puts the tests into an order of its own; `tests/days.sh` says how to run them on another day.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
import structlog

from tests.people import administrator_in


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


@pytest.fixture(scope="session", autouse=True)
def _whoever_runs_the_tests_is_administrator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """In every installation of a test, also where its Temporal is elsewhere; who may what has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ESCALATION_PEOPLE", str(administrator_in(tmp_path_factory.mktemp("people"))))
        yield


@pytest.fixture(autouse=True)
def _logging_of_a_new_process() -> None:
    """A command that was run in this process has set its own, to a stream that is gone."""
    structlog.reset_defaults()
