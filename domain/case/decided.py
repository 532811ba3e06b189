"""What the record keeps of one decision: its entries, what it changed, and whom it told."""

import hashlib
from typing import Annotated, NamedTuple

from pydantic import Field

from ..base.canonical import canonical
from ..base.value import Value
from .effects import Entry, Notice
from .patch import Changes
from .state import Escalation


class Decided(Value):
    """One decision that made an entry. It is entered whole or not at all."""

    entries: Annotated[tuple[Entry, ...], Field(min_length=1)]
    """In order, without a gap."""
    changes: Changes
    """Since the decision before it that made an entry: what passed between without one travels with this."""
    notices: tuple[Notice, ...] = ()
    """All that it decided to send, so that the record alone says what is owed to whom."""
    follows: str = ""
    """Mark of the entry that it was decided after (`mark_of`): the record takes it after no other. Empty where that is
    not known; not kept."""


def mark_of(entry: Entry) -> str:
    """Return what tells an entry from any other under the same number: of its content alone, in 16 digits.

    Raises ValueError where it holds what canonical JSON cannot.
    """
    return hashlib.sha256(canonical(entry.model_dump(mode="json"))).hexdigest()[:16]


class OnRecord(NamedTuple):
    """A case as its record alone tells it."""

    case: Escalation
    notices: tuple[Notice, ...]
    """Decided, and not sent as far as the record knows; each marked late. In the order in which they were decided."""
    case_key: str = ""
    """The key with which its record is encrypted, wrapped; empty where there is none."""
