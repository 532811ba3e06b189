"""The climb of an alert: whom on the rota it wakes, when, and what it leaves for the morning."""

from datetime import datetime, timedelta

from ..case.state import Duty, Escalation
from ..time.local_time import from_wall
from .draft import Draft
from .seats import on_call
from .stages import is_late

A_DAY = timedelta(hours=24)


def alert(draft: Draft, moment: datetime) -> None:
    """Wake the next rung for everything overdue and unanswered, in one notice.

    Then wait the interval, or for the ceiling to lift. The ceiling holds back repeats alone: what has just become
    overdue wakes the first rung at once, whoever else was reached before.
    """
    waiting = unanswered(draft.case)
    if not waiting:
        return
    is_new = any(not duty.alerted for duty in waiting)
    if later := _held_until(draft, waiting, moment, is_new=is_new):
        draft.change(pace=draft.case.pace.but(next_at=later))
        return
    _send(draft, waiting, moment, is_new=is_new)


def unanswered(case: Escalation) -> list[Duty]:
    """Return what is overdue and acknowledged by nobody."""
    return [duty for duty in case.outstanding if duty.is_overdue and duty.acknowledged_until is None]


def keep_alerting(draft: Draft) -> None:
    """Let the alert rest once nothing waits for an answer, and begin again where something overdue has come back."""
    case = draft.case
    if not unanswered(case):
        told = case.pace.told if any(duty.alerted for duty in case.outstanding) else ()
        draft.change(pace=case.pace.but(next_at=None, climbed=0, told=told))
    elif case.pace.next_at is None or case.pace.next_at < draft.now:
        draft.change(pace=case.pace.but(next_at=draft.now))


def escalate_alert(draft: Draft, rung: str) -> bool:
    """Wake another rung at once, because whoever was woken at *rung* says that it is not theirs.

    What was said before is no answer any more. False where nothing alerts, or the alert has gone on from there already.
    """
    late = [d for d in draft.case.outstanding if d.is_overdue and d.alerted]
    ladder, climbed = draft.case.local.climb, draft.case.pace.climbed
    if not late or (climbed and ladder[min(climbed, len(ladder)) - 1] != rung):
        return False
    waiting = [duty.but(acknowledged_until=None) for duty in late]
    for duty in waiting:
        draft.put_duty(duty)
    others = [n for n, one in enumerate(ladder) if one != rung]
    after = next((n for n in others if n >= climbed), others[0] if others else 0)
    draft.change(pace=draft.case.pace.but(climbed=after, next_at=_held_until(draft, waiting, draft.now, is_new=True)))
    if draft.case.pace.next_at is None:
        _send(draft, waiting, draft.now, is_new=False)
    return True


def _held_until(draft: Draft, waiting: list[Duty], moment: datetime, *, is_new: bool) -> datetime | None:
    """Say until when an alert waits: for the ceiling to lift, or for the quiet hours to end."""
    pace, local = draft.case.pace, draft.case.local
    ceiling = pace.window_from + A_DAY if pace.window_from is not None else moment
    if moment < ceiling and pace.sent_in_window >= local.alerts_a_day and not is_new:
        return ceiling
    if draft.is_urgent or any(duty.strength == "must" for duty in waiting):
        return None
    return _quiet_until(draft.case, moment)


def _quiet_until(case: Escalation, moment: datetime) -> datetime | None:
    """Return the end of the quiet hours in which *moment* lies; None outside them, or where none are set."""
    begins, ends = case.local.quiet_from, case.local.quiet_until
    if begins is None or ends is None:
        return None
    wall = case.calendar.local(moment).replace(tzinfo=None)
    over_midnight = begins > ends
    if over_midnight and wall.time() >= begins:
        wall += timedelta(days=1)
    elif wall.time() >= ends or (not over_midnight and wall.time() < begins):
        return None
    return from_wall(datetime.combine(wall.date(), ends), case.calendar.zone)


def _send(draft: Draft, waiting: list[Duty], moment: datetime, *, is_new: bool) -> None:
    local, pace = draft.case.local, draft.case.pace
    if pace.window_from is None or moment >= pace.window_from + A_DAY:
        pace = pace.but(window_from=moment, sent_in_window=0)
    rung = local.climb[min(pace.climbed, len(local.climb) - 1)]
    rungs = tuple(dict.fromkeys((local.climb[0], rung) if is_new else (rung,)))
    sent = pace.sent_in_window + 1
    after = max(moment, draft.now) + timedelta(minutes=local.alert_every_minutes)
    if sent >= local.alerts_a_day and pace.window_from is not None:
        after = max(after, pace.window_from + A_DAY)
    draft.enter("alert", moment, duties=[d.id for d in waiting], number=sent, rungs=[*rungs])
    for duty in waiting:
        draft.put_duty(duty.but(alerted=True))
    steps = dict.fromkeys(draft.case.policy.stage(d.stage).title for d in waiting if d.stage)
    draft.notify(
        "alert",
        [on_call(one) for one in rungs],
        step=", ".join(steps),
        owed=tuple(draft.owed(d) for d in waiting),
        late=is_late(draft, moment),
        rest_hours=local.acknowledgement_hours,
    )
    told = tuple(dict.fromkeys((*pace.told, *rungs)))
    draft.change(pace=pace.but(next_at=after, sent_in_window=sent, climbed=pace.climbed + 1, told=told))
