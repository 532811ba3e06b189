"""What no policy says: a partnership's own settings, pinned with a case and never shown as the area's policy."""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ..base.value import Instant, Text, Value
from .period import parse_period


def _counted(text: str) -> str:
    if text and not parse_period(text).is_counted:
        raise ValueError("write a number of hours or days, such as `same working day` or `4 hours`")
    return text


def _lead(text: str) -> str:
    period = parse_period(text)
    if not period.is_counted or period.before or period.kind == "same working day":
        raise ValueError("write a number of hours or days, such as `1 working day` or `4 hours`")
    return text


CountedPeriod = Annotated[str, AfterValidator(_counted)]
LeadTime = Annotated[str, AfterValidator(_lead)]


Rung = Literal["first", "second", "deputy", "duty-manager"]


class Number(Value):
    """A number that a policy leaves unknown, as the partnership has set it."""

    within: Annotated[CountedPeriod, Field(min_length=1)]
    whose: Annotated[Text, Field(min_length=1, max_length=200)]
    """Whose number it is: the body or the document that set it."""


class Local(Value):
    """Audited local settings. Everything about the policy is off unless set; the alert's pace always has a value."""

    tolerance: CountedPeriod = ""
    """How long `immediately` and `as soon as possible` may stay undone before they alert; empty means they never do."""
    untimed: CountedPeriod = ""
    """A local target for duties to which the policy gives no time at all; empty means none."""
    meetings: dict[str, tuple[Instant, ...]] = {}
    """Meetings that groups have planned: role id to instants."""
    numbers: dict[str, Number] = {}
    """Numbers for what policies leave unknown: name of the timescale, or of the rule, to the number."""
    extensions: bool = False
    """True where every party together may put off what is not late yet."""
    pausing: bool = False
    """True where every party together may stop the dispute's clocks for a time."""
    withdrawal: bool = False
    """True where the raising side may withdraw what it raised."""
    reminders: Annotated[tuple[LeadTime, ...], Field(max_length=10)] = ()
    """How long before a deadline those who owe it are reminded."""
    alert_every_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    alerts_a_day: Annotated[int, Field(ge=1, le=96)] = 6
    """Ceiling of repeated alerts for one case within 24 hours; what has just become overdue always alerts."""
    climb: Annotated[tuple[Rung, ...], Field(min_length=1, max_length=12)] = (
        "first",
        "first",
        "second",
        "duty-manager",
    )
    """Whom the alerts of one alarm wake, one after the other, until somebody answers; the last again and again."""
    quiet_from: time | None = None
    quiet_until: time | None = None
    """Local hours in which nobody is woken for what the policy only says *should* be done, unless the case is urgent.

    Both or neither; None means that there are none.
    """
    must_be_known: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    """Acts, outcomes and commands that are taken from a sender alone who was known; never what is about danger."""
    acknowledgement_hours: Annotated[int, Field(ge=1, le=168)] = 24
    """How long an acknowledgement holds while the duty is still undone."""

    @model_validator(mode="after")
    def _quiet_hours_begin_and_end(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None) or (
            self.quiet_from and self.quiet_from == self.quiet_until
        ):
            raise ValueError("quiet hours begin and end: give quiet_from and quiet_until, and not the same time")
        return self
