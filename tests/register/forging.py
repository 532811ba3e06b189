"""Registers that somebody who owns the database wrote anew: every sum in them is right, and they are not what was."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from activities.entries import standing_row
from adapters.register.editions import Editions
from adapters.register.register import Register
from adapters.register.rows import Attempt
from domain.case.decided import Decided
from domain.views.status import status_of
from tests.domain.case import Case
from tests.register.keeping import STORIES
from tests.register.made import editions_new_to

Forged = Callable[[Sequence[Decided]], list[Decided]]
OF = "ESC-1000-0002"
"""The case of which something is taken or changed: the first of the stories."""


def honest(decided: Sequence[Decided]) -> list[Decided]:
    """Leave it as it was."""
    return list(decided)


def cut_off(decided: Sequence[Decided]) -> list[Decided]:
    """Take the last three decisions off."""
    return list(decided)[:-3]


def written_anew(decided: Sequence[Decided]) -> list[Decided]:
    """Have an act done an hour earlier, with all that follows."""
    third = decided[2]
    first = third.entries[0]
    other = third.but(entries=(first.but(at=first.at - timedelta(hours=1)), *third.entries[1:]))
    return [one.but(follows="") for one in (*decided[:2], other, *decided[3:])]


def taken_out(_: Sequence[Decided]) -> list[Decided]:
    """Let the case never have been."""
    return []


def forge(register: Register, forged: Forged = honest) -> None:
    """Fill a register with the stories, the first of them as it was *forged*."""
    for place, story in enumerate(STORIES):
        case = story()
        decided = case.kept.decided if place else forged(case.kept.decided)
        if decided:
            _enter(register, case, decided)


def _enter(register: Register, case: Case, decided: Sequence[Decided]) -> None:
    editions = Editions(lambda _: None)
    for edition in (case.opening.policy, case.opening.calendar, case.state.policy, case.state.calendar):
        editions.know(edition)
    opened = case.state.but(policy=case.opening.policy, calendar=case.opening.calendar)
    kept = [*editions_new_to(None, opened), *editions_new_to(opened, case.state)]
    register.enter(decided, kept, lambda state: standing_row(status_of(editions.case(state))))
    register.note(
        [
            Attempt(
                notice_ref=notice.ref,
                case_ref=notice.case,
                at=one.entries[-1].entered_at,
                channel="smtp",
                result="accepted",
            )
            for one in decided
            for notice in one.notices
        ]
    )
