"""What is open now: which acts and outcomes the case's policy offers, to whom, and what each needs."""

from ...escalation import Escalation, Visit
from ...people import Side
from ...policy import Outcome
from ...policy.check_events import acts_of
from ...policy.names import APPROVED
from ...refusals import listed
from ...value import Value
from ..lookup import applies
from ..people.seats import voices
from .signing import BY_PARTIES

RISK_ACT = "statutory-services-telephoned"
ACTION_ACT = "action-done"
ISSUE_ACT = "issue-concluded"
BUILT_IN: dict[str, tuple[str, tuple[str, ...]]] = {
    RISK_ACT: ("say that the statutory services were telephoned", ()),
    ACTION_ACT: ("say that an action of the plan is done", ("action",)),
    ISSUE_ACT: ("say how an issue that the plan left open was concluded", ("issue", "how")),
}
"""Acts of every case, whatever its policy: their titles and the fields they need."""
CONFIRMED_WITH_PLAN = "every party"


class Offer(Value):
    """One thing that may be recorded now."""

    name: str
    """What to type."""
    kind: str
    """`act`, `outcome` or `plan`."""
    title: str
    stage: str = ""
    by: tuple[str, ...] = ()
    """Parties that may record it; empty where a seat of the partnership or of the case does, or anybody."""
    who: tuple[str, ...] = ()
    """Role ids that may record it; empty for anyone in the case."""
    needs: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


def offers(case: Escalation) -> tuple[Offer, ...]:
    """Return everything that may be recorded now, the open stages' own first."""
    found = [offer for visit in case.open_visits for offer in _of_visit(case, visit)]
    if case.ended is not None:
        found += [
            _of_outcome(case, "", outcome) for outcome in case.policy.outcomes_of("ended") if "ended" in outcome.source
        ]
    for duty in case.outstanding:
        if duty.stage and any(visit.has(duty) for visit in case.open_visits):
            continue
        found += [_of_act(case, duty.stage, act) for act in duty.acts]
    return tuple({(offer.stage, offer.name): offer for offer in found}.values())


def say_offers(case: Escalation) -> str:
    """List what may be recorded now, as a refusal does."""
    names = [offer.name for offer in offers(case)]
    return f"Open now: {listed(list(dict.fromkeys(names)))}." if names else "Nothing is open in this case any more."


def stage_acts(case: Escalation, stage: str) -> tuple[str, ...]:
    """Acts, with their parts, that a stage's duties and outcomes name; plans apart."""
    rules = [act for rule in case.policy.stage(stage).duties for act in rule.act]
    needs = [need for outcome in case.policy.outcomes_of(stage) for need in outcome.needs]
    named = [case.policy.whole_act(act) for act in (*rules, *needs) if act.partition(".")[0] in case.policy.acts]
    return tuple(dict.fromkeys(act for act in named if case.policy.acts[act.partition(".")[0]].kind != "plan"))


def takes_plan(case: Escalation, stage: str) -> bool:
    """Is a plan agreed at this stage: does a duty ask for one, or an outcome need one?"""
    told = case.policy.stage(stage)
    named = [act for rule in told.duties for act in rule.act]
    named += [need for outcome in case.policy.outcomes_of(stage) for need in outcome.needs]
    plans = {name for name, act in case.policy.acts.items() if act.kind == "plan"}
    return told.strand == "dispute" and not plans.isdisjoint(named)


def offered_at(case: Escalation, stage: str, act: str) -> bool:
    """May *act* be recorded at *stage*? Its own acts, further parts of its meetings, and the free kinds (rule 50)."""
    head = act.partition(".")[0]
    return act in stage_acts(case, stage) or (
        head in acts_of(case.policy, case.policy.stage(stage)) and _part_fits(case, act)
    )


def _part_fits(case: Escalation, act: str) -> bool:
    head, _, part = act.partition(".")
    return part in case.policy.parts_of(head) and part != "date"


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
            roles += rule.role or _sides(case, stage, side)
    return tuple(dict.fromkeys(roles))


def sides_for(case: Escalation, stage: str, act: str) -> tuple[Side, ...]:
    """Return which sides may record *act* at *stage*: one where only one owes it, none where a single seat does."""
    both: tuple[Side, ...] = ("raising", "receiving")
    if not stage:
        return both
    rules = case.policy.asking(stage, act)
    if rules and all(rule.by in {*case.policy.roles, *case.policy.bodies} for rule in rules):
        return ()
    owing = {rule.by for rule in rules}
    return tuple(side for side in both if not owing or owing - {"raising", "receiving"} or side in owing)


