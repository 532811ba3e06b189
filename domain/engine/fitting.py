"""Fitting a case to another edition of its policy: which step and which rule of the old one is which of the new one."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..base.identities import ClaimKey, DateProposal, FormerRule, OutcomeClaim, RuleKey
from ..case.state import Duty, Escalation, Visit
from ..policy import DutyRule, Policy
from .deadlines import JOINED

Place = tuple[str, int]
"""A stage and the number of a visit of it."""


class Fit(NamedTuple):
    """What becomes of an edition's own names in the next."""

    stages: Mapping[str, str]
    """Stage to stage; one that has no counterpart is left out."""
    rules: Mapping[RuleKey, RuleKey]
    """Rule to rule; one that has no counterpart is left out."""


def fit(old: Policy, new: Policy) -> Fit:
    """Match two editions: stages by their id or what `was` declares, rules by id, or else by acts and owner."""
    claimed = {was: stage.id for stage in new.stages for was in stage.was}
    stages = {
        stage.id: claimed.get(stage.id, stage.id)
        for stage in old.stages
        if stage.id in claimed or stage.id in new.stage_ids
    }
    rules: dict[RuleKey, RuleKey] = {}
    for owner, target in (("", ""), *stages.items()):
        taken: set[RuleKey] = set()
        theirs, ours = _of(old, owner), _of(new, target)
        for by_id in (True, False):
            for key, rule in theirs.items():
                free = (k for k, other in ours.items() if k not in taken and _same(old, rule, new, other, by_id=by_id))
                if key not in rules and (match := next(free, None)):
                    rules[key] = match
                    taken.add(match)
    return Fit(stages, rules)


def fitted(case: Escalation, new: Policy, fits: Fit) -> Escalation:
    """Return the case under the new edition, every name in its place; clocks and conditions are as they were.

    Steps of its past that the new edition does not have stay known, empty, under their old names.
    """
    places = dict(_places(case.visits, fits))
    shells = tuple(
        stage.but(duties=(), outcomes=())
        for stage in case.policy.stages
        if stage.id not in fits.stages and any(visit.stage == stage.id for visit in case.visits)
    )

    def stage_of(stage: str) -> str:
        return fits.stages.get(stage, stage)

    def place_of(stage: str, visit: int) -> dict[str, object]:
        place = places.get((stage, visit), (stage_of(stage), visit))
        return {"stage": place[0], "visit": place[1]}

    seats = {*new.roles, *new.bodies}
    renamed = {str(old): str(now) for old, now in fits.rules.items()}  # what sets a rule's number may go by its key

    def number(name: str) -> str:
        return renamed.get(name, name)

    def about(key: ClaimKey) -> ClaimKey:
        match key:
            case OutcomeClaim(visit=visit) if visit:
                return key.but(**place_of(key.stage, visit))
            case DateProposal():
                return key.but(timescale=number(key.timescale))
            case _:
                return key

    return case.but(
        policy=new.but(stages=(*new.stages, *shells)) if shells else new,
        visits=tuple(
            v.but(stage=places[v.stage, v.number][0], number=places[v.stage, v.number][1]) for v in case.visits
        ),
        occurrences=tuple(o.but(**place_of(o.stage, o.visit)) for o in case.occurrences),
        duties=tuple(_duty(d.but(**place_of(d.stage, d.visit)), case.policy, new, fits) for d in case.duties),
        claims=tuple(claim.but(about=about(claim.about)) for claim in case.claims),
        behalf={entry: kept.but(claims=tuple(map(about, kept.claims))) for entry, kept in case.behalf.items()},
        plans=tuple(plan.but(stage=stage_of(plan.stage)) for plan in case.plans),
        risks=tuple(risk.but(route=stage_of(risk.route)) for risk in case.risks),
        ended=case.ended.but(stage=stage_of(case.ended.stage)) if case.ended else None,
        hands={person: tuple(dict.fromkeys(map(stage_of, steps))) for person, steps in case.hands.items()},
        filled={number(name): filled for name, filled in case.filled.items()},
        case_dates={number(name): date for name, date in case.case_dates.items()},
        seats={role: seat for role, seat in case.seats.items() if role in new.roles},
        misdirected=tuple(one for one in case.misdirected if one.seat.role.partition(".")[0] in seats),
        bodies={body: members for body, members in case.bodies.items() if body in new.bodies},
    )


def _of(policy: Policy, stage: str) -> dict[RuleKey, DutyRule]:
    return {key: rule for key, rule in policy.rules.items() if key.stage == stage}


def _same(old: Policy, one: DutyRule, new: Policy, other: DutyRule, *, by_id: bool) -> bool:
    """Is it the same duty, of the same owner? Another owner's is another duty."""
    if one.by != other.by:
        return False
    if by_id:
        return bool(one.id) and one.id == other.id
    return [old.whole_act(act) for act in one.act] == [new.whole_act(act) for act in other.act]


def _places(visits: tuple[Visit, ...], fits: Fit) -> Iterator[tuple[Place, Place]]:
    """Yield each visit's place and its new one; visits of steps that became one are numbered anew, in their order."""
    counted: dict[str, int] = {}
    for visit in visits:
        stage = fits.stages.get(visit.stage, visit.stage)
        counted[stage] = counted.get(stage, 0) + 1
        yield (visit.stage, visit.number), (stage, counted[stage])


def _duty(duty: Duty, old: Policy, new: Policy, fits: Fit) -> Duty:
    """Return a duty under its rule's new key; its acts are those of the new rule while it is undone.

    In a seat that the new edition does not know nobody has it any more.
    """
    duty = duty.but(handed=tuple(one for one in duty.handed if one.to.role in new.roles))
    if not isinstance(duty.origin, RuleKey):
        return duty
    key = fits.rules.get(duty.origin)
    if key is None:
        return duty.but(origin=FormerRule(former=duty.origin))
    rule = new.rules[key]
    named = duty.but(origin=key, anchor=_event(duty.anchor, old, fits))
    if not duty.is_outstanding:
        return named
    acts = tuple(new.whole_act(act) for act in rule.act)
    return named.but(acts=acts, strength=rule.strength, rank=_rank(named, new.starts_of(rule)))


def _rank(duty: Duty, of: tuple[str, ...]) -> int:
    """Return the place of a duty's own start in the new list; before all others where that does not name it."""
    if duty.anchor in of:
        return of.index(duty.anchor)
    return len(of) if duty.anchor in {"", JOINED} else -1


def _event(text: str, old: Policy, fits: Fit) -> str:
    stage = old.event(text).stage if text else ""
    return f"{fits.stages[stage]}.{text.partition('.')[2]}" if stage in fits.stages else text
