"""What has set a duty's clock beside the policy's own number, in words: for explaining, never for deciding."""

from collections.abc import Iterator

from ...clock_settings import Pause
from ...escalation import Duty, Escalation
from ...policy import DutyRule
from ...spoken import say_due, say_instant
from .reckoning import EXTENDED, PLANNED, limit_of, stops
from .timescales import Timescale, resolved

HELD = "held"
"""The part of a meeting that its date is for."""
DOES = {
    "stands in": "It stands in where the policy gives no number.",
    "shortens": "It only ever shortens the policy's time.",
    "replaces": "It takes the place of the policy's time.",
}


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
