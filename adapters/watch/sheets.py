"""What a round reads: three queries by the plain drivers, however many cases there are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.register.drivers import rows
from adapters.register.instants import from_text

_PRESSING = "s.open AND (s.overdue > 0 OR s.urgency = 'immediate risk')"
_STANDINGS = "SELECT case_ref, as_of_number, overdue, urgency, view FROM standing s WHERE s.open ORDER BY case_ref"
_ENTRIES = f"""
    SELECT e.case_ref, e.number, e.kind, e.entry_time,
           CASE WHEN e.kind IN ('alert', 'notice-sent') AND e.body_key_id IS NULL THEN e.body END AS body
    FROM entry e JOIN standing s ON s.case_ref = e.case_ref
    WHERE {_PRESSING} ORDER BY e.case_ref, e.number"""  # noqa: S608 - no value in it, here or below
_ATTEMPTS = f"""
    SELECT a.case_ref, a.notice_ref, a.result, a.at
    FROM attempt a JOIN standing s ON s.case_ref = a.case_ref
    WHERE {_PRESSING} ORDER BY a.notice_ref, a.number"""  # noqa: S608


@dataclass(frozen=True)
class Line:
    """One entry of a case, as far as a round needs it."""

    number: int
    kind: str
    entered_at: datetime
    body: dict[str, Any]
    """Of alerts and notices noted late; empty for all others."""


@dataclass
class Sheet:
    """What the register says of one open case."""

    case: str
    as_of: int
    """Number of its last entry."""
    view: str
    """Its standing, as JSON text."""
    is_pressing: bool
    """Something is overdue, or immediate risk was raised. Of other cases no lines and tries are read."""
    lines: list[Line] = field(default_factory=list)
    tries: list[tuple[str, str, datetime]] = field(default_factory=list)
    """Of each notice in order: its reference, what became of the try (`accepted`, `undelivered` …), and when."""


def open_sheets(url: str) -> list[Sheet]:
    """Read every open case, in the order of their references.

    Raises:
        NothingThere: there is no register at this address.
        RegisterUnreachable: it cannot be read now.
        ValueError: the address is of no known kind.
    """
    found = {row["case_ref"]: _sheet(row) for row in rows(url, _STANDINGS, {})}
    if not any(sheet.is_pressing for sheet in found.values()):
        return list(found.values())
    for row in rows(url, _ENTRIES, {}):
        if row["case_ref"] in found:  # one that was opened between two queries is for the next round
            found[row["case_ref"]].lines.append(_line(row))
    for row in rows(url, _ATTEMPTS, {}):
        if row["case_ref"] in found:
            found[row["case_ref"]].tries.append((row["notice_ref"], row["result"], from_text(row["at"])))
    return list(found.values())


def _sheet(row: dict[str, Any]) -> Sheet:
    is_pressing = row["overdue"] > 0 or row["urgency"] == "immediate risk"
    return Sheet(row["case_ref"], row["as_of_number"], row["view"], is_pressing)


def _line(row: dict[str, Any]) -> Line:
    body = json.loads(row["body"]) if row["body"] is not None else {}
    return Line(row["number"], row["kind"], from_text(row["entry_time"]), body)
