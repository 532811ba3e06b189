"""Deciding: `decide(escalation, event, now)` answers with the new escalation and its effects, or a refusal.

The rules it obeys are numbered in docs/rules.md; each has a test that names it.
"""

from datetime import datetime
from typing import NamedTuple, assert_never

from ..effects import Entry, Notice, Recipient
from ..escalation import Answer, Escalation
from ..events import (
    ActDone,
    AlertAcknowledged,
    CalendarAdopted,
    CancellationAsked,
    ConfirmationWithdrawn,
    Contested,
    Corrected,
    DateAgreed,
    DutyHandedOver,
    EditionAdopted,
    Event,
    Extended,
    FactSaid,
    GuestAdded,
    Linked,
    MeetingsPlanned,
    MessageRefused,
    Misdirected,
    MomentPassed,
    NoticesReturned,
    NumberFilled,
    Opening,
    OutcomeSaid,
    PartyJoined,
    PartyLeft,
    Paused,
    PlanConfirmed,
    PlanProposed,
    Reopened,
    RiskRaised,
    Said,
    SeatMended,
    Unpaused,
    Waived,
    Withdrawn,
)
from ..refusals import PLAIN
from .acts.done import act_done
from .acts.facts import fact_said
from .acts.offers import Offer, offers
from .acts.plans import confirmed, proposed, unconfirmed
from .alarms.alerts import acknowledged
from .alarms.risk import risk_raised
from .clocks.agreed_dates import date_agreed
from .clocks.delays import extended
from .clocks.filling import number_filled
from .clocks.group_meetings import meetings_planned
from .clocks.moments import keep_alerting, next_moment, pass_moments
from .clocks.pauses import paused, unpaused
from .mending.adopting import calendar_adopted, edition_adopted, preview
from .mending.contests import contested
from .mending.corrections import corrected
from .mending.moved import Moved
from .moves.opening import opened
from .moves.outcomes import outcome_said
from .moves.reopening import linked, reopened, waived
from .moves.stages import close_if_done, where
from .moves.withdrawing import withdrawn
from .people.behalf import tell_in_whose_name
from .people.diaries import effects_of
from .people.guests import guest_added
from .people.handing import handed_over
from .people.misdirecting import heard_again, mended, misdirected
from .people.parties import joined, left
from .people.rungs import ON_CALL
from .people.seats import role_named
from .people.telling import tell_owed
from .turn import Turn

__all__ = ["Decision", "Moved", "Offer", "decide", "next_moment", "offers", "open_case", "preview", "where"]

Effect = Entry | Notice


class Decision(NamedTuple):
    """What an event brings about."""

    escalation: Escalation
    effects: tuple[Effect, ...]
    """Entries in order, then notices."""
    answer: Answer


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

    Every moment due before now passes first (rule 1). A repeated message id gets its first answer and changes nothing.

    Raises:
        Refusal: the rules say no. Nothing else is ever raised for an event that fits its shape.
    """
    if isinstance(event, Said) and event.id and event.id in escalation.answered:
        return Decision(escalation, (), escalation.answered[event.id])
    if isinstance(event, Said):
        event = event.but(by=event.by.but(role=role_named(escalation.policy, event.by.role)))
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
        turn.change(answered={**turn.case.answered, event.id: answer})
    return Decision(turn.case, effects_of(turn), answer)


def _happen(turn: Turn, event: Event) -> Answer:  # noqa: PLR0912 - one line an event
    match event:
        case ActDone():
            return act_done(turn, event)
        case PlanProposed():
            return proposed(turn, event)
        case PlanConfirmed():
            return confirmed(turn, event)
        case ConfirmationWithdrawn():
            return unconfirmed(turn, event)
        case OutcomeSaid():
            return outcome_said(turn, event)
        case RiskRaised():
            return risk_raised(turn, event)
        case AlertAcknowledged():
            return acknowledged(turn, event)
        case Contested():
            return contested(turn, event)
        case Corrected():
            return corrected(turn, event)
        case Reopened():
            return reopened(turn, event)
        case Linked():
            return linked(turn, event)
        case Waived():
            return waived(turn, event)
        case FactSaid():
            return fact_said(turn, event)
        case PartyJoined():
            return joined(turn, event)
        case PartyLeft():
            return left(turn, event)
        case Withdrawn():
            return withdrawn(turn, event)
        case NumberFilled():
            return number_filled(turn, event)
        case DateAgreed():
            return date_agreed(turn, event)
        case MeetingsPlanned():
            return meetings_planned(turn, event)
        case Extended():
            return extended(turn, event)
        case Paused():
            return paused(turn, event)
        case Unpaused():
            return unpaused(turn, event)
        case EditionAdopted():
            return edition_adopted(turn, event)
        case CalendarAdopted():
            return calendar_adopted(turn, event)
        case DutyHandedOver():
            return handed_over(turn, event)
        case Misdirected():
            return misdirected(turn, event)
        case SeatMended():
            return mended(turn, event)
        case GuestAdded():
            return guest_added(turn, event)
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
    """Enter what became of notices where the register could not note it at the time."""
    said = event.model_dump(mode="json", exclude_defaults=True)
    for receipt in event.receipts:
        turn.enter(
            "notice-sent",
            receipt.accepted_at,
            ref=receipt.ref,
            channel=receipt.channel,
            fallback=receipt.fallback,
            said=said,
        )
    for ref in event.hopeless:
        turn.enter("notice-failed", turn.now, ref=ref, said=said)
    return Answer(sentence="", entry=turn.case.entries)
