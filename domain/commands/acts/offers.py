"""What may be recorded now: each act, outcome and plan with who may record it, and what comes with it.

Whatever of these the rules would take at a step that is open is offered; what they would refuse is not, or says what
comes first. What belongs to a step that was left is entered late, by naming the step, and is not offered.
"""

from collections.abc import Iterable, Iterator

from ...base.identities import OpenIssue
from ...base.people import Actor
from ...base.refusals import listed
from ...case.state import Duty, Escalation, Visit
from ...command_table.built_in import RISK_ACT
from ...engine.allowed import offered_at, stage_acts, takes_plan
from ...engine.needs import is_after, missing_needs, silent
from ...policy import Outcome
from ...policy.act_kinds import ACT_KINDS, comes_by_itself
from ...policy.check_names import BY_EACH, acts_of
from ...policy.shape import applies
from .actions import REPLACEMENT
from .offer import Offer, comes_before, heard_acts, latest_known, of_act, of_numbered, of_outcome, of_plan


def offers(case: Escalation) -> tuple[Offer, ...]:
    """Return everything that may be recorded now or waits for something; last what nothing asks for (rule 50)."""
    asked_for = awaited(case)
    return (*asked_for, *_optional(case, asked_for))


def awaited(case: Escalation) -> tuple[Offer, ...]:
    """Return what is owed, or what a way on waits for, and the ways on: the open stages' own first."""
    found = [offer for visit in case.open_visits for offer in _of_visit(case, visit)]
    if case.ended is not None:
        ways = [outcome for outcome in case.policy.outcomes_of("ended") if "ended" in outcome.source]
        found += [offer for outcome in ways for offer in of_outcome(case, None, outcome)]
    beside: dict[tuple[str, str, int], list[Duty]] = {}
    for duty in case.outstanding:
        if not (duty.stage and any(visit.has(duty) for visit in case.open_visits)):
            for act in duty.acts:
                number = duty.origin.issue if isinstance(duty.origin, OpenIssue) else duty.action
                beside.setdefault((duty.stage, act, number), []).append(duty)
    for (stage, act, number), duties in beside.items():
        offer = of_numbered(case, act, number, duties) if number else None
        found.append(offer or of_act(case, stage, None, act, duties))
    return tuple(offer for offer in found if offer.first or offer.sayers or offer.name == RISK_ACT)


def say_offers(case: Escalation) -> str:
    """List what may be recorded now, as a refusal does."""
    names = [offer.name for offer in awaited(case) if offer.is_open and not offer.is_optional]
    return f"Open now: {listed(list(dict.fromkeys(names)))}." if names else "Nothing is waited for in this case now."


def _of_visit(case: Escalation, visit: Visit) -> Iterator[Offer]:
    owed = [duty for duty in case.outstanding if visit.has(duty)]
    ways = [way for way in case.policy.outcomes_of(visit.stage) if applies(case.facts, way.if_, way.unless)]
    wanted = _wanted(case, visit, ways, {act for duty in owed for act in duty.acts})
    for act in stage_acts(case, visit.stage):
        duties = [duty for duty in owed if act in duty.acts]
        if duties or act in wanted:
            yield of_act(case, visit.stage, visit, act, duties, wanted.get(act, ()))
    for act in wanted:
        if act not in stage_acts(case, visit.stage) and offered_at(case, visit.stage, act):
            yield of_act(case, visit.stage, visit, act, (), wanted[act])
    for way in ways:
        yield from of_outcome(case, visit, way)
    if takes_plan(case, visit.stage):
        yield from of_plan(case, visit)


def _wanted(case: Escalation, visit: Visit, ways: Iterable[Outcome], owed: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the acts, with their parts, for which a way on or something owed waits; with the parties still silent."""
    found: dict[str, tuple[str, ...]] = {}
    names = [need for way in ways for need in (*way.needs, *way.expects)]
    names += [f"{act}{BY_EACH}" for way in ways if way.said_by in case.policy.bodies for act in heard_acts(case, way)]
    for way in ways:
        if not is_after(case, way, visit, latest_known(case)):
            events = [case.policy.event(text) for text in way.after]
            names += [event.thing for event in events if event.stage in {"", visit.stage}]
    ahead = [*names, *sorted(owed)]
    while ahead:
        name = ahead.pop(0)
        act = case.policy.whole_act(name.removesuffix(BY_EACH))
        told = case.policy.acts.get(act.partition(".")[0])
        is_missing = act in owed or bool(told and missing_needs(case, (name,), visit, None))
        if told is None or ACT_KINDS[told.kind].is_agreed or act in found or not is_missing:
            continue
        if act not in owed:
            found[act] = tuple(silent(case, act, visit)) if name.endswith(BY_EACH) else ()
        ahead += [*told.needs, *told.expects, *comes_before(case, visit, act, told)]
    return found


# --- what nothing asks for


def _optional(case: Escalation, asked_for: Iterable[Offer]) -> Iterator[Offer]:
    """Yield the acts that open steps take though nothing asks for them, and those asked of some, for the others."""
    known: dict[tuple[str, str], set[Actor]] = {}
    for offer in asked_for:
        key = (case.policy.whole_act(offer.name), offer.stage)
        known.setdefault(key, set()).update(offer.sayers)
    owed = {act for duty in case.outstanding if duty.stage for act in duty.acts}  # unnamed it would go to that step
    waiting = {(case.policy.whole_act(one.name), one.stage) for one in asked_for if one.first and one.kind == "act"}
    for visit, act, is_own in _taken(case):
        if (act, visit.stage) in waiting or _is_refused(case, act):
            continue
        says_stage = act in owed or (is_own and len(case.open_visits) > 1)
        offer = of_act(case, visit.stage, visit, act, (), says_stage=says_stage)
        there = known.get((act, visit.stage), set()) | known.get((act, ""), set())
        others = tuple(one for one in offer.sayers if one not in there)
        if others and not any(need in _NAMING and not offer.values.get(need) for need in offer.needs):
            yield offer.but(sayers=others, is_optional=True)


_NAMING = frozenset({"appointee", "appointees"})
"""Needs that name people: nothing is offered for which nobody may be named."""


def _taken(case: Escalation) -> Iterator[tuple[Visit, str, bool]]:
    """Yield each act, with its part, and the visit that takes it; and whether it is the step's own.

    What no open step has as its own is taken at the dispute's, or else at the first that is open.
    """
    policy = case.policy
    visits = sorted(case.open_visits, key=lambda visit: policy.stage(visit.stage).strand != "dispute")
    own = {visit.stage: {act.partition(".")[0] for act in stage_acts(case, visit.stage)} for visit in visits}
    of_any_step = {head for heads in own.values() for head in heads}
    for at, visit in enumerate(visits):
        for head in sorted(acts_of(policy, policy.stage(visit.stage))):
            is_own = head in own[visit.stage]
            if ACT_KINDS[policy.acts[head].kind].is_agreed or not (is_own or (at == 0 and head not in of_any_step)):
                continue
            for part in policy.parts_of(head):
                if not comes_by_itself(policy.acts[head].kind, part):
                    yield visit, f"{head}.{part}" if part else head, is_own


def _is_refused(case: Escalation, act: str) -> bool:
    """Would it be refused whoever records it: an explanation of a late action where none is late?"""
    return REPLACEMENT in case.policy.acts[act.partition(".")[0]].fields
