"""Immediate risk, and the answer to an alert."""

from typing import Literal

from ..people import Actor
from .said import Said, Words


class RiskRaised(Said):
    """Immediate risk to a child: anyone, any state, any wording or none. Nothing refuses it."""

    kind: Literal["risk"] = "risk"
    by: Actor = Actor()
    wording: Words = ""


class AlertAcknowledged(Said):
    """Somebody on call has seen the alert. It is not a resolution, and it expires."""

    kind: Literal["acknowledge"] = "acknowledge"
    answers: int = 0
    """Number of the entry whose notice is answered: an alert's, or that of immediate risk. Then it covers that kind
    alone, and nothing raised after `seen`, or after that entry where `seen` is None. 0 covers all that waits."""
