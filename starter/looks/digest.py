"""Is the daily digest sent: is there a schedule, does it run, and did its last run go well?"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from domain.spoken import say_instant
from settings import Settings
from starter.times import LONDON, now

from .finding import Finding

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
    """Say how a run went. One whose history is gone went well enough to be forgotten."""
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


_START = "Start or restart a worker (`escalate worker`), which keeps it as the setting says."
_SERVER = "See Temporal's page of schedules, and its log."
_DOWN = "See above whether the register, a directory or the mail host is down, and the worker's log."
