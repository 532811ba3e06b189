"""Everything is away for a while: Temporal, the worker, the register and the mail host. Deadlines pass meanwhile."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.commands import Opening
from domain.engine.draft import OUTAGE_SECONDS
from tests.soak.arrivals import in_order_of_arrival, longest_way_back
from tests.soak.cases import cases
from tests.soak.figures import Spread, load, spread
from tests.soak.record import Missed, accepted, all_left_once
from tests.soak.site import Site, comes, site, until
from tests.soak.steady import AT_THE_OPENING

PROMISED_SECONDS = 300.0
"""From the return of everything to the alert of the last deadline that was missed."""


class Outage(NamedTuple):
    """What was measured."""

    cases: int
    away: timedelta
    """From the first missed deadline to the return."""
    returned_to_entered: Spread
    returned_to_alerted: Spread
    """To the first accepted try of each case's alert."""
    marked: int
    """Deadlines entered as late because of the outage: those that were noticed five minutes after they were due."""
    wrongly_marked: int
    alerted_twice: int
    """Cases with more than one alert."""
    mails: int
    """That alerted about them; one may tell of several cases."""
    unordered_mails: int
    """Those that do not have on top what was due first."""
    out_of_order: int
    """From mail to mail: before how many that were due earlier, at most, one came that was due later."""
    left: int
    load: str

    @property
    def is_kept(self) -> bool:
        """Was each missed deadline alerted once, within five minutes, and marked as it should be?"""
        wrong = self.wrongly_marked or self.alerted_twice or self.unordered_mails
        return self.returned_to_alerted.most <= PROMISED_SECONDS and not wrong

    def lines(self) -> Iterator[str]:
        """Say it."""
        yield f"{self.cases} deadlines passed in {self.away.total_seconds() / 60:.1f} minutes; load {self.load}"
        yield f"from the return to the entry:  {self.returned_to_entered}"
        yield f"from the return to the alert:  {self.returned_to_alerted}"
        yield f"marked as late because of the outage: {self.marked}; of the wrong mark: {self.wrongly_marked}"
        yield f"alerted more than once: {self.alerted_twice}"
        yield f"told in {self.mails} mails, {self.unordered_mails} of them not in the order of due within themselves"
        yield f"from mail to mail, one came before at most {self.out_of_order} that were due earlier"
        yield f"{self.left} notices decided, each accepted once"


async def outage(folder: Path, count: int, away: timedelta, *, lead: timedelta, seed: int = 0) -> Outage:
    """Open *count* cases that fall due while everything is killed and kept *away*; measure what follows the return.

    Raises AssertionError where a notice is lost or noted twice.
    """
    async with site(folder) as here:
        client = await here.starts()
        first = datetime.now(UTC) + lead
        openings = list(cases(count, first, away, seed=seed))
        await here.opens(client, openings)
        left = (first - datetime.now(UTC)).total_seconds()
        await until(lambda: accepted(here.settings.register) >= AT_THE_OPENING * count, left, "all are open")
        await asyncio.to_thread(here.loses_everything)
        assert datetime.now(UTC) < first, "the lead was too short"
        await comes(first + away)
        returned = datetime.now(UTC)
        await here.gets_everything_back()
        return await measured(here, openings, returned)


async def measured(here: Site, openings: Sequence[Opening], returned: datetime) -> Outage:
    """Wait for every alert, and hold what came of the outage against what should have."""
    found = await here.has_alerted(len(openings), within=2 * PROMISED_SECONDS)
    read = in_order_of_arrival(here.mail.mails(), found)
    return Outage(
        cases=len(found),
        away=returned - found[0].due,
        returned_to_entered=spread((one.entered_at - returned).total_seconds() for one in found),
        returned_to_alerted=spread((one.accepted_at - returned).total_seconds() for one in found if one.accepted_at),
        marked=sum(one.because_of_outage for one in found),
        wrongly_marked=sum(one.because_of_outage != _is_long(one) for one in found),
        alerted_twice=sum(len(one.alerts) > 1 for one in found),
        mails=len(read),
        unordered_mails=sum(places != sorted(places) for places in read),
        out_of_order=longest_way_back([place for places in read for place in places]),
        left=len(await asyncio.to_thread(all_left_once, here.settings.register, openings)),
        load=load(),
    )


def _is_long(one: Missed) -> bool:
    return (one.entered_at - one.due).total_seconds() > OUTAGE_SECONDS
