"""Names a policy uses, of things and of events: does each resolve to what can be meant under this policy?"""

from collections.abc import Iterator

from .act_kinds import ACT_KINDS
from .event_names import ANY, ENDS, GLOBAL_THINGS
from .faults import Fault
from .language import Condition, Stage
from .shape import Policy

SIDES = (
    "raising",
    "receiving",
    "each party",
    "together",
    "any party",
    "every party",
    "raiser",
    "anyone",
    "whoever did it",
    "action owner",
)
EVERYBODY = "every party"
SPEAKERS = ("raising", "receiving", "any party", "every party", "anyone")
"""Who may say an outcome, beside a role or a body."""
ADDRESSEES = ("other parties", "every party", "any agency", "partnership", "raiser")
OWN = "own "
"""In a `to`, before a role: the one of the sender's own agency."""
NEEDS = ("reason", "interim-safety", "risk-considered", "written")
IS = " is "
"""In a need: a fact is answered so."""
BY_EACH = " by each party"
"""In a need: every party must have recorded the act."""
_ALWAYS = frozenset({"opened", "left", "outcome"})


def unknown(place: str, name: str, noun: str) -> Fault:
    """Say that a name resolves to nothing."""
    return Fault(
        place=place,
        what=f"`{name}` is no {noun} of this policy",
        mend=f"Name a {noun} that the file declares, or declare it",
    )


def addressee_fault(policy: Policy, place: str, name: str) -> Iterator[Fault]:
    """Yield what is wrong with an entry of a `to`."""
    role = name.removeprefix(OWN)
    if role not in {*(ADDRESSEES if role == name else ()), *policy.roles, *policy.bodies}:
        yield unknown(place, role, "role, body or group of people")


def need_fault(policy: Policy, place: str, need: str) -> Iterator[Fault]:
    """Yield what is wrong with an entry of a `needs` or an `expects`."""
    fact, is_, value = need.partition(IS)
    if is_:
        yield from condition_faults(policy, place, {fact: value})
    elif need not in {*NEEDS, *policy.facts} and need.removesuffix(BY_EACH).partition(".")[0] not in policy.acts:
        yield Fault(
            place=place,
            what=f"`{need}` is neither an act, a fact nor one of {', '.join(NEEDS)}",
            mend="Name one of these",
        )


def condition_faults(policy: Policy, place: str, condition: Condition) -> Iterator[Fault]:
    """Yield what is wrong with an `if` or an `unless`."""
    for name, wanted in condition.items():
        fact = policy.facts.get(name)
        if fact is None:
            yield unknown(place, name, "fact")
            continue
        for value in (wanted,) if isinstance(wanted, str | bool) else wanted:
            if fact.values and not fact.other and not isinstance(value, bool) and value not in fact.values:
                yield Fault(
                    place=place,
                    what=f"`{value}` is not a value of the fact `{name}`",
                    mend=f"Use one of: {', '.join(fact.values)}",
                )


def acts_of(policy: Policy, stage: Stage) -> frozenset[str]:
    """Acts that people record at a stage: its duties', its outcomes' needs, and the free kinds."""
    named = {act.partition(".")[0] for rule in stage.duties for act in rule.act}
    named |= {need.partition(".")[0] for o in policy.outcomes_of(stage.id) for need in o.needs}
    free = {name for name, act in policy.acts.items() if ACT_KINDS[act.kind].anywhere}
    return frozenset((named & set(policy.acts)) | free)


def event_fault(policy: Policy, text: str, stage: Stage | None) -> str:
    """Return what is wrong with the event name *text*, or an empty string.

    It is read as said by *stage*, or by the whole policy where that is None.
    """
    name = policy.event(text)
    if name.by not in {"", "raising", "receiving"}:
        return f"`by {name.by}` in {text!r} is no side; write `by raising` or `by receiving`"
    thing = name.thing
    if name.stage == ANY:
        return "" if _any_thing(policy, thing) else f"nothing named {thing!r} can happen at any stage"
    if name.stage:
        return _stage_thing(policy, policy.stage(name.stage), thing, text)
    if thing in GLOBAL_THINGS or thing in policy.outcome_ids:
        return ""
    head, _, rest = thing.partition(".")
    if head == "ended" and rest in ENDS:
        return ""
    if head == "fact":
        return "" if rest in policy.facts else f"`{rest}` is no fact of this policy"
    if stage is not None and thing in _ALWAYS:
        return ""
    if thing.endswith(".overdue"):
        faults = [_stage_thing(policy, one, thing, text) for one in ((stage,) if stage else policy.stages)]
        return "" if "" in faults or _is_of_the_case(policy, thing) else faults[0]
    if head in policy.acts:
        return _aspect_fault(policy, thing)
    return f"{text!r} names nothing that this policy can record"


def _is_of_the_case(policy: Policy, thing: str) -> bool:
    """Is it the lateness of a duty of every step?"""
    owed = thing.removesuffix(".overdue")
    return any(owed in {rule.id, *map(policy.whole_act, rule.act)} for rule in policy.duties)


def _any_thing(policy: Policy, thing: str) -> bool:
    head = thing.partition(".")[0]
    kinds = {act.kind for act in policy.acts.values()}
    return thing in {*_ALWAYS, "overdue", *policy.outcome_ids} or head in policy.acts or head in kinds


def _stage_thing(policy: Policy, stage: Stage, thing: str, text: str) -> str:
    ways = {outcome.id for outcome in policy.outcomes_of(stage.id)}
    if thing in _ALWAYS | ways:
        return ""
    if thing.endswith(".overdue"):
        owed = thing.removesuffix(".overdue")
        acts = {policy.whole_act(act) for rule in stage.duties for act in rule.act} | {rule.id for rule in stage.duties}
        return (
            ""
            if owed in acts or policy.whole_act(owed) in acts
            else f"stage `{stage.id}` has no duty `{owed}` that could be overdue"
        )
    head = thing.partition(".")[0]
    if head not in policy.acts:
        return f"{text!r} names no act and no outcome of stage `{stage.id}`"
    if head not in acts_of(policy, stage):
        return f"`{head}` is never done at stage `{stage.id}`, so {text!r} cannot occur"
    return _aspect_fault(policy, thing)


def _aspect_fault(policy: Policy, thing: str) -> str:
    head, _, aspect = thing.partition(".")
    parts = policy.parts_of(head)
    if aspect and aspect not in parts and aspect != "overdue":
        return f"a {policy.acts[head].kind} has no part `{aspect}`; it has {', '.join(filter(None, parts)) or 'none'}"
    return ""
