"""Deciding: `decide(escalation, event, now)` answers with the new escalation and its effects, or a refusal.

The rules it obeys are numbered in docs/rules.md; each has a test that names it.
"""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple, assert_never

from ..commands import COMMANDS, Command
from ..effects import Entry, Notice, Recipient
from ..escalation import Answer, Escalation
from ..events import (
    MESSAGES,
    CancellationAsked,
    Event,
    MessageRefused,
    MomentPassed,
    NoticesReturned,
    Opening,
    RiskRaised,
    Said,
)
from ..refusals import PLAIN
from .acts.offers import Offer, offers
from .alarms.risk import risk_raised
from .clocks.moments import keep_alerting, next_moment, pass_moments
from .mending.adopting import preview
from .mending.moved import Moved
from .moves.opening import opened
from .moves.stages import close_if_done, where
from .people.behalf import tell_in_whose_name
from .people.diaries import effects_of
from .people.misdirecting import heard_again
from .people.rungs import ON_CALL
from .people.telling import tell_owed
from .repeats import answer_before, as_taken, with_answer
from .turn import Turn

__all__ = [
    "Decision",
    "Moved",
    "Offer",
    "answer_before",
    "decide",
    "next_moment",
    "offers",
    "open_case",
    "preview",
    "where",
]

Effect = Entry | Notice
Handler = Callable[[Turn, Any], Answer]


def _handler(row: Command) -> Handler:
    module, _, name = row.handler.rpartition(".")
    found: Handler = getattr(import_module(f"{__name__}.{module}"), name)
    return found


HANDLERS: dict[type[Said], Handler] = {MESSAGES[kind]: _handler(row) for kind, row in COMMANDS.items()}
"""What lets each command happen, by its message."""


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
            return _refused(turn, event)
        case CancellationAsked():
            return _cancellation(turn)
        case NoticesReturned():
            return _returned(turn, event)
        case _:
            assert_never(event)


def _refused(turn: Turn, event: MessageRefused) -> Answer:
    """Enter that a message was refused, and tell its sender (rule 43)."""
    said = event.model_dump(mode="json", exclude_defaults=True)
    turn.enter("refused", turn.now, event.by, name=event.name, why=event.why, because=event.sentence, said=said)
    by = turn.known(event.by)
    title = turn.case.policy.role_title(by.role)
    to = Recipient(role=by.role, title=title, agency=by.agency) if by.role and by.agency else ON_CALL
    turn.notify("refused", (to,), fact=PLAIN[event.why])
    return Answer(sentence=event.sentence, entry=turn.entry)


def _cancellation(turn: Turn) -> Answer:
    """Enter that a cancellation was asked for, and tell the lead on call; nothing is closed by it (L2)."""
    turn.enter("cancellation-refused", turn.now)
    turn.notify("cancellation", (ON_CALL,), step=turn.case.policy.title)
    return Answer(sentence="A case is not cancelled: it ends by its policy.", entry=turn.entry)


def _returned(turn: Turn, event: NoticesReturned) -> Answer:
    """Enter which notices reach nobody."""
    said = event.model_dump(mode="json", exclude_defaults=True)
    for ref in event.hopeless:
        turn.enter("notice-failed", turn.now, ref=ref, said=said)
    return Answer(sentence="", entry=turn.case.entries)
