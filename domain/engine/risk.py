"""Immediate risk that is open: the call that is owed, and telling of all that was raised meanwhile (L51, rule 44)."""

from datetime import datetime, timedelta

from ..base.identities import RiskCall
from ..case.state import Duty, Occurrence
from ..command_table.built_in import RISK_ACT
from .draft import Turn
from .duties import happen
from .seats import ON_CALL, supporters


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
        tell_all_of_risk(turn, entry, risk.route if was_open else "", stages, fact=fact)


def tell_all_of_risk(turn: Turn, entry: int, route: str, stages: list[str], **said: str) -> None:
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


def owe_call(turn: Turn, entry: int, at: datetime, known_at: datetime) -> None:
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
