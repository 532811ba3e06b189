"""Finding things that happened: which occurrence an event name means."""

from collections.abc import Mapping

from ..escalation import Escalation, Occurrence
from ..policy import Policy
from ..policy.names import ANY, EventName
from ..policy.parts import Condition


def matches(name: EventName, happened: Occurrence, stage: str = "", visit: int = 0) -> bool:
    """Does *happened* answer to *name*, as said by *stage* in its *visit* (or by the whole policy)?"""
    if name.thing not in happened.names or (name.by and name.by != happened.side):
        return False
    if name.stage == ANY or not happened.stage:
        return True
    if name.stage:
        return happened.stage == name.stage
    return not stage or (happened.stage == stage and (not visit or happened.visit == visit))


def anchor(case: Escalation, text: str, stage: str, visit: int) -> Occurrence | None:
    """Return the first occurrence in the latest visit of its stage (rule 11), or None if it did not happen.

    A bare outcome such as `called-urgent` belongs to whichever stage it was said at.
    """
    name = case.policy.event(text)
    own = stage if name.thing not in case.policy.outcome_ids else ""
    found = [happened for happened in case.occurrences if matches(name, happened, own, visit)]
    if not found or not found[-1].stage:
        return found[-1] if found else None
    where = name.stage if name.stage not in {"", ANY} else found[-1].stage
    latest = max((v.number for v in case.visits if v.stage == where), default=0)
    return next((happened for happened in found if happened.stage == where and happened.visit == latest), None)


def holds(facts: Mapping[str, str], wanted: Condition) -> bool:
    """Are all facts of a condition as wanted? An empty condition holds."""
    return all(_is(facts.get(fact, ""), value) for fact, value in wanted.items())


def _is(said: str, wanted: bool | str | tuple[str, ...]) -> bool:
    if isinstance(wanted, bool):
        return (said not in {"", "no"}) == wanted
    return said in ((wanted,) if isinstance(wanted, str) else wanted)


def applies(facts: Mapping[str, str], if_: Condition, unless: Condition) -> bool:
    """Does something with these `if` and `unless` apply to a case of these facts?"""
    return holds(facts, if_) and not (unless and holds(facts, unless))


def is_date(policy: Policy, text: str) -> bool:
    """Does an event name mean a planned date, which may lie ahead: a meeting's, or a fact's that is a date?"""
    thing = policy.event(text).thing if text else ""
    head, _, rest = thing.partition(".")
    if head == "fact":
        return rest in policy.facts and policy.facts[rest].type == "date"
    return rest == "date" and (head == "meeting" or (head in policy.acts and policy.acts[head].kind == "meeting"))


def is_dated(policy: Policy, happened: Occurrence) -> bool:
    """Is the time of what happened a planned date, and not when it was done?"""
    return any(is_date(policy, name) for name in happened.names)
