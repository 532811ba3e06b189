"""A Temporal development server of one's own, in memory, and what it tells of itself."""

import asyncio
import contextlib
import re
import subprocess
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from typing import NamedTuple

from temporalio.client import Client

from adapters.embedded import find_program
from bench.floor import DUE, STAGE, STATUS
from tests.ports import free_ports

READY_WITHIN_SECONDS = 30.0
FIGURES_EVERY_SECONDS = 2.0


class Server(NamedTuple):
    """A running server."""

    pid: int
    address: str
    metrics_port: int

    async def actions(self) -> Counter[str]:
        """Return the billable actions it has counted itself since it began, by kind, heartbeats among them.

        It brings its figures up to date once a second, so this waits for the next time.
        """
        await asyncio.sleep(FIGURES_EVERY_SECONDS)
        text = await asyncio.to_thread(_read, f"http://127.0.0.1:{self.metrics_port}/metrics")
        found: Counter[str] = Counter()
        for kind, number in _ACTION.findall(text):
            found[kind] += int(float(number))
        return found


_ACTION = re.compile(r'^action\{action_type="(\w+)".*\} (\S+)$', re.MULTILINE)


@contextlib.asynccontextmanager
async def fresh_server() -> AsyncIterator[Server]:
    """Run a new server in memory while the block lasts; it answers when the block begins."""
    port, metrics_port = free_ports(2)
    attributes = (f"{STATUS.name}=Keyword", f"{STAGE.name}=Int", f"{DUE.name}=Datetime")
    command = [
        *(str(find_program()), "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port)),
        *("--metrics-port", str(metrics_port), "--log-level", "error"),
        *(part for attribute in attributes for part in ("--search-attribute", attribute)),
    ]
    process = await asyncio.to_thread(_started, command)
    try:
        address = f"127.0.0.1:{port}"
        await asyncio.wait_for(_answers(address), READY_WITHIN_SECONDS)
        yield Server(process.pid, address, metrics_port)
    finally:
        process.kill()  # it keeps nothing
        process.wait()


async def _answers(address: str) -> None:
    while True:
        with contextlib.suppress(RuntimeError):
            await Client.connect(address)
            return
        await asyncio.sleep(0.05)


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _read(address: str) -> str:
    with urllib.request.urlopen(address) as page:  # noqa: S310 - our own server's
        text: str = page.read().decode()
    return text
