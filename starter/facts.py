"""Answers to what a policy asks, as people type them."""

from collections.abc import Mapping, Sequence

from domain.decide.acts.answers import DATE, instant_of
from domain.policy import Policy

from .times import read_day_or_time
from .typed import yes_or_no


def answer_meant(said: str, values: Sequence[str], *, free: bool = False) -> str:
    """Return which of *values* was meant: in any capitals, `y` for yes, or how one alone begins; else *said* itself.

    Where a *free* answer is welcome too, how one begins is left as it is.
    """
    word = said.strip().casefold()
    known = {value.casefold(): value for value in values}
    if word in known:
        return known[word]
    if (plain := yes_or_no(said)) in known:
        return known[plain]
    begun = [value for name, value in known.items() if word and name.startswith(word)]
    return begun[0] if len(begun) == 1 and not free else said.strip()


def answers(policy: Policy, facts: Mapping[str, str], place: str = "--fact") -> dict[str, str]:
    """Return facts as the policy takes them; what it does not know is left for it to refuse.

    Raises:
        Trouble: what is typed for a date may mean two, or no day there is.
    """
    return {name: answer(policy, name, said, f"{place} {name}") for name, said in facts.items()}


def answer(policy: Policy, name: str, said: str, place: str) -> str:
    """Return one answer as the policy takes it. Raises Trouble as above."""
    fact = policy.facts.get(name)
    if fact is None or not said:
        return said
    if fact.type != DATE:
        return answer_meant(said, fact.values, free=fact.other)
    if instant_of(said, policy.zone) is not None:
        return said
    return read_day_or_time(said, place, policy.zone).isoformat()
