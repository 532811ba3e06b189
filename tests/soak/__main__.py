"""`python -m tests.soak`: large promises about deadlines and alerts, on real clocks; fails where one is not kept."""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

import structlog

from tests.soak.mail_down import mail_down
from tests.soak.outage import outage
from tests.soak.steady import steady
from tests.soak.yesterday import yesterday
from workflows.connection import pause

A_DAY = timedelta(hours=24)


class Measured(Protocol):
    """What a part of the soak returns."""

    @property
    def is_kept(self) -> bool: ...

    def lines(self) -> Iterator[str]: ...


class Part(NamedTuple):
    """A part of the soak, with its own size where none is chosen."""

    says: str
    cases: int
    minutes: float
    run: Callable[[Path, int, timedelta, timedelta, int], Awaitable[Measured]]


PARTS = {
    "steady": Part(
        "deadlines fall due one after the other, everything works",
        2000,
        10,
        lambda folder, count, span, lead, seed: steady(folder, count, span, lead=lead, seed=seed),
    ),
    "together": Part(
        "deadlines fall due at one instant, everything works",
        200,
        0,
        lambda folder, count, span, lead, seed: steady(folder, count, span, lead=lead, seed=seed),
    ),
    "outage": Part(
        "Temporal, worker, register and mail host are killed for these minutes",
        200,
        8,
        lambda folder, count, span, lead, seed: outage(folder, count, span, lead=lead, seed=seed),
    ),
    "yesterday": Part(
        "everything was away for 24 hours, Temporal's data is lost",
        200,
        A_DAY / timedelta(minutes=1),
        lambda folder, count, span, _, seed: yesterday(folder, count, span, seed=seed),
    ),
    "mail": Part(
        "the mail host dies, hangs, refuses and forgets for these minutes, then greylists",
        60,
        12,
        lambda folder, count, span, lead, seed: mail_down(folder, count, span, lead=lead, seed=seed),
    ),
}


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def goes_through(name: str, cases: int | None, minutes: float | None, lead: float | None, seed: int) -> bool:
    """Run one part and say what was measured; what its processes printed is kept where a promise was not."""
    part = PARTS[name]
    count = cases or part.cases
    span = timedelta(minutes=part.minutes if minutes is None else minutes)
    ahead = timedelta(seconds=30 + count / 5 if lead is None else lead)
    say(f"\n{name}: {part.says}")
    folder = Path(tempfile.mkdtemp(prefix=f"soak-{name}-"))
    measured = await part.run(folder, count, span, ahead, seed)
    for line in measured.lines():
        say(f"  {line}")
    say(f"  {'kept' if measured.is_kept else f'NOT KEPT: see {folder}'}")
    if measured.is_kept:
        shutil.rmtree(folder)
    return measured.is_kept


def main() -> None:
    """Let many deadlines fall due on a real installation, also while parts of it are away; about an hour in all."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=main.__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all unless said")
    parser.add_argument("--cases", type=int, help="how many fall due")
    parser.add_argument("--minutes", type=float, help="over how long they fall due")
    parser.add_argument("--lead", type=float, help="seconds from the start to the first deadline, to open them all")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}: the parts are {', '.join(PARTS)}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

    async def all_of_it() -> bool:
        kept = [
            await goes_through(name, given.cases, given.minutes, given.lead, given.seed)
            for name in given.parts or PARTS
        ]
        await pause()
        return all(kept)

    sys.exit(0 if asyncio.run(all_of_it()) else 1)


if __name__ == "__main__":
    main()
