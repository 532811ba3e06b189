"""Clocks: which event a duty runs from, when it is due, from when it is late, and what a pause leaves of it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from ..base.words import say_due
from ..case.happened import anchor
from ..case.state import Duty, Escalation, Visit
from ..policy import DutyRule, Period, Policy, parse_period
from ..time.working_days import BeyondCalendar
from .periods import AGREED, UNKNOWN, Timescale, after, before, resolved, stood_still

BEYOND = "the calendar of this case does not reach so far: a new edition is needed"
NO_DATE = "a date is not set yet"
PLANNED = "its planned date"
"""The anchor of a meeting whose date has been set."""
EXTENDED = "the later date that every party agreed on"
JOINED = "party.joined"
FIXED = frozenset({PLANNED, EXTENDED})
"""Anchors that are dates people set for one duty: no rule reckons them again."""
DATE = Period(kind="case date")

Start = tuple[str, datetime, int]
"""What a clock runs from: the name of the event, its event time, and its place in the rule's list."""


class ComputedDeadline(NamedTuple):
    """What a clock says."""

    anchor: str
    anchor_at: datetime
    rank: int
    due: datetime | None
    late_from: datetime | None
    waits: str = ""
    whose: str = ""


class Run(NamedTuple):
    """How a clock runs from its anchor, pauses left aside."""

    unit: Period | None
    """In which it counts; `case date` for a date that people set, None while it does not run."""
    due: datetime | None = None
    waits: str = ""
    whose: str = ""


def period_of(policy: Policy, rule: DutyRule) -> Period:
    """Return the period of a rule's `within` as the policy writes it, looked up where it names a timescale."""
    named = policy.timescales.get(rule.within)
    return parse_period(named.value if named else rule.within)


def start(case: Escalation, rule: DutyRule, duty: Duty) -> Start:
    """Return the best anchor recorded so far: its name, event time and rank.

    The duty's own trigger is the last resort.
    """
    of = case.policy.starts_of(rule)
    found = [
        (text, happened.at, rank)
        for rank, text in enumerate(of)
        if (happened := anchor(case, text, duty.stage, duty.visit))
    ]
    if not found:
        return "", duty.arose_at, len(of)
    if rule.which == "latest":
        return _since_joining(case, duty, max(found, key=lambda one: one[1]))
    if rule.which == "earliest":
        return _since_joining(case, duty, min(found, key=lambda one: one[1]))
    return _since_joining(case, duty, found[0])


def _since_joining(case: Escalation, duty: Duty, begins: Start) -> Start:
    """Return the anchor of a duty; nothing that a party owes by itself runs from before it joined (rule 37)."""
    joined = [o.at for o in case.occurrences if JOINED in o.names and o.party == duty.party] if duty.party else []
    name, at, rank = begins
    return (JOINED, joined[-1], rank) if joined and at < joined[-1] and not case.policy.is_date(name) else begins


def same_start(case: Escalation, rule: DutyRule, duty: Duty) -> Start:
    """Return the anchor that the duty's clock has, where it is a planned date as that now stands."""
    if case.policy.is_date(duty.anchor) or (not duty.anchor and duty.waits == NO_DATE):
        return start(case, rule, duty)
    return duty.anchor, duty.anchor_at, duty.rank


def compute_deadline(
    case: Escalation, rule: DutyRule, duty: Duty, known_at: datetime, begins: Start | None = None
) -> ComputedDeadline:
    """Set a duty's clock by its rule. *known_at* is when its present clock became known (rule 5).

    Pauses that are over are in it; one that goes on is not. *begins* is its anchor, the best one unless said.
    """
    name, at, rank = begins or start(case, rule, duty)
    try:
        clock = _set(case, rule, duty, known_at, name, at, rank)
        return _through_pauses(case, rule, duty, clock)
    except BeyondCalendar:
        return ComputedDeadline(name, at, rank, None, None, BEYOND)


def unit_of(case: Escalation, rule: DutyRule, duty: Duty) -> Period | None:
    """Return the unit in which a duty's clock runs, which is the one that a pause keeps its rest in."""
    if duty.anchor == PLANNED:
        return DATE
    scale = resolved(case, rule, duty.origin)
    if duty.anchor == EXTENDED:
        return scale.period if scale.period.is_counted and not scale.period.before else DATE
    return _run(case, scale, duty.anchor, duty.anchor_at).unit


def local_unit(case: Escalation, unit: Period | None) -> Period | None:
    """Return the local allowance that counts where the policy has a word without a number; None where it has one."""
    if unit is None or not (unit.is_prompt or unit.kind == "none"):
        return None
    text = case.local.tolerance if unit.is_prompt else case.local.untimed
    return parse_period(text) if text else unit


