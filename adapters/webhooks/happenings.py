"""What a program can be told of: each type of message, and which entries of the record it tells of.

A message names a case, an entry's number, kinds and times. Whoever wants more asks the interface, as somebody who may.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Type = Literal[
    "case.opened", "case.closed", "entry.recorded", "risk.raised", "duty.overdue", "alert.due", "alert.sent",
    "alert.acknowledged", "test",
]  # fmt: skip
DOES: Mapping[Type, str] = {
    "case.opened": "A case was opened.",
    "case.closed": "Nothing is owed in a case any more. It may come back.",
    "entry.recorded": "Any other entry was made in a case: `kind` says which.",
    "risk.raised": "Somebody raised immediate risk.",
    "duty.overdue": "Something owed was not done in time.",
    "alert.due": "The safeguarding lead on call is to be told.",
    "alert.sent": "A channel took the notice of an alert, or of immediate risk.",
    "alert.acknowledged": "Somebody has seen an alert, or has an immediate risk.",
    "test": "A message to try whether it arrives. It is of no case.",
}
"""Each type, and when it is sent."""
_OF_ENTRY: Mapping[str, Type] = {
    "opened": "case.opened",
    "closed": "case.closed",
    "risk": "risk.raised",
    "risk-again": "risk.raised",
    "overdue": "duty.overdue",
    "alert": "alert.due",
    "acknowledged": "alert.acknowledged",
}
ALARMS = frozenset({"alert", "risk", "risk-again"})
"""Kinds of entry whose notices are followed until a channel took them."""


class Happening(NamedTuple):
    """One message."""

    id: str
    """The same on every try: by it a receiver drops repeats."""
    type: Type
    timestamp: str
    """When it was entered in the record, or taken by a channel, in UTC."""
    data: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return what is sent."""
        return {"id": self.id, "type": self.type, "timestamp": self.timestamp, "data": dict(self.data)}


def of_entry(entry: Mapping[str, Any]) -> Happening:
    """Return the message of an entry, of which `case_ref`, `number`, `kind` and two times are looked at."""
    case, number, kind = entry["case_ref"], entry["number"], entry["kind"]
    data = {"case": case, "entry": number, "kind": kind, "happened_at": entry["event_time"]}
    return Happening(f"{case}/{number}", _OF_ENTRY.get(kind, "entry.recorded"), entry["entry_time"], data)


def of_sending(attempt: Mapping[str, Any], number: int, kind: str) -> Happening:
    """Return the message of a try that a channel took, of a notice of the entry of that number and kind."""
    case, ref = attempt["case_ref"], attempt["notice_ref"]
    data = {"case": case, "entry": number, "kind": kind, "notice": ref, "channel": attempt["channel"]}
    return Happening(f"{ref}/sent", "alert.sent", attempt["at"], data)
