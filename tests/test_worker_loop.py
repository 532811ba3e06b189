"""The event loop that a worker runs in."""

import asyncio
import sys

import pytest

from worker import run_in_loop


async def _loop_of() -> str:
    return type(asyncio.get_running_loop()).__module__


def test_a_worker_runs_in_the_quickest_loop_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_in_loop(_loop_of()) == "uvloop"

    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert run_in_loop(_loop_of()).startswith("asyncio")


def test_what_a_worker_raises_comes_out_of_its_loop() -> None:
    async def fails() -> None:
        raise LookupError("nobody")

    with pytest.raises(LookupError, match="nobody"):
        run_in_loop(fails())
