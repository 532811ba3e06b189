"""Event names: the dotted words by which a policy speaks of things that happened.

`step-1.discussion`, `step-3.contact-slo by raising`, `step-3.plan.overdue`, `any.outcome`, `case.opened` …
"""

from ..base.value import Value

ANY = "any"
FACT = "fact."
"""With this begins the name of what happens when a fact is answered."""
KEPT = "done"
"""In `until`: the duty outlives its visit and the dispute."""
GLOBAL_THINGS = ("case.opened", "ended", "risk.raised", "action.overdue", "party.joined", "formal.opened")
ENDS = ("resolved", "decided", "stopped", "noted", "diverted", "handed over")


class EventName(Value):
    """What a `when`, `of`, `after` or `done_by` looks for."""

    stage: str = ""
    """A stage id, `any`, or empty for the stage that is speaking (or for the case as a whole)."""
    thing: str
    """`discussion`, `chaired-meeting.held`, `plan.overdue`, `opened`, `not-agreed`, `ended.resolved` …"""
    by: str = ""
    """`raising`, `receiving` or empty."""


def split_event(text: str, stages: frozenset[str]) -> EventName:
    """Cut *text* into stage, thing and side. Whether the thing exists is for `policy check` to say."""
    words, _, by = " ".join(text.split()).partition(" by ")
    if words in GLOBAL_THINGS:
        return EventName(thing=words, by=by)
    head, dot, rest = words.partition(".")
    if dot and (head in stages or head == ANY):
        return EventName(stage=head, thing=rest, by=by)
    return EventName(thing=words, by=by)
