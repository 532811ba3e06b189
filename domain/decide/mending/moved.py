"""What another edition does to the deadlines of a case: each one before and after (rules 51 and 52)."""

from collections.abc import Iterator
from typing import Literal

from ...escalation import Escalation
from ...value import Instant, Value
from ..turn import owner_of, title_of


class Moved(Value):
    """One duty to which something happens."""

    duty: int
    what: str
    by: str
    how: Literal["moved", "lapsed", "arose"]
    before: Instant | None = None
    """When it was due; None where it had no time, or did not exist."""
    after: Instant | None = None
    """When it is due from now on; None where it has no time, or lapsed."""


def moved_between(before: Escalation, after: Escalation) -> tuple[Moved, ...]:
    """Compare the deadlines that were owed with those that are, in order of the duties' numbers."""
    return tuple(_moved(before, after))


def _moved(before: Escalation, after: Escalation) -> Iterator[Moved]:
    for duty in after.duties:
        said = {"duty": duty.id, "what": title_of(after, duty), "by": owner_of(after, duty)}
        if duty.id > len(before.duties):
            if duty.is_outstanding:
                yield Moved(**said, how="arose", after=duty.due)
            continue
        old = before.duties[duty.id - 1]
        if old.is_outstanding and not duty.is_outstanding:
            yield Moved(**said, how="lapsed", before=old.due)
        elif old.is_outstanding and (old.due or old.held_due) != (duty.due or duty.held_due):
            yield Moved(**said, how="moved", before=old.due or old.held_due, after=duty.due or duty.held_due)
