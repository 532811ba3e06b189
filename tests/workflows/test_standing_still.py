"""A case whose code fails stands still: it is counted, named, and goes on by itself once the code is mended."""

import asyncio
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities import deciding
from domain.base.refusals import Refusal
from domain.case.effects import Notice
from domain.decide import Decision
from domain.engine.seats import ON_CALL
from settings import Settings, read_settings
from starter.checks import cases
from starter.cli import cli
from tests.ports import free_ports
from tests.workflows.histories import kinds_of
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story, both, by
from worker import worker
from workflows.alert_batch import AlertBatch
from workflows.alert_hand_in import AlertHandIn
from workflows.caseload import Caseload
from workflows.connection import DATA_CONVERTER, runtime
from workflows.moving_on import ask, moved
from workflows.soundness import still_alerts, unsound

WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.05
FAILED = "temporal_workflow_task_execution_failed"
BY = {"agency": "schools", "role": "practitioner"}


class Room(NamedTuple):
    """An installation of its own on the shared server; its workers come and go."""

    settings: Settings
    client: Client
    story: Story
    post: Postbag

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Run a worker with the code as it is while the block lasts."""
        shelf = Shelf(self.settings.register)
        self.story.register = shelf
        async with worker(self.settings, self.client, post=self.post, register=shelf):
            yield

    def figures(self) -> dict[str, float]:
        """What Prometheus would read."""
        with urllib.request.urlopen(f"http://{self.settings.metrics_address}/metrics", timeout=5) as page:
            lines = page.read().decode().splitlines()
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}

    def failed(self) -> float:
        """How many tasks of cases have failed."""
        return sum(count for name, count in self.figures().items() if name.partition("{")[0] == FAILED)

    async def attempt(self) -> int:
        """Which try of its next task the case is at; 0 where none is waiting."""
        return int((await self.story.handle.describe()).raw_description.pending_workflow_task.attempt)


@pytest.fixture
async def room(server: WorkflowEnvironment, tmp_path: Path) -> Room:
    chosen = {
        "ESCALATION_DATA": str(tmp_path),
        "ESCALATION_TASK_QUEUE": f"still-{tmp_path.name}",
        "ESCALATION_METRICS_ADDRESS": f"127.0.0.1:{free_ports(1)[0]}",
        "ESCALATION_GATHER_SECONDS": "1",
    }
    settings = read_settings(chosen)
    client = await Client.connect(
        server.client.service_client.config.target_host,
        data_converter=DATA_CONVERTER,
        runtime=runtime(settings.metrics_address),
    )
    post = Postbag()
    return Room(settings, client, Story(server, settings.task_queue, Shelf(settings.register), post), post)


def broken(*_: Any) -> Decision:
    raise ZeroDivisionError("a mistake of the program's own")


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Ask until it is so, or until the deadline."""
    for _ in range(int(WITHIN_SECONDS / LOOK_EVERY_SECONDS)):
        if await holds():
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    raise AssertionError(f"never: {what}")


async def doctor(room: Room) -> str:
    """What `escalate doctor` prints of it."""
    environment = {
        "ESCALATION_DATA": str(room.settings.data),
        "ESCALATION_TASK_QUEUE": room.settings.task_queue,
        "TEMPORAL_ADDRESS": room.client.service_client.config.target_host,
    }
    return (await asyncio.to_thread(CliRunner().invoke, cli, ["doctor"], env=environment)).stdout


