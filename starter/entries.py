"""Entries of the register in plain words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.spoken import say_instant

from .screen import Row
from .times import LONDON

HEADERS = ("entry", "when it happened", "what", "by")
_LATE = timedelta(minutes=5)
"""Entered later than this after it happened, an entry says so."""


def entry_row(entry: Mapping[str, Any]) -> Row:
    """Return an entry as a line: its number, its event time, what happened, by whom."""
    at, entered = (datetime.fromisoformat(entry[name]) for name in ("event_time", "entry_time"))
    what = entry_words(entry)
    if entered - at > _LATE:
        what += f" (entered late: {say_instant(entered, LONDON)})"
    by = f"{entry['on_behalf_of']}, entered by {entry['by']}" if entry["on_behalf_of"] else entry["by"]
    tone = "late" if entry["kind"] in {"overdue", "alert", "risk"} else ""
    return Row((str(entry["number"]), say_instant(at, LONDON), what, by), tone)


def entry_words(entry: Mapping[str, Any]) -> str:
    """Say what an entry is about. What people wrote is not repeated."""
    kind, body = entry["kind"], entry["body"]
    if body is None:
        return f"{_spaced(kind)} (kept under a key)"
    said = body.get("said", {})
    words = {
        "opened": f"Case opened, route {body.get('track')}",
        "stage-opened": f"Step opened: {body.get('title') or body.get('stage')}",
        "stage-merged": f"Step already open: {body.get('stage')}",
        "act": f"Recorded: {_act(body, said)}",
        "outcome": f"Outcome: {_spaced(body.get('outcome', ''))}{_at(body)}",
        "claim": f"One side says: {_spaced(body.get('outcome', ''))}{_at(body)}; kept as a claim",
        "plan-proposed": f"Plan proposed, version {body.get('version')}",
        "plan-confirmed": f"Plan confirmed, version {body.get('version')}",
        "plan-unconfirmed": f"Confirmation taken back, version {body.get('version')}",
        "ended": f"The dispute ended: {body.get('how')}",
        "closed": "Case closed",
        "overdue": f"OVERDUE: {body.get('what')}",
        "overdue-withdrawn": f"No longer overdue: {body.get('what')} ({body.get('because')})",
        "alert": f"Alert {body.get('number', '')} to the safeguarding lead on call",
        "acknowledged": "Alert acknowledged",
        "risk": "IMMEDIATE RISK raised",
        "contested": f"Entry {body.get('contests')} contested",
        "refused": f"Refused: {body.get('because')}",
        "notice-sent": f"Notice {body.get('ref')} sent by {body.get('channel')}",
        "notice-failed": f"Notice {body.get('ref')} could not be sent to anybody",
    }
    return words.get(kind, _spaced(kind))


def _act(body: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    number = f" {body['action']}" if "action" in body else ""
    method = f" by {said['method']}" if said.get("method") else ""
    against = "; against the policy’s advice, so it does not count" if body.get("departure") else ""
    return f"{_spaced(body.get('act', ''))}{number}{method}{_at(body)}{against}"


def _at(body: Mapping[str, Any]) -> str:
    return f" at {body['stage']}" if body.get("stage") else ""


def _spaced(name: str) -> str:
    return name.replace("-", " ").replace(".", ": ")
