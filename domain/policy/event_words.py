"""Events of a policy in words."""

import re

from ..base.refusals import listed
from .act_kinds import main_part
from .event_names import ANY, FACT
from .shape import Policy

OF_THE_CASE = {
    "case.opened": "the opening of the case",
    "risk.raised": "the word of immediate risk",
    "party.joined": "the joining of the party",
}


def cited(*places: str) -> tuple[str, ...]:
    """Return the places of a protocol that are named, in order and each once; what another names too is left out."""
    named = [place for place in dict.fromkeys(place.strip() for place in places) if place]
    return tuple(one for one in named if not any(one != other and _names(other, one) for other in named))


def _names(place: str, other: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(other)}(?![\w.-])", place) is not None


def event_words(policy: Policy, text: str, stage: str = "") -> str:
    """Say an event of a policy in words; *stage* is the one that speaks of it, where one does."""
    name = policy.event(text)
    where = "" if name.stage == ANY else name.stage or (stage if name.thing not in policy.outcome_ids else "")
    by = f" by the {name.by} side" if name.by else ""
    return f"{'any ' if name.stage == ANY else ''}{thing_words(policy, name.thing, where)}{by}"


def thing_words(policy: Policy, thing: str, stage: str) -> str:
    """Say what happened, at a stage where one is given."""
    at = policy.stage(stage).title if stage else ""
    if thing in {"opened", "left"}:
        return f"the {'opening' if thing == 'opened' else 'end'} of {at or 'the step'}"
    if thing.startswith(FACT):
        return f"the {thing.removeprefix(FACT).replace('-', ' ')}"
    if thing in OF_THE_CASE:
        return OF_THE_CASE[thing]
    act, overdue = thing.removesuffix(".overdue"), thing.endswith(".overdue")
    known = act.partition(".")[0] in policy.acts
    words = policy.act_title(act) if known else act.replace("-", " ").replace(".", ": ")
    return f"{words}{' overdue' if overdue else ''}{f' at {at}' if at else ''}"


def time_given(policy: Policy, within: str) -> str:
    """Say a rule's time as its file writes it: of a named one what it is, its grades, and what may stand in for it."""
    named = policy.timescales.get(within)
    if named is None:
        return within
    grades = [f"{grade}: {time}" for grade, time in named.grades.items()]
    date = f"; a date agreed for the case {named.case_date} it" if named.case_date in {"shortens", "replaces"} else ""
    date = "; a date agreed for the case stands in" if named.case_date == "stands in" else date
    guide = "; a guide only" if named.indicative else ""
    return f"{named.value}{f' ({listed(grades)})' if grades else ''}{date}{guide}"


def ways_words(policy: Policy, acts: tuple[str, ...]) -> str:
    """Say in which ways any of *acts* may be done, as the policy writes them, and which ways do not count.

    `telephone or face to face; e-mail does not count`. Empty where the policy leaves the way open.
    """
    said = {policy.act_title(name): _ways_of(policy, name) for name in acts}
    told = {title: words for title, words in said.items() if words}
    return "; ".join(told.values()) if len(said) == 1 else "; ".join(f"{title}: {told[title]}" for title in told)


def _ways_of(policy: Policy, name: str) -> str:
    head, _, part = name.partition(".")
    act = policy.acts.get(head)
    if act is None or part != main_part(act.kind):
        return ""
    against = listed(act.discouraged, "and")
    do = "does" if len(act.discouraged) == 1 else "do"
    return "; ".join(filter(None, (listed(act.methods, "or"), f"{against} {do} not count" if against else "")))
