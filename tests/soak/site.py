"""An installation on this machine: Temporal with its file, the worker as a process, the register, a mail host.

All of it can go away at once and come back with what it had on disk.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client

from domain.commands import Opening
from settings import Settings
from starter.watching import watch_of
from tests.chaos.machine import Machine
from tests.soak.mail_host import MailHost
from tests.soak.record import Missed, missed
from workflows.caseload import Caseload

AT_ONCE = 16
"""Cases that are opened side by side."""
LOOK_EVERY_SECONDS = 1.0
GATHER_SECONDS = 10
"""For which an alert waits for those of other cases, as where nothing is set."""


class Site:
    """Leave it with `close`, whatever happens."""

    def __init__(self, folder: Path) -> None:
        self.mail = MailHost()
        self.machine = Machine(folder, self.mail.port, GATHER_SECONDS)

    @property
    def settings(self) -> Settings:
        """Those of the worker."""
        return self.machine.settings

    async def starts(self, *, worker: bool = True) -> Client:
        """Start everything, in no order that anything depends on but that a worker needs Temporal."""
        self.mail.start()
        self.machine.start_server()
        client = await self.machine.client()
        if worker:
            await self.starts_worker()
        return client

    async def starts_worker(self) -> None:
        """Start the worker, and wait until it works."""
        await self.machine.works(self.machine.start_worker())

    async def opens(self, client: Client, openings: Iterable[Opening]) -> float:
        """Open every case by the commands' own client of Temporal; return the seconds that it took."""
        caseload = Caseload(client, self.settings.task_queue)
        places = asyncio.Semaphore(AT_ONCE)
        began = time.monotonic()

        async def one(opening: Opening) -> None:
            async with places:
                assert await caseload.open(opening)

        await asyncio.gather(*(one(opening) for opening in openings))
        return time.monotonic() - began

    async def has_alerted(self, count: int, within: float) -> list[Missed]:
        """Wait until *count* deadlines have been alerted and the alert was accepted; *within* is in seconds."""

        def alerted() -> bool:
            found = missed(self.settings.register)
            return len(found) == count and all(one.accepted_at for one in found)

        await until(alerted, within, f"{count} deadlines alerted")
        return missed(self.settings.register)

    def watch_round(self) -> tuple[float, int]:
        """Go one round of a watch that has just been started; return its seconds and how much it found."""
        watch = watch_of(replace(self.settings, training="no"), every_seconds=0)
        began = time.monotonic()
        report = watch.round(datetime.now(UTC))
        return time.monotonic() - began, len(report.found)

    def loses_everything(self) -> None:
        """The power goes: worker and Temporal are killed, nobody takes mail, the register is not where it was."""
        for worker in self.machine.workers:
            self.machine.kill_worker(worker.child.pid)
        self.machine.kill_server()
        self.mail.stop()
        self._away.mkdir()
        for file in self.settings.data.glob("register.db*"):
            file.rename(self._away / file.name)

    async def gets_everything_back(self) -> None:
        """The power is back."""
        for file in self._away.iterdir():
            file.rename(self.settings.data / file.name)
        await self.starts()

    @property
    def _away(self) -> Path:
        return self.settings.data / "away"

    def close(self) -> None:
        """End everything that was started here."""
        self.machine.close()
        self.mail.stop()


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[Site]:
    """Lend an installation whose files lie in *folder*."""
    lent = Site(folder)
    try:
        yield lent
    finally:
        lent.close()


async def until(holds: Callable[[], bool], within: float, what: str) -> None:
    """Ask until it is so; *within* is in seconds. Raises AssertionError where it never was."""
    ends = time.monotonic() + within
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < ends, f"not within {within:.0f} s: {what}"
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def comes(moment: datetime) -> None:
    """Wait for a moment."""
    await asyncio.sleep((moment - datetime.now(UTC)).total_seconds())