async def test_a_case_whose_deciding_fails_is_told_and_named_lets_risk_out_and_goes_on_once_it_is_mended(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours is data: no task of the workflow fails, and no message is lost."""
    story = room.story
    async with room.at_work():
        await story.opens_at_step_1()
        await story.is_quiet()
        before = await story.entries()
        monkeypatch.setattr(deciding, "decide", broken)
        await story.handle.signal("act", {"by": BY, "act": "discussion", "method": "telephone", "id": "kept"})
        told = await story.notices("stands-still to on-call", "stands-still to operations")
        assert "next deadline" in told[0].fact
        with pytest.raises(Refusal, match="The program has made a mistake, and nothing was recorded"):
            await story.act("police", "practitioner", "filed")
        answer = await story.raises_risk(by("police", "practitioner"), same="kept too")
        assert "are to be told of immediate risk" in answer.sentence
        await story.notices("risk to on-call", "risk to operations")
        assert room.failed() == 0
        assert (await unsound(room.client, [story.case])) == ([], [story.case], [])
        says = await doctor(room)
        assert f"case {story.case}" in says
        assert "It stands still: its code fails." in says
        assert await story.entries() == before

        monkeypatch.undo()
        await story.act("schools", "practitioner", "filed")
        await story.notices("act-recorded to practitioner of police", "risk to on-call", *both("risk", "practitioner"))
        assert (await story.entries())[len(before) :] == ["act", "act", "risk"]
        assert await unsound(room.client, [story.case]) == ([], [], [])
        assert "It stands still" not in await doctor(room)
        assert "workflow_task_failed" not in await kinds_of(room.client, story.case)


async def test_what_met_a_mistake_is_taken_under_the_same_id_once_it_is_mended(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Temporal would answer the same id with the old mistake for as long as the run lasts."""
    story = room.story
    async with room.at_work():
        await story.opens_at_step_1()
        monkeypatch.setattr(deciding, "decide", broken)
        for _ in range(2):
            with pytest.raises(Refusal, match="Send it again later, with the same id"):
                await story.act("police", "practitioner", "filed", id="again")
        await story.notices("stands-still to on-call", "stands-still to operations")
        events = await kinds_of(room.client, story.case)
        with pytest.raises(Refusal, match="Send it again later, with the same id"):
            await story.act("police", "practitioner", "filed", id="again")
        assert await kinds_of(room.client, story.case) == events, "a case that stands still keeps nothing of a repeat"

        monkeypatch.undo()
        answers = [await story.act("police", "practitioner", "filed", id="again") for _ in range(2)]
        assert answers[0] == answers[1]
        assert (await story.entries()).count("act") == 1
        story.everything_is_read()


async def test_a_case_that_stands_still_does_not_move_on_until_it_is_mended(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code that cannot read a case would carry over less than it knows."""
    story = room.story
    async with room.at_work():
        await story.opens_at_step_1()
        await story.is_quiet()
        monkeypatch.setattr(deciding, "decide", broken)
        asked = await ask(room.client, [story.case])
        await story.notices("stands-still to on-call", "stands-still to operations")
        assert await moved(room.client, asked, 1, lambda _: None) == ([], [story.case])

        monkeypatch.undo()
        await story.act("schools", "practitioner", "filed")
        assert await moved(room.client, asked, 30, lambda _: None) == ([story.case], [])
        story.everything_is_read()


async def test_alerts_that_stand_still_are_named_by_the_doctor_and_leave_once_the_code_is_mended(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = room.settings.task_queue
    alert = Notice(ref="ESC-2026-0001/4/1", case="ESC-2026-0001", kind="alert", to=ON_CALL)
    monkeypatch.setattr(AlertBatch, "puts_together", broken)
    async with room.at_work():
        await asyncio.to_thread(AlertHandIn(room.client, queue, 1), "lincolnshire", alert)

        async def stand_still() -> bool:
            return await still_alerts(room.client, queue) == ["lincolnshire/first"]

        await until(stand_still, "three tries")
        assert "alerts lincolnshire/first" in await doctor(room)
    monkeypatch.undo()
    async with room.at_work():

        async def has_left() -> bool:
            return [one.ref for one in room.post.sent] == [alert.ref]

        await until(has_left, "it leaves")
        assert await still_alerts(room.client, queue) == []


async def test_a_case_that_has_not_reached_the_register_is_named_by_the_doctor(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with room.at_work():  # it makes the register and the search attributes
        pass
    assert "ok        cases" in await doctor(room)
    assert await Caseload(room.client, room.settings.task_queue).open(room.story.opening())
    waits = f"case {room.story.case}"

    async def is_named() -> bool:
        return waits in await doctor(room)

    assert not await is_named(), "a worker is given a while"
    monkeypatch.setattr(cases, "TO_ENTER", -timedelta(days=4000))  # the server may have skipped ahead
    await until(is_named, "the case is named")
    assert "Temporal runs it, and the register does not know it." in await doctor(room)
    await room.story.handle.terminate("a test")
