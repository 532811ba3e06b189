"""What the register knows of an alert that somebody answers: is it one, does it still wait, what went with it.

It takes the register's address and raises as `reading` does.
"""

from typing import Any, Literal, NamedTuple

from .drivers import rows
from .reading import read_entries

_TOGETHER = """
    SELECT DISTINCT other.notice_ref FROM attempt one
    JOIN attempt other ON other.at = one.at AND other.channel = one.channel AND other.result = 'accepted'
    JOIN standing mine ON mine.case_ref = one.case_ref
    JOIN standing its ON its.case_ref = other.case_ref AND its.policy = mine.policy
    WHERE one.notice_ref = :ref AND one.result = 'accepted' ORDER BY other.notice_ref"""


class Alert(NamedTuple):
    """How the alert of one notice stands."""

    state: Literal["waiting", "answered", "no alert", "not entered"]
    """Answered: somebody acknowledged after it, or a later alert of its case is about more than it was, which whoever
    answers this one has not seen. Not entered: the register has not got so far, and may yet."""
    rung: str = ""
    """Whom it woke."""


def alert_of(url: str, ref: str) -> Alert:
    """Say how the alert stands that went out under the reference of a notice."""
    case, _, place = ref.partition("/")
    number, _, index = place.partition("/")
    if not (number.isdecimal() and index.isdecimal()):
        return Alert("no alert")
    entries = [one for one in read_entries(url, case) if one["number"] >= int(number)]
    if not entries:
        return Alert("not entered")
    alert, *later = entries
    # Its own notices come first under its number; what others are told may follow under the same.
    rungs = _of(alert, "rungs") or ["first"]
    if alert["kind"] != "alert" or not 1 <= int(index) <= len(rungs):
        return Alert("no alert")
    seen = set(_of(alert, "duties"))
    is_over = any(
        one["kind"] == "acknowledged" or (one["kind"] == "alert" and set(_of(one, "duties")) - seen) for one in later
    )
    return Alert("answered" if is_over else "waiting", rungs[int(index) - 1])


def sent_together(url: str, ref: str) -> tuple[str, ...]:
    """Return the references of the alerts that went out in one message with *ref*, itself among them.

    Those are of one policy and one rung, and were accepted at one instant.
    """
    rung = alert_of(url, ref).rung
    others = [row["notice_ref"] for row in rows(url, _TOGETHER, {"ref": ref}) if row["notice_ref"] != ref]
    return (ref, *(one for one in others if alert_of(url, one).rung == rung))


def _of(entry: dict[str, Any], key: str) -> list[Any]:
    return list((entry["body"] or {}).get(key, ()))
