"""Cases move on into a new run, so that no code but today's is needed to replay them."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from .signals import MOVE_ON
from .soundness import running_since

AT_ONCE = 8
LOOK_EVERY_SECONDS = 0.5


async def running(client: Client, task_queue: str) -> list[str]:
    """Return the references of every case that Temporal runs, in order. Raises RPCError."""
    return list(await running_since(client, task_queue))


async def ask(client: Client, cases: Iterable[str]) -> dict[str, str]:
    """Ask each of *cases* to go on in a new run at its next quiet moment; return each with the run it is in.

    One that Temporal does not run is left out. Raises RPCError where Temporal does not answer.
    """
    places = asyncio.Semaphore(AT_ONCE)

    async def one(case: str) -> tuple[str, str]:
        async with places:
            run = await _run_of(client, case)
            if run:
                await client.get_workflow_handle(case).signal(MOVE_ON)
            return case, run

    asked = await asyncio.gather(*map(one, cases))
    return {case: run for case, run in asked if run}


async def moved(
    client: Client, asked: dict[str, str], within: float, progress: Callable[[int], None]
) -> tuple[Sequence[str], Sequence[str]]:
    """Wait until cases that were *asked* have moved on, or closed; at most so many seconds.

    *progress* is told how many have, each time that it is looked. Returns those that have and those that have not yet.
    Raises RPCError.
    """
    ends = asyncio.get_running_loop().time() + within
    left = dict(asked)
    places = asyncio.Semaphore(AT_ONCE)

    async def is_there(case: str, run: str) -> bool:
        async with places:
            return await _run_of(client, case) == run

    while True:
        still = await asyncio.gather(*(is_there(case, run) for case, run in left.items()))
        left = {case: run for (case, run), stays in zip(left.items(), still, strict=True) if stays}
        progress(len(asked) - len(left))
        if not left or asyncio.get_running_loop().time() >= ends:
            return [case for case in asked if case not in left], list(left)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _run_of(client: Client, case: str) -> str:
    """Return the run in which a case is; empty where Temporal runs no such case."""
    try:
        described = await client.get_workflow_handle(case).describe()
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return ""
        raise
    is_running = described.status is not None and described.status.name == "RUNNING"
    return described.run_id if is_running else ""
