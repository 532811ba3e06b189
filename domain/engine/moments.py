"""Moments: what becomes due as time passes, reminders before it, and alerts that repeat until somebody answers."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ..base.identities import PlanAction
from ..case.effects import Recipient
from ..case.state import Duty, Escalation, Happened
from ..policy import parse_period
from ..time.working_days import BeyondCalendar
from .alerts import alert, keep_alerting, unanswered
from .deadlines import FIXED
from .discharging import dates_come, next_date
from .draft import OUTAGE_SECONDS, Draft
from .duties import happen
from .pauses import end_pause
from .periods import ahead, resolved
from .risk import tell_of_more
from .seats import involved, supporters
from .stages import is_late
from .telling import told_of


def next_moment(case: Escalation) -> datetime | None:
    """Return the earliest instant at which the case must be looked at again.

    None where it waits for people alone.
    """
    return min(_moments(case), default=None)


def _moments(case: Escalation) -> Iterator[datetime]:
    if case.closed_at is not None:
        return
    yield from (risk.tell_at for risk in case.risks if risk.tell_at is not None)
    if case.pause is not None and case.pause.until is not None:
        yield case.pause.until
    for duty in case.outstanding:
        yield from (moment for moment, _ in reminders(case, duty))
        if (passed := rolls(case, duty)) is not None:
            yield passed
        if (ends := next_date(case, duty)) is not None:
            yield ends
        if duty.overdue_at is None and duty.late_from is not None:
            yield duty.late_from
        elif duty.overdue_at is not None:
            if duty.acknowledged_until is not None:
                yield duty.acknowledged_until
            elif case.pace.next_at is not None:
                yield case.pace.next_at


def pass_moments(draft: Draft, *, inclusive: bool) -> None:
    """Take every moment that has come, in order of due time (rule 1).

    Args:
        turn: The decision being taken.
        inclusive: True where time itself asks; False before a person's word, which at the very instant is in time.
            (Alerts are nobody's deadline: one of that very instant comes before the word.)
    """
    for _ in range(10_000):  # each pass takes at least one moment away or moves it beyond now
        moment = next_moment(draft.case)
        if moment is None or moment > draft.now:
            return
        in_time = moment == draft.now and not inclusive
        if not in_time:
            if draft.case.pause is not None and draft.case.pause.until is not None and draft.case.pause.until <= moment:
                end_pause(draft, moment, "its date has come")
            tell_of_more(draft, moment)
            remind(draft, moment)
            _fall_due(draft, moment)
            dates_come(draft, moment)
            roll_on(draft, moment)
        _wake(draft, moment)
        if in_time:
            return


def _fall_due(draft: Draft, moment: datetime) -> None:
    for duty in draft.case.outstanding:
        if duty.overdue_at is None and duty.late_from is not None and duty.late_from <= moment:
            _overdue(draft, duty, moment)


def _wake(draft: Draft, moment: datetime) -> None:
    """Let acknowledgements expire, and alert if that is due."""
    for duty in draft.case.outstanding:
        if duty.acknowledged_until is not None and duty.acknowledged_until <= moment:
            draft.put_duty(duty.but(acknowledged_until=None))
            draft.change(pace=draft.case.pace.but(next_at=moment))
    if not unanswered(draft.case):
        keep_alerting(draft)
    elif draft.case.pace.next_at is not None and draft.case.pace.next_at <= moment:
        alert(draft, moment)


def _enter_overdue(draft: Draft, duty: Duty, moment: datetime, due: datetime, **more: Any) -> int:
    what = draft.title_of(duty)
    return draft.enter(
        "overdue", moment, duty=duty.id, stage=duty.stage, visit=duty.visit, what=what, due=due.isoformat(), **more
    )


def _overdue(draft: Draft, duty: Duty, moment: datetime) -> None:
    """Make the overdue entry, tell every party, and ask for an alert at once.

    Expiry moves nothing and closes nothing (rule 29).
    """
    due = duty.due or moment
    late = is_late(draft, moment)
    entry = _enter_overdue(draft, duty, moment, due, because_of_outage=late)
    duty = rolled(draft.case, duty.but(overdue_at=moment, overdue_entry=entry), moment)
    draft.put_duty(duty)
    draft.change(pace=draft.case.pace.but(next_at=moment))
    step = draft.case.policy.stage(duty.stage).title if duty.stage else draft.case.policy.title
    stage = duty.stage or next((v.stage for v in reversed(draft.case.visited)), "")
    seats = [draft.seat(party, stage) for party in involved(draft.case)] + list(supporters(draft.case))
    draft.notify(
        "overdue", dict.fromkeys((*seats, *told_of(draft, duty))), step=step, owed=(draft.owed(duty),), late=late
    )
    rule = draft.case.rule_of(duty)
    called = (*duty.acts, rule.id) if rule and rule.id else duty.acts
    names = tuple(f"{name}.overdue" for name in called)
    if isinstance(duty.origin, PlanAction):
        names = ("action.overdue",)
    happened = Happened(
        entry=entry,
        names=(*names, "overdue"),
        stage=duty.stage,
        visit=duty.visit,
        party=duty.party,
        at=due,
        action=duty.action,
    )
    happen(draft, happened)


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


def remind(draft: Draft, moment: datetime) -> None:
    """Remind the owners of every duty whose reminder has come, in one entry; of what is late meanwhile, nobody."""
    due = [
        (duty, lead) for duty in draft.case.outstanding for when, lead in reminders(draft.case, duty) if when <= moment
    ]
    for duty, lead in due:
        now = draft.duty(duty.id)
        draft.put_duty(now.but(reminded=(*now.reminded, lead)))
    told = {d.id: d for d, _ in due if d.late_from is not None and d.late_from > draft.now}
    if not told:
        return
    late = (draft.now - moment).total_seconds() > OUTAGE_SECONDS
    leads = list(dict.fromkeys(lead for duty, lead in due if duty.id in told))
    draft.enter("reminded", moment, duties=list(told), leads=[*leads], because_of_outage=late)
    owing: dict[Recipient, list[Duty]] = {}
    for duty in told.values():
        for seat in told_of(draft, duty):
            owing.setdefault(seat, []).append(duty)
    for seat, duties in owing.items():
        steps = dict.fromkeys(draft.case.policy.stage(duty.stage).title for duty in duties if duty.stage)
        owed = tuple(draft.owed(duty) for duty in duties)
        draft.notify("reminder", (seat,), step=", ".join(steps), owed=owed, late=late)


def waits_for_meeting(case: Escalation, duty: Duty) -> str:
    """Return the group for whose next meeting a duty waits, or nothing."""
    rule = case.rule_of(duty)
    if rule is None or duty.anchor in FIXED:
        return ""
    scale = resolved(case, rule, duty.origin)
    dated = scale.date is not None and (scale.case_date == "replaces" or duty.due == scale.date)
    return scale.period.of if scale.period.kind == "next meeting" and not dated else ""


def rolls(case: Escalation, duty: Duty) -> datetime | None:
    """Return the meeting that passes a late duty by next, if it waits for one."""
    if duty.overdue_at is None or duty.target is None or not waits_for_meeting(case, duty):
        return None
    return duty.target


def roll_on(draft: Draft, moment: datetime) -> None:
    """Enter that a further meeting has passed a late duty by, and let the clock roll on to the one after."""
    for duty in draft.case.outstanding:
        passed = rolls(draft.case, duty)
        if passed is None or passed > moment:
            continue
        _enter_overdue(draft, duty, passed, passed, again=True)
        draft.put_duty(rolled(draft.case, duty, passed))
        draft.change(pace=draft.case.pace.but(next_at=moment))


def rolled(case: Escalation, duty: Duty, passed: datetime) -> Duty:
    """Return a duty that a meeting has passed by, aiming at the next one known; it stays late."""
    of = waits_for_meeting(case, duty)
    return duty.but(target=next_meeting(case, of, passed)) if of else duty


def next_meeting(case: Escalation, of: str, after: datetime) -> datetime | None:
    meetings: Iterable[datetime] = sorted(case.local.meetings.get(of, ()))
    return next((meeting for meeting in meetings if meeting > after), None)
