"""Overrides from a calendar file, and a person's turns as one."""

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.rota import Rota, RotaFault
from adapters.rota.calendar_file import calendar_file, turns_of
from adapters.rota.feed import Feed, changes_of, read_feed
from adapters.rota.file import load_rota
from adapters.rota.hand_overs import changed
from tests.rota.made import HEAD, PEOPLE, WEEKLY, local

NOW = local("2026-11-03T10:00")
TEXT = HEAD.format(hands_over="09:00", ranks='"first", "second"') + PEOPLE + WEEKLY + "\n# The end.\n"
KNOWN = """
# Of old.
[[override]]
rank = "first" # a comment
from = 2026-11-10T09:00:00
until = 2026-11-11T09:00:00
person = "ann"
why = "leave"
uid = "one"

# Of the swap.
[[swap]]
rank = "first"
weeks = [2026-12-07, 2026-12-14]
"""


def event(uid: str = "one", summary: str = "first: bob", when: str = "", more: str = "") -> str:
    when = when or "DTSTART;TZID=Europe/London:20261110T090000\nDTEND;TZID=Europe/London:20261112T090000"
    return f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20261101T000000Z\nSUMMARY:{summary}\n{when}\n{more}END:VEVENT\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "area.rota.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def read(place: Path, *events: str, rank: str = "") -> tuple[Rota, Feed]:
    path = place.with_name("feed.ics")
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n" + "".join(events) + "END:VCALENDAR\n"
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    rota = load_rota(place)
    return rota, read_feed(path, rota, NOW, rank)


def test_an_event_puts_one_person_into_one_rank_for_its_time(place: Path) -> None:
    _, feed = read(place, event())

    (override,) = feed.overrides
    assert (override.rank, override.person, override.uid, override.why) == ("first", "bob", "one", "calendar feed")
    assert override.span("Europe/London") == (local("2026-11-10T09:00"), local("2026-11-12T09:00"))


@pytest.mark.parametrize(
    ("when", "starts", "until"),
    [
        ("DTSTART:20261110T090000Z\nDURATION:PT2H", "2026-11-10T09:00", "2026-11-10T11:00"),
        ("DTSTART:20270610T090000Z\nDTEND:20270610T100000Z", "2027-06-10T10:00", "2027-06-10T11:00"),
        ("DTSTART:20261110T180000\nDTEND:20261110T190000", "2026-11-10T18:00", "2026-11-10T19:00"),
        ("DTSTART;VALUE=DATE:20261110\nDTEND;VALUE=DATE:20261112", "2026-11-10T09:00", "2026-11-12T09:00"),
        ("DTSTART;VALUE=DATE:20261110", "2026-11-10T09:00", "2026-11-11T09:00"),
    ],
    ids=["duration", "UTC in summer", "on the rota's clocks", "whole days", "one whole day"],
)
def test_times_are_read_as_the_file_says_them_and_whole_days_from_hand_over_to_hand_over(
    place: Path, when, starts, until
) -> None:
    _, feed = read(place, event(when=when))

    assert feed.faults == ()
    assert feed.overrides[0].span("Europe/London") == (local(starts), local(until))


@pytest.mark.parametrize(
    ("summary", "more"),
    [
        ("second: cy", ""),
        ("On call (second) CY", ""),
        ("Cover, second on call", "ATTENDEE;CN=x:MAILTO:cy@example.org\n"),
        ("cy", "CATEGORIES:Second\n"),
    ],
)
def test_rank_and_person_are_found_in_title_categories_and_invitation(place: Path, summary, more) -> None:
    _, feed = read(place, event(summary=summary, more=more))

    assert [(one.rank, one.person) for one in feed.overrides] == [("second", "cy")]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            event(summary="first: somebody"),
            "event 1, Tuesday 10 November 2026: it names nobody of the rota; invite one",
        ),
        (event(summary="first: ann or bob"), "it names 2 people of the rota"),
        (event(summary="bob"), "it names no rank; write first or second into its title, or give --rank."),
        (event(summary="first and second: bob"), "it names the ranks first and second; name one."),
        (event(more="RRULE:FREQ=DAILY;COUNT=2\n"), "it repeats; write a turn for it"),
        (event(uid=""), "event 1: it has no UID"),
        (event(when="DTSTART:20261112T090000Z\nDTEND:20261110T090000Z"), "it ends before it starts, or lasts no time"),
        (event(when="DTSTART:20271031T013000\nDTEND:20271031T090000"), "came twice in Europe/London"),
        (event(when="DTEND:20261110T090000Z"), "event 1: it does not say when it starts"),
        (event(uid="two") + event(), "event 2, Tuesday 10 November 2026: it overlaps another event for rank first"),
    ],
)
def test_an_event_that_cannot_be_used_is_told_in_one_sentence_with_its_place(place: Path, one, expected) -> None:
    _, feed = read(place, one)

    assert len(feed.faults) == 1
    assert expected in feed.faults[0]


