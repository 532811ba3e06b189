"""How each deadline of a case came about: the rule, what its clock runs from, each day counted or skipped, and why."""

from collections.abc import Iterator
from datetime import datetime

from ..base.identities import FormerRule
from ..base.refusals import listed
from ..base.value import Instant, Value
from ..base.words import say_due, say_instant
from ..case.happened import anchor, matches
from ..case.state import Duty, Escalation, Happened, Pause
from ..engine.deadlines import EXTENDED, FIXED, PLANNED, compute_deadline, limit_of, stops
from ..engine.draft import owner_of, say_when, title_of
from ..engine.periods import AGREED, Timescale, named_by, resolved
from ..policy import DutyRule, Period
from ..policy.event_words import cited, event_words, thing_words
from ..time.working_days import BeyondCalendar
from .counting import Day, days_counted

HELD = "held"
"""The part of a meeting that its date is for."""
DOES = {
    "stands in": "It stands in where the policy gives no number.",
    "shortens": "It only ever shortens the policy's time.",
    "replaces": "It takes the place of the policy's time.",
}
SET_DATE = "the date that was set for it"


def time_words(case: Escalation, duty: Duty, rule: DutyRule | None) -> Iterator[str]:
    """Say what graded, filled, dated, put off or stopped the clock of a duty."""
    if rule is not None and duty.anchor != PLANNED:
        yield from _scale_words(case, duty, resolved(case, rule, duty.origin))
    zone = case.policy.zone
    yield from _planned_words(case, duty, rule)
    if duty.anchor == EXTENDED:
        yield "Every party agreed on this later deadline, before the one by the policy had passed."
    yield from (
        f"The clock stood still from {say_instant(pause.since, zone)} to {say_instant(pause.until, zone)}, and went on "
        "with what was left of it."
        for pause in pauses_of(case, duty)
        if pause.until is not None
    )
    if duty.held_at is not None and duty.held_due is not None and duty.is_outstanding:
        yield (
            f"The clock stands still since {say_instant(duty.held_at, zone)}. Without the pause it would run out "
            f"{say_due(duty.held_due, zone)}."
        )
    if duty.target is not None and duty.is_outstanding:
        yield f"It is late, and stays so. What it now aims at: {say_due(duty.target, zone).removeprefix('by ')}."


def _planned_words(case: Escalation, duty: Duty, rule: DutyRule | None) -> Iterator[str]:
    """Say what the date that was set for a meeting does to the policy's own time for holding it (rule 19)."""
    act, _, part = duty.acts[0].partition(".")
    date = duty.due if duty.anchor == PLANNED else case.planned.get(act) if part == HELD else None
    if rule is None or date is None:
        return
    limit, zone = limit_of(case, duty, duty.known_at), case.policy.zone
    own = f", which ends {say_due(limit.due, zone)}" if limit and limit.due else f" (“{rule.within}”)"
    if duty.anchor == PLANNED and rule.within != "none":
        yield f"The date that was set takes the place of the policy's own time{own}."
    elif duty.anchor != PLANNED and duty.is_outstanding and limit and limit.due and limit.due < date:
        said = say_instant(date, zone)
        yield f"The date that was set, {said}, lies beyond the policy's own time{own}: it moves nothing."


def pauses_of(case: Escalation, duty: Duty) -> tuple[Pause, ...]:
    """Return the pauses that are over and lie between a duty's start and its deadline."""
    ends = duty.held_due or duty.due or duty.late_from
    if ends is None or not stops(case, duty):
        return ()
    begins = min(duty.anchor_at, duty.arose_at)
    return tuple(p for p in case.stood_still if p.until is not None and p.until > begins and p.since < ends)


def _scale_words(case: Escalation, duty: Duty, scale: Timescale) -> Iterator[str]:
    zone = case.policy.zone
    if scale.grade:
        yield f"The policy grades this time, and here it goes by {scale.grade}."
    filled = case.filled.get(scale.name)
    if scale.whose and filled is not None:
        when = f"entry {filled.entry}" if filled.entry else "with the opening"
        yield f"The policy gives no number: {filled.within} is {scale.whose} ({when})."
    if scale.date is not None:
        yield f"Agreed for this case: {say_due(scale.date, zone)}. {DOES[scale.case_date]}"
    if scale.period.before and duty.anchor:
        yield f"Counted back from {say_instant(duty.anchor_at, zone)}, and it moves when that date moves."


