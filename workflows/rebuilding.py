"""A register gets back from Temporal what it has lost: entries, changes, editions, and what was sent.

It is needed where the register was put back to an older copy, or is gone. Nothing that stands in it is written over.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.notices import Gathered
from activities.refilling import CannotBeFilled, Filled, Whole
from domain.case.decided import Decided
from domain.case.effects import Notice
from domain.engine.seats import rung_of
from domain.views.together import may_wait

from . import UNRECORDABLE, WORKFLOW
from .alert_batch import AlertBatch
from .alert_hand_in import batch_id
from .histories import HandedOver, KeptRun, entries_carried, history_of, kept_runs
from .signals import ENTER_AGAIN

AT_ONCE = 4
"""Cases read at once."""
SEND_TOGETHER = "send-together"


Fill = Callable[[Whole], Filled]
"""Writes into the register what it lacks of a case, all or nothing. Blocks. What it raises is told of that case."""
Ended = Callable[[str, Filled | Exception], None]
"""Told of each case as it is done, in no order."""


async def refused(client: Client, case: str) -> str:
    """Return why the record does not take a case's entries, as a sentence; empty where it does. Raises RPCError."""
    said: str = await client.get_workflow_handle(case).query("unrecordable", result_type=str)
    return said


async def kept_cases(client: Client, task_queue: str) -> dict[str, list[str]]:
    """Return every case of which Temporal keeps a run, open or closed, with the ids of its runs. Raises RPCError."""
    found: dict[str, list[str]] = {}
    query = f"WorkflowType = '{WORKFLOW}' AND TaskQueue = '{task_queue}'"
    async for one in client.list_workflows(query):
        found.setdefault(one.id, []).append(one.run_id)
    return dict(sorted(found.items()))


async def rebuild(
    client: Client, task_queue: str, cases: Mapping[str, Sequence[str]], fill: Fill, ended: Ended
) -> None:
    """Fill the register with what Temporal keeps of each of *cases*, which `kept_cases` returns.

    One that cannot be filled holds up no other. Raises RPCError where Temporal does not answer any more.
    """
    batches, places = AlertBatches(client, task_queue), asyncio.Semaphore(AT_ONCE)

    async def one(case: str, known: Sequence[str]) -> None:
        async with places:
            try:
                ended(case, await fill_case(client, batches, case, fill, known))
            except RPCError:
                raise
            except Exception as error:
                ended(case, error)

    await asyncio.gather(*(one(case, known) for case, known in cases.items()))


async def fill_case(
    client: Client, batches: "AlertBatches", case: str, fill: Fill, known: Iterable[str] = ()
) -> Filled:
    """Fill the register with what Temporal keeps of one case, and have the case enter what the register had refused.

    Raises:
        CannotBeFilled: Temporal does not have all of it.
        RPCError: Temporal does not answer.
    """
    gathering = _Gathering(case)
    async for run in kept_runs(client, case, known):
        gathering.takes(run)
    waiting = await batches.waiting(gathering.handed_over)
    filled = await asyncio.to_thread(fill, gathering.whole(waiting))
    await _goes_on(client, case)
    return filled


async def _goes_on(client: Client, case: str) -> None:
    handle = client.get_workflow_handle(case)
    try:
        described = await handle.describe()
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return  # its history was deleted meanwhile
    if described.status == WorkflowExecutionStatus.RUNNING and await described.memo_value(UNRECORDABLE, False):
        await handle.signal(ENTER_AGAIN)


