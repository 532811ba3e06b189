"""The calendar file of a letter, where the notice says how the deadlines of its recipient stand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar

from adapters.post.deadlines import LENGTH, calendar_of
from domain.case.effects import Deadline, Owed

from .conftest import NOW, minimal

MIDNIGHT = datetime(2026, 11, 26, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 9, tzinfo=UTC)
REPLY = Deadline(
    duty=7,
    version=12,
    what="reply",
    due=MIDNIGHT,
    due_words="by the end of Wednesday 25 November 2026",
    alarm_at=MORNING,
)


def made(*deadlines: Deadline, **said: Any) -> bytes | None:
    return calendar_of(minimal("step-opened", deadlines=deadlines, **said), NOW, "lincs.example.org")


def entries(data: bytes | None) -> list[Any]:
    assert data
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def test_a_duty_has_one_id_in_every_notice_and_a_version_that_grows() -> None:
    (one,) = entries(made(REPLY))
    (later,) = entries(made(REPLY.but(version=15, due=MIDNIGHT + timedelta(days=1)), ref="ESC-7K2M-Q/15/1"))

    assert one["uid"] == later["uid"] == "ESC-7K2M-Q.duty.7@lincs.example.org"
    assert (one["sequence"], later["sequence"]) == (12, 15)
    assert later.decoded("dtend") == MIDNIGHT + timedelta(days=1)


def test_a_deadline_at_midnight_has_an_alarm_on_the_morning_before() -> None:
    (entry,) = entries(made(REPLY))
    (alarm,) = entry.walk("VALARM")

    assert alarm["action"] == "DISPLAY"
    assert entry.decoded("dtstart") == MIDNIGHT - LENGTH
    assert entry.decoded("dtstart") + alarm.decoded("trigger") == MORNING
    assert alarm["description"] == "ESC-7K2M-Q: reply"


def test_an_alarm_that_would_be_over_is_left_out() -> None:
    (entry,) = entries(made(REPLY.but(alarm_at=NOW)))

    assert entry.walk("VALARM") == []


def test_what_is_over_is_called_off_and_has_no_alarm() -> None:
    data = made(REPLY.but(over=True, due_words="", version=20))
    (entry,) = entries(data)

    assert data
    assert b"METHOD:PUBLISH" in data
    assert (entry["status"], entry["uid"], entry["sequence"]) == (
        *("CANCELLED", "ESC-7K2M-Q.duty.7@lincs.example.org", 20),
    )
    assert entry.walk("VALARM") == []


def test_a_notice_to_somebody_who_owes_nothing_has_no_calendar_although_it_names_what_others_owe() -> None:
    assert made(owed=(Owed(what="reply", by="police", due=MIDNIGHT),)) is None
