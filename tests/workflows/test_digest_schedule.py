"""The schedule of the daily digest on the real server: made once, kept as it is set, and run."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, ScheduleDescription, ScheduleOverlapPolicy, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from activities.digests import Told
from adapters.calendars import load_calendar
from adapters.directory import Contact
from adapters.post import PostDown
from adapters.register.register import Register
from domain.case.effects import Notice, Receipt
from services.errors import Trouble
from settings import Settings, read_settings
from starter.checks.temporal import schedule as look
from starter.commands import digest as digest_command
from tests.digest.conftest import DIRECTORY, Place
from tests.histories.keeping import DIGESTS, keep
from tests.workflows.histories import replay
from tests.workflows.postbag import Postbag
from worker import worker
from workflows.connection import DATA_CONVERTER
from workflows.morning import LATEST, digest_schedule, keep_digest, schedule_id

LAST_WEEK = datetime.now(UTC) - timedelta(days=7)


@dataclass
class Morning:
    """An installation of its own on the shared server."""

    client: Client
    settings: Settings
    place: Place

    @property
    def id(self) -> str:
        return schedule_id(self.settings.task_queue)

    async def described(self) -> ScheduleDescription:
        return await self.client.get_schedule_handle(self.id).describe()

    async def kept(self, at: time | None = time(7, 30)) -> None:
        await keep_digest(self.client, self.settings.task_queue, at)

    async def runs(self) -> Any:
        """Have the schedule run now, and wait for its end."""
        before = len((await self.described()).info.recent_actions)
        await self.client.get_schedule_handle(self.id).trigger()
        for _ in range(500):
            ran = (await self.described()).info.recent_actions
            if len(ran) > before:
                action: Any = ran[-1].action
                return self.client.get_workflow_handle(
                    action.workflow_id, run_id=action.first_execution_run_id, result_type=Told
                )
            await asyncio.sleep(0.02)
        raise AssertionError("the schedule did not run")

    async def doctor(self) -> list[tuple[str, str]]:
        return [(one.state, one.says) for one in await look(self.settings, self.client)]


@pytest.fixture
async def morning(server: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Morning]:
    (tmp_path / "directories").mkdir()
    given = {"ESCALATION_DATA": str(tmp_path), "ESCALATION_DIRECTORIES": str(tmp_path / "directories")}
    settings = read_settings({**given, "ESCALATION_TASK_QUEUE": f"queue-{tmp_path.name}"})
    with Register(settings.register) as register:
        register.prepare()
        place = Place(register, settings)
        place.directory(DIRECTORY)
        place.now = datetime.now(UTC)
        made = Morning(server.client, settings, place)
        yield made
    await made.kept(None)


async def test_a_worker_makes_the_schedule_and_a_second_one_finds_it(morning: Morning) -> None:
    async with worker(morning.settings, morning.client, post=Postbag()):
        first = await morning.described()
        other = await Client.connect(
            morning.client.service_client.config.target_host,
            namespace=morning.client.namespace,
            data_converter=DATA_CONVERTER,
        )
        async with worker(morning.settings, other, post=Postbag()):
            second = await morning.described()

    assert first.info.created_at == second.info.created_at
    assert second.schedule.policy.overlap == ScheduleOverlapPolicy.SKIP
    assert second.schedule.policy.catchup_window == LATEST


async def test_many_workers_at_once_make_one_schedule(morning: Morning) -> None:
    await asyncio.gather(*(morning.kept() for _ in range(8)))

    assert len((await morning.described()).schedule.spec.calendars) == 1


async def test_a_changed_time_is_taken_over(morning: Morning) -> None:
    await morning.kept(time(7, 30))
    await morning.kept(time(8, 15))

    (daily,) = (await morning.described()).schedule.spec.calendars
    assert (daily.hour[0].start, daily.minute[0].start) == (8, 15)


async def test_a_schedule_that_somebody_paused_stays_paused_and_doctor_says_so(morning: Morning) -> None:
    await morning.kept()
    await morning.client.get_schedule_handle(morning.id).pause(note="The office is away.")
    await morning.kept(time(8, 15))

    state = (await morning.described()).schedule.state
    assert (state.paused, state.note) == (True, "The office is away.")
    assert await morning.doctor() == [("problem", "The daily digest is paused, so nobody gets one.")]


async def test_no_takes_the_schedule_away(morning: Morning) -> None:
    await morning.kept()
    without = replace(morning.settings, digest=replace(morning.settings.digest, at=None))
    async with worker(without, morning.client, post=Postbag()):
        with pytest.raises(RPCError) as away:
            await morning.described()

    assert away.value.status == RPCStatusCode.NOT_FOUND
    assert await replace(morning, settings=without).doctor() == [("ok", "none is sent, as ESCALATION_DIGEST_AT says")]
    assert await morning.doctor() == [("warning", "No daily digest is scheduled.")]


async def test_two_installations_in_one_namespace_have_each_their_own(morning: Morning) -> None:
    other = replace(morning, settings=replace(morning.settings, task_queue=f"{morning.settings.task_queue}-2"))
    await morning.kept(time(7, 30))
    await other.kept(time(9, 0))

    (daily,) = (await morning.described()).schedule.spec.calendars
    assert daily.hour[0].start == 7
    await other.kept(None)


async def test_it_is_at_the_same_time_of_day_on_both_sides_of_a_change_of_the_clocks(morning: Morning) -> None:
    """Sunday 28 March 2027: half past seven is 07:30 UTC until Saturday and 06:30 UTC from Sunday on."""
    wanted = digest_schedule(morning.settings.task_queue, time(7, 30))
    start = datetime(2027, 3, 27, tzinfo=UTC)
    handle = await morning.client.create_schedule(
        morning.id, replace(wanted, spec=replace(wanted.spec, start_at=start))
    )
    times = (await handle.describe()).info.next_action_times

    assert times[:3] == [
        datetime(2027, 3, 27, 7, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 6, 30, tzinfo=UTC),
        datetime(2027, 3, 29, 6, 30, tzinfo=UTC),
    ]


async def test_a_run_tells_everybody_once_and_replays(morning: Morning) -> None:
    await morning.place.opens("ESC-DIGEST", LAST_WEEK)
    postbag = Postbag()
    async with worker(morning.settings, morning.client, post=postbag):
        first = await (await morning.runs()).result()
        handle = await morning.runs()
        second = await handle.result()

    today = datetime.now(UTC).date()
    people = ["digest", "digest"] if load_calendar("england-and-wales").is_working(today) else []
    assert sorted(one.kind for one in postbag.sent if one.kind != "night") == [*people, "digest-office"]
    assert first == second == Told(sent=len(postbag.sent))
    ((state, says),) = await morning.doctor()
    assert (state, says.startswith("sent on ")) == ("ok", True)
    await replay(morning.client, handle.id)
    if os.environ.get("KEEP_HISTORIES"):
        await keep(morning.client, handle.id, "a-morning", DIGESTS)


class ButNotTheOffice(Postbag):
    """A post that takes what is for anybody else."""

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        if notice.kind == "digest-office":
            self.tries += 1
            raise PostDown("The mail host does not answer.")
        return super().send(notice, contact)


async def test_a_run_that_lost_its_worker_sends_nothing_twice(morning: Morning) -> None:
    """The first worker ends while one message waits for the post; the second sends that one alone."""
    await morning.place.opens("ESC-DIGEST", LAST_WEEK)
    first, second = ButNotTheOffice(), Postbag()
    async with worker(morning.settings, morning.client, post=first):
        handle = await morning.runs()
        for _ in range(500):
            if first.tries > len(first.sent) > 0:
                break
            await asyncio.sleep(0.01)
    async with worker(morning.settings, morning.client, post=second):
        told = await handle.result()

    assert "digest-office" in {one.kind for one in second.sent}
    refs = [one.ref for one in (*first.sent, *second.sent)]
    assert len(set(refs)) == len(refs) == told.sent
    assert (await handle.describe()).status == WorkflowExecutionStatus.COMPLETED


async def test_it_can_be_sent_at_any_time(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", morning.client.service_client.config.target_host)
    with pytest.raises(Trouble, match="There is no digest to send"):
        await digest_command.send_now(morning.settings)

    await morning.kept()
    await digest_command.send_now(morning.settings)
    ran = (await morning.described()).info
    assert len(ran.running_actions) + len(ran.recent_actions) > 0


async def test_a_run_ends_by_itself_before_the_next_one_is_due(morning: Morning) -> None:
    await morning.kept()
    handle = await morning.runs()

    described = await handle.describe()
    left = described.raw_description.execution_config.workflow_execution_timeout.ToTimedelta()
    assert left == LATEST < timedelta(hours=23)
    await handle.terminate()


async def test_a_run_that_did_not_end_well_is_a_problem_for_doctor(morning: Morning) -> None:
    await morning.kept()
    handle = await morning.runs()
    assert (await morning.doctor())[0][0] == "ok"
    await handle.terminate()

    ((state, says),) = await morning.doctor()
    assert state == "problem"
    assert says.endswith("was not sent to everybody (terminated).")


async def test_nothing_that_temporal_keeps_of_a_run_holds_an_address(morning: Morning) -> None:
    await morning.place.opens("ESC-DIGEST", LAST_WEEK)
    async with worker(morning.settings, morning.client, post=Postbag()):
        handle = await morning.runs()
        await handle.result()

    history = (await handle.fetch_history()).to_json()
    assert "example.org" not in history
    assert "ESC-DIGEST" not in history
