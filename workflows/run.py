"""What a run of the workflow begins with."""

from domain.effects import Entry, Notice
from domain.escalation import Escalation
from domain.events import Opening
from domain.value import Value


class Run(Value):
    """A new case, or one carried over from the run before."""

    opening: Opening | None = None
    carried: Escalation | None = None
    entries: tuple[Entry, ...] = ()
    """Not yet in the register when the run before ended."""
    notices: tuple[Notice, ...] = ()
    """Not yet sent when the run before ended."""
    longest_history: int = 0
    """Events after which a new run begins; 0 leaves it to the server's suggestion."""
