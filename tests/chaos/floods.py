"""Thousands of signals to a few cases at once: every other case answers meanwhile, and these answer afterwards."""

import asyncio
import time
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client

from tests.chaos.machine import Machine
from tests.releases.words import Talk
from tests.workflows.histories import failures, runs_of
from workflows.caseload import NoSuchCase

SENDING = 20
"""Signals on their way at once."""
ASKED_AGAIN = "FORCE_CLOSE_COMMAND"
"""Why the server itself breaks a task off while more than a hundred signals wait for its end: it asks again at once."""
OTHERS = 10
"""Cases that people work on meanwhile."""
FLOODS = {"risk": {"wording": "Now."}, "no-such-word": {"number": 1}}
"""What the floods are of, in turn: what may never be refused, and what nobody can read."""


class Flooded(NamedTuple):
    """What was measured."""

    signals: int
    seconds: float
    """Until the last signal was sent."""
    meanwhile: list[float]
    """Seconds to each answer of another case, from the first signal until every flooded case has answered."""
    afterwards: list[float]
    """Seconds from the last signal until a flooded case answered a word."""
    failed: list[str]
    """Cases that do not run any more, or of which a task failed, with why."""


async def flood(folder: Path, sizes: list[int]) -> Flooded:
    """Send so many signals to a case each, all at the same time."""
    machine = Machine(folder)
    try:
        machine.start_server()
        client = await machine.client()
        await machine.works(machine.start_worker())
        queue = machine.settings.task_queue
        flooded, others = [Talk(client, queue) for _ in sizes], [Talk(client, queue) for _ in range(OTHERS)]
        for talk in (*flooded, *others):
            await talk.opens()
        meanwhile: list[float] = []
        working = [asyncio.create_task(_worked_on(talk, meanwhile)) for talk in others]
        began = time.monotonic()
        try:
            places = asyncio.Semaphore(SENDING)
            kinds = [list(FLOODS)[n % len(FLOODS)] for n in range(len(sizes))]
            await asyncio.gather(
                *(
                    _sent(client, talk.ref, kind, size, places)
                    for talk, kind, size in zip(flooded, kinds, sizes, strict=True)
                )
            )
            sent = time.monotonic()
            answered = await asyncio.gather(*(_answers(talk, sent) for talk in flooded))
        finally:
            for task in working:
                task.cancel()
            ended = await asyncio.gather(*working, return_exceptions=True)
        failed = [one for one in answered if isinstance(one, str)]
        failed += [f"another case: {one}" for one in ended if isinstance(one, AssertionError)]
        failed += [why for talk in (*flooded, *others) for why in await _failed(client, talk)]
        afterwards = [one for one in answered if isinstance(one, float)]
        return Flooded(sum(sizes), sent - began, meanwhile, afterwards, failed)
    finally:
        machine.close()


async def _sent(client: Client, ref: str, kind: str, size: int, places: asyncio.Semaphore) -> None:
    handle = client.get_workflow_handle(ref)

    async def one() -> None:
        async with places:
            await handle.signal(kind, FLOODS[kind])

    await asyncio.gather(*(one() for _ in range(size)))


async def _worked_on(talk: Talk, answers: list[float]) -> None:
    while not talk.is_over:
        answers.append(await talk.goes_on())
        await asyncio.sleep(1)


async def _answers(talk: Talk, since: float) -> float | str:
    """Return the seconds after which a flooded case answered, or why it did not."""
    try:
        await talk.goes_on()
    except (AssertionError, NoSuchCase) as error:
        return f"{talk.ref}: {error}"
    return time.monotonic() - since


async def _failed(client: Client, talk: Talk) -> list[str]:
    ref, status = talk.ref, (described := await client.get_workflow_handle(talk.ref).describe()).status
    fitting = {"RUNNING", "COMPLETED"} if talk.is_over else {"RUNNING"}  # the story ends with a case that is voided
    found = [] if status and status.name in fitting else [f"{ref}: {status}"]
    if described.raw_description.pending_workflow_task.attempt > 1:
        found.append(f"{ref}: tried {described.raw_description.pending_workflow_task.attempt} times")
    async for run in runs_of(client, ref):
        found += [f"{ref}: {cause}" for cause in failures(run.events) if not cause.endswith(ASKED_AGAIN)]
    return found