def outcome_roles(case: Escalation, stage: str, outcome: Outcome, side: str) -> tuple[str, ...]:
    """Role ids that may say an outcome for *side*; empty where anyone in the case may."""
    if outcome.said_by in case.policy.roles or outcome.said_by in case.policy.bodies:
        return voices(case.policy, outcome.said_by)
    if outcome.said_by == "anyone":
        return ()
    if outcome.role:
        return outcome.role
    return () if not stage or case.policy.stage(stage).normally else _sides(case, stage, side)


def _sides(case: Escalation, stage: str, side: str) -> tuple[str, ...]:
    at = case.policy.stage(stage)
    return {"raising": at.raising, "receiving": at.receiving}.get(
        side, tuple(dict.fromkeys((*at.raising, *at.receiving)))
    )


def _of_visit(case: Escalation, visit: Visit) -> list[Offer]:
    stage = visit.stage
    found = [_of_act(case, stage, act) for act in stage_acts(case, stage) if not _is_settled(case, visit, act)]
    found += [
        _of_outcome(case, stage, outcome)
        for outcome in case.policy.outcomes_of(stage)
        if applies(case.facts, outcome.if_, outcome.unless)
    ]
    if takes_plan(case, stage):
        found.append(
            Offer(
                name="propose",
                kind="plan",
                title="propose a plan, or a new version of it",
                stage=stage,
                by=_parties(case, ("raising", "receiving")),
                who=_sides(case, stage, ""),
                needs=(
                    "action",
                    *(field for act in case.policy.acts.values() if act.kind == "plan" for field in act.fields),
                ),
            )
        )
        if case.plan and case.plan.agreed_at is None:
            found.append(
                Offer(
                    name="confirm",
                    kind="plan",
                    title=f"confirm version {case.plan.version} of the plan",
                    stage=stage,
                    by=tuple(party.id for party in case.parties if party.id not in case.plan.confirmed),
                    who=_sides(case, stage, ""),
                )
            )
    return found


def _is_settled(case: Escalation, visit: Visit, act: str) -> bool:
    """Was everything that this visit owed of *act* done? It may still be recorded again, but nobody is asked for it."""
    owed = [duty for duty in case.duties if act in duty.acts and visit.has(duty)]
    return bool(owed) and not any(duty.is_outstanding for duty in owed)


def _of_act(case: Escalation, stage: str, act: str) -> Offer:
    if act in BUILT_IN:
        title, needs = BUILT_IN[act]
        return Offer(name=act, kind="act", title=title, needs=needs)
    head, _, part = act.partition(".")
    told = case.policy.acts[head]
    of_part = {"date-set": ("date", "chair") if told.chair else ("date",), "held": ("with",)}.get(part, ())
    undersigned = {"completed": told.later, "signed": ("person",), APPROVED: ("person",)}
    main = dict.fromkeys((*told.fields, *((told.sets,) if told.sets else ())))
    needs = (*undersigned.get(part, tuple(main)), *of_part)
    return Offer(
        name=act.removesuffix(".sent").removesuffix(".submitted"),
        kind="act",
        title=case.policy.act_title(act),
        stage=stage,
        by=_owing(case, stage, act) or _parties(case, sides_for(case, stage, act)),
        who=roles_for(case, stage, act, ""),
        needs=needs,
        methods=told.methods,
    )


def _owing(case: Escalation, stage: str, act: str) -> tuple[str, ...]:
    """Name the parties that owe *act* one by one."""
    owed = [d.party for d in case.outstanding if act in d.acts and d.stage == stage and d.party]
    return tuple(party.id for party in case.parties if party.id in owed)


def _parties(case: Escalation, sides: tuple[Side, ...]) -> tuple[str, ...]:
    return tuple(party.id for party in case.parties if party.side in sides)


def _of_outcome(case: Escalation, stage: str, outcome: Outcome) -> Offer:
    sides: tuple[Side, ...] = ("raising", "receiving")
    if outcome.said_by in {*case.policy.roles, *case.policy.bodies}:
        sides = ()
    return Offer(
        by=_parties(case, tuple(side for side in sides if outcome.said_by not in sides or side == outcome.said_by)),
        name=outcome.id,
        kind="outcome",
        title=case.policy.outcome_title(outcome),
        stage=stage,
        who=outcome_roles(case, stage, outcome, "")
        if outcome.said_by != "raising"
        else outcome_roles(case, stage, outcome, "raising"),
        needs=(*outcome.needs, *outcome.expects),
    )
