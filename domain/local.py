"""What no policy says: a partnership's own settings, pinned with a case and never shown as the area's policy."""

from typing import Annotated

from pydantic import AfterValidator, Field

from .policy.period import parse_period
from .value import Instant, Text, Value


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
    acknowledgement_hours: Annotated[int, Field(ge=1, le=168)] = 24
    """How long an acknowledgement holds while the duty is still undone."""
