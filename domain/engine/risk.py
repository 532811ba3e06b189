"""Immediate risk that is open: the call that is owed, and telling of all that was raised meanwhile (L51, rule 44)."""

from datetime import datetime, timedelta

from ..base.identities import RiskCall
from ..case.state import Duty, Happened
from ..command_table.built_in import RISK_ACT
from .draft import Draft
from .duties import happen
from .seats import ON_CALL, supporters


def tell_of_more(draft: Draft, moment: datetime) -> None:
    """Tell of all that was raised since the last notice of immediate risk, once its time has come."""
    for risk in draft.case.risks:
        if risk.tell_at is None or risk.tell_at > moment:
            continue
        was_open = risk in draft.case.open_risks
        entry = draft.enter("risk", risk.tell_at, route=risk.route or "built in", further=1 + risk.again)
        happen(draft, Happened(entry=entry, names=("risk.raised",), at=risk.newest))
        told = risk.but(entry=entry, told=(*risk.told, entry), tell_at=None, known_at=draft.now)
        draft.change(risks=tuple(told if one == risk else one for one in draft.case.risks))
        stages = [visit.stage for visit in draft.case.open_visits] or [""]
        count = 1 + risk.again
        fact = "raised once more" if count == 1 else f"raised {count} times more"
        tell_all_of_risk(draft, entry, risk.route if was_open else "", stages, fact=fact)


def tell_all_of_risk(draft: Draft, entry: int, route: str, stages: list[str], **said: str) -> None:
    """Tell the lead on call, then the raiser, every party at *stages* and those who stay with the case."""
    seats = [ON_CALL, draft.raiser(), *(draft.seat(p, s) for s in stages for p in draft.case.parties)]
    owed = [draft.owed(duty) for duty in draft.case.outstanding if _is_of_route(duty, route)]
    to = tuple(dict.fromkeys((*seats, *supporters(draft.case))))
    draft.notify("risk", to, entry=entry, owed=tuple(owed), **said)


def _is_of_route(duty: Duty, route: str) -> bool:
    """Is it owed now because of the risk: the built-in call, or what the policy's own route asks for?"""
    if duty.is_risk_call:
        return True
    return duty.stage == route != "" and duty.strength != "may"


def owe_call(draft: Draft, entry: int, at: datetime, known_at: datetime) -> None:
    """Ask for the telephone call, unless it is owed already: it alerts again while nobody has made it."""
    owed = next((duty for duty in draft.case.outstanding if duty.is_risk_call), None)
    if owed is not None:
        draft.put_duty(owed.but(arose_at=min(at, owed.arose_at)))
        return
    duty = Duty(
        id=len(draft.case.duties) + 1,
        origin=RiskCall(risk=entry),
        acts=(RISK_ACT,),
        by="anyone",
        strength="must",
        trigger=entry,
        arose_at=at,
        known_at=draft.now,
        anchor="risk.raised",
        anchor_at=at,
        due=at,
        late_from=known_at + timedelta(minutes=draft.case.local.alert_every_minutes),
    )
    draft.put_duty(duty)
    draft.note("arose", duty.id)
