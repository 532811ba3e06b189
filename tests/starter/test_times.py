from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base.words import say_clock, say_date
from services.errors import Trouble
from services.said_times import understood
from services.times import read_day, read_time, read_until
from settings import Settings


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("2026-12-03T15:00", "2026-12-03T15:00"),
        ("2026-07-03 15:00", "2026-07-03T14:00"),
        ("2026-07-03T15:00:30Z", "2026-07-03T15:00:30"),
        ("2026-07-03T15:00+02:00", "2026-07-03T13:00"),
        ("today 9:05", "2026-11-23T09:05"),
        ("Yesterday at 09:30", "2026-11-22T09:30"),
        ("tomorrow 00:00", "2026-11-24T00:00"),
        ("3 days ago", "2026-11-20T10:00"),
        ("4 weeks ago", "2026-10-26T10:00"),
        ("5 weeks ago", "2026-10-19T09:00"),
        ("90 minutes ago", "2026-11-23T08:30"),
        ("now", "2026-11-23T10:00"),
        (datetime(2026, 7, 3, 15, 0), "2026-07-03T14:00"),  # noqa: DTZ001 - as TOML gives it
        (datetime(2026, 7, 3, 15, 0, tzinfo=UTC), "2026-07-03T15:00"),
    ],
)
def test_a_time_is_read_as_a_person_means_it(installation: Settings, said: object, instant: str) -> None:
    assert read_time(said, "--at") == datetime.fromisoformat(instant).replace(tzinfo=UTC)


NO_TIMES = ["", "soon", "25:00", "2026-13-01T10:00", "today 25:00", "0x1 days ago", "9999 weeks ago x", "20261203T1500"]


@pytest.mark.parametrize("said", NO_TIMES)
def test_what_is_no_time_is_refused_with_the_forms(installation: Settings, said: str) -> None:
    with pytest.raises(Trouble, match=r"--at: .* is no time that can be read: write 2026-12-03T15:00, `today 15:00`"):
        read_time(said, "--at")


def test_a_time_that_never_was_is_refused_with_both_readings(installation: Settings) -> None:
    with pytest.raises(Trouble, match=r"2026-03-29T00:30:00\+00:00 .* or 2026-03-29T02:30:00\+01:00"):
        read_time("2026-03-29T01:30", "--at")


def test_a_date_alone_is_a_midnight_only_where_a_whole_day_will_do(installation: Settings) -> None:
    assert read_time("2026-07-03", "--due-before", whole_day=True) == datetime(2026, 7, 2, 23, tzinfo=UTC)
    with pytest.raises(Trouble, match="has no time of day"):
        read_time("2026-07-03", "--at")


def test_a_time_without_an_offset_is_echoed_and_one_with_is_not(
    installation: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    read_time("2026-07-03T15:00", "--at")
    read_time("2026-07-03T15:00Z", "--at")

    assert capsys.readouterr() == ("", "--at: Friday 3 July 2026, 3:00pm (Europe/London).\n")


# --- as people say it: the clock stands at 10:00 on Monday 23 November 2026


@pytest.mark.parametrize(
    ("said", "ahead", "wall"),
    [
        ("tomorrow 9am", True, "2026-11-24T09:00"),
        ("tomorrow at 9 am", True, "2026-11-24T09:00"),
        ("9.30am tomorrow", True, "2026-11-24T09:30"),
        ("today 3pm", False, "2026-11-23T15:00"),
        ("3pm", False, "2026-11-23T15:00"),
        ("15.30", False, "2026-11-23T15:30"),
        ("midday", False, "2026-11-23T12:00"),
        ("12am tomorrow", True, "2026-11-24T00:00"),
        ("12 p.m. tomorrow", True, "2026-11-24T12:00"),
        ("friday 15:00", True, "2026-11-27T15:00"),
        ("friday 15:00", False, "2026-11-20T15:00"),
        ("Fri 15.00", False, "2026-11-20T15:00"),
        ("on Tues at 3 p.m.", True, "2026-11-24T15:00"),
        ("3pm on friday", True, "2026-11-27T15:00"),
        ("last friday 3pm", False, "2026-11-20T15:00"),
        ("this friday 3pm", True, "2026-11-27T15:00"),
        ("friday week 3pm", True, "2026-12-04T15:00"),
        ("next monday 10.15", True, "2026-11-30T10:15"),
        ("monday 15:00", False, "2026-11-16T15:00"),
        ("monday 09:00", True, "2026-11-30T09:00"),
        ("27/11/2026 15:00", True, "2026-11-27T15:00"),
        ("27.11.2026 3pm", True, "2026-11-27T15:00"),
        ("27/11/26 9:05", True, "2026-11-27T09:05"),
        ("03/04/2026 10:00", None, "2026-04-03T10:00"),
        ("2026/11/27 10:00", None, "2026-11-27T10:00"),
        ("2026-11-27 3pm", None, "2026-11-27T15:00"),
        ("27 November 3pm", True, "2026-11-27T15:00"),
        ("27th Nov 2026, 3pm", True, "2026-11-27T15:00"),
        ("November 27 3pm", True, "2026-11-27T15:00"),
        ("1st of sept 3pm", False, "2026-09-01T15:00"),
        ("27 oct 3pm", False, "2026-10-27T15:00"),
        ("3 january 3pm", True, "2027-01-03T15:00"),
        ("Friday 27 November 2026, 3:00pm", True, "2026-11-27T15:00"),
        ("by 3:00pm on Friday 27 November 2026", True, "2026-11-27T15:00"),
        ("the day before yesterday 8pm", False, "2026-11-21T20:00"),
        ("the day after tomorrow at noon", True, "2026-11-25T12:00"),
        ("in 2 days", True, "2026-11-25T10:00"),
        ("in 2 days 9am", True, "2026-11-25T09:00"),
        ("in two weeks", True, "2026-12-07T10:00"),
        ("in 3 hours", True, "2026-11-23T13:00"),
        ("half an hour ago", False, "2026-11-23T09:30"),
        ("an hour ago", False, "2026-11-23T09:00"),
        ("a week ago at 3pm", False, "2026-11-16T15:00"),
        ("3 days ago 16:00", False, "2026-11-20T16:00"),
    ],
)
def test_people_say_it_in_these_ways(installation: Settings, said: str, ahead: bool | None, wall: str) -> None:
    meant = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo("Europe/London"))

    assert read_time(said, "--at", ahead=ahead) == meant