class AlertBatches:
    """Alerts that cases have handed over, and that still wait for others to the same person: those have not gone."""

    def __init__(self, client: Client, task_queue: str) -> None:
        """Take the queue whose cases are looked at."""
        self._client = client
        self._queue = task_queue

    async def waiting(self, handed_over: Iterable[HandedOver]) -> frozenset[str]:
        """Return the references of those that have not gone, among what may wait for others.

        Ask this after the histories of the case were read: what it has handed in by then is looked for anew.
        Raises RPCError.
        """
        places = {
            batch_id(self._queue, one.bundle.policy, rung_of(notice.to))
            for one in handed_over
            for notice in one.bundle.to_send
            if may_wait(notice)
        }
        found = frozenset[str]()
        for place in sorted(places):
            found |= await self._of(place)
        return found

    async def _of(self, place: str) -> frozenset[str]:
        came, went = set[str](), set[str]()
        for history in [one for one in [await self._newest(place), *await self._broken_off(place)] if one]:
            for event in history.events:
                if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                    batch = await self._read_as(AlertBatch, event.workflow_execution_started_event_attributes.input)
                    came |= {one.ref for one in (*batch.waiting, *batch.going)}
                    went |= {*batch.went}
                elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                    with suppress(ValueError, RuntimeError):  # what cannot be read was left out there too
                        given = event.workflow_execution_signaled_event_attributes.input
                        came.add((await self._read_as(Notice, given)).ref)
            went |= await self._gone(history.events)
        return frozenset(came - went)

    async def _newest(self, place: str) -> WorkflowHistory | None:
        return await history_of(self._client, place, None)

    async def _broken_off(self, place: str) -> list[WorkflowHistory | None]:
        """Return the runs that did not end by themselves; any other has sent what it had, or handed it to the next."""
        query = f"WorkflowId = '{place}' AND ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')"
        listed = [one.run_id async for one in self._client.list_workflows(query)]
        return [await history_of(self._client, place, run) for run in listed]

    async def _gone(self, events: Sequence[Any]) -> set[str]:
        completed = {event.activity_task_completed_event_attributes.scheduled_event_id for event in events}
        gone = set[str]()
        for event in events:
            given = event.activity_task_scheduled_event_attributes
            if given.activity_type.name == SEND_TOGETHER and event.event_id in completed:
                gone |= {one.ref for one in (await self._read_as(Gathered, given.input)).notices}
        return gone

    async def _read_as(self, kind: type[Any], given: Any) -> Any:
        (value,) = await self._client.data_converter.decode(given.payloads, [kind])
        return value


class _Gathering:
    """What is gathered of a case, run after run."""

    def __init__(self, case: str) -> None:
        self.case = case
        self.by_first: dict[int, Decided] = {}
        self.handed_over: list[HandedOver] = []
        self.void: set[int] = set()
        """Numbers of entries that were decided before it went on from its record without them."""
        self.begins_after: int | None = None
        """Number of the last entry before the first run that is kept."""
        self.case_key = ""
        self.encrypted_from = 1
        """Number of the first entry that the key was handed over with."""

    def takes(self, run: KeptRun) -> None:
        """Take in a run. One that came back from the record goes on from there: what was decided after is void."""
        if self.begins_after is None:
            self.begins_after = entries_carried(run.begins)
        if run.begins.carried is not None and not run.goes_on:
            self._forget_after(_goes_on_from(run))
        for one in run.handed_over:
            for decided in one.bundle.decided:
                self._takes(decided)
            if one.bundle.case_key and not self.case_key:
                self.case_key, self.encrypted_from = one.bundle.case_key, one.bundle.decided[0].entries[0].number
        self.handed_over += run.handed_over

    def _forget_after(self, number: int) -> None:
        left_behind = [one for first, one in self.by_first.items() if first > number]
        self.void |= {entry.number for one in left_behind for entry in one.entries}
        self.by_first = {first: one for first, one in self.by_first.items() if first <= number}
        self.handed_over = [one for one in self.handed_over if _last_of(one) <= number]
        if number < self.encrypted_from:  # nothing that it has encrypted is left
            self.case_key = ""

    def _takes(self, decided: Decided) -> None:
        number = decided.entries[0].number
        if self.by_first.setdefault(number, decided).entries != decided.entries:
            raise CannotBeFilled(
                f"Temporal has decided entry {number} of {self.case} twice, and not alike, as where it was reset: "
                "nothing was entered; look at its runs in Temporal's page, and tell whoever looks after this "
                "installation."
            )

    def whole(self, waiting: frozenset[str]) -> Whole:
        """Return it; *waiting* are references of notices that have not gone yet."""
        bundles = [one.bundle for one in self.handed_over]
        decided = tuple(one for _, one in sorted(self.by_first.items()))
        return Whole(
            case=self.case,
            follows=decided[0].entries[0].number - 1 if decided else self.begins_after or 0,
            decided=decided,
            policies=tuple(one.policy_edition for one in bundles if one.policy_edition),
            calendars=tuple(one.calendar_edition for one in bundles if one.calendar_edition),
            sent={
                notice.ref: one.at
                for one in self.handed_over
                if one.done is not None
                for notice in one.bundle.to_send
                if notice.ref not in one.done.hopeless and notice.ref not in waiting
            },
            case_key=self.case_key,
            encrypted_from=self.encrypted_from,
            void=len(self.void),
        )


def _goes_on_from(run: KeptRun) -> int:
    """Return the number of the entry after which a case came back from its record."""
    brought = [one.decided[0].entries[0].number - 1 for one in run.begins.unfinished if one.decided]
    return min([entries_carried(run.begins), *brought])


def _last_of(one: HandedOver) -> int:
    return one.bundle.decided[-1].entries[-1].number if one.bundle.decided else 0
