"""Duties of a policy: who, what, when, within what, by which clause, and whom that does not reach."""

from collections.abc import Iterator

from ..base.identities import RuleKey
from .check_clocks import clock_faults
from .check_names import SIDES, addressee_fault, condition_faults, event_fault, unknown
from .event_names import KEPT
from .faults import Fault
from .language import DutyRule, Stage
from .shape import Policy


def untold(policy: Policy) -> Iterator[Fault]:
    """Yield a warning for each role in a `to` that is not told when the act is recorded, as it sits at the step.

    The first role of a side has the notices of its step all the same: `behind_the_first` are those that have none.
    """
    for key, rule in policy.rules.items():
        if key.stage:
            place = f"stage {key.stage}, duty {key.place}, to"
            yield from (_untold(place, role) for role in unheard(policy, rule, policy.stage(key.stage)))


def behind_the_first(policy: Policy, place: str, rule: DutyRule, stage: Stage) -> Iterator[Fault]:
    """Yield a warning for a role that neither the act nor its step is told to: it sits there, behind the first."""
    for role in unheard(policy, rule, stage):
        if any(role in seats[1:] for seats in _opposite(rule, stage)):
            yield Fault(
                place=f"{place}, to",
                what=f"`{role}` sits at this step, so it is not told of the act; and the step's own notices go to the "
                "first role of each side, which it is not",
                mend="Let it act by the duty's `role` and take it out of the step, or name it first there",
                severity="warning",
            )


def unheard(policy: Policy, rule: DutyRule, stage: Stage) -> tuple[str, ...]:
    """Return the roles in a duty's `to` that are not told of the act, as they sit at its step on every side meant."""
    shared = {name for name, role in policy.roles.items() if role.of or role.seat or role.chosen_by or role.source}
    anywhere = {*stage.raising, *stage.receiving}
    return tuple(
        name
        for name in rule.to
        if name in policy.roles
        and (name in anywhere if name in shared else all(name in seats for seats in _opposite(rule, stage)))
    )


def _untold(place: str, role: str) -> Fault:
    return Fault(
        place=place,
        what=f"`{role}` sits at this step and has the step's own notices, so it is not told when the act is recorded",
        mend="Take it out of `to`, or out of the step where it should be told",
        severity="warning",
    )


def _opposite(rule: DutyRule, stage: Stage) -> tuple[tuple[str, ...], ...]:
    """Return who sits at a step for the sides that a duty's `to` may mean: the other one, or both."""
    sides = {"raising": (stage.receiving,), "raiser": (stage.receiving,), "receiving": (stage.raising,)}
    return sides.get(rule.by, (stage.raising, stage.receiving))


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
