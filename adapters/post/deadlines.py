"""The deadlines of a notice as a calendar file, so that they stand in a manager's calendar."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.case.effects import Deadline, Notice

from .letter import one_line

if TYPE_CHECKING:
    from icalendar import Event

FILE = "deadlines.ics"
LENGTH = timedelta(minutes=15)
"""Length of an entry, which ends at the deadline. If it began there, a deadline at midnight would show on the day
after.
"""


def calendar_of(notice: Notice, now: datetime, domain: str) -> bytes | None:
    """Return a calendar file of the recipient's deadlines as they stand; None where it would be empty.

    Each entry names the case's reference and the duty, and has an alarm on the last morning before the deadline. A duty
    has the same UID in every notice and a SEQUENCE that grows, so a diary replaces its older entry. A deadline that is
    met, let go or handed on is in the file as cancelled, so that the diary removes it.
    """
    if notice.deadlines is None:
        entries = _without_duties(notice, now, domain)
    else:
        entries = [_entry(notice, one, now, domain) for one in notice.deadlines]
    if not entries:
        return None
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//safeguarding-escalation//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in entries:
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _entry(notice: Notice, deadline: Deadline, now: datetime, domain: str) -> "Event":
    uid = f"{dotted(notice.case)}.duty.{deadline.duty}@{domain}"
    event = _event(notice, uid, deadline.what, deadline.due, deadline.due_words, now)
    event.add("sequence", deadline.version)
    if deadline.over:
        event.add("status", "CANCELLED")
    elif deadline.alarm_at and deadline.alarm_at > now:
        from icalendar import Alarm

        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event["summary"])
        alarm.add("trigger", deadline.alarm_at - (deadline.due - LENGTH))
        event.add_component(alarm)
    return event


def _without_duties(notice: Notice, now: datetime, domain: str) -> "list[Event]":
    """Make the entries of a notice that does not number its duties; each entry gets an id from the notice."""
    return [
        _event(notice, f"{dotted(notice.ref)}.{number}@{domain}", one.what, one.due, one.due_words, now)
        for number, one in enumerate(notice.owed, 1)
        if one.due and one.due > now and not one.overdue
    ]


def dotted(ref: str) -> str:
    """Turn a notice's reference into the left part of a Message-ID or UID; different references stay different."""
    return re.sub(r"[^A-Za-z0-9-]", lambda odd: "." if odd[0] == "/" else f"={ord(odd[0]):X}=", ref)


def _event(notice: Notice, uid: str, what: str, due: datetime, words: str, now: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", due - LENGTH)
    event.add("dtend", due)
    event.add("summary", f"{one_line(notice.case)}: {one_line(what)}")
    event.add("description", f"Due {one_line(words)}." if words else "Due at the end of this entry.")
    event.add("transp", "TRANSPARENT")
    return event
