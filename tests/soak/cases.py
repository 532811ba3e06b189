"""Invented cases of Lincolnshire whose first deadline is chosen to the moment."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from adapters.calendars import load_calendar
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.commands import Opening
from domain.policy import Policy
from domain.policy.local_settings import Local
from domain.time.calendar import Calendar
from tests.chaos.tale import by_the_clock

STEP_1 = timedelta(hours=48)
"""For an agreed plan, the one duty of step 1 that can be late: by the clock, so that a soak may run on a Sunday too."""


def cases(count: int, first: datetime, over: timedelta, *, seed: int, local: Local | None = None) -> Iterator[Opening]:
    """Yield *count* referrals in order of due, the first due at *first* and the others spread evenly *over* a span.

    The same seed gives the same references and sides.
    """
    chance = random.Random(seed)  # noqa: S311 - to be had again is the whole point
    for place in range(count):
        raising, receiving = chance.sample(("schools", "police", "nspcc"), 2)
        yield Opening(
            case=make_reference(chance.getrandbits(35)),
            policy=_policy(),
            calendar=_calendar(),
            local=local or Local(),
            facts={"concern": "difference"},
            raising=raising,
            receiving=(receiving,),
            partners=("schools", "police", "nspcc"),
            raiser=Actor(agency=raising, role="practitioner"),
            opened_at=first + over * place / count - STEP_1,
        )


def due(opening: Opening) -> datetime:
    """Return when the case's first deadline falls due."""
    assert opening.opened_at is not None
    return opening.opened_at + STEP_1


@cache
def _policy() -> Policy:
    return by_the_clock()


@cache
def _calendar() -> Calendar:
    return load_calendar("england-and-wales").for_case(datetime.now(UTC))
