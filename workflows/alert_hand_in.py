"""Handing alerts in: from a case's activity to the workflow in which they meet, which is started where it is not."""

import asyncio

from temporalio.client import Client
from temporalio.service import RPCError

from adapters.post import PostDown
from domain.case.effects import Notice
from domain.engine.seats import rung_of

from . import ALERTS
from .alert_batch import AlertBatch
from .starting import ANSWER_WITHIN, TASK_TIMEOUT

HAND_IN = "hand-in"


class AlertHandIn:
    """Hands alerts in. Called from threads; make it in the loop that the client runs in."""

    def __init__(self, client: Client, task_queue: str, gather_seconds: int) -> None:
        self._client = client
        self._queue = task_queue
        self._seconds = gather_seconds
        self._loop = asyncio.get_running_loop()

    def __call__(self, policy: str, notice: Notice) -> None:
        """Hand an alert in: when this returns, Temporal keeps it. A repeat is one by its reference.

        Raises:
            PostDown: Temporal did not take it. It may have arrived all the same.
        """
        handed = asyncio.run_coroutine_threadsafe(self._hand_in(policy, notice), self._loop)
        try:
            handed.result(2 * ANSWER_WITHIN.total_seconds())
        except (RPCError, TimeoutError) as error:
            why = error.status.name.lower().replace("_", " ") if isinstance(error, RPCError) else "no answer"
            raise PostDown(f"Temporal did not take notice {notice.ref} ({why}); it is tried again.") from None

    async def _hand_in(self, policy: str, notice: Notice) -> None:
        rung = rung_of(notice.to)
        await self._client.start_workflow(
            ALERTS,
            AlertBatch(policy=policy, gather_seconds=self._seconds),
            id=batch_id(self._queue, policy, rung),
            task_queue=self._queue,
            task_timeout=TASK_TIMEOUT,
            start_signal=HAND_IN,
            start_signal_args=[notice],
            static_summary=f"Alerts to the {rung} on call, {policy}",
            static_details="Alerts of several cases meet here for seconds, and leave as one message. No case waits.",
            rpc_timeout=ANSWER_WITHIN,
        )


def batch_id(task_queue: str, policy: str, rung: str) -> str:
    """Return the id of the workflow in which an installation's alerts to a rung of a policy's rota meet."""
    return f"alerts/{task_queue}/{policy}/{rung}"
