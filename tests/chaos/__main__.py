"""`python -m tests.chaos`: twenty seeds of killing; fails if anything was lost or doubled, or people waited long."""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import traceback
from pathlib import Path

from tests.chaos.kill import from_seed
from tests.chaos.ordeal import Outcome, survives
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


async def all_of(seeds: range, at_once: int, folder: Path) -> bool:
    """Go through the seeds; return whether all was well."""
    places = asyncio.Semaphore(at_once)
    outcomes = [found for found in await asyncio.gather(*(one(seed, places, folder) for seed in seeds)) if found]
    first = [found.after_death for found in outcomes if found.after_death is not None]
    another = [found.with_another for found in outcomes if found.with_another is not None]
    say(f"\n{len(outcomes)} of {len(seeds)} seeds survived with nothing lost and nothing doubled.")
    for name, waits in (
        ("First answer after a worker was killed in the middle of something, a new one's start included", first),
        ("First answer after a worker was killed at rest, another being there", another),
    ):
        if waits:
            say(f"{name}: median {statistics.median(waits):.1f} s, longest {max(waits):.1f} s, of {len(waits)}.")
    await pause()
    return len(outcomes) == len(seeds) > 0 and statistics.median(another) <= LONGEST_MEDIAN_SECONDS


def main() -> None:
    """Kill workers and servers in the middle of cases, by seeds, and hold the record against what was said."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=main.__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--at-once", type=int, default=2, help="cases told side by side, each on a server of its own")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    well = asyncio.run(all_of(range(given.first, given.first + given.seeds), given.at_once, folder))
    if well:
        shutil.rmtree(folder)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
