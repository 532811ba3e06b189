"""Does Temporal answer, is a worker at work, and does it carry every case that is open by its record?"""

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from settings import Settings
from starter import door

from .clocks import machine_clock, of_pollers
from .digest import schedule
from .finding import Finding

if TYPE_CHECKING:
    from temporalio.client import Client

SERVER_WITHIN = 10
"""Seconds that Temporal is given to answer."""
MANY = 500
"""Open cases that the doctor looks at."""
TO_ENTER = timedelta(minutes=2)
"""A worker is given so long to enter a case that was just opened."""
MEND_REGISTER = "See above whether the register can be written, and that a worker runs; what waits is then entered."
MEND_CODE = "See the worker's log, and mend or take back the last change of this program; it then goes on by itself."


def temporal(settings: Settings) -> Iterator[Finding]:
    """Ask it."""
    yield from door.run(lambda: _asked(settings))


async def _asked(settings: Settings) -> list[Finding]:
    import asyncio

    from temporalio.service import RPCError

    from workflows.connection import ServerAway

    try:
        async with asyncio.timeout(SERVER_WITHIN):
            return await _server(settings)
    except ServerAway as error:
        return [Finding("temporal", "problem", str(error))]
    except TimeoutError:
        says = f"Temporal did not answer within {SERVER_WITHIN} seconds."
        return [
            Finding("temporal", "problem", says, "See whether it is overloaded, and whether a firewall stands between.")
        ]
    except RPCError as error:
        says = f"Temporal answered with {error.status.name.lower().replace('_', ' ')}."
        return [Finding("temporal", "problem", says, "See that its namespace exists and that you may use it.")]


async def _server(settings: Settings) -> list[Finding]:
    from temporalio.api.enums.v1 import TaskQueueType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

    from workflows.service import AttributesConflict, missing_attributes

    client = await door.client(settings)
    found = [Finding("temporal", "ok", f"answers, namespace {client.namespace}")]
    try:
        missing = await missing_attributes(client)
    except AttributesConflict as error:
        found.append(Finding("search attributes", "problem", str(error)))
    else:
        says = f"not registered: {', '.join(missing)}." if missing else "registered"
        mend = "Run `escalate worker` once, and it registers them." if missing else ""
        found.append(Finding("search attributes", "problem" if missing else "ok", says, mend))
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=settings.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    queue = await client.workflow_service.describe_task_queue(asked)
    found += of_pollers((one.last_access_time.ToDatetime(UTC) for one in queue.pollers), machine_clock())
    if queue.pollers:
        found.append(Finding("worker", "ok", f"{len(queue.pollers)} at work"))
    else:
        says = "None has asked for work in the last minutes: no case moves and no alert goes out."
        found.append(Finding("worker", "warning", says, "Run `escalate worker`."))
    return [
        *found,
        *await schedule(settings, client),
        *await _alerts(settings, client),
        *await _cases(settings, client),
    ]


async def _alerts(settings: Settings, client: "Client") -> list[Finding]:
    """See that alerts which wait for others to the same person leave."""
    from workflows.soundness import still_alerts

    return [
        Finding(
            f"alerts {rung}", "problem", "They do not leave: their code fails. Nobody at this rung is woken.", MEND_CODE
        )
        for rung in await still_alerts(client, settings.task_queue)
    ]


async def _cases(settings: Settings, client: "Client") -> list[Finding]:
    """See that Temporal carries every case that is open by its record, and the record every case that it carries."""
    from adapters.register.errors import RegisterError
    from adapters.register.reading import list_cases, list_references
    from workflows.soundness import unentered, unsound

    try:
        cases = [row["case_ref"] for row in list_cases(settings.register, limit=MANY)]
        known = list_references(settings.register)
    except (RegisterError, ValueError):
        return []  # told of as the register
    seen = await unsound(client, cases)
    every = ", or `escalate resume --all` for all of them" if len(seen.lost) > 1 else ""
    found = [
        Finding(
            f"case {case}",
            "problem",
            "Temporal does not run it, so nothing watches it.",
            f"Run `escalate resume {case}`{every}.",
        )
        for case in seen.lost
    ]
    found += [Finding(f"case {case}", "problem", "It stands still: its code fails.", MEND_CODE) for case in seen.still]
    found += [
        Finding(f"case {case}", "problem", "Temporal runs it, and the register does not know it.", MEND_REGISTER)
        for case in await unentered(client, settings.task_queue, known, machine_clock() - TO_ENTER)
    ]
    if len(cases) == MANY:
        found.append(Finding("cases", "warning", f"Only the {MANY} due first were looked at."))
    return found or [Finding("cases", "ok", f"{len(cases)} open, and Temporal runs them all")]
