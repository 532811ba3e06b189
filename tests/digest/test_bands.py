"""Late, today, next working day: on the calendar's own days, whatever the clocks do."""

from datetime import datetime
from typing import Any

import pytest

from adapters.calendars import load_calendar
from domain.views.digest import Item, band_of, counted, edges_of, rank
from domain.views.status import OwedNow
from tests.domain.case import london

CALENDAR = load_calendar("england-and-wales")


def owed(due: datetime | None, **said: Any) -> OwedNow:
    given = {"id": 1, "what": "discussion", "by": "police", "strength": "must", "arose_at": london("2026-01-01 09:00")}
    return OwedNow.model_validate(given | {"due": due, "late_from": due} | said)


@pytest.mark.parametrize(
    ("now", "due", "band"),
    [
        # A Monday
        ("2026-11-23 07:30", "2026-11-23 07:29", "late"),
        ("2026-11-23 07:30", "2026-11-23 17:00", "today"),
        ("2026-11-23 07:30", "2026-11-24 00:00", "today"),  # by the end of Monday
        ("2026-11-23 07:30", "2026-11-24 00:01", "coming"),
        ("2026-11-23 07:30", "2026-11-25 00:00", "coming"),
        ("2026-11-23 07:30", "2026-11-25 00:01", None),
        # A Friday: what falls on the days off is coming too
        ("2026-11-27 07:30", "2026-11-28 12:00", "coming"),
        ("2026-11-27 07:30", "2026-12-01 00:00", "coming"),
        ("2026-11-27 07:30", "2026-12-01 09:00", None),
        # Christmas Eve: the next working day is the 29th
        ("2026-12-24 07:30", "2026-12-29 23:59", "coming"),
        ("2026-12-24 07:30", "2026-12-30 00:01", None),
        # The clocks go forward on Sunday 29 March 2026, back on Sunday 25 October
        ("2026-03-27 07:30", "2026-03-31 00:00", "coming"),  # 23:00 UTC on Monday
        ("2026-03-27 07:30", "2026-03-31 00:30", None),
        ("2026-03-30 07:30", "2026-03-31 00:00", "today"),
        ("2026-03-30 00:30", "2026-03-30 23:30", "today"),
        ("2026-10-23 07:30", "2026-10-27 00:00", "coming"),
        ("2026-10-26 07:30", "2026-10-26 23:30", "today"),
    ],
)
def test_where_something_belongs_is_told_by_days_on_the_clocks_of_the_area(now: str, due: str, band: str) -> None:
    assert band_of(owed(london(due)), edges_of(CALENDAR, london(now))) == band


def test_what_is_owed_at_once_and_never_late_is_on_somebody_today_however_old() -> None:
    asked = owed(london("2026-11-16 10:00"), late_from=None)

    assert band_of(asked, edges_of(CALENDAR, london("2026-11-23 07:30"))) == "today"


def test_what_is_overdue_by_the_record_is_late_whatever_its_new_date() -> None:
    asked = owed(london("2026-12-23 10:00"), overdue=True)

    assert band_of(asked, edges_of(CALENDAR, london("2026-11-23 07:30"))) == "late"


@pytest.mark.parametrize("said", [{"strength": "may"}, {"due": None, "late_from": None}])
def test_what_only_may_be_done_and_what_has_no_time_is_in_no_digest(said: dict[str, Any]) -> None:
    now = london("2026-11-23 07:30")

    assert band_of(owed(now).but(**said), edges_of(CALENDAR, now)) is None


def item(band: str, due: str = "2026-11-23 10:00", case: str = "ESC-1") -> Item:
    return Item.model_validate(
        {"case": case, "what": "discussion", "by": "police", "due": london(due), "when": "", "band": band}
    )


def test_late_comes_first_then_today_then_what_is_coming_each_by_its_time() -> None:
    late, later = item("late", "2026-11-20 10:00"), item("late", "2026-11-21 10:00")
    today, coming = item("today"), item("coming", "2026-11-24 10:00")

    assert sorted((coming, today, later, late), key=rank) == [late, later, today, coming]


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        (["late", "today", "coming"], "2 things are on you today, 1 late"),
        (["late"], "1 thing is on you today, 1 late"),
        (["today"], "1 thing is on you today"),
        (["coming", "coming"], "2 things are due by the end of the next working day"),
        (["coming"], "1 thing is due by the end of the next working day"),
    ],
)
def test_the_count_is_one_phrase(bands: list[str], said: str) -> None:
    assert counted([item(band) for band in bands]) == said
