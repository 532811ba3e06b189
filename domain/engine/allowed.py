"""What each step takes, and which seats of a case may say or record it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Literal

from ..base.people import BOTH_SIDES, Actor, Party, Side
from ..base.refusals import Refusal
from ..case.state import Duty, Escalation, Visit
from ..policy import Outcome
from ..policy.act_kinds import ACT_KINDS, APPROVED, comes_by_itself
from ..policy.check_names import acts_of
from .seats import is_shared, stand_ins, voices
from .senders import must_be_known

Roles = Callable[[str], tuple[str, ...]]
"""From a side to the roles that may speak for it; none where any may."""
BY_PARTIES = "every party"
OpenTo = Literal["", "agencies", "anybody"]
"""Who may record something beside the seats that are named for it: nobody, any role of their agencies, or whoever has a
place in the case."""


def stage_acts(case: Escalation, stage: str) -> tuple[str, ...]:
    """Acts, with their parts, that a stage's duties and outcomes name; plans apart."""
    return case.policy.acts_at(stage)


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


def act_open_to(case: Escalation, stage: str, act: str) -> OpenTo:
    """Return who may record *act* at *stage* beside those who owe it, or from whom the step takes it."""
    if any(roles_for(case, stage, act, side) for side in ("", *BOTH_SIDES)):
        return ""
    kind = ACT_KINDS[case.policy.acts[act.partition(".")[0]].kind]
    return "agencies" if kind.is_own and len(sides_for(case, stage, act)) < 2 else "anybody"


def outcome_open_to(case: Escalation, stage: str, outcome: Outcome) -> OpenTo:
    """Return who may say an outcome beside its sayers."""
    if any(outcome_roles(case, stage, outcome, side) for side in BOTH_SIDES):
        return ""
    return "anybody" if outcome.said_by == "anyone" else "agencies"


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
    if side in BOTH_SIDES:
        return at.raising if side == "raising" else at.receiving
    return tuple(dict.fromkeys((*at.raising, *at.receiving)))


def act_sayers(
    case: Escalation, stage: str, act: str, duties: Iterable[Duty], silent: Iterable[str] = ()
) -> tuple[Actor, ...]:
    """Return who may record an act: those who owe it, and *silent* parties of which a way on waits for it.

    Where nobody owes it, the sides that the step takes it from.
    """
    owed = list(duties)
    shared = [duty for duty in owed if not duty.party and duty.by in {*case.policy.roles, *case.policy.bodies}]
    theirs = {*silent, *(duty.party for duty in owed if duty.party)}
    if not owed and not theirs:
        sides = sides_for(case, stage, act)
        parties = [party for party in case.parties if party.side in sides]
        by_role = () if sides else roles_for(case, stage, act, "")
    else:
        for_all = len(shared) < sum(not duty.party for duty in owed)
        parties = [party for party in case.parties if for_all or party.id in theirs]
        by_role = tuple(role for duty in shared for role in voices(case.policy, duty.by))
    found = [*_of_parties(case, stage, parties, lambda side: roles_for(case, stage, act, side), own_only=bool(theirs))]
    found += _of_roles(case, stage, by_role)
    strangers = theirs - {party.id for party in case.parties}
    found += [Actor(agency=agency, role=_plain_role(case)) for agency in sorted(strangers)]
    return _known(case, found)


def outcome_sayers(case: Escalation, stage: str, outcome: Outcome, said: Iterable[str]) -> tuple[Actor, ...]:
    """Return who may say an outcome; not the parties that have *said* it already, where each must."""
    if outcome.said_by in {*case.policy.roles, *case.policy.bodies}:
        return _known(case, _of_roles(case, stage, voices(case.policy, outcome.said_by)))
    parties = [
        party
        for party in case.parties
        if party.id not in said and (outcome.said_by not in BOTH_SIDES or party.side == outcome.said_by)
    ]
    return _known(case, _of_parties(case, stage, parties, lambda side: outcome_roles(case, stage, outcome, side)))


def party_seats(case: Escalation, parties: Iterable[Party]) -> tuple[Actor, ...]:
    """Return the seats in which some parties speak for themselves, one of each."""
    return _known(case, _of_parties(case, "", parties, lambda _: ()))


def plan_sayers(case: Escalation, visit: Visit, parties: Iterable[Party]) -> tuple[Actor, ...]:
    """Return who may propose or confirm a plan for some parties."""
    roles: Roles = lambda side: side_roles(case, visit.stage, side)  # noqa: E731
    return _known(case, _of_parties(case, visit.stage, parties, roles))


def unfilled(case: Escalation, sayers: Iterable[str]) -> tuple[str, ...]:
    """Return those of some roles that speak in this case only once somebody was named to them."""
    roles = case.policy.roles
    return tuple(
        name for name in sayers if name in roles and (roles[name].seat or roles[name].source) and name not in case.seats
    )


def _of_parties(
    case: Escalation, stage: str, parties: Iterable[Party], roles: Roles, *, own_only: bool = False
) -> Iterator[Actor]:
    """Yield the parties' own seats first; then seats of the case or the partnership, unless each party does its own."""
    beside: list[str] = []
    for party in parties:
        own = roles(party.side)
        beside += [role for role in own if is_shared(case, role)]
        for role in [role for role in own if not is_shared(case, role)] or (
            [] if own else [_usual(case, stage, party)]
        ):
            yield from (Actor(agency=party.id, role=name) for name in (*stand_ins(case, role, party.agency), role))
    if not own_only:
        yield from _of_roles(case, stage, dict.fromkeys(beside))


def _of_roles(case: Escalation, stage: str, roles: Iterable[str]) -> Iterator[Actor]:
    """Yield the seats of roles and bodies that are no party's own, or of the parties in which such a role sits."""
    for role in roles:
        told = case.policy.roles.get(role)
        if told is None or told.of == "partnership" or told.chosen_by:
            yield Actor(role=role)
        elif role in case.seats:
            yield Actor(agency=case.seats[role].agency, role=role)
        elif not (told.seat or told.source):
            sides = [side for side in BOTH_SIDES if stage and role in side_roles(case, stage, side)] or BOTH_SIDES
            yield from (Actor(agency=party.id, role=role) for party in case.parties if party.side in sides)


def _usual(case: Escalation, stage: str, party: Party) -> str:
    """Return the role in which a party speaks where any may: the step's, its raiser's, a step's before or ahead."""
    first = [case.raiser.role] if party.side == "raising" and not (stage and side_roles(case, stage, "raising")) else []
    likely = chain(first, (role for at in _steps_near(case, stage) for role in side_roles(case, at, party.side)))
    return next((role for role in likely if not is_shared(case, role)), "") or _plain_role(case)


def _steps_near(case: Escalation, stage: str) -> Iterator[str]:
    """Yield a step, if there is one, then those that were visited, the newest first, and those of the route."""
    if stage:
        yield stage
    yield from (visit.stage for visit in reversed(case.visited))
    yield from case.policy.track(case.track).stages


def _plain_role(case: Escalation) -> str:
    """Return a role that every agency has. Tables of a policy have no order of their own: a record keeps none."""
    return min((role for role in case.policy.roles if not is_shared(case, role)), default=case.raiser.role)


def _known(case: Escalation, found: Iterable[Actor]) -> tuple[Actor, ...]:
    """Return those whom the case would hear, each once."""
    return tuple(one for one in dict.fromkeys(found) if _is_known(case, one))


def _is_known(case: Escalation, by: Actor) -> bool:
    try:
        must_be_known(case, by)
    except Refusal:
        return False
    return True