@pytest.mark.parametrize(
    ("said", "ahead", "one", "other"),
    [
        ("next friday 3pm", True, "Friday 27 November 2026", "Friday 4 December 2026"),
        ("monday 09:00", False, "today, Monday 23 November 2026,", "Monday 16 November 2026"),
        ("monday 15:00", True, "today, Monday 23 November 2026,", "Monday 30 November 2026"),
        ("friday 15:00", None, "Friday 20 November 2026", "Friday 27 November 2026"),
        ("10.11", False, "the time 10:11", "the day Tuesday 10 November 2026"),
        ("friday at 9", True, "9am", "9pm"),
        ("midnight on friday", True, "the one that begins the day of friday", "the one that ends it"),
        ("27 december 3pm", False, "Saturday 27 December 2025", "Sunday 27 December 2026"),
        ("3 october 3pm", True, "Saturday 3 October 2026", "Sunday 3 October 2027"),
    ],
)
def test_what_may_mean_two_things_is_refused_with_both(
    installation: Settings, said: str, ahead: bool | None, one: str, other: str
) -> None:
    with pytest.raises(Trouble) as caught:
        read_time(said, "--at", ahead=ahead)

    assert caught.value.sentence.startswith("--at: ")
    assert f"may mean {one} or {other}: write " in caught.value.sentence


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("today", "--at: today has no time of day: write it like `today 15:00`."),
        ("27/11/2026", "--at: 27/11/2026 has no time of day: write it like `27/11/2026 15:00`."),
        ("11/27/2026 15:00", "day 27 of month 11 is 27/11/2026."),
        ("31/11/2026 15:00", "'31/11/2026' is no day of the calendar: check its day, month and year."),
        ("30 february 15:00", "'30 february' is no day of the calendar: check its day and month."),
        ("Thursday 27 November 2026 3pm", "Friday 27 November 2026 is not a Thursday: write the day that is meant."),
        ("25 octember 3pm", "is no time that can be read"),
        ("fridge 3pm", "is no time that can be read"),
        ("13pm", "is no time that can be read"),
        ("in 2 days ago", "is no time that can be read"),
        ("in 2 hours 9am", "is no time that can be read"),
        ("in 3 moons", "is no time that can be read"),
    ],
)
def test_what_cannot_be_is_told_with_the_mend(installation: Settings, said: str, sentence: str) -> None:
    with pytest.raises(Trouble) as caught:
        read_time(said, "--at", ahead=True)

    assert sentence in caught.value.sentence


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", "2026-11-23"),
        ("Tomorrow", "2026-11-24"),
        ("friday", "2026-11-27"),
        ("27/11/2026", "2026-11-27"),
        ("27 November", "2026-11-27"),
        ("in 2 days", "2026-11-25"),
        ("2026-11-27", "2026-11-27"),
        ("29 february 2028", "2028-02-29"),
    ],
)
def test_a_day_is_said_in_the_same_ways_and_a_whole_day_reaches_to_its_end(
    installation: Settings, said: str, day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    meant = date.fromisoformat(day)
    assert read_day(said, "--replacement") == meant
    echoed = capsys.readouterr().err
    ends = datetime.combine(meant + timedelta(days=1), time(), tzinfo=ZoneInfo("Europe/London"))

    assert read_until(said, "--until") == ends
    assert echoed == ("" if said == day else f"--replacement: {say_date(meant)}.\n")
    assert f"by the end of {say_date(meant)}" in capsys.readouterr().err
    assert read_until(f"{said} 15:00", "--until") == ends - timedelta(hours=9)


def test_the_end_of_a_day_can_be_typed_as_it_is_shown(installation: Settings) -> None:
    assert read_until("by the end of Friday 27 November 2026", "--until") == read_until("2026-11-27", "--until")


@pytest.mark.parametrize("said", ["soon", "in 2 hours", "tomorrow 9am"])
def test_what_is_no_day_is_refused_with_the_forms(installation: Settings, said: str) -> None:
    with pytest.raises(Trouble, match=r"--replacement: .* is no date: write one like 2026-12-03\."):
        read_day(said, "--replacement")


@given(st.datetimes(datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2030-12-31")))
def test_every_time_that_is_shown_can_be_typed_as_it_is_shown(moment: datetime) -> None:
    """But for the hour that comes twice, which is shown with its zone."""
    moment = moment.replace(second=0, microsecond=0)
    shown = f"{say_date(moment.date())}, {say_clock(moment.time())}"

    said = understood(shown, datetime.fromisoformat("2026-11-23T10:00"), ahead=None)

    assert (said.day, said.clock) == (moment.date(), moment.time())
    assert understood(say_date(moment.date()), moment, ahead=True).day == moment.date()
