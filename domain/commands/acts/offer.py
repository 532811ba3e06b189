"""One thing that may be recorded in a case: who may record it, and what comes with it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ...base.identities import OutcomeClaim, PlanAction
from ...base.people import Actor
from ...base.refusals import listed
from ...base.value import Value
from ...case.happened import is_dated
from ...case.state import Duty, Escalation, Visit
from ...command_table.built_in import BUILT_IN, ISSUE_ACT
from ...engine.agreement import may_go_alone
from ...engine.allowed import (
    BY_PARTIES,
    OpenTo,
    act_open_to,
    act_sayers,
    outcome_open_to,
    outcome_sayers,
    plan_sayers,
    stage_acts,
    unfilled,
)
from ...engine.duties import repeats
from ...engine.needs import is_after, is_plan, missing_needs, silent
from ...engine.seats import is_composed, voices
from ...engine.stages import revives
from ...policy import Act, Outcome
from ...policy.act_kinds import APPROVED, comes_under
from ...policy.check_names import NEEDS
from ...policy.event_words import event_words
from ...policy.shape import applies
from .kinds import of_kind
from .signing import submission, unsigned

CONFIRMED_WITH_PLAN = "every party"
_REASON = "reason"
_CLAIM = "one side’s word, which counts once every side has said the same"


class Offer(Value):
    """One thing that may be recorded now, or once what it waits for is there."""

    name: str
    """What to type."""
    kind: str
    """`act`, `outcome` or `plan`."""
    title: str
    stage: str = ""
    says_stage: bool = False
    """True where several steps take it, so that its step has to be said."""
    sayers: tuple[Actor, ...] = ()
    """Seats that may record it, those who owe it first; empty where anybody may, or nobody may yet."""
    needs: tuple[str, ...] = ()
    """What comes with it: texts, and `date`, `chair`, `with`, `person`, `action`, `issue`, `to`, `appointee`(s)."""
    values: dict[str, tuple[str, ...]] = {}
    """What may stand there for some of its needs: answers, agencies, seats, steps, numbers.

    One of them, but for `appointees`, all of whom are named together, and `with`, all but the sayer's own.
    """
    methods: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    """What has to be recorded before it, in words; where this is not empty it is refused until then."""
    expects: tuple[str, ...] = ()
    """What is recorded before it or a reason given why not, in words."""
    open_to: OpenTo = ""
    """Who may record it beside the sayers, as far as the rules can tell."""
    is_optional: bool = False
    """True where nothing asks for it and nothing waits for it."""
    by: tuple[str, ...] = ()
    """Parties, of an offer that was entered before offers named their seats."""
    who: tuple[str, ...] = ()
    """Role ids, likewise."""

    @property
    def is_open(self) -> bool:
        """True where it would be taken now."""
        return not self.first


def of_act(
    case: Escalation,
    stage: str,
    visit: Visit | None,
    act: str,
    duties: Iterable[Duty],
    silent_: tuple[str, ...] = (),
    *,
    says_stage: bool | None = None,
) -> Offer:
    """Offer an act at a step, or of the whole case, to those who owe it by *duties* or of whom a way on waits for it.

    Where it is owed by nobody it is for everybody from whom the step takes it. *says_stage* is whether its step has to
    be said, where that is known.
    """
    if act in BUILT_IN:
        title, needs = BUILT_IN[act]
        return Offer(name=act, kind="act", title=title, needs=needs, open_to="anybody")
    head, _, part = act.partition(".")
    told = case.policy.acts[head]
    is_main = act == case.policy.whole_act(head)
    owed = list(duties)
    needs, values = _asked_with(case, act, told, owed)
    first = [case.policy.act_title(name) for name in comes_before(case, visit, act, told)]
    expects = missing_needs(case, told.expects, visit, None) if is_main else []
    first += missing_needs(case, told.needs, visit, None) if is_main else []
    sayers = () if first else act_sayers(case, stage, act, owed, silent_)
    if part == "signed":
        sayers = tuple(one for one in sayers if _has_to_sign(case, head, told, one))
    if not sayers and not first:
        roles = dict.fromkeys(role for duty in owed for role in voices(case.policy, duty.by))
        first += [f"naming of the {case.policy.role_title(role)}" for role in unfilled(case, roles)]
    if expects and _REASON not in needs:
        needs = (*needs, _REASON)
    return Offer(
        name=act.removesuffix(".sent").removesuffix(".submitted"),
        kind="act",
        title=case.policy.act_title(act),
        stage=stage,
        says_stage=_is_at_several(case, act) if says_stage is None else says_stage,
        sayers=sayers,
        needs=needs,
        values=values,
        methods=(told.methods or told.discouraged) * is_main,
        first=tuple(dict.fromkeys(first)),
        open_to="" if first or part == "signed" else act_open_to(case, stage, act),
        expects=tuple(expects),
    )


def comes_before(case: Escalation, visit: Visit | None, act: str, told: Act) -> Iterator[str]:
    """Yield the parts and acts that must be there before an act, which its policy does not name as needs."""
    head, _, part = act.partition(".")
    if comes_under(told.kind, part) is not None:
        under = submission(case, act)
        if under is None or (part == "signed" and not unsigned(case, head)):
            yield case.policy.whole_act(head)
    yield from of_kind(told.kind).first(case, visit, act, told)


def _is_at_several(case: Escalation, act: str) -> bool:
    """Do several steps take an act, so that its sender says which one is meant?"""
    owed = {duty.stage for duty in case.outstanding if act in duty.acts and duty.stage}
    return len(owed | {visit.stage for visit in case.open_visits if act in stage_acts(case, visit.stage)}) > 1


def _asked_with(
    case: Escalation, act: str, told: Act, owed: list[Duty]
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Return what comes with an act, and what may stand there."""
    head, _, part = act.partition(".")
    needs: list[str] = []
    values: dict[str, tuple[str, ...]] = {}
    is_main = act == case.policy.whole_act(head)
    if is_main:
        needs += dict.fromkeys((*told.fields, *((told.sets,) if told.sets else ())))
        if told.sets and (answers := _answers(case, told.sets)):
            values[told.sets] = answers
    more, among = of_kind(told.kind).asks(case, told, part, is_main=is_main)
    needs += more
    values |= among
    if part == APPROVED:
        needs.append("person")
    everybody = len(case.parties) > 2 and part != "date-set" and any(d.by == "together" for d in owed)
    if everybody or (part == "held" and told.attended_by):
        needs.append("with")
        values["with"] = tuple(party.id for party in case.parties)
    return tuple(needs), values


