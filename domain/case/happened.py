"""Finding things that happened: which occurrence an event name means."""

from collections.abc import Iterable
from datetime import datetime

from ..policy import Policy
from ..policy.event_names import ANY, FACT, EventName
from .state import Escalation, Happened

FORMER = "former "
"""With this begin the names of an end that a reopening took back: no rule may speak of it, but it did happen."""


def as_former(happened: Happened) -> Happened:
    """Return an end as one that a reopening took back; all else as it is."""
    if "ended" not in happened.names:
        return happened
    return happened.but(names=tuple(f"{FORMER}{name}" for name in happened.names))


def at_time(happened: Happened, at: datetime) -> Happened:
    """Return what happened with another event time; it was known when it was, and not before it happened."""
    known_at = max(happened.known_at or happened.at, at)
    return happened.but(at=at, known_at=known_at if known_at != at else None)


def answers_in(occurrences: Iterable[Happened]) -> dict[str, str]:
    """Return the last answer to each fact that was answered."""
    return {o.names[0].removeprefix(FACT): o.answer for o in occurrences if o.names[0].startswith(FACT)}


def matches(name: EventName, happened: Happened, stage: str = "", visit: int = 0) -> bool:
    """Does *happened* answer to *name*, as said by *stage* in its *visit* (or by the whole policy)?"""
    if name.thing not in happened.names or (name.by and name.by != happened.side):
        return False
    if name.stage == ANY or not happened.stage:
        return True
    if name.stage:
        return happened.stage == name.stage
    return not stage or (happened.stage == stage and (not visit or happened.visit == visit))


def anchor(case: Escalation, text: str, stage: str, visit: int) -> Happened | None:
    """Return the first occurrence in the latest visit of its stage (rule 11), or None if it did not happen.

    A bare outcome such as `called-urgent` belongs to whichever stage it was said at.
    """
    name = case.policy.event(text)
    own = stage if name.thing not in case.policy.outcome_ids else ""
    found = [happened for happened in case.occurrences if matches(name, happened, own, visit)]
    if not found or not found[-1].stage:
        return found[-1] if found else None
    where = name.stage if name.stage not in {"", ANY} else found[-1].stage
    latest = max((v.number for v in case.visited if v.stage == where), default=0)
    return next((happened for happened in found if happened.stage == where and happened.visit == latest), None)


def opened_at(case: Escalation, stage: str, visit: int) -> int:
    """Return the entry by which a visit of a stage was opened."""
    return next(
        one.entry for one in case.occurrences if one.names[0] == "opened" and (one.stage, one.visit) == (stage, visit)
    )


def is_dated(policy: Policy, happened: Happened) -> bool:
    """Is the time of what happened a planned date, and not when it was done?"""
    return any(policy.is_date(name) for name in happened.names)
