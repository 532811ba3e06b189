"""What the register says of the deadlines that passed: when each was entered, and when its alert was first tried."""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from adapters.register.drivers import rows
from adapters.register.instants import from_text
from adapters.register.keys_read import KeysRead
from adapters.register.plain import entry_in_clear
from adapters.register.register import Register
from domain.commands import Opening
from tests.chaos.soundness import told_again

ENTRIES = """
    SELECT case_ref, number, kind, entry_time, body, body_key_id FROM entry WHERE kind IN ('overdue', 'alert')
    ORDER BY case_ref, number"""
TRIES = 40
LOOK_EVERY_SECONDS = 0.5
ATTEMPTS = "SELECT notice_ref, at, result FROM attempt ORDER BY notice_ref, number"


class Missed(NamedTuple):
    """One deadline that passed, and the first alert about it."""

    case: str
    due: datetime
    entered_at: datetime
    because_of_outage: bool
    alerts: tuple[str, ...]
    """References of the notices that wake somebody about it, one for each alert so far."""
    tried_at: datetime | None
    """First try to send the first of them; None while there was none."""
    accepted_at: datetime | None


def missed(url: str) -> list[Missed]:
    """Return every deadline that is on the record as overdue, in order of due; each case must have one such entry."""
    tries: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in _tries(url):
        tries[row["notice_ref"]].append((from_text(row["at"]), row["result"]))
    of_case: dict[str, list[dict[str, Any]]] = defaultdict(list)
    keys = KeysRead(url)
    for row in rows(url, ENTRIES, {}):
        of_case[row["case_ref"]].append(entry_in_clear(row, keys.of(row["case_ref"])))
    found = [_missed(case, entries, tries) for case, entries in of_case.items()]
    return sorted(found, key=lambda one: one.due)


def _missed(case: str, entries: list[dict[str, Any]], tries: dict[str, list[tuple[datetime, str]]]) -> Missed:
    overdue = [entry for entry in entries if entry["kind"] == "overdue"]
    alerts = tuple(f"{case}/{entry['number']}/1" for entry in entries if entry["kind"] == "alert")
    assert len(overdue) == 1, f"{case} was entered as overdue {len(overdue)} times"
    body = overdue[0]["body"]
    tried = tries.get(alerts[0], []) if alerts else []
    return Missed(
        case=case,
        due=datetime.fromisoformat(body["due"]),
        entered_at=from_text(overdue[0]["entry_time"]),
        because_of_outage=body["because_of_outage"],
        alerts=alerts,
        tried_at=tried[0][0] if tried else None,
        accepted_at=next((at for at, result in tried if result == "accepted"), None),
    )


def accepted(url: str) -> int:
    """Return how many notices were accepted."""
    return len(_accepted(url))


def waiting(url: str) -> int:
    """Return how many notices were tried and have not been accepted."""
    return len({row["notice_ref"] for row in _tries(url)} - _accepted(url))


def failed(url: str) -> int:
    """Return how many tries to send failed."""
    return sum(row["result"] == "failed" for row in _tries(url))


def _accepted(url: str) -> set[str]:
    """Return the notices that were accepted."""
    return {row["notice_ref"] for row in _tries(url) if row["result"] == "accepted"}


def _tries(url: str) -> list[dict[str, Any]]:
    return rows(url, ATTEMPTS, {})


def all_left_once(url: str, openings: Iterable[Opening]) -> list[str]:
    """Hold the record against itself, and the notices that were decided against those accepted; return their refs.

    Raises AssertionError where the record is not whole, or a notice is lost or was noted as accepted twice.
    """
    with Register(url) as register:
        assert register.verify() == [], register.verify()
        return [ref for opening in openings for ref in _left_once(url, register, opening)]


def _left_once(url: str, register: Register, opening: Opening) -> list[str]:
    """A notice of this very moment may still be on its way, so it is asked for again for a while."""
    for _ in range(TRIES):
        _, decided = told_again(url, opening.case)
        attempts = [stored.attempt for stored in register.attempts(opening.case)]
        went = [one.notice_ref for one in attempts if one.result == "accepted"]
        if sorted(went) == sorted(decided):
            return decided
        time.sleep(LOOK_EVERY_SECONDS)
    raise AssertionError(f"not as decided: {set(went) ^ set(decided) or 'twice'}")
