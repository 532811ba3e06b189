"""Entries on their way into the register: each batch is handed over when it was decided, a few at a time.

What is commanded follows from what was decided, and from no completion. On replay the SDK may let a task that commanded
nothing come as one with the next, and takes the next one's messages first. Were a batch to wait until the one before it
has ended, replay would command it elsewhere, and the case would stand still for good. So none waits: the register
refuses a batch whose predecessor is not there yet, and it is tried again.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.entries import Batch
    from domain.editions import calendar_edition, policy_edition
    from domain.effects import Entry
    from domain.escalation import Escalation
    from domain.standing import Standing

    from .limits import one_batch

WITHOUT_END = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=60))
"""A record and a notice are tried until they succeed: a child's safety may hang on either."""
AT_ONCE = 3
"""Batches under way. While the register is down each is tried every minute; what is decided meanwhile gathers."""
CAUGHT_UP = "entered"
"""Memo: number of the last entry when the register had caught up with a case whose entries had gathered."""


@dataclass(eq=False)
class UnderWay:
    """A batch that was handed over."""

    entries: tuple[Entry, ...]
    ended_at: int | None = None
    """Length of the history when it ended."""


class Entering:
    """Hands entries to the register in the order of their numbers."""

    def __init__(
        self,
        entries: Iterable[Entry],
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
        refused: Callable[[Entry], None],
    ) -> None:
        """Begin with *entries*. *refused* is told the first entry of a batch that the register will never take."""
        self._waiting = list(entries)
        self._spawn = spawn
        self._refused = refused
        self._under_way: list[UnderWay] = []
        """Those that have ended too, for as long as replay may see their end later than it came."""
        self._awaited: UnderWay | None = None
        """Where as many are under way as may be: the newest, whose end lets the next begin."""
        self._lets_begin = False
        """True once it has ended."""
        self._length = 0
        """Of the history when a batch was last handed over: what had ended by then, every replay sees as ended."""

    def add(self, entries: Iterable[Entry]) -> None:
        """Take what is to be entered."""
        self._waiting += entries

    def issue(self, case: Escalation, standing: Standing) -> None:
        """Hand over what may be handed over; *standing* is where *case* stands."""
        length = workflow.info().get_current_history_length()
        if self._lets_begin:  # the task that brought its end commands something below, so on replay it comes as it came
            self._forget_ended(length)
        elif length > self._length:
            self._forget_ended(self._length)
        while self._waiting and self._awaited is None:
            self._hand_over(case, standing)
            self._length, self._lets_begin = length, False
        if self._lets_begin:
            workflow.upsert_memo({CAUGHT_UP: case.entries})
            self._length, self._lets_begin = length, False

    @property
    def unentered(self) -> tuple[Entry, ...]:
        """What is not certainly in the register, in order."""
        handed_over = (entry for one in self._under_way if one.ended_at is None for entry in one.entries)
        return (*handed_over, *self._waiting)

    def _forget_ended(self, by: int) -> None:
        self._under_way = [one for one in self._under_way if one.ended_at is None or one.ended_at > by]

    def _hand_over(self, case: Escalation, standing: Standing) -> None:
        count = one_batch(self._waiting)
        one = UnderWay(tuple(self._waiting[:count]))
        del self._waiting[:count]
        first, last = one.entries[0].number, one.entries[-1].number
        batch = Batch(
            entries=one.entries,
            standing=standing.but(as_of=last),
            policy=policy_edition(case.policy) if first == 1 else None,
            calendar=calendar_edition(case.calendar) if first == 1 else None,
        )
        handle = workflow.start_activity(
            "enter",
            batch,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=WITHOUT_END,
            summary=f"Entries {first} to {last}",
        )
        self._under_way.append(one)
        if len(self._under_way) >= AT_ONCE:
            self._awaited = one
        self._spawn(self._end(handle, one))

    async def _end(self, handle: workflow.ActivityHandle[Any], one: UnderWay) -> None:
        try:
            await handle
        except ActivityError:
            self._refused(one.entries[0])
        one.ended_at = workflow.info().get_current_history_length()
        if one is self._awaited:
            self._awaited, self._lets_begin = None, True
