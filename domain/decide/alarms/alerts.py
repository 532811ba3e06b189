"""Answering an alert or immediate risk: seen is not solved, it expires, and it covers nothing newer."""

from datetime import datetime, timedelta

from ...escalation import Answer, Duty, Escalation, Risk
from ...events import AlertAcknowledged
from ...refusals import Refusal, listed
from ...spoken import say_instant
from ..people.operations import is_operations
from ..people.rungs import is_on_call
from ..people.senders import event_time, must_be_known
from ..turn import Turn
from .risk import TELEPHONE


def acknowledged(turn: Turn, event: AlertAcknowledged) -> Answer:
    """Let what is answered rest until the acknowledgement expires, and nothing else.

    Immediate risk is acknowledged by several, one after the other; its alerts rest once somebody on call has it.

    Raises:
        Refusal: none of it waits, or whoever would quieten an alert for lateness does not say who they are.
    """
    risks, late = _answered(turn, event)
    if late and not (is_on_call(event.by) or is_operations(turn.case, event)):
        must_be_known(turn.case, event.by, anyone=True)  # whoever quietens an alert says who they are
    at = event_time(turn.case, event, turn.now)
    until = turn.now + timedelta(hours=turn.case.local.acknowledgement_hours)
    rests = bool(late) or is_on_call(event.by)
    of_risk = _resting_with(turn, risks) if rests else []
    resting = list({duty.id: duty for duty in (*late, *of_risk)}.values())
    turn.enter_said(
        "acknowledged",
        at,
        event,
        duties=[duty.id for duty in resting],
        risks=[risk.entry for risk in risks],
        until=until.isoformat() if rests else "",
    )
    for duty in resting:
        turn.put_duty(duty.but(acknowledged_until=until))
    if rests:
        has = {risk.entry for risk in risks}
        turn.change(
            risks=tuple(one.but(acknowledged_until=until) if one.entry in has else one for one in turn.case.risks)
        )
    if not any(duty.is_overdue and duty.acknowledged_until is None for duty in turn.case.outstanding):
        turn.change(pace=turn.case.pace.but(next_at=None, climbed=0))
    return Answer(sentence=_sentence(turn, risks, late, until if rests else None), entry=turn.entry)


def _answered(turn: Turn, event: AlertAcknowledged) -> tuple[list[Risk], list[Duty]]:
    """Return the immediate risk and the overdue duties that an acknowledgement is given for.

    Raises:
        Refusal: none of it waits.
    """
    case = turn.case
    newest = max(event.answers, event.seen or 0) if event.answers or event.seen is not None else case.entries
    raised = [risk for risk in case.open_risks if max(risk.entry, risk.last) <= newest]
    waiting = [duty for duty in case.outstanding if duty.is_overdue and duty.acknowledged_until is None]
    late = [duty for duty in waiting if duty.overdue_entry <= newest]
    if not is_on_call(event.by):  # what immediate risk asks rests by a lead's word alone, also once it is late
        of_risk = {duty.id for risk in case.open_risks for duty in case.owed_for(risk)}
        late = [duty for duty in late if duty.id not in of_risk and (event.answers or not raised)]
    if event.answers:
        raised, late = (raised, []) if _told_of_risk(case, event.answers) else ([], late)
    else:
        # Whoever takes what nobody has does not take from another what they have.
        taken = [risk for risk in raised if risk.acknowledged_until and risk.acknowledged_until > turn.now]
        if late or len(taken) < len(raised):
            raised = [risk for risk in raised if risk not in taken]
    if raised or late:
        return raised, late
    if any(max(risk.entry, risk.last) > newest for risk in case.open_risks) or any(
        duty.overdue_entry > newest for duty in waiting
    ):
        raise Refusal(
            "stale",
            "What you answer does not alert any more; but something newer was raised since, and waits for an answer of "
            "its own. Look again.",
        )
    raise Refusal("not open", "Nothing in this case is alerting now, so there is nothing to acknowledge.")


def _resting_with(turn: Turn, risks: list[Risk]) -> list[Duty]:
    """Return what rests once somebody has *risks*: what is owed for no other that nobody has."""
    case = turn.case
    others = (risk for risk in case.open_risks if risk not in risks)
    waiting = [risk for risk in others if not (risk.acknowledged_until and risk.acknowledged_until > turn.now)]
    still = {duty.id for risk in waiting for duty in case.owed_for(risk)}
    return [duty for risk in risks for duty in case.owed_for(risk) if duty.id not in still]


def _told_of_risk(case: Escalation, entry: int) -> bool:
    """Did the notices of an entry tell of immediate risk, also of one that is dealt with?"""
    return any(entry in risk.told for risk in case.risks) or any(
        happened.entry == entry and "risk.raised" in happened.names for happened in case.occurrences
    )


def _sentence(turn: Turn, risks: list[Risk], late: list[Duty], until: datetime | None) -> str:
    zone, said = turn.case.policy.zone, []
    when = say_instant(until, zone) if until else ""
    if risks:
        raised = listed([say_instant(risk.at, zone) for risk in risks])
        said.append(f"Acknowledged: the immediate risk raised on {raised}. {TELEPHONE} Then record that you rang.")
        said.append(
            f"If what has to be done for it is not on the record by {when}, the alert comes back."
            if until
            else "The safeguarding lead on call is alerted all the same, until they have it or the call is recorded."
        )
    if late:
        titles = listed(list(dict.fromkeys(turn.title_of(duty) for duty in late)))
        said.append(
            f"Acknowledged. It is still owed; if it is still undone on {when}, the alert comes back. "
            f"This covers: {titles}."
        )
    return " ".join(said)