def _answers(case: Escalation, name: str) -> tuple[str, ...]:
    """Return the answers that an act may give: the one that stands, where the policy lets no other take its place."""
    fact = case.policy.facts[name]
    return fact.values if fact.may_change or not case.facts.get(name) else (case.facts[name],)


def _has_to_sign(case: Escalation, head: str, told: Act, by: Actor) -> bool:
    still = unsigned(case, head)
    if told.signed_by == (BY_PARTIES,):
        return by.agency in still
    return case.policy.role_title(by.role) in still or by.role not in told.signed_by


def of_numbered(case: Escalation, act: str, number: int, duties: list[Duty]) -> Offer | None:
    """Offer what is said of one action of the plan, or of one issue that it left open, by number."""
    key = "issue" if act == ISSUE_ACT else "action"
    if act in BUILT_IN:
        title, needs = BUILT_IN[act]
    else:
        title = case.policy.act_title(act)
        waits = any(d.origin == PlanAction(action=number) and d.is_overdue for d in case.outstanding)
        fields = case.policy.acts[act.partition(".")[0]].fields
        needs = tuple(field for field in fields if waits or field != "replacement")
    return Offer(
        name=act,
        kind="act",
        title=f"{title} ({key} {number})",
        sayers=act_sayers(case, "", act, duties),
        needs=needs,
        values={key: (str(number),)},
    )


