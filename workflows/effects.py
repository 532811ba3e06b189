"""Effects on their way: entries to the register in order; notices beside them.

Neither a register nor a mail host that is down holds up the other, and neither holds up the case. Each effect starts
when it was decided, whatever has ended by then.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.following import Following
    from activities.notices import Bundle, Sent
    from domain.decide.people.rungs import ON_CALL
    from domain.effects import Entry, Notice, Taken
    from domain.escalation import Escalation
    from domain.standing import Standing

    from .entering import WITHOUT_END, Entering
    from .limits import one_batch
    from .run import Run


class Effects:
    """What was decided and is not yet certainly done."""

    def __init__(self, run: Run, settled: Callable[[Sent], None]) -> None:
        """Begin with what the run before had not certainly done."""
        self._notices = list(run.notices)
        self._taken = list(run.taken)
        self._sending: list[tuple[Notice, ...]] = []
        self._following: list[tuple[Taken, ...]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._settled = settled
        self._entering = Entering(run.entries, self.spawn, self._tell_of_refusal)

    def add(self, effects: tuple[Entry | Notice, ...]) -> None:
        """Take what a decision brought about."""
        self._entering.add(effect for effect in effects if isinstance(effect, Entry))
        self._notices += [effect for effect in effects if isinstance(effect, Notice)]

    def issue(self, case: Escalation, standing: Standing) -> None:
        """Start what can be started; *standing* is where *case* stands."""
        self._entering.issue(case, standing)
        while self._notices:
            count = one_batch(self._notices)
            bundle = tuple(self._notices[:count])
            del self._notices[:count]
            self._sending.append(bundle)
            self.spawn(self._send(standing, bundle))
        if self._taken:
            taken = tuple(self._taken)
            self._taken.clear()
            self._following.append(taken)
            self.spawn(self._follow(standing, taken))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run *work* beside the loop; `check` sees to it that no mistake in it goes unseen."""
        task = asyncio.create_task(work)
        self._tasks.append(task)
        return task

    def check(self) -> None:
        """Raise what went wrong in a finished task, so that the server shows it: unseen, a timer would be dead."""
        finished = [task for task in self._tasks if task.done()]
        self._tasks = [task for task in self._tasks if not task.done()]
        for task in finished:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    @property
    def has_stirred(self) -> bool:
        """True where a task has finished since `check`."""
        return any(task.done() for task in self._tasks)

    @property
    def entries_waiting(self) -> int:
        """How many entries are not in the register yet."""
        return len(self._entering.unentered)

    @property
    def are_done(self) -> bool:
        """True where everything decided has been carried out, and all that was sent has arrived or been given up."""
        return self.are_out and not (self._taken or self._following)

    @property
    def are_out(self) -> bool:
        """True where everything decided has been entered and sent; what was sent may still be followed."""
        return not (self._notices or self._sending or self._entering.unentered)

    def carried_into(self, run: Run) -> Run:
        """Return the next run with what is not certainly done: a repeat is the same effect by its reference."""
        return run.but(
            entries=self._entering.unentered,
            notices=(*(notice for bundle in self._sending for notice in bundle), *self._notices),
            taken=(*(one for taken in self._following for one in taken), *self._taken),
        )

    def _tell_of_refusal(self, entry: Entry) -> None:
        self._notices.append(record_fault(entry.case, entry.number))

    async def _send(self, standing: Standing, notices: tuple[Notice, ...]) -> None:
        try:
            sent = await workflow.execute_activity(
                "send",
                Bundle(policy=standing.policy, stage=standing.stage, notices=notices),
                result_type=Sent,
                start_to_close_timeout=timedelta(minutes=5),
                heartbeat_timeout=timedelta(minutes=1),
                retry_policy=WITHOUT_END,
                summary=", ".join(dict.fromkeys(notice.kind for notice in notices)),
            )
        except ActivityError:
            sent = Sent(hopeless=tuple(notice.ref for notice in notices))
        self._sending.remove(notices)
        by_ref = {notice.ref: notice for notice in notices}
        self._taken += [
            Taken(notice=by_ref[receipt.ref], receipt=receipt, since=workflow.now()) for receipt in sent.under_way
        ]
        self._settled(sent)

    async def _follow(self, standing: Standing, taken: tuple[Taken, ...]) -> None:
        with contextlib.suppress(ActivityError):  # it is tried without end; were it hopeless, the alert itself repeats
            await workflow.execute_activity(
                "follow",
                Following(policy=standing.policy, stage=standing.stage, taken=taken),
                start_to_close_timeout=timedelta(minutes=5),
                heartbeat_timeout=timedelta(minutes=1),
                retry_policy=WITHOUT_END,
                summary=f"Receipts of {len(taken)} notices",
            )
        self._following.remove(taken)


def record_fault(case: str, number: int) -> Notice:
    """Tell the lead on call that the register holds another entry under a number of this case."""
    return Notice(ref=f"{case}/{number}/register", case=case, kind="record-fault", to=ON_CALL, urgent=True)
