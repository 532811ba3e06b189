"""What a round finds. Plain words and case references; never anything about a child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.plain import plain

AT_ONCE = timedelta()


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing that somebody must see to."""

    ref: str
    """The same in every round while it lasts: `watch/ESC-7K2M-9QX4/moment/12`."""
    what: str
    """`moment`, `acknowledgement`, `alert`, `case`, `register`, `record`, `directory`, `rota`, `keys` or
    `watch`."""
    says: str
    """One or two sentences."""
    mend: str
    """What to do about it, in one sentence."""
    case: str = ""
    """A case's reference; empty where it is about no single case."""
    patience: timedelta = AT_ONCE
    """How long it may last before anybody is told."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A finding as it is told: for the first time, again, or as mended."""

    found: Found
    state: str
    """`found`, `lasts` or `mended`."""
    since: str
    """When a round first saw it: `2026-11-23T10:02:00+00:00`."""
    times: int
    """1 when it is told first, 2 an hour later …"""
    training: bool = False

    @property
    def ref(self) -> str:
        """Reference of this telling; the same when it is sent again after a broken connection."""
        return f"{self.found.ref}/{'mended' if self.state == 'mended' else self.times}/{self.since}"

    @property
    def subject(self) -> str:
        """One line, with the case's reference first where there is one."""
        about = f"{self.found.case}: " if self.found.case else ""
        begins = f"{'TRAINING: ' if self.training else ''}{_BEGINS[self.state]}"
        return plain(f"{begins}{about}{_TOPICS[self.found.what]}")

    @property
    def body(self) -> str:
        """The whole text for a person."""
        lines = [self.found.says, "", f"First seen: {self.since}"]
        if self.state == "mended":
            lines = ["This is over; nothing more is to be done about it. It was:", "", *lines]
        else:
            lines += [f"To do: {self.found.mend}", "", "This is told again each hour while it lasts."]
        ends = f"From the watch, which reads the register alone. Reference: {self.found.ref}"
        return plain("\n".join([*lines, "", ends, ""]))

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "reference": self.found.ref,
            "telling": self.ref,
            "state": self.state,
            "what": self.found.what,
            "case": self.found.case,
            "says": self.found.says,
            "mend": self.found.mend,
            "since": self.since,
            "times": self.times,
            "training": self.training,
        }


_BEGINS = {"found": "", "lasts": "still: ", "mended": "mended: "}
_TOPICS = {
    "moment": "a deadline came and nothing was done about it",
    "acknowledgement": "an acknowledged alert was not taken up again",
    "alert": "an alert reached nobody",
    "case": "what the register shows of it cannot be read",
    "register": "the register cannot be read",
    "record": "the register holds less than it did",
    "directory": "the directory that open cases need cannot be read",
    "rota": "nobody is on call",
    "watch": "the watch itself is at fault",
    "keys": "what people wrote in open cases cannot be read by the watch",
}