def stops(case: Escalation, duty: Duty) -> bool:
    """Do a pause of the dispute and a step that pauses stop the clock of this duty (rule 47)?"""
    if duty.is_risk_call or duty.is_of_plan:
        return False
    return not duty.stage or case.policy.stage(duty.stage).strand == "dispute"


def never_late(scale: Timescale, rule: DutyRule) -> bool:
    """Is a duty of this rule shown and reported, but never overdue (rule 16)?"""
    return rule.strength == "may" or scale.indicative


def _set(
    case: Escalation, rule: DutyRule, duty: Duty, known_at: datetime, name: str, at: datetime, rank: int
) -> ComputedDeadline:
    scale = resolved(case, rule, duty.origin)
    never = never_late(scale, rule)
    run = _run(case, scale, name, at)
    if run.unit is None:
        return ComputedDeadline(name, at, rank, None, None, run.waits)
    if local_unit(case, run.unit):
        text = case.local.tolerance if run.unit.is_prompt else case.local.untimed
        allowed = _local(case, text, max(at, known_at))
        if run.unit.is_prompt and duty.stage and case.policy.stage(duty.stage).strand == "risk":
            soon = max(at, known_at) + timedelta(minutes=case.local.alert_every_minutes)
            allowed = min(allowed or soon, soon)  # it alerts like the built-in call (rule 44)
        return ComputedDeadline(name, at, rank, run.due, None if never else allowed, whose=run.whose)
    late_from = None if never or run.due is None else max(run.due, known_at)
    return ComputedDeadline(name, at, rank, run.due, late_from, whose=run.whose)


def _run(case: Escalation, scale: Timescale, name: str, at: datetime) -> Run:
    """Return how a clock runs by the policy's number, the local one and the date agreed for the case."""
    number = _by_number(case, scale, name, at)
    if scale.date is None:
        return number
    date = Run(DATE, scale.date, whose=AGREED)
    if scale.case_date == "replaces" or number.unit is None:
        return date
    if scale.case_date == "shortens" and (number.due is None or scale.date < number.due):
        return date
    return number


def _by_number(case: Escalation, scale: Timescale, name: str, at: datetime) -> Run:
    period = scale.period
    if period.kind in {"unknown", "case date"}:
        return Run(None, waits=scale.waits)
    if period.kind == "none":
        return Run(period)
    if period.is_prompt:
        return Run(period, at)
    if period.kind == "next meeting":
        due = next((meeting for meeting in sorted(case.local.meetings.get(period.of, ())) if meeting > at), None)
        return Run(period, due) if due else Run(None, waits=UNKNOWN)
    if period.before:
        return Run(DATE, before(case, period, at), whose=scale.whose) if name else Run(None, waits=NO_DATE)
    return Run(period, after(case, period, at), whose=scale.whose)


def _through_pauses(case: Escalation, rule: DutyRule, duty: Duty, clock: ComputedDeadline) -> ComputedDeadline:
    """Return the clock later by every pause through which it stood still."""
    if not case.stood_still or clock.waits or not stops(case, duty):
        return clock
    unit = _run(case, resolved(case, rule, duty.origin), clock.anchor, clock.anchor_at).unit
    local = local_unit(case, unit)
    moment: datetime | None = clock.late_from if local else clock.due
    counted = local or unit
    for pause in case.stood_still:
        if moment is None or counted is None or pause.until is None:
            break
        since = max(pause.since, clock.anchor_at) if clock.anchor_at <= moment else pause.since
        if since < pause.until and since < moment:
            moment = stood_still(case, counted, moment, since, pause.until)
    if local:
        return clock._replace(late_from=moment)
    if moment is None:
        return clock._replace(due=None, late_from=None, waits="" if clock.due is None else UNKNOWN)
    return clock._replace(due=moment, late_from=max(moment, clock.late_from) if clock.late_from else None)


def _local(case: Escalation, text: str, at: datetime) -> datetime | None:
    """Return when a local allowance is used up; one of the working day, after the day has ended, is of the next."""
    if not text:
        return None
    calendar, period = case.calendar, parse_period(text)
    end = after(case, period, at)
    return end if end >= at else after(case, period, calendar.end_of_day(calendar.date_of(at)))


def with_clock(duty: Duty, clock: ComputedDeadline, known_at: datetime) -> Duty:
    """Return the duty with its clock set, and running."""
    return duty.but(**clock._asdict(), known_at=known_at, held_at=None, held_due=None)


