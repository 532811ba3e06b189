"""Seconds, measured many times, as one line of figures."""

import os
import statistics
from collections.abc import Iterable
from typing import NamedTuple


class Spread(NamedTuple):
    """Seconds of so many measurings."""

    number: int
    least: float
    median: float
    nineteen_of_twenty: float
    """The 95th in a hundred."""
    most: float

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"least {self.least:.2f} s, median {self.median:.2f} s, 95 % within {self.nineteen_of_twenty:.2f} s, "
            f"most {self.most:.2f} s ({self.number} measured)"
        )


def spread(seconds: Iterable[float]) -> Spread:
    """Sum up; there must be at least one."""
    ordered = sorted(seconds)
    return Spread(
        len(ordered),
        ordered[0],
        statistics.median(ordered),
        ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        ordered[-1],
    )


def load() -> str:
    """Say how busy the machine is, with all that others do on it."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
