"""Whom a duty's `to` does not reach: roles that sit at its step themselves."""

from collections.abc import Iterator

from .faults import Fault
from .parts import DutyRule, Stage
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
