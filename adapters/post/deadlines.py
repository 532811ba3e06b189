"""The deadlines of a notice as a calendar file, so that they stand in a manager's calendar."""

import re
from datetime import datetime, timedelta

from domain.effects import Notice, Owed

from .letter import one_line

FILE = "deadlines.ics"
LENGTH = timedelta(minutes=15)
"""An entry ends at the deadline. One that began there would stand on the day after, where a deadline is a midnight."""


def calendar_of(notice: Notice, now: datetime, domain: str) -> bytes | None:
    """Return a calendar with an entry for each deadline still to come; None where there is none.

    An entry has the case's reference and the duty, no alarm, and the same UID for every try of a notice.
    """
    coming = [
        (number, item, item.due)
        for number, item in enumerate(notice.owed, 1)
        if item.due and item.due > now and not item.overdue
    ]
    if not coming:
        return None
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//safeguarding-escalation//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, item, due in coming:
        entry = Event()
        for name, value in _said(notice, number, item, due, domain).items():
            entry.add(name, value)
        entry.add("dtstamp", now)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def dotted(ref: str) -> str:
    """Make a ref the left part of a Message-ID or a UID; two refs never make the same."""
    return re.sub(r"[^A-Za-z0-9-]", lambda odd: "." if odd[0] == "/" else f"={ord(odd[0]):X}=", ref)


def _said(notice: Notice, number: int, item: Owed, due: datetime, domain: str) -> dict[str, str | datetime]:
    return {
        "uid": f"{dotted(notice.ref)}.{number}@{domain}",
        "dtstart": due - LENGTH,
        "dtend": due,
        "summary": f"{one_line(notice.case)}: {one_line(item.what)}",
        "description": f"Due {one_line(item.due_words)}." if item.due_words else "Due at the end of this entry.",
        "transp": "TRANSPARENT",
    }
