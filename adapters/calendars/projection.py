"""Bank holidays of years not yet proclaimed, by the standing rules. Only `make` imports this: workalendar is slow."""

import datetime as dt

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