def of_outcome(case: Escalation, visit: Visit | None, outcome: Outcome) -> Iterator[Offer]:
    """Offer an outcome of a visit, or one of the end where that is None; nothing where it would be refused for good."""
    stage, number = (visit.stage, visit.number) if visit else ("", 0)
    at = [one for one in case.open_visits if any(o.id == outcome.id for o in case.policy.outcomes_of(one.stage))]
    if visit is None and at:
        return  # it is said at the step that is open beside
    steps = tuple(step for step in outcome.one_of if not revives(case, visit, outcome, step))
    if revives(case, visit, outcome, steps[0] if steps else "") or (outcome.one_of and not steps):
        return
    texts = [need for need in outcome.needs if need in NEEDS]
    expects = missing_needs(case, outcome.expects, visit, None)
    texts += [_REASON] if expects and _REASON not in texts else []
    texts += [need for need in outcome.expects if need in NEEDS and need not in texts]
    first = missing_needs(case, outcome.needs, visit, None)
    if not is_after(case, outcome, visit, latest_known(case)):
        first.append(listed([event_words(case.policy, event) for event in outcome.after], "or"))
    if outcome.said_by in case.policy.bodies:
        first += _unheard(case, outcome, visit)
    first += [f"naming of the {case.policy.role_title(role)}" for role in unfilled(case, (outcome.said_by,))]
    is_again = _is_done_already(case, outcome)
    if is_again and first:
        return
    by_all = outcome.said_by == CONFIRMED_WITH_PLAN
    if by_all and not first and any(is_plan(case, need) for need in outcome.needs):
        return  # the plan says it for all
    said = case.said(OutcomeClaim(stage=stage, visit=number, outcome=outcome.id)) if by_all else ()
    title = case.policy.outcome_title(outcome)
    offer = Offer(
        name=outcome.id,
        kind="outcome",
        title=title,
        stage=stage,
        says_stage=len(at) > 1,
        sayers=() if first else outcome_sayers(case, stage, outcome, said),
        needs=(*texts, *(("to",) if "chosen" in outcome.leads_to else ())),
        values={"to": steps} if steps else {},
        first=tuple(dict.fromkeys(first)),
        expects=tuple(expects),
        open_to="" if first else outcome_open_to(case, stage, outcome),
        is_optional=is_again,
    )
    yield offer
    alone = {party.id for party in case.parties if may_go_alone(case, outcome, visit, party)}
    if by_all and first and (claimants := outcome_sayers(case, stage, outcome, {*said, *alone})):
        yield offer.but(title=f"{title}: {_CLAIM}", sayers=claimants, needs=(), first=(), expects=(), is_optional=True)


def _is_done_already(case: Escalation, outcome: Outcome) -> bool:
    """Would an outcome only open steps that are open, and nothing of its own follow from it?"""
    if outcome.leads_to or not outcome.opens or not {*outcome.opens} <= {visit.stage for visit in case.open_visits}:
        return False
    rules = (rule for rule in case.policy.rules.values() if repeats(case, rule))
    asked_anew = (text for rule in rules if applies(case.facts, rule.if_, rule.unless) for text in rule.when)
    return all(case.policy.event(text).thing != outcome.id for text in asked_anew)


def _unheard(case: Escalation, outcome: Outcome, visit: Visit | None) -> Iterator[str]:
    if not is_composed(case, outcome.said_by):
        yield f"naming of the {case.policy.role_title(outcome.said_by)}"
    for act in heard_acts(case, outcome):
        if still := silent(case, act, visit):
            yield f"{case.policy.act_title(act)} by {listed(still)}"


def heard_acts(case: Escalation, way: Outcome) -> tuple[str, ...]:
    """Return the acts by which a body hears the parties before it says an outcome."""
    return case.policy.bodies[way.said_by].hears


def latest_known(case: Escalation) -> datetime:
    """Return the latest time at which the case is known to have changed: a planned date after it lies ahead."""
    known = (*(visit.opened_at for visit in case.visits), *(duty.known_at for duty in case.duties))
    late = (duty.overdue_at for duty in case.duties if duty.overdue_at)
    done = (one.at for one in case.occurrences if not is_dated(case.policy, one))
    return max((case.entered_at, *known, *late, *done))


def of_plan(case: Escalation, visit: Visit) -> Iterator[Offer]:
    """Offer at a visit to propose a plan, and to confirm the newest version of one that is not agreed."""
    fields = [field for plan in case.policy.plans for field in case.policy.acts[plan].fields]
    sayers = plan_sayers(case, visit, case.parties)
    yield Offer(
        name="propose",
        kind="plan",
        title="propose a plan, or a new version of it",
        stage=visit.stage,
        sayers=sayers,
        needs=("action", *fields),
    )
    if case.plan and case.plan.agreed_at is None:
        still = [party for party in case.parties if party.id not in case.plan.confirmed]
        yield Offer(
            name="confirm",
            kind="plan",
            title=f"confirm version {case.plan.version} of the plan",
            stage=visit.stage,
            sayers=plan_sayers(case, visit, still),
        )
