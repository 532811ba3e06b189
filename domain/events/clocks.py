"""Words that set clocks: a date agreed for one case, a number set locally, a group's meetings, a delay, a pause."""

from typing import Annotated, Literal

from pydantic import Field

from ..value import Instant
from .said import Name, Said, Words


class DateAgreed(Said):
    """A date agreed for this case alone, where the policy leaves the time to those concerned."""

    kind: Literal["agree-date"] = "agree-date"
    timescale: Name
    """Name of the policy's timescale, or of the duty's rule where it has none of its own."""
    until: Instant
    reason: Words = ""


class NumberFilled(Said):
    """A number that the policy's text leaves unknown is set locally, by a named person."""

    kind: Literal["fill"] = "fill"
    timescale: Name
    """As for an agreed date."""
    within: Name
    """A counted period, such as `5 working days`."""
    whose: Words
    """Whose number it is: the body or document that set it."""


class MeetingsPlanned(Said):
    """When a group meets: all its meetings still ahead, in place of those known before."""

    kind: Literal["meetings"] = "meetings"
    of: Name
    """Role or body of the policy."""
    at_times: Annotated[tuple[Instant, ...], Field(max_length=60)]


class Extended(Said):
    """A party consents to a later deadline; it counts when every party has said the same."""

    kind: Literal["extend"] = "extend"
    duty: int
    until: Instant
    reason: Words


class Paused(Said):
    """A party consents to stop the dispute's clocks until a date; it counts when every party has said the same."""

    kind: Literal["pause"] = "pause"
    until: Instant
    reason: Words


class Unpaused(Said):
    """The clocks go on before the date set for it."""

    kind: Literal["unpause"] = "unpause"
    reason: Words = ""
