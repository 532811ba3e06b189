"""The shape of a rota file, key by key. `directories/README.md` says it for those who write one."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from adapters.directory.addresses import Reach
from domain.base.value import Value
from domain.policy.local_settings import Rung
from domain.time.local_time import known_zone, resolve_local

RUNGS: tuple[Rung, ...] = get_args(Rung)
YEARS = (1901, 2198)
"""First and last year that a rota can cover."""
Handle = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+([-._][A-Za-z0-9]+)*$", max_length=60)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _clock(given: object) -> object:
    """Accept `"09:00"` besides a TOML time, which must have seconds."""
    if isinstance(given, str):
        try:
            return time.fromisoformat(given)
        except ValueError:
            msg = 'this is no time of day; write it like "09:00"'
            raise ValueError(msg) from None
    return given


def _local(clock: time) -> time:
    if clock.tzinfo is not None:
        msg = "the hand-over is on the clocks of the rota's zone; write it without an offset"
        raise ValueError(msg)
    return clock


def within_reach(day: date) -> date:
    """Return *day* if a rota can cover it. Raises ValueError, in one sentence, if not."""
    if not YEARS[0] <= day.year <= YEARS[1]:
        msg = (
            f"the year {day.year} cannot be right; write one from {YEARS[0]} to {YEARS[1]}, or leave it out where "
            "there is no end"
        )
        raise ValueError(msg)
    return day


Day = Annotated[date, AfterValidator(within_reach)]


class About(Value):
    """What the file is."""

    edition: Words
    """Which issue this is; the record of an alert names it."""
    title: str = ""
    zone: Annotated[str, AfterValidator(known_zone)] = "Europe/London"
    """On whose clocks the hand-over is."""
    hands_over: Annotated[time, BeforeValidator(_clock), AfterValidator(_local)]
    """Local time at which one person's turn ends and the next one's begins."""
    ranks: Annotated[tuple[Rung, ...], Field(min_length=1)] = RUNGS
    """The ranks that this rota fills, in the order in which they are woken."""


class Person(Reach):
    """One who takes turns."""

    handle: Handle
    """A staff number or the like, never a name: it stands in the record."""
    title: Words
    """Their role title."""
    starts: Day | None = Field(default=None, alias="from")
    """First day in the service; None for always."""
    until: Day | None = None
    """Last day in the service, that day included."""


class TurnRule(Value):
    """Whose weeks are whose: in rotation from a date on, or one week alone."""

    rank: Rung
    starting: Day | None = None
    """The day of the first hand-over; the persons follow one another from then on."""
    week_of: Day | None = None
    """Instead: the one week that begins with the hand-over of this day."""
    weeks_each: Annotated[int, Field(ge=1, le=52)] = 1
    """How many weeks each has at a time."""
    persons: Annotated[tuple[Handle, ...], Field(min_length=1)]
    """In order; with `week_of` one alone."""
    until: Day | None = None
    """The hand-over of this day ends the rotation."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.starting is None) == (self.week_of is None):
            msg = "a turn has either `starting` or `week_of`; give one of them"
            raise ValueError(msg)
        if self.week_of and (len(self.persons) > 1 or self.until or self.weeks_each > 1):
            msg = "a single week has one person, and neither `until` nor `weeks_each`; take the others out"
            raise ValueError(msg)
        if self.starting and self.until and self.until <= self.starting:
            msg = "the turn ends before it starts; put a later day in `until`"
            raise ValueError(msg)
        return self


class Override(Value):
    """Somebody else, or nobody, in one rank for a time. Where two overlap, the later one in the file holds."""

    rank: Rung
    starts: Annotated[datetime, AfterValidator(within_reach)] = Field(alias="from")
    """Without an offset on the clocks of the rota's zone."""
    until: Annotated[datetime, AfterValidator(within_reach)]
    person: Handle | None = None
    """Left out where nobody stands in. Refused where that would leave nobody reachable at all."""
    why: Words
    uid: str = ""
    """The event of the calendar feed that it came from."""
    sequence: Annotated[int, Field(ge=0)] = 0
    """Which version of the event. An earlier version changes nothing any more."""

    def span(self, zone: str) -> tuple[datetime, datetime]:
        """Return both ends in UTC.

        Raises ValueError, in one sentence, where an end does not exist in *zone* or exists twice, or the end is before
        the start.
        """
        starts, until = (
            one.astimezone(UTC) if one.tzinfo else resolve_local(one, zone) for one in (self.starts, self.until)
        )
        if until <= starts:
            msg = "it ends before it starts: put the earlier time in `from` and the later in `until`."
            raise ValueError(msg)
        return starts, until


class Swap(Value):
    """Two weeks of one rank: whoever has the one takes the other."""

    rank: Rung
    weeks: tuple[Day, Day]
    """The days of their hand-overs."""
    why: str = ""


class RotaFile(Value):
    """A whole file."""

    rota: About
    person: Annotated[tuple[Person, ...], Field(min_length=1)]
    turn: Annotated[tuple[TurnRule, ...], Field(min_length=1)]
    override: tuple[Override, ...] = ()
    swap: tuple[Swap, ...] = ()
