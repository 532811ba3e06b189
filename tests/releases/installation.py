"""An installation on which the program is replaced: one server, one register, and a worker of whichever version."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from adapters.keyring import Keyring, make_keys
from adapters.register import reading
from settings import Settings, read_settings
from tests.chaos.machine import Process, works
from tests.workflows.conftest import SKIPPING
from workflows.connection import converter

STOPS_WITHIN_SECONDS = 40.0
TOLD_WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.2


class Installation:
    """What stays while the program is replaced."""

    def __init__(self, server: WorkflowEnvironment, folder: Path) -> None:
        port = server.client.service_client.config.target_host.rpartition(":")[2]
        chosen = {
            "ESCALATION_DATA": str(folder),
            "ESCALATION_PORT": port,
            "ESCALATION_DIGEST_AT": "no",
            "ESCALATION_GATHER_SECONDS": "0",
            "ESCALATION_ON_CALL": "lead@example.org",
        }
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "ESCALATION_"))}
        self.server = server
        self.settings: Settings = read_settings(chosen)
        self._environment = clean | chosen
        self._logs = 0

    @property
    def client(self) -> Any:
        return self.server.client

    @asynccontextmanager
    async def worker_of(self, tree: Path) -> AsyncIterator[None]:
        """Run the worker of a version as a process; at the end it is stopped as a service manager stops it."""
        self._logs += 1
        worker = Process(*self._started(tree, self.settings.data / f"worker-{self._logs}.log"))
        try:
            await works(worker)
            yield
            worker.child.terminate()
            await asyncio.to_thread(worker.child.wait, STOPS_WITHIN_SECONDS)
        finally:
            worker.child.kill()
            worker.child.wait()

    def _started(self, tree: Path, printed: Path) -> tuple[subprocess.Popen[bytes], Path]:
        with printed.open("wb") as out:
            program = [sys.executable, "worker.py"]
            return subprocess.Popen(program, cwd=tree, env=self._of(tree), stdout=out, stderr=out), printed

    async def staff_of(self, tree: Path, **asked: Any) -> Any:
        """Let staff work with the commands of a version, in a process of its own; see `tests.releases.staff`."""
        staff = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.releases.staff"),
            cwd=tree,
            env=self._of(tree),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            said, errors = await staff.communicate(json.dumps(asked).encode())
        finally:
            with contextlib.suppress(ProcessLookupError):
                staff.kill()
        assert staff.returncode == 0, errors.decode()[-4000:]
        return json.loads(said)

    async def held(self, refs: Iterable[str]) -> dict[str, Counter[str]]:
        """Return how many entries of each kind the record holds of each case."""

        def read() -> dict[str, Counter[str]]:
            url = self.settings.register
            return {ref: Counter(entry["kind"] for entry in reading.read_entries(url, ref)) for ref in refs}

        return await asyncio.to_thread(read)

    def sent(self) -> set[str]:
        """Return the names of the letters that have left; each says of which case, what and to whom."""
        return {path.name for path in self.settings.outbox.glob("*.txt")}

    async def has_told(self, kind: str, refs: Iterable[str], since: set[str]) -> None:
        """Wait until the lead on call has a new letter of a kind about each case."""
        left = set(refs)
        for _ in range(int(TOLD_WITHIN_SECONDS / LOOK_EVERY_SECONDS)):
            told = [name for name in self.sent() - since if f" {kind} to on-call" in name]
            left = {ref for ref in left if not any(ref in name for name in told)}
            if not left:
                return
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        raise AssertionError(f"nobody was told ({kind}) of {sorted(left)}")

    def _of(self, tree: Path) -> dict[str, str]:
        """The environment of a process of a version: its own modules come before those of this one."""
        return self._environment | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": ""}


@asynccontextmanager
async def installation(folder: Path) -> AsyncIterator[Installation]:
    """A server on which each case has a clock of its own, and nothing else yet."""
    keys = folder / "encryption.keys"
    make_keys(keys)
    starting = WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        dev_server_existing_path=str(Path(sys.executable).parent / "temporal"),
        dev_server_extra_args=list(SKIPPING),
        dev_server_log_level="error",
        ip="127.0.0.1",
        data_converter=converter(Keyring(keys), strict=True),
    )
    async with await starting as server:
        yield Installation(server, folder)
