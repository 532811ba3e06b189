"""What a run of the workflow begins with."""

from domain.effects import Entry, Notice, Taken
from domain.escalation import Escalation
from domain.events import Opening
from domain.value import Value

LONGEST = 1_000
"""Events, some 120 messages: a worker that is new to the case goes through them in about a second."""


class Run(Value):
    """A new case, or one carried over from the run before."""

    opening: Opening | None = None
    carried: Escalation | None = None
    entries: tuple[Entry, ...] = ()
    """Not yet in the register when the run before ended."""
    notices: tuple[Notice, ...] = ()
    """Not yet sent when the run before ended."""
    taken: tuple[Taken, ...] = ()
    """Sent, and not yet known to have arrived when the run before ended."""
    longest_history: int = LONGEST
    """Events after which a new run begins; 0 leaves it to the server's suggestion."""

    @property
    def partners(self) -> tuple[str, ...]:
        """The agencies of the case's partnership, as far as they were known when it opened."""
        case = self.carried or self.opening
        return case.partners if case else ()
