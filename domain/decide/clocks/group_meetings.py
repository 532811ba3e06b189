"""A group's meetings: what waits for the next one moves with it, and rolls on when one has passed it by (rule 18)."""

from collections.abc import Iterable
from datetime import datetime

from ...escalation import Answer, Duty, Escalation
from ...events import MeetingsPlanned
from ...refusals import Refusal, listed, meant
from ...spoken import say_instant
from ..people.consents import everyone
from ..people.operations import known_or_operations, say_who
from ..people.seats import fills
from ..people.senders import event_time
from ..turn import Turn
from .agreed_dates import must_lie_ahead
from .reckoning import FIXED
from .rewinding import rereckon
from .timescales import resolved


def meetings_planned(turn: Turn, event: MeetingsPlanned) -> Answer:
    """Take when a group meets, in place of its meetings still ahead as they were known before."""
    case = turn.case
    party = known_or_operations(case, event)
    at = event_time(case, event, turn.now)
    if event.of not in case.policy.roles and event.of not in case.policy.bodies:
        known = sorted({*case.policy.roles, *case.policy.bodies})
        said = f"{event.of!r} is no role or body of this policy: say who meets, {listed(known, 'or')}."
        raise Refusal("unknown", f"{said}{meant(event.of, known)}")
    for moment in event.at_times:
        must_lie_ahead(case, moment, at)
    if party is not None and not fills(case, event.by, event.of):
        _must_not_put_off(turn, event)
    past = (moment for moment in case.local.meetings.get(event.of, ()) if moment <= turn.now)
    planned = tuple(sorted({*past, *event.at_times}))
    entry = turn.enter_said("meetings-planned", at, event, of=event.of)
    turn.change(local=case.local.but(meetings={**case.local.meetings, event.of: planned}))
    rereckon(turn, "its meeting was moved")
    for duty in turn.case.outstanding:
        if duty.overdue_at is not None and waits_for_meeting(turn.case, duty) == event.of:
            turn.put_duty(duty.but(target=_next(turn.case, event.of, turn.now)))
    title = case.policy.role_title(event.of)
    turn.notify("times-changed", everyone(turn), fact=f"when the {title} meets", by=say_who(turn, event))
    count = len(event.at_times)
    return Answer(sentence=f"Noted: {count} meeting{'' if count == 1 else 's'} ahead of the {title}.", entry=entry)


def _must_not_put_off(turn: Turn, event: MeetingsPlanned) -> None:
    """Refuse one side's word that a group meets later than is known, where something waits for the meeting."""
    known = _next(turn.case, event.of, turn.now)
    waiting = any(waits_for_meeting(turn.case, duty) == event.of for duty in turn.case.outstanding)
    if waiting and known is not None and not any(moment <= known for moment in event.at_times):
        title = turn.case.policy.role_title(event.of)
        raise Refusal(
            "wrong side",
            f"The {title} meets on {say_instant(known, turn.case.policy.zone)}, as far as is known, and one side alone "
            "does not put that off: the group itself or the partnership's office says when it meets.",
        )


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


def roll_on(turn: Turn, moment: datetime) -> None:
    """Enter that a further meeting has passed a late duty by, and let the clock roll on to the one after."""
    for duty in turn.case.outstanding:
        passed = rolls(turn.case, duty)
        if passed is None or passed > moment:
            continue
        turn.enter(
            "overdue",
            passed,
            duty=duty.id,
            stage=duty.stage,
            visit=duty.visit,
            what=turn.title_of(duty),
            due=passed.isoformat(),
            again=True,
        )
        turn.put_duty(rolled(turn.case, duty, passed))
        turn.change(pace=turn.case.pace.but(next_at=moment))


def rolled(case: Escalation, duty: Duty, passed: datetime) -> Duty:
    """Return a duty that a meeting has passed by, aiming at the next one known; it stays late."""
    of = waits_for_meeting(case, duty)
    return duty.but(target=_next(case, of, passed)) if of else duty


def _next(case: Escalation, of: str, after: datetime) -> datetime | None:
    meetings: Iterable[datetime] = sorted(case.local.meetings.get(of, ()))
    return next((meeting for meeting in meetings if meeting > after), None)