def test_an_event_that_names_no_rank_has_the_one_that_was_given(place: Path) -> None:
    assert read(place, event(summary="bob"), rank="second")[1].overrides[0].rank == "second"


def test_what_is_over_is_left_alone(place: Path) -> None:
    _, feed = read(place, event(when="DTSTART:20261101T090000Z\nDTEND:20261103T100000Z"))

    assert (feed.overrides, feed.over, feed.faults) == ((), 1, ())


@pytest.mark.parametrize("text", ["", "nonsense", "BEGIN:VCALENDAR\n", "\x00\xff"])
def test_what_is_no_calendar_is_refused_whole(place: Path, text: str) -> None:
    path = place.with_name("feed.ics")
    path.write_text(text)

    with pytest.raises(RotaFault, match=r"this is no iCalendar file|there is nothing"):
        read_feed(path, load_rota(place), NOW)


def test_a_new_override_is_added_and_nothing_else_in_the_file_changes(place: Path) -> None:
    rota, feed = read(place, event())

    changes = changes_of(rota, feed)
    text, made = changed(TEXT, rota, changes, place)

    assert [one.kind for one in changes] == ["added"]
    assert text.startswith(TEXT)
    assert made.holders("first", local("2026-11-10T12:00"))[0].handle == "bob"
    assert changes_of(made, feed) == ()


def test_an_event_that_came_before_is_changed_where_it_stands(place: Path) -> None:
    place.write_text(TEXT + KNOWN, encoding="utf-8")
    rota, feed = read(place, event())

    changes = changes_of(rota, feed)
    text, made = changed(TEXT + KNOWN, rota, changes, place)

    assert [(one.kind, one.number) for one in changes] == [("changed", 1)]
    assert [line for line in text.splitlines() if line.startswith("# Of")] == ["# Of old.", "# Of the swap."]
    assert [(one.person, one.uid) for one in made.file.override] == [("bob", "one")]
    assert made.file.swap == rota.file.swap


def test_an_event_that_is_called_off_is_taken_out(place: Path) -> None:
    place.write_text(TEXT + KNOWN, encoding="utf-8")
    rota, feed = read(place, event(more="STATUS:CANCELLED\n"))

    text, made = changed(TEXT + KNOWN, rota, changes_of(rota, feed), place)

    assert made.file.override == ()
    assert "[[override]]" not in text


def test_overrides_that_are_not_written_as_tables_are_left_to_people(place: Path) -> None:
    inline = 'override = [{ rank = "first", from = 2026-11-10T09:00:00, until = 2026-11-11T09:00:00, why = "x" }]\n'
    place.write_text(inline + TEXT, encoding="utf-8")
    rota, feed = read(place, event())

    with pytest.raises(RotaFault, match="change them by hand"):
        changed(inline + TEXT, rota, changes_of(rota, feed), place)


def test_a_persons_turns_make_a_calendar_that_can_be_taken_back(place: Path) -> None:
    rota = load_rota(place)
    turns = turns_of(rota, "bob", NOW, NOW + timedelta(weeks=8))
    path = place.with_name("bob.ics")
    path.write_bytes(calendar_file("area", turns, NOW))

    feed = read_feed(path, rota, NOW)

    assert [(turn.starts, turn.until) for turn in turns] == [
        (local("2026-11-09T09:00"), local("2026-11-16T09:00")),
        (local("2026-11-30T09:00"), local("2026-12-07T09:00")),
        (local("2026-12-21T09:00"), local("2026-12-28T09:00")),
    ]
    assert [(one.rank, one.person, one.span("Europe/London")) for one in feed.overrides] == [
        ("first", "bob", (turn.starts, turn.until)) for turn in turns
    ]


def test_a_turn_keeps_its_id_from_one_export_to_the_next(place: Path) -> None:
    rota = load_rota(place)

    def ids(now) -> set[str]:
        text = calendar_file("area", turns_of(rota, "ann", now, now + timedelta(weeks=8)), now).decode()
        return {line for line in text.splitlines() if line.startswith("UID:")}

    assert ids(local("2026-11-03T10:00")) == ids(local("2026-11-05T17:00"))
