"""What each step takes, and from whom: the acts, the plan, and the roles and sides that may record them."""

from ...escalation import Escalation
from ...people import BOTH_SIDES, Side
from ...policy import Outcome
from ...policy.act_kinds import APPROVED, comes_by_itself
from ...policy.check_events import acts_of
from ..people.seats import voices
from .signing import BY_PARTIES


def stage_acts(case: Escalation, stage: str) -> tuple[str, ...]:
    """Acts, with their parts, that a stage's duties and outcomes name; plans apart."""
    rules = [act for rule in case.policy.stage(stage).duties for act in rule.act]
    needs = [need for outcome in case.policy.outcomes_of(stage) for need in outcome.needs]
    named = [case.policy.whole_act(act) for act in (*rules, *needs) if act.partition(".")[0] in case.policy.acts]
    return tuple(dict.fromkeys(act for act in named if act.partition(".")[0] not in case.policy.plans))


def takes_plan(case: Escalation, stage: str) -> bool:
    """Is a plan agreed at this stage: does a duty ask for one, or an outcome need one?"""
    told = case.policy.stage(stage)
    named = [act for rule in told.duties for act in rule.act]
    named += [need for outcome in case.policy.outcomes_of(stage) for need in outcome.needs]
    return told.strand == "dispute" and not set(case.policy.plans).isdisjoint(named)


def offered_at(case: Escalation, stage: str, act: str) -> bool:
    """May *act* be recorded at *stage*? Its own acts, further parts of its meetings, and the free kinds (rule 50)."""
    head = act.partition(".")[0]
    return act in stage_acts(case, stage) or (
        head in acts_of(case.policy, case.policy.stage(stage)) and _part_fits(case, act)
    )


def _part_fits(case: Escalation, act: str) -> bool:
    head, _, part = act.partition(".")
    return part in case.policy.parts_of(head) and not comes_by_itself(case.policy.acts[head].kind, part)


def roles_for(case: Escalation, stage: str, act: str, side: str) -> tuple[str, ...]:
    """Role ids that may do *act* at *stage* for *side*; empty where anyone may (rule 14)."""
    act_id, _, part = act.partition(".")
    if part in {"signed", APPROVED}:
        told = case.policy.acts[act_id]
        return tuple(role for role in (told.signed_by if part == "signed" else told.approved_by) if role != BY_PARTIES)
    if not stage:
        return ()
    rules = case.policy.asking(stage, act)
    if not rules or any(rule.by == "anyone" for rule in rules):
        return ()
    named = all(rule.by in {*case.policy.roles, *case.policy.bodies} for rule in rules)
    if case.policy.stage(stage).normally and not named:
        return ()
    roles: list[str] = [role for role in case.seats if case.policy.roles[role].seat]
    for rule in rules:
        if rule.by in case.policy.roles or rule.by in case.policy.bodies:
            roles += voices(case.policy, rule.by)
        elif rule.by == "raiser":
            roles += rule.role or (case.raiser.role,)
        elif rule.by not in {"raising", "receiving"} or rule.by == side or not side:
            roles += rule.role or side_roles(case, stage, side)
    return tuple(dict.fromkeys(roles))


def sides_for(case: Escalation, stage: str, act: str) -> tuple[Side, ...]:
    """Return which sides may record *act* at *stage*: one where only one owes it, none where a single seat does."""
    if not stage:
        return BOTH_SIDES
    rules = case.policy.asking(stage, act)
    if rules and all(rule.by in {*case.policy.roles, *case.policy.bodies} for rule in rules):
        return ()
    owing = {rule.by for rule in rules}
    return tuple(side for side in BOTH_SIDES if not owing or owing - {"raising", "receiving"} or side in owing)


def outcome_roles(case: Escalation, stage: str, outcome: Outcome, side: str) -> tuple[str, ...]:
    """Role ids that may say an outcome for *side*; empty where anyone in the case may."""
    if outcome.said_by in case.policy.roles or outcome.said_by in case.policy.bodies:
        return voices(case.policy, outcome.said_by)
    if outcome.said_by == "anyone":
        return ()
    if outcome.role:
        return outcome.role
    return () if not stage or case.policy.stage(stage).normally else side_roles(case, stage, side)


def side_roles(case: Escalation, stage: str, side: str) -> tuple[str, ...]:
    """Role ids that act for a side at a stage; for both where it is empty."""
    at = case.policy.stage(stage)
    return {"raising": at.raising, "receiving": at.receiving}.get(
        side, tuple(dict.fromkeys((*at.raising, *at.receiving)))
    )
