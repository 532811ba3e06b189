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
