"""Whole cases, from the opening to the last outcome, with time for everything to settle before each outcome."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable

from bench.floor import STAGES
from bench.sides import Side

Pause = Callable[[Side, str], Awaitable[None]]
"""Waits until a case has settled: what real, slow people cause."""


def thinking(seconds: float) -> Pause:
    """Let somebody think for *seconds*."""

    async def pause(side: Side, case: str) -> None:  # noqa: ARG001 - the same for every case
        await asyncio.sleep(seconds)

    return pause


async def until_quiet(side: Side, case: str) -> None:
    """Wait until nothing of the case is under way: asks the server again and again, so nothing is timed with it."""
    while True:
        described = (await side.client.get_workflow_handle(case).describe()).raw_description
        if not described.pending_activities and not described.HasField("pending_workflow_task"):
            return
        await asyncio.sleep(0.02)


async def live(side: Side, case: str, pause: Pause) -> list[float]:
    """Let a case live, and return how long each outcome waited for its answer, in seconds."""
    answered: list[float] = []
    await side.open(case)
    for stage in range(1, STAGES + 1):
        await pause(side, case)
        before = time.perf_counter()
        await side.say(case, stage)
        answered.append(time.perf_counter() - before)
    await side.client.get_workflow_handle(case).result()
    return answered


async def live_many(side: Side, count: int, pause: Pause, gap: float) -> list[str]:
    """Let *count* cases live together, one beginning every *gap* seconds, and return their references."""
    cases = [f"{side.name}-{uuid.uuid4().hex[:10]}" for _ in range(count)]

    async def one(place: int) -> None:
        await asyncio.sleep(place * gap)
        await live(side, cases[place], pause)

    async with asyncio.TaskGroup() as together:
        for place in range(count):
            together.create_task(one(place))
    return cases
