"""Deadlines in a calendar file."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest

from adapters.post.deadlines import LENGTH, calendar_of
from domain.case.effects import Owed

from .conftest import NOW, full, minimal

MIDNIGHT = datetime(2026, 11, 26, tzinfo=UTC)
REPLY = Owed(what="reply", by="police", due=MIDNIGHT, due_words="by the end of Wednesday 25 November 2026")
MEETING = Owed(what="meeting, held", by="schools", due=datetime(2026, 12, 1, 15, tzinfo=UTC))


def entries(data: bytes | None) -> list[Any]:
    assert data
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def made(*owed: Owed, **said: Any) -> bytes | None:
    return calendar_of(minimal("step-opened", owed=owed, **said), NOW, "lincs.example.org")


def test_each_deadline_to_come_is_an_entry_with_reference_and_duty() -> None:
    first, second = entries(made(REPLY, MEETING))

    assert [first["summary"], second["summary"]] == ["ESC-7K2M-Q: reply", "ESC-7K2M-Q: meeting, held"]
    assert first["description"] == "Due by the end of Wednesday 25 November 2026."
    assert second.decoded("dtend") == datetime(2026, 12, 1, 15, tzinfo=UTC)


def test_a_deadline_at_midnight_stands_on_its_own_day() -> None:
    (entry,) = entries(made(REPLY))

    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (MIDNIGHT - LENGTH, MIDNIGHT)
    assert entry.decoded("dtstart").date().isoformat() == "2026-11-25"


def test_an_entry_is_known_again_and_two_never_share_an_id() -> None:
    assert [e["uid"] for e in entries(made(REPLY, MEETING))] == [
        "ESC-7K2M-Q.12.3.1@lincs.example.org",
        "ESC-7K2M-Q.12.3.2@lincs.example.org",
    ]
    later = calendar_of(minimal("step-opened", owed=(REPLY,)), NOW + timedelta(hours=1), "lincs.example.org")
    assert entries(later)[0]["uid"] == entries(made(REPLY))[0]["uid"]
    other = entries(made(REPLY, ref="ESC-7K2M-Q/12/4"))[0]["uid"]
    assert other != entries(made(REPLY))[0]["uid"]


def test_an_entry_wakes_nobody_and_blocks_no_time() -> None:
    data = made(REPLY)
    (entry,) = entries(data)

    assert entry["transp"] == "TRANSPARENT"
    assert data
    assert b"VALARM" not in data
    assert b"METHOD:PUBLISH" in data
    assert not {"attendee", "organizer", "location"} & {name.lower() for name in entry}


@pytest.mark.parametrize(
    "item",
    [Owed(what="reply", by="x"), REPLY.but(overdue=True), REPLY.but(due=NOW), REPLY.but(due=NOW - timedelta(days=1))],
    ids=["no time", "overdue", "now", "past"],
)
def test_what_has_no_time_to_come_makes_no_calendar(item: Owed) -> None:
    assert made(item) is None
    assert made(item, ref="ESC-7K2M-Q/1/1") is None


def test_a_title_cannot_smuggle_in_a_line() -> None:
    sly = REPLY.but(what="reply\r\nATTENDEE:mailto:x@example.org\r\nBEGIN:VALARM", due_words="by\r\nEND:VCALENDAR")
    (entry,) = entries(made(sly))

    assert entry["summary"] == "ESC-7K2M-Q: reply ATTENDEE:mailto:x@example.org BEGIN:VALARM"
    assert not entry.subcomponents
    assert "attendee" not in entry


def test_a_full_notice_with_everything_overdue_has_none() -> None:
    assert calendar_of(full("overdue"), NOW, "lincs.example.org") is None
