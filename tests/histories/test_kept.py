"""Old cases meet today's code: every kept history replays, and today's rules make the same entries and deadlines.

Replay alone would not notice a changed deadline: Temporal compares which commands come, not what is in them. So what
was entered, and where the case stood after it, is compared with what `decide` makes of the same words today.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from activities.digests import Morning
from activities.entries import Batch
from activities.notices import Gathered
from domain.calendar import Calendar
from domain.editions import calendar_edition, digest, policy_edition
from domain.effects import Notice
from domain.policy import Policy
from domain.replay import NotReplayable, replay
from domain.standing import as_known_then, standing_of
from tests.histories.keeping import ALERTS, DIGESTS, PATHS, TRAYS, kept, read
from worker import WORKFLOWS, sandbox
from workflows.connection import DATA_CONVERTER
from workflows.handing import HAND_IN
from workflows.tray import Tray


def batches(runs: list[WorkflowHistory]) -> Iterator[Batch]:
    """What was handed to the register, in order; a batch that a later run handed over again comes once."""
    seen = 0
    for run in runs:
        for event in run.events:
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == "enter":
                batch: Batch = DATA_CONVERTER.payload_converter.from_payload(scheduled.input.payloads[0], Batch)
                if batch.entries[0].number > seen:
                    seen = batch.entries[-1].number
                    yield batch


def must_stand_as_then(runs: list[WorkflowHistory]) -> None:
    """Make the case again from its entries, and compare where it stands after each batch."""
    told = list(batches(runs))
    first = told[0]
    policy, calendar = Policy.model_validate(first.policy), Calendar.model_validate(first.calendar)
    entries: list[Any] = []
    for batch in told:
        entries += batch.entries
        assert as_known_then(standing_of(replay(entries, policy, calendar)), batch.standing) == batch.standing


def test_every_path_is_kept() -> None:
    assert {path.name.removesuffix(".json.gz") for path in kept()} >= set(PATHS.values())
    assert {path.name.removesuffix(".json.gz") for path in kept(ALERTS)} >= set(TRAYS.values())


@pytest.mark.parametrize("path", [*kept(), *kept(ALERTS)], ids=lambda path: path.name.removesuffix(".json.gz"))
async def test_a_kept_case_replays_with_todays_workflow(path: Path) -> None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=DATA_CONVERTER, workflow_runner=sandbox())
    for run in read(path):
        await replayer.replay_workflow(run)


@pytest.mark.parametrize("path", kept(ALERTS), ids=lambda path: path.name.removesuffix(".json.gz"))
def test_todays_tray_makes_the_same_messages_of_what_was_handed_in_then(path: Path) -> None:
    """Replay does not compare what is in a message: each must be what would be put together today."""
    for run in read(path):
        tray: Tray | None = None
        for event in run.events:
            scheduled, signal = (
                event.activity_task_scheduled_event_attributes,
                event.workflow_execution_signaled_event_attributes,
            )
            if started := event.workflow_execution_started_event_attributes.input.payloads:
                tray = DATA_CONVERTER.payload_converter.from_payload(started[0], Tray)
            if signal.signal_name == HAND_IN and len(signal.input.payloads) == 1:
                assert tray
                notice = DATA_CONVERTER.payload_converter.from_payload(signal.input.payloads[0], Notice)
                tray = tray.takes(notice, event.event_time.ToDatetime(UTC))
            if scheduled.activity_type.name == "send-together":
                assert tray
                sent = DATA_CONVERTER.payload_converter.from_payload(scheduled.input.payloads[0], Gathered)
                tray = tray if tray.going else tray.puts_together()
                assert sent.notices == tray.going
                tray = tray.is_rid_of()


@pytest.mark.parametrize("path", kept(DIGESTS), ids=lambda path: path.name.removesuffix(".json.gz"))
async def test_a_kept_morning_replays_and_asks_for_nothing_but_a_day_and_a_policy(path: Path) -> None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=DATA_CONVERTER, workflow_runner=sandbox())
    for run in read(path):
        await replayer.replay_workflow(run)
        asked = [event.activity_task_scheduled_event_attributes for event in run.events]
        for one in asked:
            for payload in one.input.payloads:
                morning: Morning = DATA_CONVERTER.payload_converter.from_payload(payload, Morning)
                assert morning.policy in {"", "lincolnshire"}
        names = [one.activity_type.name for one in asked if one.activity_type.name]
        assert names == ["digest-policies", "digest-office", "digest-night", "digest-people"]


def test_a_morning_is_kept() -> None:
    assert kept(DIGESTS)


@pytest.mark.parametrize("path", kept(), ids=lambda path: path.name.removesuffix(".json.gz"))
def test_todays_rules_make_the_same_of_a_kept_case(path: Path) -> None:
    must_stand_as_then(read(path))


@pytest.mark.parametrize("path", kept()[:1], ids=lambda path: path.name.removesuffix(".json.gz"))
def test_a_kept_case_names_its_editions(path: Path) -> None:
    first = next(batches(read(path)))
    named = first.entries[0].body["editions"]
    policy, calendar = Policy.model_validate(first.policy), Calendar.model_validate(first.calendar)

    assert named == {"policy": digest(policy_edition(policy)), "calendar": digest(calendar_edition(calendar))}


def test_a_rule_that_was_changed_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deliberate change of one deadline by an hour: every kept case that had that deadline fails."""
    counted = Calendar.after_hours_on_working_days

    def an_hour_more(self: Calendar, start: datetime, hours: int) -> datetime:
        return counted(self, start, hours) + timedelta(hours=1)

    monkeypatch.setattr(Calendar, "after_hours_on_working_days", an_hour_more)
    seen = 0
    for runs in map(read, kept()):
        opened = next(batches(runs)).standing
        if (opened.policy, opened.track) != ("lincolnshire", "ladder"):
            continue  # no such deadline on its way
        seen += 1
        with pytest.raises((AssertionError, NotReplayable)):
            must_stand_as_then(runs)
    assert seen > 15
