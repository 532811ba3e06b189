"""Server and worker stopped and started, in order and by force, while cases are told: no task fails, nothing is lost.

Two parts: *rounds*, as when somebody stops `escalate up` between one word and the next, and *moments*, restarts at
random moments in the midst of many cases. Each case is told every kind of message.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client
from temporalio.exceptions import TemporalError

from adapters.register.register import Register
from domain.views.replay import SAID
from tests.chaos.machine import Machine
from tests.releases.words import NeverAnsweredError, Talk
from tests.workflows.histories import failures, replay, runs_of

CASES_A_ROUND = 5
WHAT = ("worker", "server", "both")
ORDERLY = 0.5
"""The share of stops that are in order; the others are by force."""
LONGEST_PAUSE_SECONDS = 2.0
TALKING = 12
"""Cases told side by side."""


class Restarted(NamedTuple):
    """What came of it; that nothing was lost is in the record, and asserted."""

    cases: int
    restarts: int
    answers: list[float]
    """Seconds to each answer, restarts included."""
    failed: list[str]
    """Tasks that failed, or stand still: the case, and why."""


async def rounds(folder: Path, count: int, seed: int) -> Restarted:
    """Open late cases; stop and start everything; one word to each; stop and start; another word; and so on."""
    chance, done = random.Random(seed), Restarted(0, 0, [], [])  # noqa: S311 - to be had again
    machine = Machine(folder, most_workers=count * 3)
    talks: list[Talk] = []
    try:
        client = await _up(machine)
        for _ in range(0, count, CASES_A_ROUND):
            new = [Talk(client, machine.settings.task_queue) for _ in range(CASES_A_ROUND)]
            talks += new
            await asyncio.gather(*(talk.opens() for talk in new))
            for _ in range(3):
                await asyncio.sleep(chance.random() * LONGEST_PAUSE_SECONDS)
                _stop(machine, "both", in_order=True)
                await _up(machine)
                came = await asyncio.gather(*(talk.goes_on() for talk in new), return_exceptions=True)
                done.answers.extend(one for one in came if isinstance(one, float))
            done = done._replace(restarts=done.restarts + 3)
        return await _judged(machine, client, talks, done)
    finally:
        machine.close()


async def moments(folder: Path, restarts: int, cases: int, seed: int, *, orderly: float = ORDERLY) -> Restarted:
    """Tell many cases while server, worker or both stop and start again at random moments.

    At least *cases* are told, and on a machine that tells them faster than it restarts, more: every restart is in the
    midst of one. *orderly* is the share of stops that are in order. What a killed worker was entering is tried again a
    minute later.
    """
    chance, done = random.Random(seed), Restarted(0, 0, [], [])  # noqa: S311 - to be had again
    machine = Machine(folder, most_workers=restarts + 2)
    try:
        client = await _up(machine)
        talks: list[Talk] = []
        stopped: Counter[str] = Counter()

        def further() -> Iterator[Talk]:
            while len(talks) < cases or stopped.total() < restarts:
                talks.append(Talk(client, machine.settings.task_queue))
                yield talks[-1]

        telling = asyncio.create_task(_told(further(), done.answers, min(cases, TALKING)))
        while stopped.total() < restarts and not telling.done():  # it is done early only where it failed
            await asyncio.sleep(chance.random() * LONGEST_PAUSE_SECONDS)
            what, in_order = chance.choice(WHAT), chance.random() < orderly
            await asyncio.to_thread(_stop, machine, what, in_order=in_order)
            stopped[what] += 1
            await _up(machine, what)
        await telling
        return await _judged(machine, client, talks, done._replace(restarts=stopped.total()))
    finally:
        machine.close()


async def _told(further: Iterator[Talk], answers: list[float], side_by_side: int) -> None:
    async def one_after_another() -> None:
        for talk in further:
            await talk.opens()
            with contextlib.suppress(NeverAnsweredError):  # one that answers no more is found among those that failed
                while not talk.is_over:
                    answers.append(await talk.goes_on())

    async with asyncio.TaskGroup() as places:
        for _ in range(side_by_side):
            places.create_task(one_after_another())


async def _up(machine: Machine, what: str = "both") -> Client:
    if what in {"server", "both"}:
        machine.start_server()
    client = await machine.client()
    if what in {"worker", "both"}:
        await machine.works(machine.start_worker())
    return client


def _stop(machine: Machine, what: str, *, in_order: bool) -> None:
    """Stop it and wait until it is gone: the worker first, as `escalate up` does."""
    if what in {"worker", "both"}:
        machine.stop_worker() if in_order else machine.kill_worker(machine.workers[-1].child.pid)
    if what in {"server", "both"}:
        machine.stop_server() if in_order else machine.kill_server()


async def _judged(machine: Machine, client: Client, talks: list[Talk], done: Restarted) -> Restarted:
    """Hold the record against what was answered, and look for tasks that failed."""
    failed = []
    for talk in talks:
        try:
            await talk.hears_the_same_again()
            await talk.is_entered(machine.settings.register)
            await replay(client, talk.ref)
        except (AssertionError, TemporalError) as error:
            failed.append(f"{talk.ref}: {error}")
        described = (await client.get_workflow_handle(talk.ref).describe()).raw_description
        if described.pending_workflow_task.attempt > 1:
            failed.append(f"{talk.ref}: tried {described.pending_workflow_task.attempt} times")
        async for run in runs_of(client, talk.ref):
            failed += [f"{talk.ref}: {cause}" for cause in failures(run.events)]
    well = [talk for talk in talks if not any(why.startswith(talk.ref) for why in failed)]
    await asyncio.to_thread(_is_whole, machine, well)
    return done._replace(cases=len(talks), failed=failed)


def _is_whole(machine: Machine, talks: Iterable[Talk]) -> None:
    """Every message that was answered is one entry, the one that its answer names, and the chain is whole."""
    with Register(machine.settings.register) as register:
        assert register.verify() == [], register.verify()
        for talk in talks:
            entered = {}
            for stored in register.entries(talk.ref):
                said = stored.entry.body.get(SAID)
                if isinstance(said, dict) and "id" in said:
                    assert said["id"] not in entered, f"{talk.ref}: entered twice"
                    entered[said["id"]] = stored.entry.number
            assert entered == {message.id: answer.entry for message, answer in talk.said}
