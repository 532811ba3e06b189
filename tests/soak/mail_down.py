"""The mail host is down while deadlines fall due: it dies, hangs, refuses, greylists, and comes back."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.commands import Opening
from domain.policy.local_settings import Local
from tests.soak.arrivals import Doubled, doubled
from tests.soak.cases import cases
from tests.soak.figures import Spread, load, spread
from tests.soak.mail_host import Mood
from tests.soak.record import accepted, all_left_once, failed, missed, waiting
from tests.soak.site import Site, comes, site, until
from tests.soak.steady import AT_THE_OPENING

REPEATS = Local(alert_every_minutes=5)
"""Alerts repeat as often as settings allow, so that a short outage meets as many repeats as a long one."""
MOODS = (None, Mood.HANGS, Mood.REFUSES, Mood.CLOSES, Mood.FORGETS)
"""What it does while it is down, each for the same part of the time; None: nobody listens. Once back, it greylists."""
AFTER_SECONDS = 300.0
"""From the return until everything must have left; a notice is tried at least each minute."""


class MailDown(NamedTuple):
    """What was measured."""

    cases: int
    down: timedelta
    entered: Spread
    """From due to the entry: the mail host must not hold up the record."""
    tried: Spread
    """From due to the first attempt to alert."""
    failed: int
    """Tries that failed."""
    back_to_left: float
    """Seconds from the return until nothing waited any more."""
    left: int
    """Notices that were decided; each was accepted once."""
    doubled: Doubled
    load: str

    @property
    def is_kept(self) -> bool:
        """Was nothing lost, and nothing doubled where the Message-ID is honoured?"""
        return self.doubled.is_sound

    def lines(self) -> Iterator[str]:
        """Say it."""
        minutes = self.down.total_seconds() / 60
        yield f"{self.cases} deadlines while the mail host was down for {minutes:.1f} minutes; load {self.load}"
        yield f"from due to its entry:         {self.entered}"
        yield f"from due to the first attempt: {self.tried}"
        yield f"{self.failed} tries failed; nothing waited {self.back_to_left:.0f} s after the mail host was back"
        yield f"{self.left} notices decided, each accepted once"
        yield str(self.doubled)


async def mail_down(folder: Path, count: int, down: timedelta, *, lead: timedelta, seed: int = 0) -> MailDown:
    """Open *count* cases that fall due while the mail host is *down*; measure what leaves when it is back.

    Raises AssertionError where a notice is lost or noted twice.
    """
    async with site(folder) as here:
        client = await here.starts()
        first = datetime.now(UTC) + lead
        openings = list(cases(count, first, down, seed=seed, local=REPEATS))
        await here.opens(client, openings)
        left = (first - datetime.now(UTC)).total_seconds()
        await until(lambda: accepted(here.settings.register) >= AT_THE_OPENING * count, left, "all are open")
        await comes(first)
        await _goes_down(here, first, down)
        back = datetime.now(UTC)
        await here.has_alerted(count, within=AFTER_SECONDS)
        await until(lambda: not waiting(here.settings.register), AFTER_SECONDS, "nothing waits")
        return await _measured(here, openings, back, down)


async def _measured(here: Site, openings: Sequence[Opening], back: datetime, down: timedelta) -> MailDown:
    took = (datetime.now(UTC) - back).total_seconds()
    decided = await asyncio.to_thread(all_left_once, here.settings.register, openings)
    found = missed(here.settings.register)
    return MailDown(
        cases=len(openings),
        down=down,
        entered=spread((one.entered_at - one.due).total_seconds() for one in found),
        tried=spread((one.tried_at - one.due).total_seconds() for one in found if one.tried_at),
        failed=failed(here.settings.register),
        back_to_left=took,
        left=len(decided),
        doubled=doubled(here.mail.mails(), found, decided),
        load=load(),
    )


async def _goes_down(here: Site, first: datetime, down: timedelta) -> None:
    for place, mood in enumerate(MOODS):
        await asyncio.to_thread(here.mail.stop)
        if mood is not None:
            here.mail.mood = mood
            here.mail.start()
        await comes(first + down * (place + 1) / len(MOODS))
    await asyncio.to_thread(here.mail.stop)
    here.mail.mood = Mood.GREYLISTS
    here.mail.start()