class Explained(Value):
    """One duty and how its deadline came about."""

    number: int
    """Of the duty, as `waive` and `explain` take it."""
    what: str
    by: str
    state: str
    """`outstanding`, `done`, `lapsed` or `waived`."""
    stands: str
    """The same in a few words: overdue since when, done when, why it lapsed."""
    strength: str
    step: str
    clause: str
    rows: tuple[str, ...]
    rule: str
    """Key of the rule in the policy file, such as `step-1/3` for the third duty of a step."""
    timescale: str
    """As the policy writes it."""
    readings: tuple[str, ...]
    """How we read it where it can be read in more than one way: ours, not the area's words."""
    gaps: tuple[str, ...]
    """What the policy leaves open about it."""
    runs_from: str
    """What the clock runs from, in words."""
    event: str
    """The same as the policy names it; empty where it runs from what raised the duty."""
    event_time: Instant
    raised_by_entry: int
    notes: tuple[str, ...]
    """A better start that is not recorded; how hours are counted."""
    days: tuple[Day, ...]
    due: Instant | None
    due_words: str
    whose: str
    """Whose number or date set the clock, where it was not the policy's."""
    late_from: Instant | None
    was_late: bool
    """True where it was done late, or was overdue and never done."""
    late_words: str
    """From when it counts as late, and why that is another moment than the due one."""
    provisional: bool
    """True where bank holidays on the way are not proclaimed yet, so that the deadline may move."""
    calendar: str
    """The calendar edition of the case."""


def explain(case: Escalation) -> tuple[Explained, ...]:
    """Explain every duty the case ever had, in order of arising."""
    return tuple(_explained(case, duty) for duty in case.duties)


def _explained(case: Escalation, duty: Duty) -> Explained:
    policy, rule = case.policy, case.rule_of(duty)
    present = None if duty.under else rule  # what an earlier edition judged is not explained by the present one
    period = resolved(case, present, duty.origin).period if present and duty.anchor not in FIXED else None
    otherwise = _otherwise(case, duty, present)
    rows = rule.rows if rule else ()
    stage = policy.stage(duty.stage) if duty.stage else None
    clauses = (stage.clause if stage else "", rule.clause if rule else "")
    return Explained(
        number=duty.id,
        what=title_of(case, duty),
        by=owner_of(case, duty),
        state=duty.state,
        stands=_stands(case, duty),
        strength=duty.strength,
        step=stage.title if stage else "",
        clause=" – ".join(one for one in cited(*clauses, *rows) if one in clauses),
        rows=tuple(one for one in rows if one in cited(*clauses, *rows) and one not in clauses),
        rule=str(duty.origin),
        timescale=_timescale(case, duty, rule),
        readings=tuple(one.says for one in policy.assumptions if set(one.rows) & set(rows)),
        gaps=tuple(one.says for one in policy.gaps if set(one.rows) & set(rows)),
        runs_from=_runs_from(case, duty, rule),
        event=duty.anchor,
        event_time=duty.anchor_at,
        raised_by_entry=duty.trigger,
        notes=(*_notes(case, duty, present, period), *otherwise),
        days=() if otherwise else _days(case, duty, period),
        due=duty.due,
        due_words=say_when(case, duty),
        whose=duty.whose or (SET_DATE if duty.anchor == PLANNED else ""),
        late_from=duty.late_from,
        was_late=duty.was_late or (duty.done_at is None and duty.overdue_at is not None),
        late_words=_late_words(case, duty, rule, period),
        provisional=duty.due is not None and case.calendar.is_provisional(duty.due),
        calendar=case.calendar.edition,
    )


def _stands(case: Escalation, duty: Duty) -> str:
    zone = case.policy.zone
    if duty.done_at is not None:
        judged = "" if duty.late_from is None else ", late" if duty.was_late else ", in time"
        return f"done on {say_instant(duty.done_at, zone)}{judged} (entry {duty.done_entry})"
    if duty.overdue_at is not None and duty.is_outstanding:
        return f"OVERDUE since {say_instant(duty.overdue_at, zone)} (entry {duty.overdue_entry})"
    if duty.is_outstanding:
        return "outstanding"
    late = ""
    if duty.overdue_at is not None:
        late = f"; it was overdue since {say_instant(duty.overdue_at, zone)} (entry {duty.overdue_entry})"
    return f"{duty.state}: {duty.ended_because}{late}; it counts as not done"


def _timescale(case: Escalation, duty: Duty, rule: DutyRule | None) -> str:
    if duty.is_of_plan:
        return "the date that the plan gives it"
    if duty.under or isinstance(duty.origin, FormerRule):
        return f"as {duty.under or 'an earlier edition'} had it"
    if rule is None:
        return "immediately (our own rule: the policy names no route for immediate risk)"
    named = named_by(case.policy, rule, duty.origin)[1]
    if named is not None:
        return f"{rule.within}: {named.grades.get(case.facts.get(named.graded_by, ''), named.value)}"
    return "no time is given" if rule.within == "none" else rule.within


# --- what it runs from


def _runs_from(case: Escalation, duty: Duty, rule: DutyRule | None) -> str:
    if duty.anchor == PLANNED:
        return SET_DATE
    if duty.anchor == EXTENDED:
        return "the agreement of every party"
    if duty.is_of_plan:
        return "the agreement of the plan"
    if duty.anchor:
        return event_words(case.policy, duty.anchor, duty.stage)
    raised = [happened for happened in case.occurrences if happened.entry == duty.trigger]
    when = [case.policy.event(text) for text in rule.when] if rule else []
    fitting = [one for one in raised if any(matches(name, one, duty.stage, duty.visit) for name in when)] or raised
    if not fitting:
        return "what raised it"
    return thing_words(case.policy, fitting[0].names[0], fitting[0].stage)


