"""Answers to what a policy asks, as people type them: a slip of the pen takes no other route."""

from collections.abc import Mapping, Sequence

from domain.base.refusals import Refusal, listed, meant
from domain.engine.answers import DATE, instant_of, must_fit
from domain.policy import Policy

from .command_fields import yes_or_no
from .errors import Trouble
from .remarks import note
from .times import read_day_or_time

OTHER = "other:"
"""What an answer begins with that is none of the policy's own, where a route turns on it."""


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


def answers(
    policy: Policy, facts: Mapping[str, str], place: str = "--fact", *, may_stop: bool = True
) -> dict[str, str]:
    """Return facts as the policy takes them; what it does not know is left for it to refuse.

    Where they *may_stop* nobody, what cannot be used is told and left out.

    Raises:
        Trouble: what is typed for a date may mean two, or no day there is; or a route turns on an answer that is none
            of the policy's own and is not said to be another.
    """
    found = {}
    for name, said in facts.items():
        try:
            taken = answer(policy, name, said, f"{place} {name}")
            if not may_stop:
                must_fit(policy, name, taken)
        except (Trouble, Refusal) as trouble:
            if may_stop:
                raise
            note(f"{trouble.sentence} It is left out.")
        else:
            found[name] = taken
    return found


def answer(policy: Policy, name: str, said: str, place: str) -> str:
    """Return one answer as the policy takes it; another than its own keeps its OTHER. Raises Trouble as above."""
    fact = policy.facts.get(name)
    if fact is None or not said:
        return said
    if fact.type != DATE:
        return _other(policy, name, said, place) if fact.other else answer_meant(said, fact.values)
    if instant_of(said, policy.zone) is not None:
        return said
    return read_day_or_time(said, place, policy.zone).isoformat()


def as_recorded(facts: Mapping[str, str]) -> dict[str, str]:
    """Return answers as they are put on the record: without the word that says that one is another."""
    return {name: said.removeprefix(OTHER).strip() for name, said in facts.items()}


def _other(policy: Policy, name: str, said: str, place: str) -> str:
    """Return one of the policy's own answers or, where another is welcome, that one."""
    values = policy.facts[name].values
    is_other = said.strip().casefold().startswith(OTHER)
    free = said.strip()[len(OTHER) :].strip() if is_other else said
    taken = answer_meant(free, values, free=True)
    if taken in values:
        return taken
    if is_other and free:
        return f"{OTHER} {free}"
    if not is_other and not (values and _turns_on(policy, name)):
        return taken
    raise Trouble(
        f"{place}: {said[:60]!r} is none of the answers that the policy names: choose {listed(list(values), 'or')}, or "
        f'write "{OTHER} …" where it is none of these.{meant(said, values)}'
    )


def _turns_on(policy: Policy, name: str) -> bool:
    """Does a route of the policy turn on the answer?"""
    return any(name in {*track.if_, *track.unless} for track in policy.tracks)
