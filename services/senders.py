"""Who sends a message, for whom they may, and how that is known."""

from collections.abc import Callable
from typing import Protocol

from adapters.people.file import Person
from domain.base.known import How
from domain.base.people import Actor
from domain.engine.seats import is_on_call
from domain.engine.senders import OPERATIONS

from .rights import must_speak_for, speaks_in


class Sender(Protocol):
    """Whoever sends."""

    def must_speak_for(self, by: Actor) -> None:
        """See that they may send what is from *by*. Raises Trouble. Never asked of immediate risk."""

    def known(self, by: Actor, recorded_by: str) -> tuple[How, str]:
        """Return how they are known, and who they are in words, for what is from *by*."""


class SignedIn:
    """Somebody of the file of people."""

    def __init__(self, who: Callable[[], Person]) -> None:
        """Take what says who it is, asked anew for each message."""
        self._who = who

    def must_speak_for(self, by: Actor) -> None:
        """See that their role may speak for whom it is from. Raises Trouble."""
        must_speak_for(self._who(), by.agency, by.role)

    def known(self, by: Actor, recorded_by: str) -> tuple[How, str]:
        """Return that they signed in, where they speak for themselves; else that they are an operator."""
        who = self._who()
        return how_known(who, by, recorded_by), who.who


class ByLink:
    """Whoever holds the link of a notice, and nothing more: it is known for which seat it was made."""

    def must_speak_for(self, by: Actor) -> None:
        """See to nothing: a link speaks for its own seat alone, and its page makes the message."""

    def known(self, by: Actor, recorded_by: str) -> tuple[How, str]:  # noqa: ARG002 - as every sender
        """Return that it came by a link alone, and to which seat."""
        return "l", ", ".join(filter(None, (by.role, by.agency)))


def how_known(who: Person, by: Actor, recorded_by: str) -> How:
    """Return how whoever types is known: signed in, where they speak for themselves; else as an operator."""
    speaks = (
        not (by.agency or by.role)
        or (who.role == "operations" and by.role == OPERATIONS)
        or (who.role == "on-call lead" and is_on_call(by))
        or (bool(who.seat) and by.role == who.seat and speaks_in(who, by.agency))
    )
    return "s" if speaks and who.role and not recorded_by else "o"
