"""Many open cases whose deadlines fall due one after the other while everything works."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.commands import Opening
from tests.soak.arrivals import first_arrivals
from tests.soak.cases import cases
from tests.soak.figures import Spread, load, spread
from tests.soak.record import accepted, all_left_once
from tests.soak.site import Site, comes, site, until

PROMISED_SECONDS = 60.0
"""From due to the first attempt to alert."""
WATCH_PROMISED_SECONDS = 120.0
"""From a fault to the watch's finding: the pause between two rounds, and a round."""
AT_THE_OPENING = 2
"""Notices that a case at step 1 begins with."""


class Steady(NamedTuple):
    """What was measured."""

    cases: int
    opened_in: float
    entered: Spread
    """From due to the entry time of `overdue`."""
    tried: Spread
    """From due to the first attempt to alert, by the register."""
    arrived: Spread
    """From due to the alert's arrival at the mail host."""
    too_late: int
    """Cases whose first attempt came after more than the promise."""
    left: int
    """Notices that were decided; each was accepted once."""
    rounds: tuple[tuple[float, int], ...]
    """Of the watch, before the first deadline and after the last: seconds, and how much it found."""
    loads: tuple[str, str]

    @property
    def is_kept(self) -> bool:
        """Is every promise kept?"""
        quick = all(seconds < WATCH_PROMISED_SECONDS for seconds, _ in self.rounds)
        return not self.too_late and quick and not any(found for _, found in self.rounds)

    def lines(self) -> Iterator[str]:
        """Say it."""
        yield f"{self.cases} cases opened in {self.opened_in:.0f} s; load {self.loads[0]} before, {self.loads[1]} after"
        yield f"from due to its entry:           {self.entered}"
        yield f"from due to the first attempt:   {self.tried}"
        yield f"from due to the mail's arrival:  {self.arrived}"
        yield f"first attempt after more than {PROMISED_SECONDS:.0f} s: {self.too_late}"
        yield f"{self.left} notices decided, each accepted once"
        for when, (seconds, found) in zip(("before the first deadline", "after the last"), self.rounds, strict=True):
            yield f"a new watch's round {when}: {seconds:.1f} s, {found} found"


async def steady(folder: Path, count: int, over: timedelta, *, lead: timedelta, seed: int = 0) -> Steady:
    """Open *count* cases, the first due after *lead* and the others *over* a span; measure each alert.

    Raises AssertionError where a notice is lost or noted twice, or the cases are not all open when the first is due.
    """
    async with site(folder) as here:
        client = await here.starts()
        before = load()
        first = datetime.now(UTC) + lead
        openings = list(cases(count, first, over, seed=seed))
        took = await here.opens(client, openings)
        left = (first - datetime.now(UTC)).total_seconds()
        await until(lambda: accepted(here.settings.register) >= AT_THE_OPENING * count, left, "all are open")
        quiet = await asyncio.to_thread(here.watch_round)
        await comes(first + over)
        return await _measured(here, openings, took, quiet, before)


async def _measured(here: Site, openings: list[Opening], took: float, quiet: tuple[float, int], before: str) -> Steady:
    found = await here.has_alerted(len(openings), within=600)
    arrived = first_arrivals(here.mail.mails(), found)
    tried = [(one.tried_at - one.due).total_seconds() for one in found if one.tried_at]
    return Steady(
        cases=len(openings),
        opened_in=took,
        entered=spread((one.entered_at - one.due).total_seconds() for one in found),
        tried=spread(tried),
        arrived=spread((arrived[one.case] - one.due).total_seconds() for one in found),
        too_late=sum(seconds > PROMISED_SECONDS for seconds in tried),
        left=len(await asyncio.to_thread(all_left_once, here.settings.register, openings)),
        rounds=(quiet, await asyncio.to_thread(here.watch_round)),
        loads=(before, load()),
    )
