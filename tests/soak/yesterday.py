"""Everything was away for a day, Temporal's own data is lost with it, and the cases go on from their record.

A day is too long to wait for. So the record is written as a worker would have written it before the outage, by the same
rules and the same register with yesterday's clock; from the return on, everything is real and nothing is hurried.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from adapters.register.recorded import Recorded
from adapters.register.register import Register
from adapters.register.rows import Attempt
from domain.case.effects import Notice
from domain.commands import Opening
from domain.decide import open_case
from tests.domain.case import Kept
from tests.register.made import keep
from tests.soak.cases import cases
from tests.soak.outage import Outage, measured
from tests.soak.site import site
from workflows.revival import resume


class Yesterday(NamedTuple):
    """What was measured."""

    outage: Outage
    watch: tuple[float, int]
    """The watch's round over the record, while nothing else was there: seconds, and how much it found."""

    @property
    def is_kept(self) -> bool:
        """Did the watch see every case, and was each deadline alerted once, in time, as late?"""
        return self.outage.is_kept and self.watch[1] == self.outage.cases == self.outage.marked

    def lines(self) -> Iterator[str]:
        """Say it."""
        yield f"the watch alone with the register: {self.watch[1]} found in a round of {self.watch[0]:.1f} s"
        yield from self.outage.lines()


async def yesterday(folder: Path, count: int, away: timedelta, *, seed: int = 0) -> Yesterday:
    """Let *count* cases have fallen due while everything was *away*, run each on from its record, and measure.

    Raises AssertionError where a notice is lost or noted twice.
    """
    async with site(folder) as here:
        openings = list(cases(count, datetime.now(UTC) - away, away, seed=seed))
        _keep(here.settings.register, openings)
        watch = here.watch_round()
        client = await here.starts()
        returned = datetime.now(UTC)
        record = Recorded(here.settings.register)
        for opening in openings:
            case = record.case(opening.case)
            assert case is not None
            await resume(client, here.settings.task_queue, case)
        return Yesterday(await measured(here, openings, returned), watch)


def _keep(url: str, openings: list[Opening]) -> None:
    """Write down each opening as of its time, and that everybody was told of it."""
    with Register(url) as register:
        register.prepare()
        for opening in openings:
            assert opening.opened_at is not None
            decision = open_case(opening, opening.opened_at)
            keep(register, Kept(), decision)
            for notice in decision.effects:
                if isinstance(notice, Notice):
                    register.attempt(_sent(notice, opening.opened_at))


def _sent(notice: Notice, at: datetime) -> Attempt:
    return Attempt(notice_ref=notice.ref, case_ref=notice.case, at=at, channel="smtp", result="accepted")
