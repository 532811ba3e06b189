"""The schedule of the daily digest: one for each installation, kept as the settings say by whichever worker starts."""

from dataclasses import replace
from datetime import time, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleHandle,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from .digest import DIGEST, ZONE

LATEST = timedelta(hours=12)
"""A digest that could not begin, or not be sent, so long after its time is given up: the next one says it all."""


def schedule_id(task_queue: str) -> str:
    """Return the schedule's id, which is the beginning of its workflows' ids too: one for each installation."""
    return f"digest-{task_queue}"


async def keep_digest(client: Client, task_queue: str, at: time | None) -> None:
    """Make the schedule, bring it up to date, or remove it where *at* is None; one that was paused stays paused.

    Harmless to repeat, and to do twice at once.

    Raises:
        RPCError: Temporal did not take it.
    """
    handle = client.get_schedule_handle(schedule_id(task_queue))
    if at is None:
        await _remove(handle)
        return
    wanted = digest_schedule(task_queue, at)
    try:
        await client.create_schedule(handle.id, wanted)
    except ScheduleAlreadyRunningError:
        await handle.update(lambda known: _brought_up(known, wanted))


def digest_schedule(task_queue: str, at: time) -> Schedule:
    """Return the schedule of a digest at a time of day on the clocks of `ZONE`, whatever the season."""
    daily = ScheduleCalendarSpec(hour=[ScheduleRange(at.hour)], minute=[ScheduleRange(at.minute)])
    return Schedule(
        action=ScheduleActionStartWorkflow(
            DIGEST,
            id=schedule_id(task_queue),
            task_queue=task_queue,
            execution_timeout=LATEST,
            static_summary="The daily digest",
        ),
        spec=ScheduleSpec(calendars=[daily], time_zone_name=ZONE),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=LATEST),
    )


async def _remove(handle: ScheduleHandle) -> None:
    try:
        await handle.delete()
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise


def _brought_up(known: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate:
    return ScheduleUpdate(schedule=replace(wanted, state=known.description.schedule.state))
