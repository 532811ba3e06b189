"""Duties of a policy: who, what, when, within what, and by which clause."""

from collections.abc import Iterator

from ..identities import RuleKey
from .check_clocks import clock_faults
from .check_events import event_fault
from .check_names import SIDES, addressee_fault, condition_faults, unknown
from .check_told import behind_the_first
from .faults import Fault
from .parts import DutyRule, Stage
from .shape import Policy

KEPT = "done"
"""In `until`: the duty outlives its visit and the dispute."""


def duty_faults(policy: Policy, key: RuleKey, rule: DutyRule) -> Iterator[Fault]:
    """Yield what is wrong with the duty rule of that key."""
    stage = policy.stage(key.stage) if key.stage else None
    place = f"stage {key.stage}, duty {key.place}" if stage else f"duty {key.place}"
    yield from _acts(policy, place, rule, stage)
    yield from _people(policy, place, rule)
    yield from _events(policy, place, rule, stage)
    yield from clock_faults(policy, place, rule)
    if stage is not None:
        yield from behind_the_first(policy, place, rule, stage)
    yield from _lasting(policy, place, rule, stage)
    if rule.strength != "may" and not (rule.rows or rule.clause or (stage and stage.clause)):
        yield Fault(
            place=place,
            what=f"a `{rule.strength}` duty names no clause",
            mend='Add clause = "…" or rows = [ … ], or make it strength = "may"',
        )
    for name, condition in (("if", rule.if_), ("unless", rule.unless)):
        yield from condition_faults(policy, f"{place}, {name}", condition)


def _acts(policy: Policy, place: str, rule: DutyRule, stage: Stage | None) -> Iterator[Fault]:
    if not rule.act:
        yield Fault(place=f"{place}, act", what="it asks for no act", mend="Name the act that is owed")
    for act in rule.act:
        if act.partition(".")[0] not in policy.acts:
            yield unknown(f"{place}, act", act, "act")
        elif fault := event_fault(policy, act, stage):
            yield Fault(place=f"{place}, act", what=fault, mend="Name a part this kind of act has")


def _people(policy: Policy, place: str, rule: DutyRule) -> Iterator[Fault]:
    if rule.by == "every party":
        yield Fault(
            place=f"{place}, by",
            what="`every party` says an outcome; a duty is owed by each of them, or by all together",
            mend='Write by = "each party" or by = "together"',
        )
    elif rule.by not in {*SIDES, *policy.roles, *policy.bodies}:
        yield unknown(f"{place}, by", rule.by, "side, role or body")
    for role in rule.role:
        if role not in policy.roles:
            yield unknown(f"{place}, role", role, "role")
    for to in rule.to:
        yield from addressee_fault(policy, f"{place}, to", to)
    if rule.by == "whoever did it" and not rule.when:
        yield Fault(
            place=f"{place}, by",
            what="`whoever did it` did nothing yet when the step opens",
            mend="Say with `when` what they did",
        )


def _events(policy: Policy, place: str, rule: DutyRule, stage: Stage | None) -> Iterator[Fault]:
    if stage is None and not rule.when:
        yield Fault(place=place, what="a duty of no stage says no `when`", mend='Add when = "…"')
    for name in ("when", "of", "done_by", "until"):
        for event in getattr(rule, name):
            if name == "until" and event == KEPT:
                continue
            if fault := event_fault(policy, event, stage):
                yield Fault(
                    place=f"{place}, {name}",
                    what=fault,
                    mend="Name something this policy can record, such as `<stage>.<act>` or `<stage>.opened`",
                )


def _lasting(policy: Policy, place: str, rule: DutyRule, stage: Stage | None) -> Iterator[Fault]:
    """A duty that its own stage's outcome raises would lapse at once, unless it is kept until done."""
    if stage is None or KEPT in rule.until:
        return
    closing = {outcome.id for outcome in policy.outcomes_of(stage.id) if outcome.leads_to}
    ways = {*closing, "left"} | ({"outcome"} if closing else set())
    if any(policy.event(e).thing in ways and policy.event(e).stage in {"", stage.id} for e in rule.when):
        yield Fault(
            place=place,
            what="the outcome that raises it also closes its stage, so it would lapse at once",
            mend='Add until = "done"',
        )
