"""The activity that writes the record: at least once, and each entry once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.entries import Batch, Entries
from adapters.calendars import load_calendar
from adapters.policies import load_policy
from domain.decide import decide, open_case
from domain.effects import Entry
from domain.escalation import Escalation
from domain.events import ActDone, Opening
from domain.people import Actor
from domain.standing import standing_of
from tests.workflows.postbag import Shelf

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
CASE = "ESC-2026-0001"
POLICY, _ = load_policy(Path(__file__).resolve().parents[2] / "policies" / "lincolnshire.toml")
RAISER = Actor(agency="schools", role="practitioner")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(f"sqlite:///{tmp_path}/register.db") as shelf:
        shelf.prepare()
        yield shelf


def opened() -> tuple[Escalation, Batch]:
    opening = Opening(
        case=CASE,
        policy=POLICY,
        calendar=load_calendar("england-and-wales").for_case(NOW),
        facts={"concern": "difference"},
        raising="schools",
        receiving=("police",),
        raiser=RAISER,
    )
    decision = open_case(opening, NOW)
    entries = tuple(effect for effect in decision.effects if isinstance(effect, Entry))
    editions = {
        "policy": POLICY.model_dump(mode="json", exclude_defaults=True),
        "calendar": opening.calendar.model_dump(mode="json"),
    }
    return decision.escalation, Batch(entries=entries, standing=standing_of(decision.escalation), **editions)


def next_batch(case: Escalation) -> Batch:
    decision = decide(case, ActDone(by=RAISER, act="filed", id="a"), NOW)
    entries = tuple(effect for effect in decision.effects if isinstance(effect, Entry))
    return Batch(entries=entries, standing=standing_of(decision.escalation))


def enter(shelf: Shelf, batch: Batch, attempt: int = 1) -> None:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    environment.run(Entries(shelf).enter, batch)


def test_a_batch_entered_twice_is_entered_once(shelf: Shelf) -> None:
    case, batch = opened()
    for _ in range(2):
        enter(shelf, batch)
    enter(shelf, next_batch(case))
    enter(shelf, batch)
    assert [stored.entry.kind for stored in shelf.entries(CASE)] == ["opened", "stage-opened", "act"]
    assert shelf.verify() == []


def test_a_register_that_is_down_is_tried_again(shelf: Shelf) -> None:
    shelf.down.add(CASE)
    with pytest.raises(ApplicationError) as told:
        enter(shelf, opened()[1])
    assert (told.value.type, told.value.non_retryable) == ("RegisterDown", False)
    shelf.down.clear()
    enter(shelf, opened()[1])
    assert len(shelf.entries(CASE)) == 2


def test_a_batch_that_comes_before_its_turn_waits_for_the_one_before(shelf: Shelf) -> None:
    case, first = opened()
    with pytest.raises(ApplicationError) as told:
        enter(shelf, next_batch(case))
    assert (told.value.type, told.value.non_retryable) == ("EntryGap", False)
    assert told.value.next_retry_delay == timedelta(seconds=0.2)
    enter(shelf, first)
    enter(shelf, next_batch(case))
    assert shelf.verify() == []


def test_a_batch_whose_predecessor_never_comes_is_tried_every_ten_seconds_and_said_in_the_log(shelf: Shelf) -> None:
    case, _ = opened()
    with capture_logs() as logs, pytest.raises(ApplicationError) as told:
        enter(shelf, next_batch(case), attempt=1_000)
    assert told.value.next_retry_delay == timedelta(seconds=10)
    assert [(one["event"], one["number"]) for one in logs] == [("entry_missing", 1)]


def test_another_entry_under_a_number_that_is_taken_is_hopeless_and_says_nothing_of_it(shelf: Shelf) -> None:
    _, batch = opened()
    enter(shelf, batch)
    other = batch.entries[0].but(body={"said": "Zebedee Quux"})
    with pytest.raises(ApplicationError) as told:
        enter(shelf, batch.but(entries=(other,)))
    assert (told.value.type, told.value.non_retryable) == ("EntryConflict", True)
    assert "Zebedee" not in str(told.value)
