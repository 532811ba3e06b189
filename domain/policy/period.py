"""Periods as a policy writes them: `2 working days`, `48 hours on working days`, `immediately` …"""

import re
from functools import cache
from typing import Literal

from ..base.value import Value

PeriodKind = Literal[
    "working days",
    "hours on working days",
    "working hours",
    "hours",
    "days",
    "same working day",
    "immediately",
    "as soon as possible",
    "next meeting",
    "case date",
    "none",
    "unknown",
]

_COUNTED = re.compile(
    r"(?P<amount>[0-9]{1,4}) "
    r"(?P<unit>working days?|hours? on working days|working hours?|hours?|days?|weeks?)(?P<before> before)?"
)
_MEETING = re.compile(r"next meeting of (?P<of>[a-z0-9-]+)")
_PLAIN: dict[str, PeriodKind] = {
    "same working day": "same working day",
    "immediately": "immediately",
    "without delay": "immediately",
    "as soon as possible": "as soon as possible",
    "case date": "case date",
    "none": "none",
    "unknown": "unknown",
}
_UNITS: dict[str, PeriodKind] = {
    "working day": "working days",
    "hour on working days": "hours on working days",
    "hours on working days": "hours on working days",
    "working hour": "working hours",
    "hour": "hours",
    "day": "days",
    "week": "days",
}
FORMS = (
    "`5 working days`, `48 hours on working days`, `24 hours`, `28 days`, `2 weeks`, `4 working hours`, "
    "`same working day`, `immediately`, `as soon as possible`, `next meeting of <role>`, `case date`, `none`, `unknown`"
)


class Period(Value):
    """A length of time as a policy means it; `calendar` turns it into an instant."""

    kind: PeriodKind
    amount: int = 0
    of: str = ""
    """For `next meeting`: the role or body that meets."""
    before: bool = False
    """True where it counts back from a planned date."""

    @property
    def is_prompt(self) -> bool:
        """True for words without a number that ask for speed: due the moment they arise."""
        return self.kind in {"immediately", "as soon as possible"}

    @property
    def is_counted(self) -> bool:
        """True where a number fixes the due moment."""
        return self.kind in {
            "working days",
            "hours on working days",
            "working hours",
            "hours",
            "days",
            "same working day",
        }


@cache
def parse_period(text: str) -> Period:
    """Read *text* as a period.

    Raises:
        ValueError: it is none of the forms; the sentence lists them.
    """
    words = " ".join(text.split())
    if words in _PLAIN:
        return Period(kind=_PLAIN[words])
    if meeting := _MEETING.fullmatch(words):
        return Period(kind="next meeting", of=meeting["of"])
    if counted := _COUNTED.fullmatch(words):
        unit = counted["unit"]
        kind = _UNITS.get(unit) or _UNITS[unit.removesuffix("s")]
        amount = int(counted["amount"]) * (7 if unit.startswith("week") else 1)
        if amount == 0:
            raise ValueError("a period of 0 is not a period: write `immediately` or `same working day`")
        return Period(kind=kind, amount=amount, before=bool(counted["before"]))
    raise ValueError(f"{words[:60]!r} is not a period: write one of {FORMS}")
