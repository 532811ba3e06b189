"""Old cases meet today's code: every kept history replays, and today's rules make the same entries and deadlines.

Replay alone would not notice a changed deadline: Temporal compares which commands come, not what is in them. So what
was entered, and where the case stood after it, is compared with what `decide` makes of the same words today.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from activities.bundles import Bundle
from activities.digests import Morning
from activities.notices import Gathered
from adapters.register.editions import Editions
from domain.base.refusals import Refusal
from domain.case.decided import Decided
from domain.case.editions import calendar_edition, digest, policy_edition
from domain.case.effects import Notice
from domain.case.patch import State, case_of, state_of, with_changes
from domain.policy import Policy
from domain.time.calendar import Calendar
from tests.domain.case import must_be_decided_alike
from tests.histories.keeping import ALERTS, BATCHES, DIGESTS, PATHS, kept, read, read_payload
from worker import WORKFLOWS
from workflows.alert_batch import AlertBatch
from workflows.alert_hand_in import HAND_IN
from workflows.connection import DATA_CONVERTER
from workflows.sandbox import sandbox


def bundles(runs: list[WorkflowHistory]) -> Iterator[Bundle]:
    """What was handed over to be entered and sent, in order, each run after the other."""
    for run in runs:
        for event in run.events:
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == "enter-and-send":
                yield read_payload(scheduled.input.payloads[0], Bundle)


def decided(runs: list[WorkflowHistory]) -> Iterator[Decided]:
    """Each decision that made an entry; one that a later run handed over again comes once."""
    seen = 0
    for bundle in bundles(runs):
        for one in bundle.decided:
            if one.entries[0].number > seen:
                seen = one.entries[-1].number
                yield one


def editions(runs: list[WorkflowHistory]) -> tuple[Policy, Calendar]:
    """What the case was opened under."""
    first = next(bundles(runs))
    return Policy.model_validate(first.policy_edition), Calendar.model_validate(first.calendar_edition)


def must_stand_as_then(runs: list[WorkflowHistory]) -> None:
    """Ask today's rules about each decision, and compare what they take with what was decided then."""
    known = Editions(lambda _: None)
    for bundle in bundles(runs):
        if bundle.policy_edition is not None:
            known.know(Policy.model_validate(bundle.policy_edition))
        if bundle.calendar_edition is not None:
            known.know(Calendar.model_validate(bundle.calendar_edition))
    must_be_decided_alike(decided(runs), known)


def test_every_path_is_kept() -> None:
    assert {path.name.removesuffix(".json.gz") for path in kept()} >= set(PATHS.values())
    assert {path.name.removesuffix(".json.gz") for path in kept(ALERTS)} >= set(BATCHES.values())


@pytest.mark.parametrize("path", [*kept(), *kept(ALERTS)], ids=lambda path: path.name.removesuffix(".json.gz"))
async def test_a_kept_case_replays_with_todays_workflow(path: Path) -> None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=DATA_CONVERTER, workflow_runner=sandbox())
    for run in read(path):
        await replayer.replay_workflow(run)


@pytest.mark.parametrize("path", kept(ALERTS), ids=lambda path: path.name.removesuffix(".json.gz"))
def test_todays_tray_makes_the_same_messages_of_what_was_handed_in_then(path: Path) -> None:
    """Replay does not compare what is in a message: each must be what would be put together today."""
    for run in read(path):
        batch: AlertBatch | None = None
        for event in run.events:
            scheduled, signal = (
                event.activity_task_scheduled_event_attributes,
                event.workflow_execution_signaled_event_attributes,
            )
            if started := event.workflow_execution_started_event_attributes.input.payloads:
                batch = read_payload(started[0], AlertBatch)
            if signal.signal_name == HAND_IN and len(signal.input.payloads) == 1:
                assert batch
                notice = read_payload(signal.input.payloads[0], Notice)
                batch = batch.takes(notice, event.event_time.ToDatetime(UTC))
            if scheduled.activity_type.name == "send-together":
                assert batch
                sent = read_payload(scheduled.input.payloads[0], Gathered)
                batch = batch if batch.going else batch.puts_together()
                assert sent.notices == batch.going
                batch = batch.is_rid_of()


@pytest.mark.parametrize("path", kept(DIGESTS), ids=lambda path: path.name.removesuffix(".json.gz"))
async def test_a_kept_morning_replays_and_asks_for_nothing_but_a_day_and_a_policy(path: Path) -> None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=DATA_CONVERTER, workflow_runner=sandbox())
    for run in read(path):
        await replayer.replay_workflow(run)
        asked = [event.activity_task_scheduled_event_attributes for event in run.events]
        for one in asked:
            for payload in one.input.payloads:
                morning: Morning = read_payload(payload, Morning)
                assert morning.policy in {"", "lincolnshire"}
        names = [one.activity_type.name for one in asked if one.activity_type.name]
        assert names == ["digest-policies", "digest-office", "digest-night", "digest-people"]


def test_a_morning_is_kept() -> None:
    assert kept(DIGESTS)


@pytest.mark.parametrize("path", kept(), ids=lambda path: path.name.removesuffix(".json.gz"))
def test_todays_rules_make_the_same_of_a_kept_case(path: Path) -> None:
    must_stand_as_then(read(path))


@pytest.mark.parametrize("path", kept(), ids=lambda path: path.name.removesuffix(".json.gz"))
def test_a_kept_case_is_the_fold_of_what_was_decided_whatever_the_rules_are(path: Path) -> None:
    runs = read(path)
    policy, calendar = editions(runs)
    state: State = {}
    for one in decided(runs):
        state = with_changes(state, one.changes)
    case = case_of(state, policy, calendar)
    assert case.entries == [entry.number for one in decided(runs) for entry in one.entries][-1]
    assert state_of(case) == state


@pytest.mark.parametrize("path", kept()[:1], ids=lambda path: path.name.removesuffix(".json.gz"))
def test_a_kept_case_names_its_editions(path: Path) -> None:
    runs = read(path)
    named = next(decided(runs)).entries[0].body["editions"]
    policy, calendar = editions(runs)

    assert named == {"policy": digest(policy_edition(policy)), "calendar": digest(calendar_edition(calendar))}


def test_a_rule_that_was_changed_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deliberate change of one deadline by an hour: every kept case that had that deadline fails."""
    counted = Calendar.after_hours_on_working_days

    def an_hour_more(self: Calendar, start: datetime, hours: int) -> datetime:
        return counted(self, start, hours) + timedelta(hours=1)

    monkeypatch.setattr(Calendar, "after_hours_on_working_days", an_hour_more)
    seen = 0
    for runs in map(read, kept()):
        opened = next(decided(runs)).entries[0]
        if (editions(runs)[0].id, opened.body["track"]) != ("lincolnshire", "ladder"):
            continue  # no such deadline on its way
        seen += 1
        with pytest.raises((AssertionError, Refusal)):
            must_stand_as_then(runs)
    assert seen > 15
