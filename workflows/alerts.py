"""The workflow in which alerts of several cases to one rung of a rota meet, so that they arrive as one message.

It begins with the first that is handed in, and ends when none has come for a while. Nothing of a case depends on it.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError

from . import ALERTS

with workflow.unsafe.imports_passed_through():
    from activities.following import Following
    from activities.notices import Gathered, SentTogether
    from domain.case.effects import Accepted, Notice

    from .alert_batch import AlertBatch
    from .limits import WITHOUT_END

IDLE = timedelta(minutes=5)
"""How long it stays when nothing is left to send."""
FAR_TOO_LONG = 4
"""How many times a run's length is too long to wait for the end of a message that cannot be sent."""
AT_ONCE = 100
"""Receipts noted at once."""


@workflow.defn(name=ALERTS)
class AlertsWorkflow:
    """The alerts of one rung: gathered for seconds, sent together, one message at a time."""

    @workflow.init
    def __init__(self, batch: AlertBatch) -> None:
        self.batch = batch
        self.sending: workflow.ActivityHandle[SentTogether] | None = None
        self.is_noting = False
        self.followed: list[Accepted] = []
        self.beside: list[asyncio.Task[None]] = []

    @workflow.run
    async def run(self, batch: AlertBatch) -> None:  # noqa: ARG002 - taken by __init__
        is_over = False
        while not is_over:
            try:
                is_over = await self._turn()
            except asyncio.CancelledError:  # a button in Temporal's page: no click takes an alert away
                workflow.logger.warning("cancellation_refused")

    @workflow.signal(dynamic=True, description="Hand an alert in")
    def take(self, name: str, args: Sequence[RawValue]) -> None:  # noqa: ARG002 - by whatever name it comes
        try:
            (given,) = args
            notice: Notice = workflow.payload_converter().from_payload(given.payload, Notice)
        except Exception as error:  # whatever it is, it stops no alert
            workflow.logger.warning("alert_not_readable", extra={"reason": type(error).__name__})
        else:
            self.batch = self.batch.takes(notice, workflow.now())

    @workflow.query(name="waiting", description="How many have not gone yet")
    def waiting(self) -> int:
        return len(self.batch.waiting) + len(self.batch.going)

    async def _turn(self) -> bool:
        """Send one message, or wait for one to send; True where none has come for long and nothing is left to do."""
        self._see_to_the_rest()
        if self.batch.going or await self._have_gathered():
            await self._send()
        elif self.batch.is_empty and workflow.all_handlers_finished():
            return True
        if workflow.info().get_current_history_length() > self.batch.longest_history and self.batch.is_portable:
            await self._go_on_in_a_new_run()
        return False

    async def _have_gathered(self) -> bool:
        """Wait until those waiting are to go, and put them together; False where none has come for long."""
        if not self.batch.waiting:
            try:
                await workflow.wait_condition(
                    lambda: bool(self.batch.waiting), timeout=IDLE, timeout_summary="Nothing waits"
                )
            except TimeoutError:
                return False
        until = self.batch.waits_until()
        if until and until > workflow.now():
            await workflow.sleep(until - workflow.now(), summary="Others may come")
        self.batch = self.batch.puts_together()
        return True

    async def _send(self) -> None:
        sending = self.sending = self.sending or workflow.start_activity(
            "send-together",
            Gathered(policy=self.batch.policy, notices=self.batch.going),
            result_type=SentTogether,
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(minutes=1),
            retry_policy=WITHOUT_END,
            summary=f"{len(self.batch.going)} together",
        )
        await workflow.wait_condition(lambda: sending.done() or self._is_far_too_long)
        if not sending.done():
            await self._go_on_in_a_new_run()
        self.sending = None
        try:
            sent = sending.result()
        except ActivityError:
            workflow.logger.error("alerts_not_sent")
            sent = SentTogether()
        self.batch = self.batch.is_rid_of(sent.unrecorded, sent.taken)

    @property
    def _is_far_too_long(self) -> bool:
        length = workflow.info().get_current_history_length()
        return length > FAR_TOO_LONG * self.batch.longest_history and self.batch.is_portable

    async def _go_on_in_a_new_run(self) -> None:
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(self.batch)

    def _see_to_the_rest(self) -> None:
        """Start what runs beside the sending: neither a register nor a provider's receipt holds up an alert."""
        self.beside = [task for task in self.beside if not task.done()]
        if self.batch.unnoted and not self.is_noting:
            self.is_noting = True
            self.beside.append(asyncio.create_task(self._note()))
        for accepted in self.batch.taken:
            if accepted not in self.followed:
                self.followed.append(accepted)
                self.beside.append(asyncio.create_task(self._follow(accepted)))

    async def _note(self) -> None:
        """Have noted what the register could not take."""
        while self.batch.unnoted:
            some = self.batch.unnoted[:AT_ONCE]
            try:
                await workflow.execute_activity(
                    "note",
                    SentTogether(unrecorded=some),
                    start_to_close_timeout=timedelta(seconds=30),
                    retry_policy=WITHOUT_END,
                    summary=f"{len(some)} to note",
                )
            except ActivityError:
                workflow.logger.error("attempts_not_noted")
            self.batch = self.batch.has_noted(some)
        self.is_noting = False

    async def _follow(self, accepted: Accepted) -> None:
        """Have followed what a provider took, as a case does: what does not arrive goes another way."""
        try:
            await workflow.execute_activity(
                "follow",
                Following(policy=self.batch.policy, taken=(accepted,)),
                start_to_close_timeout=timedelta(minutes=5),
                heartbeat_timeout=timedelta(minutes=1),
                retry_policy=WITHOUT_END,
                summary=f"Receipt of {1 + len(accepted.notice.together)} together",
            )
        except ActivityError:
            workflow.logger.error("alerts_not_followed")
        self.batch = self.batch.has_followed(accepted)
        self.followed.remove(accepted)
