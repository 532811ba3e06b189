"""A batch of alerts: those of several cases to one rung of a rota, until each has gone. Nothing here waits or sends."""

from datetime import datetime, timedelta

from domain.base.reference import is_training
from domain.base.value import Instant, Value
from domain.case.effects import Accepted, Notice, Receipt
from domain.views.together import as_one

MOST = 100
"""Notices in one message; what is over goes in the next at once."""
REMEMBERED = 1_000
"""References of what went last: one that is handed in again is known by it."""
CARRIED_BYTES = 1_000_000
"""As JSON, from one run to the next: Temporal takes 2 MB."""
LONGEST = 1_000
"""Events of a run, as for a case."""


class AlertBatch(Value):
    """What a run begins with, and all that it must remember."""

    policy: str
    gather_seconds: int
    waiting: tuple[Notice, ...] = ()
    since: Instant | None = None
    """When the first of those waiting came."""
    going: tuple[Notice, ...] = ()
    """Those in the message that is being sent."""
    went: tuple[str, ...] = ()
    unnoted: tuple[Receipt, ...] = ()
    """Sent, and not in the register yet."""
    taken: tuple[Accepted, ...] = ()
    """Sent, and not yet known to have arrived."""
    longest_history: int = LONGEST
    """Events after which a new run begins."""

    def takes(self, notice: Notice, now: datetime) -> "AlertBatch":
        """Take a notice that was handed in, each reference once."""
        if notice.ref in self.went or any(notice.ref == one.ref for one in (*self.waiting, *self.going)):
            return self
        return self.but(waiting=(*self.waiting, notice), since=self.since or now)

    def waits_until(self) -> datetime | None:
        """Return when those waiting are to go; None where none waits."""
        return self.since and self.since + timedelta(seconds=self.gather_seconds)

    def puts_together(self) -> "AlertBatch":
        """Put the next message together from those waiting, what was due first on top. A training keeps to itself."""
        first = as_one(self.waiting)
        fitting = [one for one in (first, *first.together) if is_training(one.case) == is_training(first.case)]
        going = tuple(one.but(together=()) for one in fitting[:MOST])
        waiting = tuple(one for one in self.waiting if one not in going)
        return self.but(going=going, waiting=waiting, since=self.since if waiting else None)

    def is_rid_of(self, unnoted: tuple[Receipt, ...] = (), accepted: tuple[Accepted, ...] = ()) -> "AlertBatch":
        """The message has gone, or never will; *unnoted* is yet to be noted, and *taken* to be followed."""
        went = (*self.went, *(one.ref for one in self.going))[-REMEMBERED:]
        return self.but(going=(), went=went, unnoted=(*self.unnoted, *unnoted), taken=(*self.taken, *accepted))

    def has_noted(self, noted: tuple[Receipt, ...]) -> "AlertBatch":
        """The register has noted these."""
        return self.but(unnoted=tuple(one for one in self.unnoted if one not in noted))

    def has_followed(self, accepted: Accepted) -> "AlertBatch":
        """That message has arrived, or every way was tried."""
        return self.but(taken=tuple(one for one in self.taken if one != accepted))

    @property
    def is_empty(self) -> bool:
        """Is nothing left to send, to note or to follow?"""
        return not (self.waiting or self.going or self.unnoted or self.taken)

    @property
    def is_portable(self) -> bool:
        """Can it be carried into another run?"""
        return len(self.model_dump_json().encode()) <= CARRIED_BYTES
