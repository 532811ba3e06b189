from datetime import UTC, datetime

import pytest

from settings import Settings
from starter.exits import Trouble
from starter.times import read_time


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
