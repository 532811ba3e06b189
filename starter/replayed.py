"""A case made again from its record alone: no Temporal, no running worker."""

from collections.abc import Callable
from typing import TypeVar

from adapters.register import reading
from adapters.register.recorded import Recorded
from domain.decide.turn import title_of
from domain.escalation import Escalation
from domain.replay import NotReplayable, Replayed, replay

from .exits import PROBLEM, Trouble

T = TypeVar("T")


class Replayer(Recorded):
    """Replays cases of one register; an edition that several share is read once."""

    def case(self, ref: str) -> Escalation | None:
        """Return the case as its entries tell it; None where the register knows no such case.

        Raises:
            NotReplayable: the entries, the editions or today's rules do not give it; one sentence says where.
            RegisterError: the register cannot be read.
        """
        rows = reading.read_entries(self.url, ref)
        return self.made(rows, replay) if rows else None


def replayed(url: str, ref: str) -> Escalation:
    """Return the case as its record tells it.

    Raises:
        Trouble: the register knows no such case, or what it holds does not give one.
    """
    return _given(ref, Replayer(url).case)


def kept(url: str, ref: str) -> Replayed:
    """Return the case and what was decided in it and is not done. Raises as `replayed`."""
    return _given(ref, Recorded(url).kept)


def _given(ref: str, made: Callable[[str], T | None]) -> T:
    try:
        case = made(ref)
    except NotReplayable as error:
        raise Trouble(
            f"The record of {ref} does not give the case: {error} See `escalate verify {ref}`.", PROBLEM
        ) from None
    if case is None:
        raise Trouble(f"The register knows no case {ref}. `escalate list --all` shows those it knows.")
    return case


def titles_made_again(url: str, ref: str) -> dict[int, str]:
    """Return the title of every duty that the case ever had, by its number; none where its record does not give it.

    Those of duties that are owed no more stand in no entry. To make the case again takes a moment, so only what must
    name them does.
    """
    try:
        case = Replayer(url).case(ref)
    except NotReplayable:
        return {}
    duties = case.duties if case else ()
    return {duty.id: f"{title_of(case, duty)}{f', by {duty.party}' * bool(duty.party)}" for duty in duties if case}
