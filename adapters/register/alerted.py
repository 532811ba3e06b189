"""What the register knows of an alert that somebody answers: is it one, does it still wait, what went with it.

It takes the register's address and raises as `reading` does.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from .drivers import rows
from .instants import from_text, to_text
from .reading import read_edition, read_entries, read_standing

A_MESSAGE = timedelta(seconds=5)
"""Within which the alerts of one message are all noted as accepted, that under whose reference it went the last."""
RISK = "risk"
_ACCEPTED = "SELECT at FROM attempt WHERE notice_ref = :ref AND result = 'accepted'"
_TOGETHER = """
    SELECT DISTINCT other.notice_ref FROM attempt one
    JOIN attempt other ON other.channel = one.channel AND other.detail = one.detail AND other.result = 'accepted'
    JOIN standing mine ON mine.case_ref = one.case_ref
    JOIN standing its ON its.case_ref = other.case_ref AND its.policy = mine.policy
    WHERE one.notice_ref = :ref AND one.result = 'accepted' AND one.at = :at AND other.at BETWEEN :since AND :at
    ORDER BY other.notice_ref"""


class Alert(NamedTuple):
    """How the alert of one notice stands."""

    state: Literal["waiting", "answered", "no alert", "not entered"]
    """Answered: somebody acknowledged after it, or a later alert of its case is about more than it was, which whoever
    answers this one has not seen. Not entered: the register has not got so far, and may yet."""
    rung: str = ""
    """Whom it woke; `risk` for immediate risk."""


def alert_of(url: str, ref: str) -> Alert:
    """Say how the alert, or the notice of immediate risk, stands that went to a lead under a reference."""
    case, _, place = ref.partition("/")
    number, _, index = place.partition("/")
    if not (number.isdecimal() and index.isdecimal()):
        return Alert("no alert")
    entries = read_entries(url, case)
    since = [one for one in entries if one["number"] >= int(number)]
    if not since:
        return Alert("not entered")
    alert, *later = since
    if _tells_a_lead_of_risk(alert, int(index), _edition(url, entries[0])):
        return Alert("waiting", RISK)
    # Its own notices come first under its number; what others are told may follow under the same.
    rungs = _of(alert, "rungs") or ["first"]
    if alert["kind"] != "alert" or not 1 <= int(index) <= len(rungs):
        return Alert("no alert")
    seen = set(_of(alert, "duties"))
    answered = [one["body"] or {} for one in later if one["kind"] == "acknowledged"]
    is_over = any(one["kind"] == "alert" and set(_of(one, "duties")) - seen for one in later)
    # One without a word of what it covers may have covered it; else it may have been for something else.
    is_over |= any(not {"duties", "risks"} & body.keys() for body in answered)
    is_over |= bool(answered) and seen <= {duty for body in answered for duty in body.get("duties", ())}
    return Alert("answered" if is_over else "waiting", rungs[int(index) - 1])


def is_new_alert(url: str, ref: str) -> bool:
    """Say whether an alert is the first word of all that it tells of, in a case without immediate risk."""
    case, _, place = ref.partition("/")
    number = place.partition("/")[0]
    standing = read_standing(url, case)
    if standing is None or "unreadable" in standing or standing["urgency"] == "immediate risk":
        return False
    alerts = {one["number"]: set(_of(one, "duties")) for one in read_entries(url, case) if one["kind"] == "alert"}
    own = alerts.pop(int(number), set()) if number.isdecimal() else set()
    return bool(own) and own.isdisjoint(set().union(*alerts.values()))


def sent_together(url: str, ref: str) -> tuple[str, ...]:
    """Return the references of the alerts that reached the same person in one message with *ref*, itself among them.

    Those are of one policy and one rung, went by one channel in one way, and were accepted within moments. A notice of
    immediate risk goes alone.
    """
    rung, found = alert_of(url, ref).rung, {ref: True}
    if rung == RISK:
        return (ref,)
    for accepted in rows(url, _ACCEPTED, {"ref": ref}):
        since = to_text(from_text(accepted["at"]) - A_MESSAGE)
        others = rows(url, _TOGETHER, {"ref": ref, "at": accepted["at"], "since": since})
        found |= {row["notice_ref"]: True for row in others if alert_of(url, row["notice_ref"]).rung == rung}
    return tuple(found)


def is_of_risk(entry: Mapping[str, Any], edition: Mapping[str, Any]) -> bool:
    """Was immediate risk raised by an entry: by itself, or by the opening of the step that the policy has for it?"""
    stage = (entry["body"] or {}).get("stage")
    steps = [one["id"] for one in edition.get("stages", ()) if one.get("strand") == RISK]
    return entry["kind"] == RISK or (entry["kind"] in {"stage-opened", "stage-merged"} and stage in steps)


def _tells_a_lead_of_risk(entry: dict[str, Any], index: int, edition: Mapping[str, Any]) -> bool:
    """Is a lead told of immediate risk under that place of an entry?

    The lead on call is the first to be told; the next one after whoever said that it is not for them comes after the
    partnership's office.
    """
    body = entry["body"] or {}
    if entry["kind"] == "misdirected":
        return index == 2 and str(body.get("seat", "")).partition(".")[0] == "on-call"
    return is_of_risk(entry, edition) and index == 1


def _edition(url: str, opened: dict[str, Any]) -> dict[str, Any]:
    """Return the edition of the policy that a case is pinned to."""
    return read_edition(url, ((opened["body"] or {}).get("editions") or {}).get("policy", "")) or {}


def _of(entry: dict[str, Any], key: str) -> list[Any]:
    return list((entry["body"] or {}).get(key, ()))
