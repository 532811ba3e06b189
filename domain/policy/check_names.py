"""Names a policy uses: does each resolve? Shared by the checks of stages, duties and outcomes."""

from collections.abc import Iterator

from .faults import Fault
from .parts import Condition
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
    "action owner",
)
SPEAKERS = ("raising", "receiving", "any party", "every party", "anyone")
"""Who may say an outcome, beside a role or a body."""
ADDRESSEES = ("other parties", "every party", "any agency", "partnership", "raiser")
NEEDS = ("reason", "interim-safety", "risk-considered", "written")


def unknown(place: str, name: str, noun: str) -> Fault:
    """Say that a name resolves to nothing."""
    return Fault(
        place=place,
        what=f"`{name}` is no {noun} of this policy",
        mend=f"Name a {noun} that the file declares, or declare it",
    )


def condition_faults(policy: Policy, place: str, condition: Condition) -> Iterator[Fault]:
    """Yield what is wrong with an `if` or an `unless`."""
    for name, wanted in condition.items():
        fact = policy.facts.get(name)
        if fact is None:
            yield unknown(place, name, "fact")
            continue
        for value in (wanted,) if isinstance(wanted, str | bool) else wanted:
            if fact.values and not fact.other and value not in fact.values:
                yield Fault(
                    place=place,
                    what=f"`{value}` is not a value of the fact `{name}`",
                    mend=f"Use one of: {', '.join(fact.values)}",
                )
