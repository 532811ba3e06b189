"""Events of a policy in words."""

from .policy import Policy
from .policy.names import ANY

OF_THE_CASE = {
    "case.opened": "the opening of the case",
    "risk.raised": "the word of immediate risk",
    "party.joined": "the joining of the party",
}


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
    if thing.startswith("fact."):
        return f"the {thing.removeprefix('fact.').replace('-', ' ')}"
    if thing in OF_THE_CASE:
        return OF_THE_CASE[thing]
    act, overdue = thing.removesuffix(".overdue"), thing.endswith(".overdue")
    known = act.partition(".")[0] in policy.acts
    words = policy.act_title(act) if known else act.replace("-", " ").replace(".", ": ")
    return f"{words}{' overdue' if overdue else ''}{f' at {at}' if at else ''}"
