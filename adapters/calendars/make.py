"""Makes the calendar editions afresh: `python -m adapters.calendars.make [YEAR-MONTH]`, or with a day.

Needs no network: proclaimed days come with govuk-bank-holidays, those that it lacks from `proclaimed.toml`, later years
from workalendar's rules. An edition never changes its days: where they differ from the kept file, a new name must be
given, and those whose days are the same keep theirs. Nothing else imports this: workalendar is slow.
"""

import datetime as dt
import re
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from govuk_bank_holidays.bank_holidays import BankHolidays
from workalendar.core import MON, WesternCalendar
from workalendar.europe import UnitedKingdom, UnitedKingdomNorthernIreland

Days = dict[dt.date, str]

SUBSTITUTE = " (substitute day)"

# The proclamations' own names. 27 and 28 December and 3 and 4 January are only ever substitutes, each for one holiday.
_NAMES = {
    "New year": "New Year’s Day",
    "New Year shift": "New Year’s Day" + SUBSTITUTE,
    "Saint Patrick's Day": "St Patrick’s Day",
    "Saint Patrick substitute": "St Patrick’s Day" + SUBSTITUTE,
    "Early May Bank Holiday": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Battle of the Boyne": "Battle of the Boyne (Orangemen’s Day)",
    "Battle of the Boyne substitute": "Battle of the Boyne (Orangemen’s Day)" + SUBSTITUTE,
}
_BY_DATE = {
    (1, 3): "New Year’s Day" + SUBSTITUTE,
    (1, 4): "2nd January" + SUBSTITUTE,
    (12, 27): "Christmas Day" + SUBSTITUTE,
    (12, 28): "Boxing Day" + SUBSTITUTE,
}
NATIONS = ("england-and-wales", "northern-ireland", "scotland")
LAST_YEAR = 2035
FRIDAY = 4
ADDED = Path(__file__).parent / "proclaimed.toml"
EDITIONS = Path(__file__).parent / "editions"


class ScottishBankHolidays(WesternCalendar):  # type: ignore[misc]  # workalendar has no types
    """Scotland by the proclaimed rules; workalendar's own Scotland is wrong in every year."""

    include_good_friday = True
    include_boxing_day = True

    def get_variable_days(self, year: int) -> list[tuple[dt.date, str]]:
        """Return the holidays that are not on one date, and every substitute."""
        days: list[tuple[dt.date, str]] = super().get_variable_days(year)
        united_kingdom = UnitedKingdom()
        days += [united_kingdom.get_early_may_bank_holiday(year), united_kingdom.get_spring_bank_holiday(year)]
        days.append((self.get_nth_weekday_in_month(year, 8, MON), "Summer bank holiday"))
        days += self.shift_christmas_boxing_days(year)
        days += self._new_year(year)
        andrew = dt.date(year, 11, 30)
        observed = self.find_following_working_day(andrew)
        return [*days, (observed, "St Andrew’s Day" + (SUBSTITUTE if observed != andrew else ""))]

    def _new_year(self, year: int) -> list[tuple[dt.date, str]]:
        """Return 2 January and the substitutes: whichever of 1 and 2 January fall on a weekend are moved past it."""
        first, second = dt.date(year, 1, 1), dt.date(year, 1, 2)
        days = [(second, "2nd January")]
        if first.weekday() in self.get_weekend_days():
            days.append((dt.date(year, 1, 3), "New Year’s Day"))  # after a Sunday too: 2 January holds the Monday
        if second.weekday() in self.get_weekend_days():
            days.append((dt.date(year, 1, 4), "2nd January"))
        return days


_RULES = {
    "england-and-wales": UnitedKingdom,
    "northern-ireland": UnitedKingdomNorthernIreland,
    "scotland": ScottishBankHolidays,
}


def projected(nation: str, year: int) -> Days:
    """Return the weekdays off in *year* by the standing rules, under the names that proclamations use."""
    days: Days = {}
    for day, label in sorted(_RULES[nation]().holidays(year)):
        if day.weekday() < 5:
            days.setdefault(day, _BY_DATE.get((day.month, day.day)) or _NAMES.get(label, label))
    return days


