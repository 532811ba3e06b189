"""The two workers, each in a process of its own: `python -m bench.working floor|ours ADDRESS FOLDER`."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from adapters.keyring import Keyring
from adapters.logs import set_up_logging
from bench.floor import Floor
from bench.floor_effects import FloorEffects
from settings import read_settings
from worker import THREADS, run_in_loop, stopping, worker
from workflows.connection import converter

Name = Literal["floor", "ours"]
READY = "ready"
HERE = Path(__file__).resolve().parent


@contextlib.asynccontextmanager
async def working(name: Name, address: str, folder: Path) -> AsyncIterator[int]:
    """Run a worker process while the block lasts; gives its process id. It works when the block begins."""
    process = await asyncio.to_thread(_started, name, address, folder)
    try:
        first = await asyncio.to_thread(process.stdout.readline) if process.stdout else ""
        if first.strip() != READY:
            raise RuntimeError(f"The worker {name} did not start:\n{(folder / 'worker.log').read_text()}")
        yield process.pid
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)
        if process.stdout:
            process.stdout.close()


def _started(name: Name, address: str, folder: Path) -> subprocess.Popen[str]:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bench.working", name, address, str(folder)]
    with (folder / "worker.log").open("wb") as log:
        # Modules are kept compiled, as an installation keeps them: the sandbox loads the workflow's for each case.
        environment = {name: said for name, said in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return subprocess.Popen(
            command, cwd=HERE.parent, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )


async def _floor(address: str, folder: Path) -> None:
    """Run the floor's worker: as light as ours, its workflow module being loaded anew and nothing else."""
    effects = FloorEffects(folder)
    runner = SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules("bench.floor_effects")
    )
    with ThreadPoolExecutor(THREADS) as threads:
        running = Worker(
            await Client.connect(address),
            task_queue="floor",
            workflows=[Floor],
            activities=[effects.record, effects.notify],
            activity_executor=threads,
            max_concurrent_activities=THREADS,
            workflow_runner=runner,
        )
        async with running:
            await _until_stopped()


async def _ours(address: str, folder: Path) -> None:
    """Run the real worker: the real register, the real outbox, invented seats; with keys where the folder has some."""
    settings = read_settings(
        {
            "ESCALATION_DATA": str(folder),
            "ESCALATION_DIRECTORIES": str(HERE / "directories"),
            "ESCALATION_TASK_QUEUE": "ours",
        }
    )
    keys = settings.encryption_keys
    keyring = Keyring(keys) if keys.exists() else None
    client = await Client.connect(address, data_converter=converter(keyring, strict=False))
    async with worker(settings, client):
        await _until_stopped()


async def _until_stopped() -> None:
    stop = asyncio.Event()
    with stopping(stop):
        sys.stdout.write(f"{READY}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    set_up_logging()
    side, server, data = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if side == "floor":
        asyncio.run(_floor(server, data))
    else:
        run_in_loop(_ours(server, data))
