"""Deciding: `decide(escalation, event, now)` answers with the new escalation and its effects, or a refusal.

The rules it obeys are numbered in docs/rules.md; each has a test that names it.
"""

from datetime import datetime
from typing import NamedTuple, assert_never

from .base.known import Known
from .case.command import Command
from .case.decided import Decided
from .case.effects import Entry, Notice
from .case.patch import changes_between
from .case.state import Answer, Escalation
from .command_table import COMMANDS
from .commands import (
    HANDLERS,
    CancellationAsked,
    Event,
    MessageRefused,
    MomentPassed,
    NoticesReturned,
    Opening,
    RiskRaised,
    kind_of,
)
from .commands.alarms import risk_raised
from .commands.corrections import tell_in_whose_name
from .commands.opening import opened
from .commands.repeats import as_taken, with_answer
from .commands.unknown_sender import must_not_be_unknown
from .commands.voiding import must_be_taken
from .commands.world import cancellation, refused, returned
from .commands.wrong_recipient import heard_again
from .engine.alerts import keep_alerting
from .engine.draft import Draft
from .engine.moments import pass_moments
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


def open_case(opening: Opening, now: datetime, sender: Known | None = None) -> Decision:
    """Open an escalation. *sender* is how whoever opens it was known, seen to be true; None where it was not shown.

    Raises:
        Refusal: a fact, a role or an agency does not fit the policy.
    """
    draft = opened(opening, now, sender)
    if opening.immediate_risk:
        risk_raised(draft, RiskRaised(by=draft.case.raiser))
    tell_owed(draft, 0, None)
    draft.remember_told()
    case = draft.case
    stages = tuple(visit.stage for visit in draft.case.open_visits)
    return Decision(
        case, effects_of(draft), Answer(sentence=f"Opened. {where(case)}", entry=case.entries, stages=stages)
    )


def decide(escalation: Escalation, event: Event, now: datetime, sender: Known | None = None) -> Decision:
    """Let *event* happen to *escalation* at *now* (aware).

    *sender* is how the sender of a message was known, seen to be true; None where that was not shown.

    Every moment due before now passes first (rule 1). A message that comes again gets its first answer and
    changes nothing.

    Raises:
        Refusal: the rules say no. Nothing else is ever raised for an event that fits its shape.
    """
    if isinstance(event, Command):
        event = as_taken(escalation, event)
        if event.id in escalation.answered:
            return Decision(escalation, (), escalation.answered[event.id].answer)
        must_not_be_unknown(escalation, event, sender)
    draft = Draft(escalation, now, sender)
    pass_moments(draft, inclusive=isinstance(event, MomentPassed) and event.includes_now)
    answer = _happen(draft, event)
    if isinstance(event, Command):
        tell_in_whose_name(draft, escalation, event)
        heard_again(draft, event)
    keep_alerting(draft)
    tell_owed(draft, len(escalation.duties), event.by if isinstance(event, Command) else None)
    close_if_done(draft)
    draft.remember_told()
    answer = answer.but(stages=tuple(visit.stage for visit in draft.case.open_visits), warnings=tuple(draft.warnings))
    if isinstance(event, Command) and event.id:
        draft.change(answered=with_answer(draft.case, event, answer))
    return Decision(draft.case, effects_of(draft), answer)


def _happen(draft: Draft, event: Event) -> Answer:
    match event:
        case Command():
            must_be_taken(draft.case, COMMANDS[kind_of(event)])
            return HANDLERS[type(event)](draft, event)
        case MomentPassed():
            return Answer(sentence="", entry=draft.case.entries)
        case MessageRefused():
            return refused(draft, event)
        case CancellationAsked():
            return cancellation(draft)
        case NoticesReturned():
            return returned(draft, event)
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