def main(arguments: list[str]) -> str:
    """Write every edition and return a sentence for each, or exit with the reason why not."""
    if len(arguments) > 1 or (arguments and not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", arguments[0])):
        sys.exit("Name the new editions by year and month, such as 2026-11, or with the day, or leave it out.")
    texts = {nation: make(nation, arguments[0] if arguments else None) for nation in NATIONS}
    for nation, text in texts.items():
        (EDITIONS / f"{nation}.toml").write_text(text, encoding="utf-8")
    return "\n".join(tomllib.loads(text)["edition"] + " is written." for text in texts.values())


def make(nation: str, month: str | None = None) -> str:
    """Return the text of *nation*'s edition, named after *month* (`2026-11`, `2026-11-30`) where its days are new.

    Exits with a sentence where the days are not those that the kept file has under the same name.
    """
    path = EDITIONS / f"{nation}.toml"
    kept = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    days, proclaimed_to = days_of(nation)
    named = {day.isoformat(): name for day, name in days.items()}
    if month and not (kept and kept["days_off"] == named):
        edition = f"{nation}/{month}"
    elif kept:
        edition = kept["edition"]
    else:
        sys.exit(f"There is no edition of {nation} yet: name it by year and month, such as 2026-11.")
    if kept and kept["edition"] == edition and kept["days_off"] != named:
        sys.exit(f"The days of {edition} have changed: give the new edition a name of its own, such as 2027-05.")
    return _render(nation, edition, days, proclaimed_to)


def days_of(nation: str) -> tuple[Days, int]:
    """Return every weekday off, proclaimed and then projected, and the last year that is proclaimed.

    Exits with a sentence for an added day that the package has, or that is no day of work.
    """
    days = proclaimed(nation)
    last = max(days).year
    for day, added in added_days(nation).items():
        if day in days or day.weekday() > FRIDAY:
            sys.exit(f"{day} is off in {nation} without {ADDED.name}: take it out there.")
        days[day] = added.name
    for year in range(last + 1, LAST_YEAR + 1):
        days |= projected(nation, year)
    return days, last


def proclaimed(nation: str) -> Days:
    """Return the proclaimed days off, as bundled with govuk-bank-holidays."""
    holidays = BankHolidays(use_cached_holidays=True).get_holidays(division=nation)
    return {
        day["date"]: day["title"] + (SUBSTITUTE if "substitute" in day["notes"].lower() else "") for day in holidays
    }


class Added(NamedTuple):
    """A proclaimed day that the package lacks."""

    name: str
    source: str


def added_days(nation: str) -> dict[dt.date, Added]:
    """Return the proclaimed days of *nation* that `proclaimed.toml` adds, each with its name and its source."""
    kept = tomllib.loads(ADDED.read_text(encoding="utf-8"))["day_off"]
    return {one["date"]: Added(one["name"], one["source"]) for one in kept if nation in one["nations"]}


def _render(nation: str, edition: str, days: Days, proclaimed_to: int) -> str:
    govuk, workalendar = version("govuk-bank-holidays"), version("workalendar")
    source = f"govuk-bank-holidays {govuk} to {proclaimed_to}, projected by workalendar {workalendar} after it"
    source += "".join(f"; {day} by the {added.source}" for day, added in sorted(added_days(nation).items()))
    return "\n".join(
        [
            "# Made by `python -m adapters.calendars.make`; local days off belong in the settings, not here.",
            f'edition = "{edition}"',
            f'nation = "{nation}"',
            f"covers_from = {dt.date(min(days).year, 1, 1)}",
            f"covers_to = {dt.date(LAST_YEAR, 12, 31)}",
            f"provisional_from = {dt.date(proclaimed_to + 1, 1, 1)}",
            f'source = "{source}"',
            "",
            "[days_off]",
            *(f'{day} = "{name}"' for day, name in sorted(days.items())),
            "",
        ]
    )


if __name__ == "__main__":
    print(main(sys.argv[1:]))  # noqa: T201 - what the command says
