"""Deciding: `decide(escalation, event, now)` answers with the new escalation and its effects, or a refusal.

The rules it obeys are numbered in docs/rules.md; each has a test that names it.
"""

from datetime import datetime
from typing import NamedTuple, assert_never

from .case.decided import Decided
from .case.effects import Entry, Notice
from .case.message import Said
from .case.patch import changes_between
from .case.state import Answer, Escalation
from .commands import (
    HANDLERS,
    CancellationAsked,
    Event,
    MessageRefused,
    MomentPassed,
    NoticesReturned,
    Opening,
    RiskRaised,
)
from .commands.alarms import risk_raised
from .commands.corrections import tell_in_whose_name
from .commands.opening import opened
from .commands.repeats import as_taken, with_answer
from .commands.world import cancellation, refused, returned
from .commands.wrong_recipient import heard_again
from .engine.draft import Turn
from .engine.moments import keep_alerting, pass_moments
from .engine.stages import close_if_done, where
from .engine.telling import effects_of, tell_owed

Effect = Entry | Notice


class Decision(NamedTuple):
    """What an event brings about."""

    escalation: Escalation
    effects: tuple[Effect, ...]
    """Entries in order, then notices."""
    answer: Answer

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries, in order."""
        return tuple(effect for effect in self.effects if isinstance(effect, Entry))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices, in the order in which they were decided."""
        return tuple(effect for effect in self.effects if isinstance(effect, Notice))


def open_case(opening: Opening, now: datetime) -> Decision:
    """Open an escalation.

    Raises:
        Refusal: a fact, a role or an agency does not fit the policy.
    """
    turn = opened(opening, now)
    if opening.immediate_risk:
        risk_raised(turn, RiskRaised(by=turn.case.raiser))
    tell_owed(turn, 0, None)
    case = turn.case
    stages = tuple(visit.stage for visit in turn.case.open_visits)
    return Decision(
        case, effects_of(turn), Answer(sentence=f"Opened. {where(case)}", entry=case.entries, stages=stages)
    )


def decide(escalation: Escalation, event: Event, now: datetime) -> Decision:
    """Let *event* happen to *escalation* at *now* (aware).

    Every moment due before now passes first (rule 1). A message that comes again gets its first answer and
    changes nothing.

    Raises:
        Refusal: the rules say no. Nothing else is ever raised for an event that fits its shape.
    """
    if isinstance(event, Said):
        event = as_taken(escalation, event)
        if event.id in escalation.answered:
            return Decision(escalation, (), escalation.answered[event.id].answer)
    turn = Turn(escalation, now)
    pass_moments(turn, inclusive=isinstance(event, MomentPassed))
    answer = _happen(turn, event)
    if isinstance(event, Said):
        tell_in_whose_name(turn, escalation, event)
        heard_again(turn, event)
    keep_alerting(turn)
    tell_owed(turn, len(escalation.duties), event.by if isinstance(event, Said) else None)
    close_if_done(turn)
    answer = answer.but(stages=tuple(visit.stage for visit in turn.case.open_visits), warnings=tuple(turn.warnings))
    if isinstance(event, Said) and event.id:
        turn.change(answered=with_answer(turn.case, event, answer))
    return Decision(turn.case, effects_of(turn), answer)


def _happen(turn: Turn, event: Event) -> Answer:
    match event:
        case Said():
            return HANDLERS[type(event)](turn, event)
        case MomentPassed():
            return Answer(sentence="", entry=turn.case.entries)
        case MessageRefused():
            return refused(turn, event)
        case CancellationAsked():
            return cancellation(turn)
        case NoticesReturned():
            return returned(turn, event)
        case _:
            assert_never(event)


def decided_of(decision: Decision, before: Escalation | None, follows: str = "") -> Decided | None:
    """Return what the record keeps of a decision; None where it made no entry.

    Args:
        decision: What was decided.
        before: The case as the last decision that made an entry left it; None before it is opened.
        follows: Mark of its last entry, where that is known.
    """
    if not decision.entries:
        return None
    changes = changes_between(before, decision.escalation)
    return Decided(entries=decision.entries, changes=changes, notices=decision.notices, follows=follows)
