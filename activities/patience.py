"""How long is waited: for a provider that says no more than that it is sending, and for those who cannot be told."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity

from domain.case.effects import Notice
from domain.engine.seats import is_on_call

SOONEST, LATEST = timedelta(seconds=30), timedelta(minutes=5)
"""How long after a question the next one is asked: the longer nothing is heard, the later."""
AGAIN = timedelta(minutes=1)
"""How soon a way that is down is tried again, or a register that is."""
WAITING = timedelta(hours=1)
"""How long what is ordinary waits for those who cannot be told now, unless an installation has chosen otherwise."""


@dataclass(frozen=True)
class Patience:
    """What an installation has chosen."""

    usual: timedelta
    """For a provider's receipt."""
    urgent: timedelta
    """The same for urgent notices and alerts."""
    waiting: timedelta = WAITING
    """How long an ordinary notice waits for those whom it should reach, and any notice for the rest of several."""

    def with_(self, notice: Notice) -> timedelta:
        """Return how long to wait for the receipt of a notice."""
        return self.urgent if notice.urgent or is_on_call(notice.to) else self.usual

    def ran_out(self, notice: Notice) -> str:
        """Say that there was no receipt in time."""
        return f"no receipt in {self.with_(notice) // timedelta(minutes=1)} minutes"


def tried_for() -> timedelta:
    """Return how long the present activity has been tried; nothing outside one."""
    if not activity.in_activity():
        return timedelta()
    info = activity.info()
    return info.current_attempt_scheduled_time - info.scheduled_time


def pause_after(waited: timedelta, left: timedelta = LATEST) -> timedelta:
    """Return how long to wait before the next question, *left* at the most."""
    return min(max(SOONEST, waited / 2), LATEST, left)


def doubled(soonest: timedelta, times: int, latest: timedelta) -> timedelta:
    """Return how long to wait after so many tries in vain: *soonest* after one, twice as long after each, up to
    *latest*.
    """
    factor: int = 2 ** min(times - 1, 10)
    return min(soonest * factor, latest)
