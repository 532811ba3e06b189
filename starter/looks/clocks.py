"""Do the clocks agree? A deadline is told by this machine's, entered by the worker's, and fired by Temporal's."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from settings import Settings

from .finding import Finding

A_LITTLE = timedelta(seconds=5)
TOO_MUCH = timedelta(minutes=1)
_MEND = "Let each machine keep its time by the network (NTP)."


def machine_clock() -> datetime:
    """Tell this machine's time."""
    return datetime.now(UTC)


def clocks(settings: Settings, clock: Callable[[], datetime] = machine_clock) -> Iterator[Finding]:
    """Compare this machine's clock with PostgreSQL's; a register in a file has none."""
    from adapters.register.address import sqlite_path
    from adapters.register.drivers import rows
    from adapters.register.errors import RegisterError

    try:
        if sqlite_path(settings.register) is not None:
            return
        begun = clock()
        (answer,) = rows(settings.register, "SELECT clock_timestamp() AS now", {})
        yield compared("the register's database", answer["now"], begun, clock())
    except (RegisterError, ValueError):
        return  # told of as the register


def compared(whose: str, theirs: datetime, begun: datetime, ended: datetime) -> Finding:
    """Compare a time that was told between two instants of ours."""
    off = max(begun - theirs, theirs - ended, timedelta())
    if off <= A_LITTLE:
        return Finding("clock", "ok", f"agrees with that of {whose}")
    ahead = "behind" if theirs > ended else "ahead of"
    says = f"This machine's clock is {off.total_seconds():.0f} seconds {ahead} that of {whose}."
    return Finding("clock", "problem" if off > TOO_MUCH else "warning", says, _MEND)


def of_pollers(seen: Iterable[datetime], ended: datetime) -> Iterator[Finding]:
    """Say if Temporal saw a worker ask in what is the future here. (Where ours is ahead, it cannot show this way.)"""
    latest = max(seen, default=ended)
    if latest - ended > A_LITTLE:
        yield compared("Temporal", latest, ended, ended)
