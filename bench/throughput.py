"""`python -m bench.throughput`: how many cases a second either side ends, with many in flight and nobody who thinks.

An outcome is said as soon as the one before was answered and may be said. Both sides run in turn on one server.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

from temporalio.client import WorkflowUpdateFailedError

from bench.floor import STAGES
from bench.lifecycles import live_many, thinking
from bench.server import fresh_server
from bench.sides import Side, both_sides
from bench.working import Name, working

WARMING = 3
"""Cases before the first that is counted."""
AGAIN = 0.02
"""Seconds until an outcome that may not be said yet is said again."""


def main() -> None:
    """Compare how many cases a second end; about a minute with the defaults."""
    parser = argparse.ArgumentParser(prog="python -m bench.throughput", description=main.__doc__)
    parser.add_argument("--cases", type=int, default=120, help="cases of a side in a round")
    parser.add_argument("--in-flight", type=int, default=60, help="cases at once")
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    rates = asyncio.run(measure(given.cases, given.in_flight, given.rounds))
    for name, found in rates.items():
        sys.stdout.write(f"{name:6} {' '.join(f'{rate:6.1f}' for rate in found)} cases a second\n")
    ratios = [ours / floor for ours, floor in zip(rates["ours"], rates["floor"], strict=True)]
    sys.stdout.write(f"ours to floor: {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})\n")


async def measure(cases: int, in_flight: int, rounds: int) -> dict[Name, list[float]]:
    """Return cases a second of either side, round by round; the order of the sides changes."""
    rates: dict[Name, list[float]] = {"floor": [], "ours": []}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        async with (
            fresh_server() as server,
            working("floor", server.address, folder / "floor"),
            working("ours", server.address, folder / "ours"),
        ):
            sides = await both_sides(server.address)
            for side in sides:
                await live_many(side, WARMING, thinking(0.5), 0)
            for number in range(rounds):
                for side in sides if number % 2 == 0 else reversed(sides):
                    begun = time.perf_counter()
                    await _hurried(side, cases, in_flight)
                    rates[side.name].append(cases / (time.perf_counter() - begun))
    return rates


async def _hurried(side: Side, cases: int, in_flight: int) -> None:
    places = asyncio.Semaphore(in_flight)

    async def one() -> None:
        async with places:
            case = f"{side.name}-{uuid.uuid4().hex[:10]}"
            await side.open(case)
            for stage in range(1, STAGES + 1):
                await _said(side, case, stage)
            await side.client.get_workflow_handle(case).result()

    async with asyncio.TaskGroup() as together:
        for _ in range(cases):
            together.create_task(one())


async def _said(side: Side, case: str, stage: int) -> None:
    while True:
        try:
            return await side.say(case, stage)
        except WorkflowUpdateFailedError:
            await asyncio.sleep(AGAIN)


if __name__ == "__main__":
    main()
