import pytest

from adapters.calendars import load_calendar
from domain.time.calendar import Calendar


@pytest.fixture(scope="session")
def england() -> Calendar:
    return load_calendar("england-and-wales")
