"""A worker is told to stop, or has stopped: the case goes on with the next one."""

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.worker._activity import _ActivityWorker

from adapters.keyring import make_keys
from adapters.register.register import Register
from domain.commands import OutcomeSaid
from settings import RegisterAddress
from tests.workflows.conftest import seen_with
from tests.workflows.story import LINCOLNSHIRE, ROOT, SAFE, Story, by
from workflows.caseload import Caseload

QUEUE = "stopping"
SECONDS = 20


@contextmanager
def a_worker(address: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python worker.py`, as an installation runs it."""
    settings = {"ESCALATION_DATA": str(folder), "ESCALATION_TASK_QUEUE": QUEUE, "TEMPORAL_ADDRESS": address}
    environment = {**os.environ, **settings, "ESCALATION_DIGEST_AT": "no"}  # its notices are counted
    with subprocess.Popen([sys.executable, str(ROOT / "worker.py")], env=environment, stderr=subprocess.PIPE) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def stopped(worker: subprocess.Popen[bytes]) -> str:
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=SECONDS)
    assert worker.returncode == 0, said.decode()
    return said.decode()


async def test_a_worker_told_to_stop_ends_cleanly_and_the_next_one_goes_on(story: Story, tmp_path: Path) -> None:
    """SIGTERM: exit code 0 within seconds, what was being done is finished, and nobody waits for a dead worker."""
    keys = tmp_path / "encryption.keys"
    make_keys(keys)
    client = seen_with(story.server, keys).client
    caseload = Caseload(client, QUEUE)
    address = client.service_client.config.target_host
    said = OutcomeSaid(by=by("schools", "practitioner"), outcome="not-agreed", fields=SAFE, id="first")
    with a_worker(address, tmp_path) as first:
        assert await caseload.open(story.opening(policy=LINCOLNSHIRE))
        await caseload.record(story.case, said)
        log = stopped(first)
    assert "worker_started" in log
    assert "worker_stopping" in log

    with a_worker(address, tmp_path) as second:
        assert (await caseload.look(story.case)).stage == "step-2"
        manager = by("schools", "line-manager")
        await caseload.record(story.case, said.but(by=manager, outcome="not-justified", id="second"))
        address_of = RegisterAddress(f"sqlite:///{tmp_path}/register.db", tmp_path / "encryption.keys")
        with Register(address_of) as register:
            await story.until(lambda: len(register.entries(story.case)) >= 6, "entries of both workers")
            await story.until(lambda: len(outbox(tmp_path)) == 2 + 4 + 3, "notices of both workers")
            stopped(second)
            assert register.verify(story.case) == []


def outbox(folder: Path) -> list[Path]:
    return list((folder / "outbox").glob("*.txt"))


def test_a_cancellation_that_comes_after_its_activity_ended_stops_no_worker_here_and_another_warning_does() -> None:
    late: Any = SimpleNamespace(_running_activities={})
    told: Any = SimpleNamespace(details=None)

    _ActivityWorker._handle_cancel_activity_task(late, b"a token", told)

    with pytest.raises(UserWarning, match="of another kind"):
        warnings.warn("of another kind", stacklevel=1)
