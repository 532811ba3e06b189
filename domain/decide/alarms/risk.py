"""Immediate risk to a child: anyone, any state. Nothing refuses it, and the ladder goes on beside it (L51, rule 44)."""

from datetime import datetime, timedelta

from ...commands.built_in import RISK_ACT
from ...escalation import Answer, Duty, Occurrence, Risk
from ...events import ActDone, RiskRaised
from ...identities import RiskCall
from ...refusals import Refusal, listed
from ...spoken import say_instant
from ..duties.arising import happen
from ..moves.stages import keep_for_later, keep_risk, open_stage, told_just_now
from ..people.rungs import ON_CALL
from ..people.seats import supporters
from ..turn import Turn

TELEPHONE = "Telephone the statutory services now: the police on 999, or children's social care."


def risk_raised(turn: Turn, event: RiskRaised) -> Answer:
    """Open the policy's route for immediate risk, and wake the safeguarding lead on call at once.

    Where a policy names none, the route is the built-in one, to telephone, and is shown as ours. What is raised again
    within minutes is on the record too, and told together with what else comes meanwhile.
    """
    at = min(event.at or turn.now, turn.now)
    route = next((stage.id for stage in turn.case.policy.stages if stage.strand == "risk"), "")
    if (told := told_just_now(turn)) is not None:
        return _raised_again(turn, event, at, route, told)
    entry = turn.enter_said("risk", at, event, route=route or "built in")
    if not route:
        _owe_call(turn, entry, at, turn.now)
    happen(turn, Occurrence(entry=entry, names=("risk.raised",), at=at))
    stages = [visit.stage for visit in turn.case.open_visits] or [""]
    if route:
        open_stage(turn, route, at, entry)
    if all(risk.entry != entry for risk in turn.case.risks):  # else the step that has just opened keeps it
        keep_risk(turn, entry, at, route)
    _tell_all(turn, entry, route, stages, by=str(turn.known(event.by)))
    return Answer(
        sentence="Immediate risk is on the record. The safeguarding lead on call and everybody in the case are to be "
        f"told of it; do not wait for that. {TELEPHONE}",
        entry=entry,
    )


def _raised_again(turn: Turn, event: RiskRaised, at: datetime, route: str, told: Risk) -> Answer:
    """Enter that it was raised once more, just after everybody was told of another in the case."""
    entry = turn.enter_said("risk-again", at, event, route=route or "built in")
    waiting = keep_for_later(turn, entry, at, route, told)
    for duty in turn.case.outstanding:
        if duty.is_risk_call and at < duty.arose_at:
            turn.put_duty(duty.but(arose_at=at))
    zone = turn.case.policy.zone
    earlier = say_instant(told.known_at, zone)
    when = say_instant(waiting.tell_at or turn.now, zone)
    return Answer(
        sentence=f"Immediate risk is on the record, raised again. It was raised on {earlier} too, and the safeguarding "
        "lead on call and everybody in the case were to be told of that at once. Of this and whatever else is raised "
        f"meanwhile they are told together, on {when}; do not wait for that. {TELEPHONE}",
        entry=entry,
        told=told.entry,
    )


def tell_of_more(turn: Turn, moment: datetime) -> None:
    """Tell of all that was raised since the last notice of immediate risk, once its time has come."""
    for risk in turn.case.risks:
        if risk.tell_at is None or risk.tell_at > moment:
            continue
        was_open = risk in turn.case.open_risks
        entry = turn.enter("risk", risk.tell_at, route=risk.route or "built in", further=1 + risk.again)
        happen(turn, Occurrence(entry=entry, names=("risk.raised",), at=risk.newest))
        told = risk.but(entry=entry, told=(*risk.told, entry), tell_at=None, known_at=turn.now)
        turn.change(risks=tuple(told if one == risk else one for one in turn.case.risks))
        stages = [visit.stage for visit in turn.case.open_visits] or [""]
        count = 1 + risk.again
        fact = "raised once more" if count == 1 else f"raised {count} times more"
        _tell_all(turn, entry, risk.route if was_open else "", stages, fact=fact)


def _tell_all(turn: Turn, entry: int, route: str, stages: list[str], **said: str) -> None:
    """Tell the lead on call, then the raiser, every party at *stages* and those who stay with the case."""
    seats = [ON_CALL, turn.raiser(), *(turn.seat(p, s) for s in stages for p in turn.case.parties)]
    owed = [turn.owed(duty) for duty in turn.case.outstanding if _is_of_route(duty, route)]
    to = tuple(dict.fromkeys((*seats, *supporters(turn.case))))
    turn.notify("risk", to, entry=entry, owed=tuple(owed), **said)


def _is_of_route(duty: Duty, route: str) -> bool:
    """Is it owed now because of the risk: the built-in call, or what the policy's own route asks for?"""
    if duty.is_risk_call:
        return True
    return duty.stage == route != "" and duty.strength != "may"


def _owe_call(turn: Turn, entry: int, at: datetime, known_at: datetime) -> None:
    """Ask for the telephone call, unless it is owed already: it alerts again while nobody has made it."""
    owed = next((duty for duty in turn.case.outstanding if duty.is_risk_call), None)
    if owed is not None:
        turn.put_duty(owed.but(arose_at=min(at, owed.arose_at)))
        return
    duty = Duty(
        id=len(turn.case.duties) + 1,
        origin=RiskCall(risk=entry),
        acts=(RISK_ACT,),
        by="anyone",
        strength="must",
        trigger=entry,
        arose_at=at,
        known_at=turn.now,
        anchor="risk.raised",
        anchor_at=at,
        due=at,
        late_from=known_at + timedelta(minutes=turn.case.local.alert_every_minutes),
    )
    turn.put_duty(duty)
    turn.note("arose", duty.id)


def telephoned(turn: Turn, event: ActDone) -> Answer:
    """Record that the statutory services were telephoned; anyone may, whatever route the policy has beside."""
    at = min(event.at or turn.now, turn.now)
    if not turn.case.open_risks:
        raise Refusal(
            "not open", "No immediate risk is waiting for a telephone call in this case. To raise one, record `risk`."
        )
    turn.enter_said(
        "act",
        at,
        event,
        act=RISK_ACT,
    )
    entry = turn.entry
    later = [risk for risk in turn.case.open_risks if not risk.route and risk.newest > at]
    happen(turn, Occurrence(entry=entry, names=(RISK_ACT,), at=at), event.by)
    if later and not any(duty.is_risk_call for duty in turn.case.outstanding):
        first = min(later, key=lambda risk: risk.entry)
        _owe_call(turn, first.entry, first.newest, first.known_at)
    still = [duty for duty in turn.case.outstanding if duty.is_risk_call]
    if still:
        raised = say_instant(still[0].arose_at, turn.case.policy.zone)
        return Answer(
            sentence=f"Recorded, but this call came before the risk was raised ({raised}): "
            "a call about it is still owed.",
            entry=entry,
        )
    said = "Recorded: the statutory services were telephoned."
    owed = [turn.title_of(duty) for risk in turn.case.open_risks for duty in turn.case.owed_for(risk)]
    if owed:
        titles = listed(list(dict.fromkeys(owed)))
        said += f" The policy asks for more, each recorded by its own name: {titles}."
    return Answer(sentence=said, entry=entry)