def with_better_start(case: Escalation, rule: DutyRule, duty: Duty, now: datetime) -> Duty:
    """Return the duty after something was recorded: a better anchor replaces the fallback (rule 12).

    Only if its event time is not after the due moment the fallback gave, so that a first call made after the deadline
    cannot revive it. A planned date is followed when it moves (rule 20); what was late by the old one stays so.
    """
    of = case.policy.starts_of(rule)
    if not of or duty.anchor in FIXED or duty.under:
        return duty
    name, at, rank = start(case, rule, duty)
    if (name, at) == (duty.anchor, duty.anchor_at):
        return duty
    dated = case.policy.is_date(name)
    if dated and (name == duty.anchor or duty.waits == NO_DATE):
        clock = compute_deadline(case, rule, duty, now, (name, at, rank))
        return duty.but(target=clock.due) if duty.overdue_at else with_clock(duty, clock, now)
    ran_out = duty.held_due or duty.due
    if not (rank < duty.rank or rule.which) or (ran_out is not None and (now if dated else at) > ran_out):
        return duty
    return with_clock(duty, compute_deadline(case, rule, duty, now, (name, at, rank)), now)


def planned(case: Escalation, duty: Duty, date: datetime, now: datetime) -> Duty:
    """Return a `.held` duty whose meeting now has a date: unheld when it passes, it is overdue (rule 19).

    A date that lies beyond the time the policy gives moves nothing: the meeting stays due by then.
    """
    limit = limit_of(case, duty, now)
    if limit is not None and limit.due is not None and limit.due < date:
        return with_clock(duty.but(anchor=""), limit, now) if duty.anchor == PLANNED else duty
    dated = duty.but(due=date, anchor=PLANNED, known_at=now, held_at=None, held_due=None, waits="", whose="")
    return dated if duty.strength == "may" else dated.but(late_from=max(date, now))


def limit_of(case: Escalation, duty: Duty, now: datetime) -> ComputedDeadline | None:
    """Return the clock by the policy's own number, whatever date was set; None where it gives none."""
    rule = case.rule_of(duty)
    if rule is None or not period_of(case.policy, rule).is_counted:
        return None
    return compute_deadline(case, rule, duty.but(anchor=""), now)


def is_paused(case: Escalation, duty: Duty) -> bool:
    """Does a pause now stop the clock of a duty? One that is late already has none."""
    return case.pause is not None and duty.is_outstanding and duty.overdue_at is None and stops(case, duty)


def with_pause(case: Escalation, duty: Duty) -> Duty:
    """Return the duty with its clock standing still, where a pause stops it; else as it is.

    What ran out before the pause, and became known only now, is late none the less.
    """
    rule = case.rule_of(duty)
    if case.pause is None or rule is None or duty.held_at is not None or not is_paused(case, duty):
        return duty
    moment = duty.late_from if local_unit(case, unit_of(case, rule, duty)) else duty.due
    if moment is None or moment <= case.pause.since:
        return duty
    since = max(case.pause.since, duty.anchor_at) if duty.anchor_at <= moment else case.pause.since
    return duty.but(held_at=since, held_due=moment, due=None, late_from=None, waits=why_paused(case))


def resumed(case: Escalation, duty: Duty, at: datetime) -> Duty:
    """Return the duty with its clock going on at *at*, with what was left of it in its own unit."""
    rule = case.rule_of(duty)
    if rule is None or duty.held_at is None or duty.held_due is None:
        return duty
    unit = unit_of(case, rule, duty)
    local = local_unit(case, unit)
    free = duty.but(held_at=None, held_due=None, waits="")
    counted = local or unit
    try:
        moment = stood_still(case, counted, duty.held_due, duty.held_at, max(at, duty.held_at)) if counted else None
    except BeyondCalendar:
        return free.but(waits=BEYOND)
    if moment is None:
        return free.but(waits=UNKNOWN)
    if local:
        return free.but(due=duty.anchor_at if unit and unit.is_prompt else None, late_from=moment)
    never = never_late(resolved(case, rule, duty.origin), rule)
    return free.but(due=moment, late_from=None if never else moment)


def why_paused(case: Escalation) -> str:
    """Say until when the clocks of the dispute stand still."""
    if case.pause is None:
        return ""
    if case.pause.until is None:
        titles = [case.policy.stage(visit.stage).title for visit in pausing(case)]
        return f"paused while {' and '.join(titles)} is open" if titles else "paused"
    return f"paused {say_due(case.pause.until, case.policy.zone).replace('by ', 'until ', 1)}"


def pausing(case: Escalation) -> list[Visit]:
    """Return the open visits of steps that stop the dispute's clocks."""
    return [visit for visit in case.open_visits if case.policy.stage(visit.stage).pauses]
