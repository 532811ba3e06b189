"""Keys of the policy language that this version does not act on yet: a clear fault, never ignored."""

from collections.abc import Iterator

from .faults import Fault
from .shape import Policy

_MEND = "This version cannot run it: take it out, or wait for a version that can"


def unbuilt_faults(policy: Policy) -> Iterator[Fault]:
    """Yield a fault for each use of a key that would otherwise be silently ignored."""
    for place, key, used in _uses(policy):
        if used:
            yield Fault(place=place, what=f"`{key}` is part of the language, but not carried out yet", mend=_MEND)


def _uses(policy: Policy) -> Iterator[tuple[str, str, object]]:
    yield "policy", "builds_on", policy.builds_on
    for name in policy.bodies:
        yield f"body {name}", "body", True
    for name, fact in policy.facts.items():
        yield f"fact {name}", "type", fact.type != "word"
        yield f"fact {name}", "may_change", fact.may_change
        yield f"fact {name}", "set_by", fact.set_by
    for name, role in policy.roles.items():
        yield f"role {name}", "instead", role.instead
        yield f"role {name}", "seat", role.seat
        yield f"role {name}", "chosen_by", role.chosen_by
    for name, timescale in policy.timescales.items():
        yield f"timescale {name}", "graded_by", timescale.graded_by or timescale.grades
        yield f"timescale {name}", "case_date", timescale.case_date or timescale.case_date_by
    for name, act in policy.acts.items():
        yield f"act {name}", f'kind = "{act.kind}"', act.kind in {"form", "appointment"}
        for key in ("later", "signed_by", "approved_by", "needs", "expects", "sets", "seat"):
            yield f"act {name}", key, getattr(act, key)
    for stage in policy.stages:
        yield f"stage {stage.id}", "pauses", stage.pauses
        yield f"stage {stage.id}", "formal", stage.formal
        for outcome in stage.outcomes:
            yield f"stage {stage.id}, outcome {outcome.id}", "from", outcome.source
    for key, rule in policy.rules.items():
        yield f"duty {key}", 'within = "case date"', rule.within == "case date"
        yield f"duty {key}", "within … before", rule.within.endswith(" before")
        for text in (*rule.when, *rule.of, *rule.done_by, *rule.until):
            yield f"duty {key}", text, _is_never_recorded(policy, text)
        yield f"duty {key}", 'by = "any party"', rule.by in {"any party", "every party", "anyone"}


def _is_never_recorded(policy: Policy, text: str) -> bool:
    thing = policy.event(text).thing
    return thing in {"party.joined", "formal.opened"} or thing.startswith("fact.") or thing.endswith(".date")
