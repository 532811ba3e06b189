"""One computer: Temporal with its file on disk, workers as processes, each with its output in a file."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client

from adapters.embedded import embedded_server, find_program
from settings import Settings, read_settings
from tests.chaos.kill import VARIABLE
from tests.ports import free_ports
from wiring import encryption_keys
from workflows.connection import converter

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.02
MOST_WORKERS = 12


class Process(NamedTuple):
    """A worker."""

    child: subprocess.Popen[bytes]
    printed: Path

    @property
    def is_working(self) -> bool:
        return self.child.poll() is None and b"worker_started" in self.printed.read_bytes()


async def works(worker: Process) -> None:
    """Wait until a worker works."""
    for _ in range(int(READY_WITHIN_SECONDS / LOOK_EVERY_SECONDS)):
        if worker.is_working:
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    raise AssertionError(f"the worker did not start:\n{worker.printed.read_text()}")


class Machine:
    """Leave it with `close`, whatever happens: nothing it started outlives that."""

    def __init__(
        self, folder: Path, smtp_port: int = 0, gather_seconds: int = 0, *, most_workers: int = MOST_WORKERS
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        port, ui_port = free_ports(2)
        chosen = {"ESCALATION_DATA": str(folder), "ESCALATION_PORT": str(port), "ESCALATION_UI_PORT": str(ui_port)}
        chosen["ESCALATION_DIGEST_AT"] = "no"  # every message is counted
        chosen["ESCALATION_GATHER_SECONDS"] = str(gather_seconds)
        if smtp_port:
            chosen |= {"ESCALATION_SMTP_HOST": "127.0.0.1", "ESCALATION_SMTP_PORT": str(smtp_port)}
        self.settings: Settings = read_settings(chosen)
        self.workers: list[Process] = []
        self._most_workers = most_workers
        self.died_at = 0.0
        """When a worker was last found dead, by time.monotonic(); 0.0 while none was."""
        self.replaces = True
        """Whether a new worker is started for one that died, as a service manager would."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "ESCALATION_"))}
        self._environment = clean | chosen
        self._stack = contextlib.ExitStack()
        self._server: subprocess.Popen[bytes] | None = None

    # --- Temporal

    def start_server(self) -> None:
        """Start Temporal on its file."""
        given = self.settings
        running = embedded_server(find_program(), given.data, given.port, given.ui_port)
        self._server = self._stack.enter_context(running)

    def kill_server(self) -> None:
        """SIGKILL; nothing of it runs when this returns."""
        assert self._server is not None
        self._server.kill()
        self._server.wait()

    def stop_server(self) -> None:
        """SIGTERM, as when `escalate up` ends; nothing of it runs when this returns."""
        assert self._server is not None
        self._server.terminate()
        self._server.wait()

    async def client(self) -> Client:
        """Connect, with patience: the server may just have been started."""
        made = converter(encryption_keys(self.settings, elsewhere=False), strict=True)
        for _ in range(int(READY_WITHIN_SECONDS / LOOK_EVERY_SECONDS)):
            with contextlib.suppress(RuntimeError):
                return await Client.connect(f"127.0.0.1:{self.settings.port}", data_converter=made)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        raise AssertionError("Temporal did not answer")

    # --- workers

    def start_worker(self, dies: str = "") -> Process:
        """Start the worker of the product, or one that dies as told."""
        assert len(self.workers) < self._most_workers, "workers die again and again"
        printed = self.settings.data / f"worker-{len(self.workers) + 1}.log"
        program = ["-m", "tests.chaos.dying_worker"] if dies else ["worker.py"]
        environment = {**self._environment, VARIABLE: dies} if dies else self._environment
        with printed.open("wb") as out:
            child = subprocess.Popen([sys.executable, *program], cwd=ROOT, env=environment, stdout=out, stderr=out)
        self.workers.append(Process(child, printed))
        return self.workers[-1]

    async def works(self, worker: Process) -> None:
        """Wait until it works."""
        await works(worker)

    def kill_worker(self, process_id: int) -> None:
        """SIGKILL one of our workers; it is dead when this returns."""
        worker = next(one for one in self.workers if one.child.pid == process_id)
        worker.child.kill()
        worker.child.wait()

    def stop_worker(self) -> None:
        """SIGTERM to the newest worker, as a service manager stops it; it has ended when this returns."""
        self.workers[-1].child.terminate()
        self.workers[-1].child.wait()

    async def keep_working(self) -> None:
        """Start a new worker whenever one has died. Runs until it is cancelled."""
        seen = 0
        while True:
            dead = sum(1 for worker in self.workers if worker.child.poll() is not None)
            if dead > seen:
                seen, self.died_at = dead, time.monotonic()
                if self.replaces:
                    self.start_worker()  # in no thread: one that is being started is never left behind
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    @property
    def killed(self) -> int:
        """How many workers were killed."""
        return sum(1 for worker in self.workers if worker.child.poll() == -signal.SIGKILL)

    def close(self) -> None:
        """End everything that was started here."""
        for worker in self.workers:
            worker.child.kill()
            worker.child.wait()
        if self._server is not None:
            self._server.kill()  # at once: nobody wants its file any more
        self._stack.close()
