"""A running case takes another edition of its policy or its calendar."""

from typing import Literal

from ..calendar import Calendar
from ..policy import Policy
from .said import Said, Words


class EditionAdopted(Said):
    """From now on another edition of the policy holds."""

    kind: Literal["adopt"] = "adopt"
    policy: Policy
    reason: Words


class CalendarAdopted(Said):
    """From now on another edition of the calendar holds, for deadlines still ahead."""

    kind: Literal["adopt-calendar"] = "adopt-calendar"
    calendar: Calendar
    reason: Words = ""
