"""`python -m tests.chaos PART`: kill, stop, start, flood; fails if anything was lost or stands still."""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from tests.chaos.floods import flood
from tests.chaos.kill import from_seed
from tests.chaos.ordeal import Outcome, survives
from tests.chaos.restarts import Restarted, moments, rounds
from workflows.connection import pause

LONGEST_MEDIAN_SECONDS = 3.0


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def one(seed: int, places: asyncio.Semaphore, folder: Path) -> Outcome | None:
    """One seed; None where it was not survived. What its processes printed is kept then."""
    kill = from_seed(seed)
    async with places:
        try:
            outcome = await survives(kill, folder / str(seed), with_another=True)
        except Exception:
            say(f"seed {seed:3}  FAILED: {kill}; see {folder / str(seed)}\n{traceback.format_exc()}")
            return None
    shutil.rmtree(folder / str(seed))
    first, another, effect = (f"{wait:5.1f} s" if wait is not None else "      -" for wait in outcome[:3])
    again = f"; {outcome.mails_again} mail again" if outcome.mails_again else ""
    say(f"seed {seed:3}  first answer {first}, with another there {another}, longest effect {effect}: {kill}{again}")
    return outcome


async def kills(count: int, seed: int, at_once: int, folder: Path) -> bool:
    """Go through the seeds; return whether all was well."""
    places = asyncio.Semaphore(at_once)
    seeds = range(seed, seed + count)
    outcomes = [found for found in await asyncio.gather(*(one(seed, places, folder) for seed in seeds)) if found]
    first = [found.after_death for found in outcomes if found.after_death is not None]
    another = [found.with_another for found in outcomes if found.with_another is not None]
    say(f"\n{len(outcomes)} of {len(seeds)} seeds survived with nothing lost and nothing doubled.")
    for name, waits in (
        ("First answer after a worker was killed in the middle of something, a new one's start included", first),
        ("First answer after a worker was killed at rest, another being there", another),
    ):
        if waits:
            say(f"{name}: {spread(waits)}.")
    return len(outcomes) == len(seeds) > 0 and statistics.median(another) <= LONGEST_MEDIAN_SECONDS


async def restarted(how: Awaitable[Restarted]) -> bool:
    """Say what came of restarts; return whether no task failed. That nothing was lost has been asserted."""
    done = await how
    say(f"{done.restarts} restarts, {done.cases} cases, {len(done.answers)} words, each answered and entered once.")
    say(f"From a word to its answer, restarts included: {spread(done.answers)}.")
    say(f"Tasks that failed: {len(done.failed)}.")
    for line in done.failed[:20]:
        say(f"  {line}")
    return not done.failed


async def flooded(sizes: list[int], folder: Path) -> bool:
    """Say what came of a flood; return whether every case lives and answers."""
    done = await flood(folder, sizes)
    say(f"{done.signals} signals to {len(sizes)} cases, sent in {done.seconds:.0f} s.")
    say(f"Other cases answered meanwhile after {spread(done.meanwhile)}.")
    if done.afterwards:
        say(f"Flooded cases answered, from the last signal on, after {spread(done.afterwards)}.")
    say(f"Cases that do not run, or of which a task failed: {len(done.failed)}.")
    for line in done.failed[:20]:
        say(f"  {line}")
    return not done.failed


def spread(seconds: list[float]) -> str:
    """Say how long it took."""
    return f"median {statistics.median(seconds):.1f} s, longest {max(seconds):.1f} s, of {len(seconds)}"


PARTS: dict[str, tuple[str, Callable[[argparse.Namespace, Path], Awaitable[bool]]]] = {
    "kills": (
        "twenty seeds: a worker or the server is killed at a chosen point of one case",
        lambda given, folder: kills(given.count or 20, given.seed, given.at_once, folder),
    ),
    "rounds": (
        "fifty late cases: everything is stopped and started between one word and the next",
        lambda given, folder: restarted(rounds(folder, given.count or 50, given.seed)),
    ),
    "restarts": (
        "server, worker or both stop and start a hundred times while cases are told",
        lambda given, folder: restarted(moments(folder, given.count or 100, given.cases, given.seed)),
    ),
    "floods": (
        "3,000 signals to one case and half as many to each of five",
        lambda given, folder: flooded([n := given.count or 3000, *([n // 2] * 5)], folder),
    ),
}


async def goes_through(name: str, given: argparse.Namespace) -> bool:
    """Run one part; what its processes printed is kept where it did not go well."""
    says, run = PARTS[name]
    say(f"\n{name}: {says}")
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{name}-"))
    try:
        well = await run(given, folder)
    except AssertionError:
        say(traceback.format_exc())
        well = False
    if well:
        shutil.rmtree(folder)
    else:
        say(f"NOT KEPT: see {folder}")
    return well


def main() -> None:
    """Kill, stop and flood what runs, and hold the record against what was said."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=main.__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all unless said")
    parser.add_argument("--count", type=int, help="how many seeds, cases, restarts, or signals to one case")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--cases", type=int, default=60, help="of restarts: how many are told")
    parser.add_argument("--at-once", type=int, default=2, help="of kills: told side by side, each on its own server")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}: the parts are {', '.join(PARTS)}")
    quiet = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=quiet)))

    async def all_of_it() -> bool:
        well = [await goes_through(name, given) for name in given.parts or PARTS]
        await pause()
        return all(well)

    sys.exit(0 if asyncio.run(all_of_it()) else 1)


if __name__ == "__main__":
    main()
