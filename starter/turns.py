"""Messages that turn the case itself: its facts, its parties, its clocks."""

from collections.abc import Callable
from typing import Any

from domain.events import (
    DateAgreed,
    Extended,
    FactSaid,
    MeetingsPlanned,
    Message,
    NumberFilled,
    PartyJoined,
    PartyLeft,
    Paused,
    Unpaused,
    Withdrawn,
)

from .times import read_time, read_until
from .typed import Said


def about_the_case(kind: str, common: dict[str, Any], said: Said, named: Callable[[str], str]) -> Message:
    """Make the message; *common* is what every message carries.

    Raises:
        Trouble: a time cannot be read.
        ValidationError: a value does not fit.
    """
    reason = said["reason"]
    match kind:
        case "fact":
            ((name, value),) = said["fact"].items()
            return FactSaid(**common, fact=name, value=value, reason=reason)
        case "join":
            return PartyJoined(**common, agency=named(said["agency"]), side=said["side"], reason=reason)
        case "leave":
            return PartyLeft(**common, party=named(said["agency"]), reason=reason)
        case "agree-date":
            return DateAgreed(**common, timescale=said["timescale"], until=_until(said), reason=reason)
        case "fill":
            return NumberFilled(**common, timescale=said["timescale"], within=said["within"], whose=said["whose"])
        case "meetings":
            times = sorted({read_time(one, "--meeting", ahead=True) for one in said["meeting"]})
            return MeetingsPlanned(**common, of=said["group"], at_times=tuple(times))
        case "extend":
            return Extended(**common, duty=said["duty"], until=_until(said), reason=reason)
        case "pause":
            return Paused(**common, until=_until(said), reason=reason)
        case "unpause":
            return Unpaused(**common, reason=reason)
        case _:
            return Withdrawn(**common, reason=reason)


def _until(said: Said) -> Any:
    return read_until(said["until"], "--until")
