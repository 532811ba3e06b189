"""The same findings from a register on PostgreSQL."""

from collections.abc import Iterator

import pytest

from adapters.keyring import make_keys
from adapters.register.register import Register
from adapters.watch.notebook import read_notebook
from adapters.watch.rounds import Report, Watch, cases
from settings import Settings, read_settings
from starter.watching import Due
from tests.register import postgres
from tests.watch.conftest import CASE, Ear, Place


@pytest.fixture
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with postgres.running() as address:
        folder = tmp_path_factory.mktemp("data")
        yield read_settings({"ESCALATION_DATA": str(folder), "ESCALATION_REGISTER": f"{address}/postgres"})


async def test_moments_alerts_and_an_unreadable_register_are_found_on_postgresql_too(
    on_postgresql: Settings, ear: Ear
) -> None:
    def go_round() -> Report:
        url = on_postgresql.register
        return Watch([cases(url, Due(url))], [ear], read_notebook(on_postgresql.watch.heartbeat)).round(place.now)

    make_keys(on_postgresql.encryption_keys)
    with Register(on_postgresql.register) as register:
        place = Place(register, on_postgresql)
        assert [one.what for one in go_round().found] == ["register"], "it is not prepared yet"
        register.prepare()
        await place.opens()
        place.now = place.next_moment
        place.passes(minutes=3)
        assert [(one.what, one.case) for one in go_round().found] == [("moment", CASE)]

        place.works()
        number = place.last("alert")
        place.tries(number, "failed")
        place.passes(minutes=6)
        (found,) = go_round().found
        assert found.ref == f"watch/{CASE}/alert/{number}"

        place.tries(number, "accepted")
        assert go_round().found == ()
