"""Conditions over the answers about a case: the `if` and `unless` of tracks, duties and outcomes."""

from collections.abc import Mapping

from .parts import Condition


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


def may_apply(facts: Mapping[str, str], if_: Condition, unless: Condition) -> bool:
    """Could it apply once what is not answered yet is answered?"""
    answered = {name: wanted for name, wanted in if_.items() if name in facts}
    return applies(facts, answered, unless if unless.keys() <= facts.keys() else {})
