"""A whole case told by a client that knows nothing of the killing, beyond sending again what was not answered."""

import asyncio
import contextlib
import time
import tomllib
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from adapters.calendars import load_calendar
from domain.case.plan import Action
from domain.case.state import Answer
from domain.commands import ActDone, AlertAcknowledged, Message, Opening, PlanConfirmed, PlanProposed
from domain.policy import Policy, read_policy
from domain.views.status import CaseStatus
from tests.chaos.kill import ACTS, Kill
from tests.chaos.machine import Machine
from tests.workflows.histories import replay
from tests.workflows.story import ROOT, by
from workflows.alert_hand_in import batch_id
from workflows.caseload import Caseload, NoAnswer
from workflows.connection import ServerAway

WITHIN_SECONDS = 240.0
"""Longer than the longest real wait, two minutes for a notice that a dead worker was sending."""
LOOK_EVERY_SECONDS = 0.05
DUE_AFTER = timedelta(seconds=4)
"""From the tale's beginning: long enough to open the case, so that a timer is set and fires."""


class Tale:
    """One case on a machine where things are killed."""

    def __init__(self, machine: Machine, kill: Kill) -> None:
        self._machine = machine
        self._kill = kill
        now = datetime.now(UTC)
        self.opening = Opening(
            case=f"ESC-{uuid.uuid4().hex[:8]}",
            policy=by_the_clock(),
            calendar=load_calendar("england-and-wales").for_case(now),
            facts={"concern": "difference"},
            raising="schools",
            receiving=("police",),
            partners=("schools", "police", "nspcc"),
            raiser=by("schools", "practitioner"),
            opened_at=now - timedelta(hours=48) + DUE_AFTER,
        )
        self._left = self._messages()
        self.said: list[tuple[Message, Answer]] = []
        self.first_answer_after: float | None = None
        """Seconds that the first message took that was answered after a worker had died, from death or sending on."""

    @property
    def case(self) -> str:
        """Its reference."""
        return self.opening.case

    async def connects(self) -> None:
        """Take the client's side."""
        self._client = await self._machine.client()
        self._caseload = Caseload(self._client, self._machine.settings.task_queue)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The case, as Temporal knows it."""
        return self._client.get_workflow_handle(self.case)

    async def is_told(self) -> None:
        """Everything but the last two messages."""
        await self._opens()
        await self.until(self._is_overdue, "overdue")
        for number in range(ACTS):
            if number == self._kill.server_at:
                await asyncio.gather(self.goes_on(), self._server_dies())
            else:
                await self.goes_on()

    async def comes_to_its_end(self) -> CaseStatus:
        """What was left to say; the case closes when all that it brought about has been done."""
        while self._left:
            await self.goes_on()
        await asyncio.wait_for(self.handle.result(), WITHIN_SECONDS)
        return await self._caseload.look(self.case)

    async def goes_on(self) -> float:
        """Send the next message until it is answered, then once more: the same answer comes.

        Returns the seconds to the first answer.
        """
        message = self._left.pop(0)
        sent = time.monotonic()
        answer = await self._answered(message)
        answered = time.monotonic()
        if self._machine.died_at and self.first_answer_after is None and answered > self._machine.died_at:
            self.first_answer_after = answered - max(sent, self._machine.died_at)
        assert await self._answered(message) == answer, "a repeat with the same id was answered otherwise"
        self.said.append((message, answer))
        return answered - sent

    async def is_quiet(self) -> None:
        """Nothing is being entered, sent or decided."""
        await self.until(self._has_nothing_pending, "quiet")

    async def has_nothing_gathered(self) -> None:
        """Every alert that was handed in has gone."""
        batch = batch_id(self._machine.settings.task_queue, self.opening.policy.id, "first")
        alerts = self._client.get_workflow_handle(batch)

        async def is_empty() -> bool:
            with contextlib.suppress(RPCError):
                return bool(await alerts.query("waiting", result_type=int) == 0)
            return False

        await self.until(is_empty, "rid of its alerts")
        await replay(self._client, alerts.id)

    async def until(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        """Ask until it is so."""
        for _ in range(int(WITHIN_SECONDS / LOOK_EVERY_SECONDS)):
            if await holds():
                return
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        raise AssertionError(f"{self.case} was never {what}")

    # --- how

    async def _opens(self) -> None:
        async def is_open() -> bool:
            with contextlib.suppress(ServerAway):
                await self._caseload.open(self.opening)
                return True
            return False

        await self.until(is_open, "open")

    async def _is_overdue(self) -> bool:
        with contextlib.suppress(NoAnswer):
            return (await self._caseload.look(self.case)).overdue > 0
        return False

    async def _answered(self, message: Message) -> Answer:
        ends = time.monotonic() + WITHIN_SECONDS
        while True:
            try:
                return await self._caseload.record(self.case, message)
            except (NoAnswer, ServerAway):
                assert time.monotonic() < ends, "a message was never answered"

    async def _server_dies(self) -> None:
        await asyncio.sleep(self._kill.server_after)  # no waiting for anything: where in the message is chance
        self._machine.kill_server()
        self._machine.start_server()

    async def _has_nothing_pending(self) -> bool:
        described = (await self.handle.describe()).raw_description
        return not described.pending_activities and not described.HasField("pending_workflow_task")

    def _messages(self) -> list[Message]:
        schools = by("schools", "practitioner")
        action = Action(what="Visit the family together.", owner="schools", by=datetime.now(UTC).date())
        plan = PlanProposed(by=schools, fields={"fits-existing-plan": "yes"}, actions=(action,), id=_new())
        return [
            AlertAcknowledged(by=by("schools", "slo"), id=_new()),
            self._act("police", "acknowledgement"),
            self._act("schools", "discussion", method="telephone"),
            plan,
            PlanConfirmed(by=by("police", "practitioner"), version=1, id=_new()),
            self._act("schools", "written-follow-up", method="secure portal"),
            self._act("police", "written-follow-up", method="secure portal"),
            self._act("schools", "filed"),
            self._act("police", "filed"),
            self._act("schools", "action-done", fields={"action": "1"}),
        ]

    @staticmethod
    def _act(agency: str, act: str, **more: Any) -> ActDone:
        return ActDone(by=by(agency, "practitioner"), act=act, id=_new(), **more)


def by_the_clock() -> Policy:
    """Lincolnshire's ladder with its 48 hours by the clock, so that a moment can come on a Sunday too."""
    text = (ROOT / "policies" / "lincolnshire.toml").read_text(encoding="utf-8")
    return read_policy(tomllib.loads(text.replace("48 hours on working days", "48 hours")))


def _new() -> str:
    return uuid.uuid4().hex
