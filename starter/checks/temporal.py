"""Does Temporal answer, does a worker carry every case that is open by the record, and is the daily digest sent?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from domain.base.words import say_instant
from services import temporal_client
from services.times import LONDON, now
from settings import Settings

from . import Finding
from .cases import MEND_CODE, cases
from .machine import machine_clock, of_pollers

if TYPE_CHECKING:
    from temporalio.client import (
        Client,
        ScheduleActionExecutionStartWorkflow,
        ScheduleActionResult,
        ScheduleDescription,
    )

WHAT = "digest"
A_DAY_AND_MORE = timedelta(hours=26)
"""Between two digests there are 23, 24 or 25 hours."""
SOON = timedelta(hours=1)
"""Within this every message has left, unless something is down."""
_START = "Start or restart a worker (`escalate worker`), which keeps it as the setting says."
_SERVER = "See Temporal's page of schedules, and its log."
_DOWN = "See above whether the register, a directory or the mail host is down, and the worker's log."
SERVER_WITHIN = 10
"""Seconds that Temporal is given to answer."""
MOST_LOOKED_AT = 200
"""Running cases of which a doctor asks by which key they began; `keys check` asks all."""


async def schedule(settings: Settings, client: "Client") -> list[Finding]:
    """Look at the schedule. Raises RPCError where Temporal cannot say."""
    from temporalio.service import RPCError, RPCStatusCode

    from workflows.morning import schedule_id

    at = settings.digest.at
    try:
        described = await client.get_schedule_handle(schedule_id(settings.task_queue)).describe()
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        if at is None:
            return [Finding(WHAT, "ok", "none is sent, as ESCALATION_DIGEST_AT says")]
        return [Finding(WHAT, "warning", "No daily digest is scheduled.", _START)]
    if at is None:
        says = "A daily digest is still scheduled, and ESCALATION_DIGEST_AT says no."
        return [Finding(WHAT, "warning", says, _START)]
    if described.schedule.state.paused:
        mend = f"Somebody paused it in Temporal; to go on: `temporal schedule toggle --unpause -s {described.id}`."
        return [Finding(WHAT, "problem", "The daily digest is paused, so nobody gets one.", mend)]
    return [await _last(client, described, now())]


async def _last(client: "Client", described: "ScheduleDescription", moment: datetime) -> Finding:
    ran = described.info.recent_actions[-1:]
    coming = described.info.next_action_times[:1]
    said = f"the next is on {say_instant(coming[0], LONDON)}" if coming else "no next one is planned"
    if not ran:
        if moment - described.info.created_at > A_DAY_AND_MORE:
            return Finding(WHAT, "problem", f"The daily digest has never run; {said}.", _SERVER)
        return Finding(WHAT, "ok", said)
    if moment - ran[0].started_at > A_DAY_AND_MORE:
        when = say_instant(ran[0].started_at, LONDON)
        return Finding(WHAT, "problem", f"The daily digest last ran on {when}; {said}.", _SERVER)
    return await _run(client, ran[0], moment, said)


async def _run(client: "Client", ran: "ScheduleActionResult", moment: datetime, said: str) -> Finding:
    """Say how a run went. A run whose history is gone is long over and went well."""
    from temporalio.client import WorkflowExecutionStatus
    from temporalio.service import RPCError, RPCStatusCode

    from activities.digests import Told

    action = cast("ScheduleActionExecutionStartWorkflow", ran.action)
    handle = client.get_workflow_handle(action.workflow_id, run_id=action.first_execution_run_id, result_type=Told)
    when = say_instant(ran.started_at, LONDON)
    try:
        status = (await handle.describe()).status
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return Finding(WHAT, "ok", said)
    if status == WorkflowExecutionStatus.RUNNING:
        if moment - ran.started_at < SOON:
            return Finding(WHAT, "ok", f"being sent since {when}")
        return Finding(WHAT, "problem", f"The digest of {when} has not reached everybody yet.", _DOWN)
    if status != WorkflowExecutionStatus.COMPLETED:
        ended = status.name.lower().replace("_", " ") if status else "unknown"
        return Finding(WHAT, "problem", f"The digest of {when} was not sent to everybody ({ended}).", _DOWN)
    told: Told = await handle.result()
    if told.refused:
        mend = "The worker's log has their references (notice_refused); mend those seats in the directory."
        return Finding(WHAT, "warning", f"No channel took {told.refused} of the digests of {when}.", mend)
    return Finding(WHAT, "ok", f"sent on {when}; {said}")


if TYPE_CHECKING:
    from temporalio.client import Client


def temporal(settings: Settings) -> Iterator[Finding]:
    """Ask it."""
    yield from temporal_client.run(lambda: _asked(settings))


async def _asked(settings: Settings) -> list[Finding]:
    import asyncio

    from temporalio.service import RPCError

    from workflows.connection import ServerAway
    from workflows.encryption import KeyMissing

    try:
        async with asyncio.timeout(SERVER_WITHIN):
            client, found = await _server(settings)
        return [*found, *await cases(settings, client)]
    except ServerAway as error:
        return [Finding("temporal", "problem", str(error))]
    except KeyMissing as error:
        says = (
            f"What it keeps of a case was encrypted with the key {error.key_id}, which is not in "
            f"{settings.encryption_keys}, so no case was looked at."
        )
        mend = "Put its line back there, below the first, from where its copy is kept; see `escalate keys check`."
        return [Finding("temporal", "problem", says, mend)]
    except TimeoutError:
        says = f"Temporal did not answer within {SERVER_WITHIN} seconds."
        return [
            Finding("temporal", "problem", says, "See whether it is overloaded, and whether a firewall stands between.")
        ]
    except RPCError as error:
        says = f"Temporal answered with {error.status.name.lower().replace('_', ' ')}."
        return [Finding("temporal", "problem", says, "See that its namespace exists and that you may use it.")]


async def _keys(settings: Settings, client: "Client") -> list[Finding]:
    """Look whether what Temporal keeps is encrypted, and with keys that are here."""
    from adapters.keyring import Keyring, KeysFault
    from workflows.soundness import keys_of_running

    if not settings.encryption_keys.exists():
        says = "What Temporal keeps is not encrypted: there is no key."
        return [Finding("encryption", "warning", says, "`escalate keys new` makes one; then start the worker anew.")]
    try:
        keyring = Keyring(settings.encryption_keys)
    except KeysFault as fault:
        return [Finding("encryption", "problem", str(fault))]
    needed = await keys_of_running(client, settings.task_queue, MOST_LOOKED_AT)
    if missing := [key for key in needed if key and key not in keyring.ids]:
        says = f"{sum(needed[key] for key in missing)} running cases began with a key that is not here."
        return [Finding("encryption", "problem", says, "`escalate keys check` says which it is.")]
    return [Finding("encryption", "ok", f"what Temporal keeps is encrypted, key {keyring.current.id}")]


async def _server(settings: Settings) -> tuple["Client", list[Finding]]:
    from temporalio.api.enums.v1 import TaskQueueType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

    from workflows.service import AttributesConflict, missing_attributes

    client = await temporal_client.client(settings)
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
    return client, [
        *found,
        *await _keys(settings, client),
        *await schedule(settings, client),
        *await _alerts(settings, client),
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
