"""What the record keeps of one decision: its entries, what it changed, and whom it told."""

from typing import Annotated, NamedTuple

from pydantic import Field

from .changes import Changes
from .effects import Entry, Notice
from .escalation import Escalation
from .value import Value


class Decided(Value):
    """One decision that made an entry. It is entered whole or not at all."""

    entries: Annotated[tuple[Entry, ...], Field(min_length=1)]
    """In order, without a gap."""
    changes: Changes
    """Since the decision before it that made an entry: what passed between without one travels with this."""
    notices: tuple[Notice, ...] = ()
    """All that it decided to send, so that the record alone says what is owed to whom."""


class OnRecord(NamedTuple):
    """A case as its record alone tells it."""

    case: Escalation
    notices: tuple[Notice, ...]
    """Decided, and not sent as far as the record knows; each marked late. In the order in which they were decided."""
