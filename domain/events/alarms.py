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
