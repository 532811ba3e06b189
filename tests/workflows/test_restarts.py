"""Temporal and the worker stop and start again between one word and the next: the case goes on."""

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.api.workflow.v1 import PendingActivityInfo

from adapters.calendars import load_calendar
from adapters.directory import Contact
from adapters.register.entering import Shown
from adapters.register.rows import Edition
from domain.case.decided import Decided
from domain.case.effects import Notice, Receipt
from domain.commands import ActDone, Message, Opening, RiskRaised
from settings import Settings
from tests.chaos.machine import Machine
from tests.workflows.postbag import Postbag, Shelf, seat
from tests.workflows.story import LINCOLNSHIRE, by
from worker import worker
from workflows.caseload import Caseload

WITHIN_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.02
SCHOOL = by("schools", "practitioner")


class Held:
    """What is done for the case, held back as long as wanted: which ends first is otherwise chance."""

    def __init__(self) -> None:
        self.may_go = threading.Event()

    def wait(self) -> None:
        assert self.may_go.wait(WITHIN_SECONDS)


class HeldPostbag(Postbag):
    def __init__(self, held: Held) -> None:
        super().__init__()
        self._held = held

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        self._held.wait()
        return super().send(notice, contact)


class HeldShelf(Shelf):
    def __init__(self, url: str, held: Held) -> None:
        super().__init__(url)
        self._held = held

    def enter(self, decided: Sequence[Decided], editions: Sequence[Edition], shown: Shown, case_key: str = "") -> None:
        self._held.wait()
        super().enter(decided, editions, shown, case_key)


class Installation:
    """A machine on which `escalate up` starts and stops. Of an act's entries and letters, *last* ends last."""

    def __init__(self, folder: Path, last: str) -> None:
        self.machine = Machine(folder)
        self.case = f"ESC-{uuid.uuid4().hex[:8]}"
        self.last = last
        self.told: list[str] = []
        self.kinds: list[str] = []

    @asynccontextmanager
    async def up(self) -> AsyncIterator[Caseload]:
        """Everything runs while the block lasts, and has nothing left to do at its end."""
        settings: Settings = self.machine.settings
        self.machine.start_server()
        client = await self.machine.client()
        held, free = Held(), Held()
        free.may_go.set()
        post = HeldPostbag(held if self.last == "send" else free)
        shelf = HeldShelf(settings.register, held if self.last == "enter" else free)
        async with worker(settings, client, post=post, register=shelf):
            yield Caseload(client, settings.task_queue)
            handle = client.get_workflow_handle(self.case)

            async def under_way() -> tuple[Sequence[PendingActivityInfo], bool]:
                described = (await handle.describe()).raw_description
                return described.pending_activities, described.HasField("pending_workflow_task")

            async def all_is_decided() -> bool:
                return not (await under_way())[1]

            async def nothing_is() -> bool:
                activities, deciding = await under_way()
                return not activities and not deciding

            await until(all_is_decided)
            held.may_go.set()
            await until(nothing_is)
            self.told += sorted(seat(notice) for notice in post.of(self.case))
            self.kinds = [stored.entry.kind for stored in shelf.entries(self.case)]
            assert shelf.verify(self.case) == []
        await asyncio.to_thread(self.machine.stop_server)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(int(WITHIN_SECONDS / LOOK_EVERY_SECONDS)):
        if await holds():
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    raise AssertionError("never")


@pytest.mark.parametrize("last", ["enter", "send"])
async def test_a_case_answers_after_restarts_whichever_of_its_entries_and_letters_were_done_last(
    tmp_path: Path, last: str
) -> None:
    """On replay the end of what was done last comes together with the next word, and after it."""
    here = Installation(tmp_path, last)
    said: list[tuple[Message, list[str], list[str]]] = [
        (
            ActDone(by=SCHOOL, act="discussion", method="telephone", id="a"),
            ["act"],
            ["act-recorded to practitioner of police"],
        ),
        (
            RiskRaised(by=SCHOOL, id="b"),
            ["risk"],
            ["risk to on-call", "risk to practitioner of police", "risk to practitioner of schools"],
        ),
        (ActDone(by=SCHOOL, act="filed", id="c"), ["act"], []),
    ]
    try:
        async with here.up() as caseload:
            now = datetime.now(UTC)
            opening = Opening(
                case=here.case,
                policy=LINCOLNSHIRE,
                calendar=load_calendar("england-and-wales").for_case(now),
                facts={"concern": "difference"},
                raising="schools",
                receiving=("police",),
                raiser=SCHOOL,
            )
            assert await caseload.open(opening)
        for message, kinds, told in said:
            before = len(here.kinds)
            here.told.clear()
            async with here.up() as caseload:
                assert await caseload.record(here.case, message)
            assert here.kinds[before:] == kinds
            assert here.told == told
    finally:
        here.machine.close()
