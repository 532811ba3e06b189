"""Whose program is told that they are awake: with the first word of a new alert alone, and never with what presses."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from activities.contacts import Contacts
from activities.on_call import OnCall
from adapters.directory import Directory, load_directory
from adapters.keyring import make_keys
from adapters.post import WebhookPost
from adapters.register.alerted import is_new_alert
from adapters.register.errors import RegisterDown
from adapters.register.register import Register
from adapters.rota.awake import Awake
from domain.base.people import Actor
from domain.case.effects import Notice
from domain.commands import AlertAcknowledged, RiskRaised
from domain.engine.seats import ON_CALL, on_call
from domain.views.together import as_one
from settings import read_settings
from tests.rota.made import made, person
from tests.watch.conftest import CASE, Place

OTHER = "ESC-7000-001F"
PEOPLE = "".join(person(one, f'webhook = ["https://{one}.example.org/ring"]') for one in ("ann", "bob"))
TURNS = "".join(
    f'[[turn]]\nrank = "{rank}"\nstarting = 2026-03-02\npersons = ["{who}"]\n'
    for rank, who in (("first", "ann"), ("second", "bob"))
)


def directory(_: str) -> Directory:
    return load_directory(Path(__file__).resolve().parents[2] / "directories" / "lincolnshire.toml")


class Night:
    """A case that is late, and the parts that find who is told of it."""

    def __init__(self, place: Place, more: str = "") -> None:
        self.place = place
        self.awake = Awake(place.settings.data)
        self.rota = made(TURNS + more, people=PEOPLE, ranks=("first", "second"))

    def says(self, handle: str = "ann", **span: float) -> datetime:
        until = self.place.now + timedelta(**span)
        self.awake.say(handle, until, self.place.now)
        return until

    def alert(self, **changes: Any) -> Notice:
        number = self.place.last("alert")
        return Notice(ref=f"{CASE}/{number}/1", case=CASE, kind="alert", to=ON_CALL).but(**changes)

    def told(self, notice: Notice | None = None, *, again: bool = False) -> str:
        """What the program of whoever is told first is told of their being awake."""
        clock = lambda: self.place.now  # noqa: E731
        on_duty = OnCall(lambda policy: self.rota, directory, None, clock, self.awake.until)
        is_new = partial(is_new_alert, self.place.settings.register)
        contact, *_ = Contacts(directory, on_duty, clock, is_new=is_new).of("lincolnshire", notice or self.alert())
        body = json.loads(WebhookPost("k" * 32, clock).write(notice or self.alert(), contact.but(again=again)))
        return str(body.get("awake_until", ""))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    settings = read_settings({"ESCALATION_DATA": str(tmp_path / "data")})
    make_keys(settings.encryption_keys)
    with Register(settings.register) as register:
        register.prepare()
        yield Place(register, settings)


@pytest.fixture
async def night(place: Place) -> Night:
    await place.opens()
    place.now = place.next_moment
    place.works()
    return Night(place)


async def test_the_first_word_of_a_new_alert_carries_it(night: Night) -> None:
    assert night.told() == ""

    until = night.says(hours=3)

    assert night.told() == until.isoformat()


async def test_a_repeat_does_not_carry_it(night: Night) -> None:
    night.says(hours=3)
    first = night.alert()
    night.place.passes(minutes=61)
    night.place.works()

    assert night.alert().ref != first.ref
    assert night.told() == ""
    assert night.told(first) == "", "what is told of again already is no first word any more"


async def test_an_alert_that_comes_back_when_an_acknowledgement_has_run_out_does_not_carry_it(night: Night) -> None:
    await night.place.says(AlertAcknowledged(by=Actor(role="on-call"), id="has"))
    night.place.passes(hours=25)
    night.place.works()
    night.says(hours=3)

    assert night.told() == ""


async def test_an_alert_in_a_case_of_immediate_risk_and_an_urgent_one_do_not_carry_it(night: Night) -> None:
    night.says(hours=3)
    assert night.told(night.alert(urgent=True)) == ""

    await night.place.says(RiskRaised(by=Actor(agency="police", role="practitioner"), id="risk"))

    assert night.told() == ""


@pytest.mark.parametrize("kind", ["risk", "stands-still", "alert-withdrawn"])
async def test_what_is_no_alert_does_not_carry_it(night: Night, kind: str) -> None:
    night.says(hours=3)

    assert night.told(night.alert(kind=kind)) == ""


async def test_after_the_hour_it_is_carried_no_more_though_the_contact_was_found_before(night: Night) -> None:
    until = night.says(hours=1)
    clock = lambda: night.place.now  # noqa: E731
    (turn,) = night.rota.holders("first", night.place.now)
    contact = night.rota.contact("first", night.place.now)
    assert contact
    night.place.now = until

    assert night.told() == ""
    held = contact.but(awake_until=until)
    assert "awake_until" not in json.loads(WebhookPost("k", clock).write(night.alert(), held))
    assert night.awake.until(turn, until) is None


async def test_the_hour_is_reckoned_in_real_time_when_the_clocks_go_back(place: Place) -> None:
    """From 23:30 BST to 03:00 GMT are four and a half hours, though the clocks show three and a half."""
    night = Night(place)
    place.now = datetime.fromisoformat("2026-10-24T22:30:00+00:00")
    until = datetime.fromisoformat("2026-10-25T03:00:00+00:00")
    night.awake.say("ann", until, place.now)
    (turn,) = night.rota.holders("first", place.now)

    assert night.awake.until(turn, until - timedelta(minutes=1)) == until
    assert night.awake.until(turn, until) is None


async def test_whoever_the_turn_was_handed_to_has_said_nothing(place: Place, night: Night) -> None:
    night.says(hours=3)
    begins, ends = (place.now + timedelta(hours=one) for one in (1, 2))
    given = f'from = {begins.isoformat()}\nuntil = {ends.isoformat()}\nperson = "bob"\nwhy = "ill"\n'
    after = Night(place, f'[[override]]\nrank = "first"\n{given}')
    assert after.told() == begins.isoformat(), "it ends with the turn"
    place.passes(minutes=70)

    assert after.told() == ""
    assert night.told(), "as it would be without the hand-over"


async def test_the_next_rung_has_a_word_of_its_own(night: Night) -> None:
    night.says("ann", hours=3)

    assert night.told(night.alert(to=on_call("second"))) == ""
    until = night.says("bob", hours=2)
    assert night.told(night.alert(to=on_call("second"))) == until.isoformat()


async def test_another_way_after_one_that_came_to_nothing_does_not_carry_it(night: Night) -> None:
    night.says(hours=3)

    assert night.told(again=True) == ""


async def test_alerts_that_go_together_carry_it_only_where_all_are_new(place: Place, night: Night) -> None:
    until = night.says(hours=5)
    one = night.alert()
    unknown = one.but(ref=f"{OTHER}/4/1", case=OTHER)

    assert night.told(as_one([one])) == until.isoformat()
    assert night.told(as_one([one, unknown])) == ""


async def test_a_register_that_cannot_be_read_lets_it_ring(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.says(hours=3)

    def down(*_: object) -> None:
        raise RegisterDown

    monkeypatch.setattr("adapters.register.alerted.read_entries", down)

    assert night.told() == ""
