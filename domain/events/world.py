"""What no person says: time that passed, and what the world answered."""

from typing import Literal

from ..people import Actor
from ..refusals import Why
from ..value import Value
from .said import Name, Words


class MomentPassed(Value):
    """Time went by: whatever has become due up to now is due."""

    kind: Literal["moment"] = "moment"


class MessageRefused(Value):
    """A message that came by a door which cannot say no was refused; its text is not kept."""

    kind: Literal["refused"] = "refused"
    name: Name
    why: Why
    sentence: Words
    by: Actor = Actor()


class CancellationAsked(Value):
    """Somebody asked Temporal to cancel the case. A case ends by its policy, so it goes on."""

    kind: Literal["cancellation"] = "cancellation"


class NoticesReturned(Value):
    """Notices that reach nobody."""

    kind: Literal["returned"] = "returned"
    hopeless: tuple[str, ...] = ()
    """Refs of notices that no channel will take."""
