"""The rungs of the rota: whom an alert wakes, one after the other. Who sits there is looked up when it is sent."""

from ...effects import Recipient
from ...escalation import Escalation
from ...people import Actor

ON_CALL = Recipient(role="on-call", title="safeguarding lead on call")
TITLES = {
    "second": "second safeguarding lead on call",
    "deputy": "deputy safeguarding lead on call",
    "duty-manager": "duty manager on call",
}
"""Of the rungs after the first."""


def on_call(rung: str) -> Recipient:
    """Return the seat of a rung: `on-call.second` …; where the rota has none such, the lead is written to."""
    return ON_CALL if rung == "first" else Recipient(role=f"{ON_CALL.role}.{rung}", title=TITLES[rung])


def is_on_call(seat: Recipient | Actor) -> bool:
    """Is a seat one of the rota's, whether it is told or speaks?"""
    return seat.role.partition(".")[0] == ON_CALL.role


def rung_of(recipient: Recipient) -> str:
    """Return the rung that a seat of the rota is: `first`, `second` …"""
    return recipient.role.partition(".")[2] or "first"


def those_alerted(case: Escalation) -> tuple[Recipient, ...]:
    """Return everybody whom the present alarm has reached so far."""
    return tuple(on_call(rung) for rung in case.pace.told or ("first",))