def _notes(case: Escalation, duty: Duty, rule: DutyRule | None, period: Period | None) -> Iterator[str]:
    if rule is not None and duty.anchor not in FIXED:
        of = case.policy.starts_of(rule)
        if rule.which:
            yield f"The {rule.which} of these counts: {listed([_named(case, duty, text) for text in of], 'or')}."
        else:
            yield from (_fallback(case, duty, text) for text in of[: duty.rank])
    yield from time_words(case, duty, rule)
    if period is not None and period.kind == "hours":
        yield "Hours by the clock: nights, weekends and bank holidays count."
    if period is not None and period.kind == "next meeting" and duty.due is not None:
        yield f"When the {case.policy.role_title(period.of)} meets is this installation's own setting."


def _named(case: Escalation, duty: Duty, text: str) -> str:
    return f"{event_words(case.policy, text, duty.stage)} ({text})"


def _fallback(case: Escalation, duty: Duty, text: str) -> str:
    """Say of a start that the policy names earlier why the clock does not run from it (rule 12)."""
    named = _named(case, duty, text)
    happened = _recorded(case, duty, text)
    if happened is not None and duty.due is not None and happened.at > duty.due:
        return f"The policy first names {named}; that happened after the due moment, so it moves nothing."
    if happened is not None:
        return f"The policy first names {named}; that is recorded and does not move this clock."
    if not duty.is_outstanding:
        return f"The policy first names {named}; that was not recorded, so this stood in for it."
    return (
        f"The policy first names {named}; that is not recorded yet, so this stands in for it. Once it is, "
        "the clock runs from it, unless it happened after the due moment."
    )


def _recorded(case: Escalation, duty: Duty, text: str) -> Happened | None:
    """Return what a clock could have run from: in the duty's own visit, where it is of its step, else the newest."""
    name = case.policy.event(text)
    if name.stage not in {"", duty.stage} or not duty.stage or name.thing in case.policy.outcome_ids:
        return anchor(case, text, duty.stage, duty.visit)
    place = (duty.stage, duty.visit)
    own = (one for one in case.occurrences if matches(name, one, *place) and (one.stage, one.visit) == place)
    return next(own, None)


# --- the days, and late


def _days(case: Escalation, duty: Duty, period: Period | None) -> tuple[Day, ...]:
    if period is None or duty.due is None or duty.whose == AGREED:
        return ()
    stops = tuple((pause.since, pause.until) for pause in pauses_of(case, duty) if pause.until is not None)
    try:
        return days_counted(case.calendar, period, duty.anchor_at, duty.due, stops)
    except BeyondCalendar:
        return ()


def _otherwise(case: Escalation, duty: Duty, rule: DutyRule | None) -> tuple[str, ...]:
    """Say that what holds in the case now, counted as it is counted now, would not come to the deadline on record.

    Then there are no days to show that lead to it. The record stands: what was worked out is not worked out again.
    """
    if rule is None or duty.due is None or duty.anchor in FIXED:
        return ()
    clock = compute_deadline(case, rule, duty, duty.known_at, (duty.anchor, duty.anchor_at, duty.rank))
    if clock.due == duty.due:
        return ()
    known = say_instant(duty.known_at, case.policy.zone)
    would = f"would come to {_moment(case, clock.due)}" if clock.due else "would give no deadline"
    return (f"It was worked out by what held on {known}, and stands. By what holds now it {would}.",)


def _late_words(case: Escalation, duty: Duty, rule: DutyRule | None, period: Period | None) -> str:
    if duty.late_from is None:
        return f"not yet: {duty.waits}" if duty.held_at else f"never: {_never(case, duty, rule, period)}"
    if duty.late_from == duty.due:
        return "the same moment"
    if duty.done_at is not None and not duty.was_late:
        return "never: it was done in time"
    said = _moment(case, duty.late_from)
    local = case.local
    if duty.is_risk_call:
        return f"{said}: the telephone call is given {local.alert_every_minutes} minutes, this installation's setting"
    entered = "" if duty.known_at <= duty.anchor_at else ", counted from when it was entered"
    if period is not None and period.is_prompt:
        return f"{said}: it is late only past this installation's tolerance of `{local.tolerance}`{entered}"
    if period is not None and period.kind == "none":
        return f"{said}: this installation's own target of `{local.untimed}`{entered}, not the policy's"
    return f"{said}: it could not be known before, for what set this clock was entered then"


def _moment(case: Escalation, instant: datetime) -> str:
    return say_due(instant, case.policy.zone).removeprefix("by ")


def _never(case: Escalation, duty: Duty, rule: DutyRule | None, period: Period | None) -> str:
    if duty.waits:
        return duty.waits
    if duty.strength == "may":
        return "what only may be done is never late"
    if rule and resolved(case, rule, duty.origin).indicative:
        return "the policy gives this time as a guide"
    if period is not None and period.is_prompt:
        return "the policy gives no number, and no tolerance is set in this installation"
    return "the policy gives no time, and no target is set in this installation"
