"""A person's turns in a diary that goes by UID: after each export it holds what the rota says, and nothing else."""

from datetime import datetime, timedelta
from pathlib import Path

import icalendar
import pytest

from adapters.rota.calendar_file import calendar_file, given_away, gone_since, turns_of
from adapters.rota.events import read_events
from tests.rota.made import WEEKLY, local, made

NOW = local("2026-11-04T10:00")
UNTIL = NOW + timedelta(weeks=9)
OVER = """
[[override]]
rank = "first"
from = {}
until = {}
person = "{}"
why = "leave"
"""


class Diary:
    """Takes files over as a diary does: by UID, the highest SEQUENCE and what is called off alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held: dict[str, tuple[datetime, datetime]] = {}

    def take(self, text: str, at: datetime = NOW, handle: str = "ann", *, same_file: bool = False) -> list[str]:
        """Export a rota and take it over; return the UIDs in the diary."""
        rota, path = made(WEEKLY + text), self.folder / "mine.ics"
        entries = (*turns_of(rota, handle, at, UNTIL), *given_away(rota, handle, at, UNTIL))
        if same_file and path.exists():
            there = {one.uid("area") for one in entries}
            entries += tuple(gone_since(read_events(path), "area", handle, there, at, UNTIL))
        path.write_bytes(calendar_file("area", entries, at))
        for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            if str(event.get("STATUS", "")) == "CANCELLED":
                self.held.pop(str(event["UID"]), None)
            else:
                self.held[str(event["UID"])] = (event.decoded("DTSTART"), event.decoded("DTEND"))
        return sorted(self.held)


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    return Diary(tmp_path)


def test_a_turn_that_was_given_away_leaves_the_diary(diary) -> None:
    diary.take("")
    weeks = diary.take(OVER.format("2026-11-23T09:00:00", "2026-11-30T09:00:00", "bob"))

    assert weeks == [f"rota-area-ann-first-{day}" for day in ("20261102", "20261214", "20270104")]


def test_a_turn_whose_start_moved_is_moved_and_not_there_twice(diary) -> None:
    diary.take("")
    diary.take(OVER.format("2026-11-23T09:00:00", "2026-11-24T23:00:00", "bob"))

    assert diary.held["rota-area-ann-first-20261123"] == (local("2026-11-24T23:00"), local("2026-11-30T09:00"))
    assert len(diary.held) == 4


def test_a_week_that_has_begun_ends_in_the_diary_where_it_was_handed_over(diary) -> None:
    diary.take("", at=local("2026-11-03T10:00"))
    diary.take(OVER.format("2026-11-04T09:00:00", "2026-11-09T09:00:00", "bob"))

    assert diary.held["rota-area-ann-first-20261102"] == (local("2026-11-02T09:00"), local("2026-11-04T09:00"))


def test_a_turn_that_was_taken_over_and_given_back_leaves_a_diary_that_takes_the_same_file(diary) -> None:
    diary.take("")
    with_extra = diary.take(OVER.format("2026-11-10T09:00:00", "2026-11-11T09:00:00", "ann"), same_file=True)
    without = diary.take("", same_file=True)

    assert "rota-area-ann-first-20261110-extra" in with_extra
    assert "rota-area-ann-first-20261110-extra" not in without


def test_a_shorter_look_ahead_calls_nothing_off(tmp_path: Path) -> None:
    rota, path = made(WEEKLY), tmp_path / "mine.ics"
    path.write_bytes(calendar_file("area", turns_of(rota, "ann", NOW, UNTIL), NOW))
    soon = NOW + timedelta(weeks=1)

    there = {one.uid("area") for one in turns_of(rota, "ann", NOW, soon)}

    assert list(gone_since(read_events(path), "area", "ann", there, NOW, soon)) == []


def test_a_later_file_counts_for_more_than_an_earlier_one() -> None:
    def sequence(at: datetime) -> int:
        text = calendar_file("area", turns_of(made(WEEKLY), "ann", at, UNTIL), at)
        return int(str(icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["SEQUENCE"]))

    assert sequence(NOW) < sequence(NOW + timedelta(minutes=1))
