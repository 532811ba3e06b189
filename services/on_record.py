"""A case as its record alone tells it: no Temporal, no running worker, and no rule."""

from collections.abc import Callable
from typing import TypeVar

from adapters.register.recorded import Recorded
from domain.case.decided import OnRecord
from domain.case.patch import Unreadable
from domain.case.state import Escalation
from domain.engine.draft import title_of

from .cases import unknown
from .errors import LOOK_AFTER, PROBLEM, Trouble

T = TypeVar("T")


def case_on_record(url: str, ref: str) -> Escalation:
    """Return the case as its record tells it.

    Raises:
        Trouble: the register knows no such case, or what it holds does not give one.
    """
    return _given(ref, Recorded(url).case)


def kept(url: str, ref: str) -> OnRecord:
    """Return the case and what was decided in it and is not done. Raises as `case_on_record`."""
    return _given(ref, Recorded(url).kept)


def _given(ref: str, made: Callable[[str], T | None]) -> T:
    try:
        case = made(ref)
    except Unreadable as error:
        raise Trouble(
            f"The record of {ref} does not give the case.",
            PROBLEM,
            typed=f"{error} See `escalate verify {ref}`.",
            shown=LOOK_AFTER,
        ) from None
    if case is None:
        raise unknown(ref)
    return case


def every_title(url: str, ref: str) -> dict[int, str]:
    """Return the title of every duty that the case ever had, by number; none where its record does not give the case.

    Titles of duties that are not owed any more stand in no entry. Making the case takes a moment, so only use this
    where such a title is needed.
    """
    try:
        case = Recorded(url).case(ref)
    except Unreadable:
        return {}
    duties = case.duties if case else ()
    return {duty.id: f"{title_of(case, duty)}{f', by {duty.party}' * bool(duty.party)}" for duty in duties if case}
