"""Moments: what becomes due as time passes, and the alerts that repeat until somebody answers."""

from collections.abc import Iterator
from datetime import datetime

from ...escalation import Duty, Escalation, Occurrence
from ...identities import PlanAction
from ..alarms.climb import alert
from ..alarms.risk import tell_of_more
from ..duties.arising import happen
from ..duties.discharging import dates_come, next_date
from ..moves.stages import is_late
from ..people.seats import involved, supporters
from ..people.telling import told_of
from ..turn import Turn
from .group_meetings import roll_on, rolled, rolls
from .pauses import end_pause
from .reminders import remind, reminders


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


def pass_moments(turn: Turn, *, inclusive: bool) -> None:
    """Take every moment that has come, in order of due time (rule 1).

    Args:
        turn: The decision being taken.
        inclusive: True where time itself asks; False before a person's word, which at the very instant is in time.
            (Alerts are nobody's deadline: one of that very instant comes before the word.)
    """
    for _ in range(10_000):  # each pass takes at least one moment away or moves it beyond now
        moment = next_moment(turn.case)
        if moment is None or moment > turn.now:
            return
        in_time = moment == turn.now and not inclusive
        if not in_time:
            if turn.case.pause is not None and turn.case.pause.until is not None and turn.case.pause.until <= moment:
                end_pause(turn, moment, "its date has come")
            tell_of_more(turn, moment)
            remind(turn, moment)
            _fall_due(turn, moment)
            dates_come(turn, moment)
            roll_on(turn, moment)
        _wake(turn, moment)
        if in_time:
            return


def keep_alerting(turn: Turn) -> None:
    """Let the alert start again where a correction or a contest has brought back something overdue."""
    waiting = any(duty.is_overdue and duty.acknowledged_until is None for duty in turn.case.outstanding)
    next_at = turn.case.pace.next_at
    if waiting and (next_at is None or next_at < turn.now):
        turn.change(pace=turn.case.pace.but(next_at=turn.now))


def _fall_due(turn: Turn, moment: datetime) -> None:
    for duty in turn.case.outstanding:
        if duty.overdue_at is None and duty.late_from is not None and duty.late_from <= moment:
            _overdue(turn, duty, moment)


def _wake(turn: Turn, moment: datetime) -> None:
    """Let acknowledgements expire, and alert if that is due."""
    for duty in turn.case.outstanding:
        if duty.acknowledged_until is not None and duty.acknowledged_until <= moment:
            turn.put_duty(duty.but(acknowledged_until=None))
            turn.change(pace=turn.case.pace.but(next_at=moment))
    if turn.case.pace.next_at is not None and turn.case.pace.next_at <= moment:
        alert(turn, moment)


def _overdue(turn: Turn, duty: Duty, moment: datetime) -> None:
    """Make the overdue entry, tell every party, and ask for an alert at once.

    Expiry moves nothing and closes nothing (rule 29).
    """
    due = duty.due or moment
    late = is_late(turn, moment)
    entry = turn.enter(
        "overdue",
        moment,
        duty=duty.id,
        stage=duty.stage,
        visit=duty.visit,
        what=turn.title_of(duty),
        due=due.isoformat(),
        because_of_outage=late,
    )
    duty = rolled(turn.case, duty.but(overdue_at=moment, overdue_entry=entry), moment)
    turn.put_duty(duty)
    turn.change(pace=turn.case.pace.but(next_at=moment))
    step = turn.case.policy.stage(duty.stage).title if duty.stage else turn.case.policy.title
    stage = duty.stage or next((v.stage for v in reversed(turn.case.visited)), "")
    seats = [turn.seat(party, stage) for party in involved(turn.case)] + list(supporters(turn.case))
    turn.notify("overdue", dict.fromkeys((*seats, *told_of(turn, duty))), step=step, owed=(turn.owed(duty),), late=late)
    rule = turn.case.rule_of(duty)
    called = (*duty.acts, rule.id) if rule and rule.id else duty.acts
    names = tuple(f"{name}.overdue" for name in called)
    if isinstance(duty.origin, PlanAction):
        names = ("action.overdue",)
    happened = Occurrence(
        entry=entry,
        names=(*names, "overdue"),
        stage=duty.stage,
        visit=duty.visit,
        party=duty.party,
        at=due,
        action=duty.action,
    )
    happen(turn, happened)
