"""Immediate risk to a child: anyone, any state. Nothing refuses it, and the ladder goes on beside it (L51, rule 44)."""

from datetime import datetime, timedelta

from ...escalation import Answer, Duty, Occurrence
from ...events import ActDone, RiskRaised
from ...identities import RiskCall
from ...refusals import Refusal, listed
from ...spoken import say_instant
from ..acts.offers import RISK_ACT
from ..duties.arising import happen
from ..moves.stages import keep_risk, open_stage
from ..people.rungs import ON_CALL
from ..people.seats import supporters
from ..turn import Turn

TELEPHONE = "Telephone the statutory services now: the police on 999, or children's social care."


def risk_raised(turn: Turn, event: RiskRaised) -> Answer:
    """Open the policy's route for immediate risk, and wake the safeguarding lead on call at once.

    Where a policy names none, the route is the built-in one, to telephone, and is shown as ours.
    """
    at = min(event.at or turn.now, turn.now)
    route = next((stage.id for stage in turn.case.policy.stages if stage.strand == "risk"), "")
    entry = turn.enter_said("risk", at, event, route=route or "built in")
    if not route:
        _owe_call(turn, entry, at)
    happen(turn, Occurrence(entry=entry, names=("risk.raised",), at=at))
    stages = [visit.stage for visit in turn.case.open_visits] or [""]
    seats = [ON_CALL, turn.raiser(), *(turn.seat(p, s) for s in stages for p in turn.case.parties)]
    if route:
        open_stage(turn, route, at, entry)
    if all(risk.entry != entry for risk in turn.case.risks):  # else the step that has just opened keeps it
        keep_risk(turn, entry, at, route)
    owed = [turn.owed(duty) for duty in turn.case.outstanding if _is_of_route(duty, route)]
    by = str(turn.known(event.by))
    to = tuple(dict.fromkeys((*seats, *supporters(turn.case))))
    turn.notify("risk", to, entry=entry, by=by, owed=tuple(owed))
    return Answer(
        sentence="Immediate risk is on the record. The safeguarding lead on call and everybody in the case are to be "
        f"told of it; do not wait for that. {TELEPHONE}",
        entry=entry,
    )


def _is_of_route(duty: Duty, route: str) -> bool:
    """Is it owed now because of the risk: the built-in call, or what the policy's own route asks for?"""
    if duty.is_risk_call:
        return True
    return duty.stage == route != "" and duty.strength != "may"


def _owe_call(turn: Turn, entry: int, at: datetime) -> None:
    """Ask for the telephone call; it alerts again while nobody has made it."""
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
        late_from=turn.now + timedelta(minutes=turn.case.local.alert_every_minutes),
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
    happen(turn, Occurrence(entry=entry, names=(RISK_ACT,), at=at), event.by)
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
