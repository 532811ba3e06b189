"""What sets or stops a case's clocks beside the policy: a number set locally, a pause."""

from .value import Instant, Value


class Filled(Value):
    """A number that the policy leaves unknown, set locally."""

    within: str
    whose: str
    entry: int = 0
    """Entry that set it; 0 where it came with the opening."""


class Pause(Value):
    """The dispute's clocks stand still."""

    since: Instant
    until: Instant | None = None
    """None while a stage that pauses is open."""
    entry: int
