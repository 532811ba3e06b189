"""Ten programs are told at the cost of one look: what is asked of the register does not grow with their number."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from adapters.register import drivers, reading
from adapters.register.errors import RegisterUnreachable
from adapters.webhooks.cursor import FILE, Cursor
from adapters.webhooks.following import LOOK_EVERY_SECONDS, Follower
from adapters.webhooks.looking import AT_ONCE, GOOD_FOR_SECONDS, RESTS, Look
from domain.base.reference import make_reference
from domain.commands import RiskRaised
from tests.watch.conftest import CASE, PRACTITIONER, Place
from tests.watch.listening import Listening

from .conftest import Told

TEN = [f"program-{number}" for number in range(10)]
CASES = [make_reference(number) for number in (21, 22, 23)]


class Asked:
    """Counts what is asked of the register."""

    def __init__(self) -> None:
        self.queries: list[str] = []

    def __call__(self, url: str, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        self.queries.append(query)
        return drivers.rows(url, query, values)

    def taken(self) -> list[str]:
        found, self.queries = self.queries, []
        return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    counted = Asked()
    monkeypatch.setattr(reading, "rows", counted)
    return counted


class Ten:
    """Ten programs that share a look, as a worker follows them, and the time by which it is made."""

    def __init__(self, place: Place, receiver: Listening) -> None:
        self.present = 0.0
        hooks = [Told(place, receiver, name).hook for name in TEN]
        url = place.settings.register
        look = Look(url, clock=lambda: self.present)
        cursor = Cursor(place.settings.data / FILE)
        self.followers = [Follower(hook, url, look, cursor, lambda: place.now) for hook in hooks]
        self.round()

    def round(self) -> int:
        self.present += LOOK_EVERY_SECONDS
        return sum(one.round() for one in self.followers)


@pytest.fixture
def ten(place: Place, receiver: Listening) -> Ten:
    return Ten(place, receiver)


async def test_where_nothing_has_come_ten_programs_ask_one_thing_of_the_register(
    ten: Ten, place: Place, asked: Asked
) -> None:
    await place.opens()
    ten.round()
    asked.taken()

    assert ten.round() == 0
    assert len(asked.taken()) == 1


async def test_what_has_come_is_read_once_a_case_and_not_once_a_program(ten: Ten, place: Place, asked: Asked) -> None:
    for case in CASES:
        await place.opens(case)
    asked.taken()
    taken = ten.round()

    assert taken == len(TEN) * 2 * len(CASES)
    assert len(asked.taken()) == 1 + len(CASES)


async def test_notices_of_alerts_are_followed_by_one_question_however_many_alerts(
    ten: Ten, place: Place, asked: Asked
) -> None:
    await place.opens()
    place.now = place.next_moment
    place.works()
    await place.says(RiskRaised(by=PRACTITIONER, id="risk"))
    ten.round()
    asked.taken()

    ten.round()
    assert len(asked.taken()) == 2
    place.tries(place.last("alert"), "accepted")
    place.tries(place.last("risk"), "accepted")
    assert ten.round() == len(TEN) * 2
    place.now += timedelta(days=2)
    ten.round()
    asked.taken()
    ten.round()
    assert len(asked.taken()) == 1, "after a day its notices are followed no more"


async def test_what_comes_between_two_looks_is_told_by_the_next(ten: Ten, place: Place, asked: Asked) -> None:
    await place.opens()
    ten.followers[0].round()
    assert ten.round() == len(TEN) * 2
    first, *others = ten.followers
    await place.says(RiskRaised(by=PRACTITIONER, id="risk"))
    ten.present += GOOD_FOR_SECONDS / 2
    assert [one.round() for one in others] == [0] * len(others)
    ten.present += GOOD_FOR_SECONDS
    assert first.round() > 0


def test_a_look_that_takes_long_is_made_seldom_so_that_looking_takes_a_twentieth_of_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present, looks = [0.0], 0

    def slow(_: str) -> dict[str, int]:
        nonlocal looks
        looks += 1
        present[0] += 2.0
        return {}

    monkeypatch.setattr(reading, "last_numbers", slow)
    look = Look("sqlite:////nowhere", clock=lambda: present[0])
    while present[0] < 4000:
        look.last_numbers()
        present[0] += LOOK_EVERY_SECONDS

    assert looks * 2.0 <= 4000 / (RESTS + 1) + 2
    assert looks > 90


def test_an_outage_is_asked_about_once_for_all_and_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    present, tries = [0.0], 0

    def away(_: str) -> dict[str, int]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RegisterUnreachable("It is away.")
        return {CASE: 1}

    monkeypatch.setattr(reading, "last_numbers", away)
    look = Look("sqlite:////nowhere", clock=lambda: present[0])
    for _ in TEN:
        with pytest.raises(RegisterUnreachable):
            look.last_numbers()
    assert tries == 1
    present[0] += GOOD_FOR_SECONDS

    assert look.last_numbers() == {CASE: 1}


async def test_the_look_reads_one_row_a_case_by_the_index_of_entries(place: Place) -> None:
    await place.opens()
    found = drivers.rows(
        place.settings.register,
        "EXPLAIN QUERY PLAN SELECT case_ref, number FROM entry WHERE case_ref = :ref AND number > :after "
        "ORDER BY number LIMIT :most",
        {"ref": CASE, "after": 1, "most": AT_ONCE},
    )
    attempts = drivers.rows(
        place.settings.register,
        "EXPLAIN QUERY PLAN SELECT notice_ref FROM attempt WHERE case_ref IN (:one, :two) AND result = 'accepted'",
        {"one": CASE, "two": "x"},
    )

    assert [one["detail"] for one in found] == ["SEARCH entry USING PRIMARY KEY (case_ref=? AND number>?)"]
    assert [one["detail"] for one in attempts] == ["SEARCH attempt USING INDEX attempt_of_case (case_ref=?)"]
