"""One seed's ordeal from beginning to end: a machine, a tale, what is killed, and what must hold afterwards."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from temporalio.api.history.v1 import HistoryEvent

from tests.chaos.kill import Kill
from tests.chaos.machine import Machine
from tests.chaos.soundness import is_sound
from tests.chaos.tale import Tale
from tests.ports import free_ports
from tests.workflows.histories import events_of, kind, replay

GATHER_SECONDS = 1


class Outcome(NamedTuple):
    """What was measured on the way; that it came to be at all says that everything was sound."""

    after_death: float | None
    """Seconds to the first answer after a worker died at its point, a new one's start included."""
    with_another: float | None
    """The same where another worker was there already; None where that was not tried."""
    longest_effect: float
    """Seconds from the decision to the end of that entering or sending which took longest."""
    mails_again: int
    """E-mails that went out a second time, with the same Message-ID."""


class Mails:
    """A mail host that takes everything."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append(envelope.content)
        return "250 OK"


async def survives(kill: Kill, folder: Path, *, with_another: bool = False) -> Outcome:
    """Tell the tale under *kill*; raises where anything is lost or doubled. Every process prints into *folder*."""
    with _mail_host(kill) as (smtp_port, mails):
        machine = Machine(folder, smtp_port, GATHER_SECONDS if kill.gathers else 0)
        try:
            return await _told(machine, kill, mails, with_another=with_another)
        finally:
            machine.close()


async def _told(machine: Machine, kill: Kill, mails: list[bytes] | None, *, with_another: bool) -> Outcome:
    machine.start_server()
    await machine.client()  # once Temporal answers, a worker can start
    await machine.works(machine.start_worker(kill.worker_dies))
    tale = Tale(machine, kill)
    await tale.connects()
    keeper = asyncio.create_task(machine.keep_working())
    try:
        await tale.is_told()
        assert machine.killed == bool(kill.point), f"killed {machine.killed} workers: {kill}"
        waited = await _one_dies_at_rest(machine, tale) if with_another else None
        standing = await tale.comes_to_its_end()
        if kill.gathers:
            await tale.has_nothing_gathered()
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
    again = await asyncio.to_thread(is_sound, machine.settings, tale, standing, mails)
    client = await machine.client()
    await replay(client, tale.case)
    return Outcome(tale.first_answer_after, waited, longest_effect(await events_of(client, tale.case)), again)


async def _one_dies_at_rest(machine: Machine, tale: Tale) -> float:
    """Kill the worker that has the case in hand while another is there; return the seconds to the next answer."""
    machine.replaces = False
    another = machine.start_worker()
    await machine.works(another)
    await tale.is_quiet()
    asked = [e for e in await events_of(await machine.client(), tale.case) if kind(e) == "workflow_task_started"]
    identity = asked[-1].workflow_task_started_event_attributes.identity
    machine.kill_worker(int(identity.partition("@")[0]))
    waited = await tale.goes_on()
    machine.replaces = True
    return waited


def longest_effect(events: list[HistoryEvent]) -> float:
    """Seconds from an activity's scheduling to its completion, of that which took longest."""
    begun = {
        event.event_id: event.event_time.ToDatetime() for event in events if kind(event).endswith("task_scheduled")
    }
    ended = [event for event in events if kind(event) == "activity_task_completed"]
    return max(
        (
            e.event_time.ToDatetime() - begun[e.activity_task_completed_event_attributes.scheduled_event_id]
        ).total_seconds()
        for e in ended
    )


@contextlib.contextmanager
def _mail_host(kill: Kill) -> Iterator[tuple[int, list[bytes] | None]]:
    if not kill.smtp:
        yield 0, None
        return
    (port,) = free_ports(1)
    mails = Mails()
    controller = Controller(mails, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port, mails.taken
    finally:
        controller.stop()
