"""The same digests from a register on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.digests import Told
from adapters.keyring import make_keys
from adapters.register.register import Register
from settings import read_settings
from tests.domain.case import london
from tests.register import postgres

from .conftest import DIRECTORY, Place
from .test_night import in_the_night, night_of


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "directories").mkdir()
    given = {"ESCALATION_DATA": str(tmp_path), "ESCALATION_DIRECTORIES": str(tmp_path / "directories")}
    with postgres.running() as address:
        settings = read_settings({**given, "ESCALATION_REGISTER": f"{address}/postgres"})
        make_keys(settings.encryption_keys)
        with Register(settings.register) as register:
            register.prepare()
            place = Place(register, settings)
            place.directory(DIRECTORY)
            yield place


async def test_people_leads_and_the_office_are_told_on_postgresql_too(on_postgresql: Place) -> None:
    place = on_postgresql
    await in_the_night(place)

    assert place.tells_leads() == Told(sent=1)
    assert [one.case for one in night_of(place).raised] == ["ESC-1"]
    place.now = london("2026-11-23 07:30")
    assert place.tells_people() == Told(sent=2)
    assert place.tells_office() == Told(sent=1)
    assert place.tells_people() == Told(sent=2)
