"""Immediate risk, which anyone may raise and nothing refuses (L51, rule 44); and the answer to an alert."""

from datetime import datetime, timedelta
from typing import Literal

from ..base.people import Actor
from ..base.refusals import Refusal, listed
from ..base.words import say_instant
from ..case.command import Command, Words
from ..case.state import Answer, Duty, Escalation, Happened, Risk
from ..engine.draft import Draft
from ..engine.duties import happen
from ..engine.risk import owe_call, tell_all_of_risk
from ..engine.seats import is_on_call
from ..engine.senders import event_time, is_operations, must_be_known
from ..engine.stages import keep_for_later, keep_risk, open_stage, told_just_now

TELEPHONE = "Telephone the statutory services now: the police on 999, or children's social care."


class RiskRaised(Command):
    """Immediate risk to a child: anyone, any state, any wording or none. Nothing refuses it."""

    kind: Literal["risk"] = "risk"
    by: Actor = Actor()
    wording: Words = ""


class AlertAcknowledged(Command):
    """Somebody on call has seen the alert. It is not a resolution, and it expires."""

    kind: Literal["acknowledge"] = "acknowledge"
    answers: int = 0
    """Number of the entry whose notice is answered: an alert's, or that of immediate risk. Then it covers that kind
    alone, and nothing raised after `seen`, or after that entry where `seen` is None. 0 covers all that waits."""


def risk_raised(draft: Draft, event: RiskRaised) -> Answer:
    """Open the policy's route for immediate risk, and wake the safeguarding lead on call at once.

    Where a policy names none, the route is the built-in one, to telephone, and is shown as ours. What is raised again
    within minutes is on the record too, and told together with what else comes meanwhile.
    """
    at = min(event.at or draft.now, draft.now)
    route = next((stage.id for stage in draft.case.policy.stages if stage.strand == "risk"), "")
    if (told := told_just_now(draft)) is not None:
        return _raised_again(draft, event, at, route, told)
    entry = draft.enter_command("risk", at, event, route=route or "built in")
    if not route:
        owe_call(draft, entry, at, draft.now)
    happen(draft, Happened(entry=entry, names=("risk.raised",), at=at))
    stages = [visit.stage for visit in draft.case.open_visits] or [""]
    if route:
        open_stage(draft, route, at, entry)
    if all(risk.entry != entry for risk in draft.case.risks):  # else the step that has just opened keeps it
        keep_risk(draft, entry, at, route)
    tell_all_of_risk(draft, entry, route, stages, by=str(draft.known(event.by)))
    return Answer(
        sentence="Immediate risk is on the record. The safeguarding lead on call and everybody in the case are to be "
        f"told of it; do not wait for that. {TELEPHONE}",
        entry=entry,
    )


def _raised_again(draft: Draft, event: RiskRaised, at: datetime, route: str, told: Risk) -> Answer:
    """Enter that it was raised once more, just after everybody was told of another in the case."""
    entry = draft.enter_command("risk-again", at, event, route=route or "built in")
    waiting = keep_for_later(draft, entry, at, route, told)
    for duty in draft.case.outstanding:
        if duty.is_risk_call and at < duty.arose_at:
            draft.put_duty(duty.but(arose_at=at))
    zone = draft.case.policy.zone
    earlier = say_instant(told.known_at, zone)
    when = say_instant(waiting.tell_at or draft.now, zone)
    return Answer(
        sentence=f"Immediate risk is on the record, raised again. It was raised on {earlier} too, and the safeguarding "
        "lead on call and everybody in the case were to be told of that at once. Of this and whatever else is raised "
        f"meanwhile they are told together, on {when}; do not wait for that. {TELEPHONE}",
        entry=entry,
        told=told.entry,
    )


def acknowledged(draft: Draft, event: AlertAcknowledged) -> Answer:
    """Let what is answered rest until the acknowledgement expires, and nothing else.

    Immediate risk is acknowledged by several, one after the other; its alerts rest once somebody on call has it.

    Raises:
        Refusal: none of it waits, or whoever would quieten an alert for lateness does not say who they are.
    """
    risks, late = _answered(draft, event)
    if late and not (is_on_call(event.by) or is_operations(draft.case, event)):
        must_be_known(draft.case, event.by, anyone=True)  # whoever quietens an alert says who they are
    at = event_time(draft.case, event, draft.now)
    until = draft.now + timedelta(hours=draft.case.local.acknowledgement_hours)
    rests = bool(late) or is_on_call(event.by)
    of_risk = _resting_with(draft, risks) if rests else []
    resting = list({duty.id: duty for duty in (*late, *of_risk)}.values())
    draft.enter_command(
        "acknowledged",
        at,
        event,
        duties=[duty.id for duty in resting],
        risks=[risk.entry for risk in risks],
        until=until.isoformat() if rests else "",
    )
    for duty in resting:
        draft.put_duty(duty.but(acknowledged_until=until))
    if rests:
        has = {risk.entry for risk in risks}
        draft.change(
            risks=tuple(one.but(acknowledged_until=until) if one.entry in has else one for one in draft.case.risks)
        )
    return Answer(sentence=_sentence(draft, risks, late, until if rests else None), entry=draft.entry)


def _answered(draft: Draft, event: AlertAcknowledged) -> tuple[list[Risk], list[Duty]]:
    """Return the immediate risk and the overdue duties that an acknowledgement is given for.

    Raises:
        Refusal: none of it waits.
    """
    case = draft.case
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
        taken = [risk for risk in raised if risk.acknowledged_until and risk.acknowledged_until > draft.now]
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


def _resting_with(draft: Draft, risks: list[Risk]) -> list[Duty]:
    """Return what rests once somebody has *risks*: what is owed for no other that nobody has."""
    case = draft.case
    others = (risk for risk in case.open_risks if risk not in risks)
    waiting = [risk for risk in others if not (risk.acknowledged_until and risk.acknowledged_until > draft.now)]
    still = {duty.id for risk in waiting for duty in case.owed_for(risk)}
    return [duty for risk in risks for duty in case.owed_for(risk) if duty.id not in still]


def _told_of_risk(case: Escalation, entry: int) -> bool:
    """Did the notices of an entry tell of immediate risk, also of one that is dealt with?"""
    return any(entry in risk.told for risk in case.risks) or any(
        happened.entry == entry and "risk.raised" in happened.names for happened in case.occurrences
    )


def _sentence(draft: Draft, risks: list[Risk], late: list[Duty], until: datetime | None) -> str:
    zone, said = draft.case.policy.zone, []
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
        titles = listed(list(dict.fromkeys(draft.title_of(duty) for duty in late)))
        said.append(
            f"Acknowledged. It is still owed; if it is still undone on {when}, the alert comes back. "
            f"This covers: {titles}."
        )
    return " ".join(said)
