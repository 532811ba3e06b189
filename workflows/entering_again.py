"""What a case decided and its record does not have is entered again from Temporal's history of it.

It is needed where the register was put back to an older copy, say: Temporal then has what the record has lost.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.bundles import ENTER_AND_SEND, Bundle

from .signals import ENTER_AGAIN


async def refused(client: Client, case: str) -> str:
    """Return why the record does not take a case's entries, as a sentence; empty where it does. Raises RPCError."""
    said: str = await client.get_workflow_handle(case).query("unrecordable", result_type=str)
    return said


async def enter_again(client: Client, case: str, enter: Callable[[Bundle], None]) -> None:
    """Enter, in order, all that Temporal's history has of what the case decided, and have it go on.

    What stands already stays as it is. *enter* writes the decisions of a bundle and blocks; what it raises ends this,
    and the case is not asked to go on. Raises RPCError where Temporal does not answer.
    """
    async for bundle in _decided(client, case):
        await asyncio.to_thread(enter, bundle)
    await client.get_workflow_handle(case).signal(ENTER_AGAIN)


async def _decided(client: Client, case: str) -> AsyncIterator[Bundle]:
    """Yield what was handed over to be entered, the first first, as far back as Temporal keeps the case's runs."""
    runs: list[WorkflowHistory] = []
    run: str | None = None
    while run != "":
        try:
            history = await client.get_workflow_handle(case, run_id=run).fetch_history()
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND and runs:
                break  # the runs before it are not kept any more
            raise
        runs.append(history)
        run = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    for history in reversed(runs):
        for event in history.events:
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == ENTER_AND_SEND:
                (bundle,) = await client.data_converter.decode(scheduled.input.payloads, [Bundle])
                if bundle.decided:
                    yield bundle
