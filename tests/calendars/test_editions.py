"""The kept editions: equal to their makers' output, and to a second source day for day."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import holidays
import pytest

from adapters.calendars import UnknownNation, known_nations, load_calendar
from adapters.calendars.make import EDITIONS, NATIONS, added_days, make, proclaimed, projected
from domain.time.calendar import Calendar
from domain.time.working_days import BeyondCalendar

ROOT = Path(__file__).resolve().parents[2]

# Days on which the two sources differ, each with its reason. Add to it, or take from it, only with a source.
EXCEPTIONS: dict[tuple[str, dt.date], str] = {}
# Days off that are in no data bundled with govuk-bank-holidays: each is added with its source.
ADDED_DAYS = {
    ("scotland", dt.date(2026, 6, 15)): (
        "Royal Proclamation of 3 February 2026, under section 1(3) of the Banking and Financial Dealings Act 1971"
    ),
}
# Years whose proclaimed days depart from the standing rules, so that no projection could have known them.
PROCLAIMED_APART = {2012, 2020, 2022, 2023}


def weekdays_off(subdivision: str, years: range) -> set[dt.date]:
    return {day for day in holidays.country_holidays("GB", subdiv=subdivision, years=years) if day.weekday() < 5}


@pytest.mark.parametrize(
    ("nation", "subdivision"),
    [
        ("england-and-wales", "ENG"),
        ("england-and-wales", "WLS"),
        ("scotland", "SCT"),
        ("northern-ireland", "NIR"),
    ],
)
@pytest.mark.parametrize("years", [range(2012, 2029), range(2029, 2036)], ids=["proclaimed", "projected"])
def test_every_day_agrees_with_a_second_source_but_for_the_named_exceptions(
    nation: str, subdivision: str, years: range
) -> None:
    ours = {off.date for off in load_calendar(nation).days_off if off.date.year in years}
    excepted = {day for place, day in EXCEPTIONS if place == nation and day.year in years}

    assert excepted == ours ^ weekdays_off(subdivision, years)


@pytest.mark.parametrize("nation", NATIONS)
def test_the_rules_that_project_would_have_foretold_every_ordinary_year(nation: str) -> None:
    known = proclaimed(nation)
    for year in sorted(set(range(2012, 2029)) - PROCLAIMED_APART):
        assert {day: name for day, name in known.items() if day.year == year} == projected(nation, year)


def test_the_days_that_are_added_are_those_listed_here_each_with_its_source() -> None:
    added = {(nation, day): one.source for nation in NATIONS for day, one in added_days(nation).items()}

    assert added == ADDED_DAYS
    for (nation, day), source in added.items():
        calendar = load_calendar(nation)
        assert not calendar.is_working(day)
        assert f"{day} by the {source}" in calendar.source


def test_a_deadline_in_scotland_counts_15_june_2026_as_no_working_day() -> None:
    scotland, england = load_calendar("scotland"), load_calendar("england-and-wales")

    assert scotland.why_off(dt.date(2026, 6, 15)) == "Scotland’s participation in the World Cup"
    assert (scotland.edition, england.edition) == ("scotland/2026-11-30", "england-and-wales/2026-11")
    assert england.is_working(dt.date(2026, 6, 15))


def test_an_added_day_that_the_package_has_is_to_be_taken_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = '[[day_off]]\nnations = ["scotland"]\ndate = {}\nname = "x"\nsource = "y"\n'
    monkeypatch.setattr("adapters.calendars.make.ADDED", tmp_path / "proclaimed.toml")
    for day in ("2026-11-30", "2026-06-13"):
        (tmp_path / "proclaimed.toml").write_text(text.format(day), encoding="utf-8")

        with pytest.raises(SystemExit, match=f"{day} is off in scotland without proclaimed.toml: take it out there."):
            make("scotland")


def test_a_nation_whose_days_are_the_same_keeps_the_name_of_its_edition() -> None:
    assert 'edition = "england-and-wales/2026-11"' in make("england-and-wales", "2027-05")


@pytest.mark.parametrize("nation", NATIONS)
def test_the_kept_files_are_what_the_maker_makes(nation: str) -> None:
    """Renew them with `python -m adapters.calendars.make`, and a new name where the days differ."""
    assert make(nation) == (EDITIONS / f"{nation}.toml").read_text(encoding="utf-8")


def test_an_edition_that_changed_its_days_must_change_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (EDITIONS / "scotland.toml").read_text(encoding="utf-8")
    (tmp_path / "scotland.toml").write_text(text.replace('2012-01-02 = "2nd January"\n', ""), encoding="utf-8")
    monkeypatch.setattr("adapters.calendars.make.EDITIONS", tmp_path)

    with pytest.raises(SystemExit, match="a name of its own"):
        make("scotland")
    assert 'edition = "scotland/2027-05"' in make("scotland", "2027-05")


def test_each_edition_says_its_name_its_source_and_where_it_turns_provisional() -> None:
    assert tuple(sorted(NATIONS)) == known_nations()
    for nation in known_nations():
        calendar = load_calendar(nation)

        assert calendar.edition.startswith(f"{nation}/")
        assert calendar.provisional_from == dt.date(2029, 1, 1)
        assert "govuk-bank-holidays 0." in calendar.source
        assert "workalendar" in calendar.source
        assert all(off.date.weekday() < 5 for off in calendar.days_off)


def test_an_unknown_nation_is_told_the_known_ones() -> None:
    with pytest.raises(UnknownNation, match="'wales': use one of england-and-wales, northern-ireland, scotland"):
        load_calendar("wales")
    with pytest.raises(UnknownNation):
        load_calendar("../editions/scotland")


# A partnership's own days


LOCAL, MOVED = dt.date(2026, 6, 16), dt.date(2026, 8, 3)


def test_a_partnerships_own_days_stand_over_the_edition_and_its_name_says_so() -> None:
    plain = load_calendar("scotland")
    local = load_calendar("scotland", additions={LOCAL: "Local holiday"}, removals=[MOVED])

    assert (plain.why_off(LOCAL), local.why_off(LOCAL)) == ("", "Local holiday")
    assert (plain.why_off(MOVED), local.why_off(MOVED)) == ("Summer bank holiday", "")
    assert local.edition.startswith(f"{plain.edition}+local-")
    assert local.source.endswith("with 1 local additions and 1 removals")


def test_two_local_lists_never_share_a_name_and_their_order_makes_none() -> None:
    other = dt.date(2026, 6, 17)
    one = load_calendar("scotland", additions={LOCAL: "a", other: "b"})

    assert one == load_calendar("scotland", additions={other: "b", LOCAL: "a"})
    assert one.edition != load_calendar("scotland", additions={LOCAL: "a"}).edition


def test_a_local_day_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="Tuesday 16 June 2026 is no bank holiday in scotland/"):
        load_calendar("scotland", removals=[LOCAL])
    with pytest.raises(ValueError, match="both added and removed"):
        load_calendar("scotland", additions={MOVED: "x"}, removals=[MOVED])
    with pytest.raises(BeyondCalendar):
        load_calendar("scotland", additions={dt.date(2040, 1, 3): "x"})


def test_a_window_keeps_only_its_years(england: Calendar) -> None:
    window = load_calendar("england-and-wales", window=(2026, 2027))

    assert {2026, 2027} == {off.date.year for off in window.days_off}
    assert (dt.date(2026, 1, 1), dt.date(2027, 12, 31)) == (window.covers_from, window.covers_to)
    assert england.edition == window.edition
    with pytest.raises(BeyondCalendar):
        load_calendar("scotland", window=(2040, 2041))


def test_reading_needs_neither_the_makers_libraries_nor_any_folder(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from adapters.calendars import load_calendar;"
        "load_calendar('scotland');"
        "print(sorted({'workalendar', 'govuk_bank_holidays', 'requests', 'dateutil'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert said.stdout == "[]\n"
