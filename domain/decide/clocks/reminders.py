"""Reminders: so long before a deadline as the local settings say, once for each lead time."""

from collections.abc import Iterator
from datetime import datetime

from ...calendar import BeyondCalendar
from ...effects import Recipient
from ...escalation import Duty, Escalation
from ...policy import parse_period
from ..people.telling import told_of
from ..turn import OUTAGE_SECONDS, Turn
from .counted import ahead


def reminders(case: Escalation, duty: Duty) -> Iterator[tuple[datetime, str]]:
    """Yield the moments at which the owner of a duty is still to be reminded, each with its lead time.

    None for what is late, only may be done, is indicative or stands still. A moment that had passed when the clock
    became known, or that passed in a pause, is left out.
    """
    if duty.due is None or duty.late_from is None or duty.overdue_at is not None:
        return
    known = max((duty.known_at, *(pause.until for pause in case.stood_still if pause.until is not None)))
    for lead in case.local.reminders:
        if lead in duty.reminded:
            continue
        try:
            moment = ahead(case, parse_period(lead), duty.due)
        except BeyondCalendar:
            continue
        if known < moment < duty.late_from:
            yield moment, lead


def remind(turn: Turn, moment: datetime) -> None:
    """Remind the owners of every duty whose reminder has come, in one entry; of what is late meanwhile, nobody."""
    due = [
        (duty, lead) for duty in turn.case.outstanding for when, lead in reminders(turn.case, duty) if when <= moment
    ]
    for duty, lead in due:
        now = turn.case.duties[duty.id - 1]
        turn.put_duty(now.but(reminded=(*now.reminded, lead)))
    told = {d.id: d for d, _ in due if d.late_from is not None and d.late_from > turn.now}
    if not told:
        return
    late = (turn.now - moment).total_seconds() > OUTAGE_SECONDS
    leads = list(dict.fromkeys(lead for duty, lead in due if duty.id in told))
    turn.enter("reminded", moment, duties=list(told), leads=[*leads], because_of_outage=late)
    owing: dict[Recipient, list[Duty]] = {}
    for duty in told.values():
        for seat in told_of(turn, duty):
            owing.setdefault(seat, []).append(duty)
    for seat, duties in owing.items():
        steps = dict.fromkeys(turn.case.policy.stage(duty.stage).title for duty in duties if duty.stage)
        owed = tuple(turn.owed(duty) for duty in duties)
        turn.notify("reminder", (seat,), step=", ".join(steps), owed=owed, late=late)
