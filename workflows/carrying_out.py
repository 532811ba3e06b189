"""Decisions on their way into the record and to people: each is handed over when it was decided, in order.

What is commanded follows from what was decided, and from no completion. On replay the SDK may let a task that commanded
nothing come as one with the next, and takes the next one's messages first. Were a decision to wait until the one before
it has been carried out, replay would command it elsewhere, and the case would stand still for good. So none waits: the
register refuses what comes before its predecessor, and it is tried again.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.bundles import ENTER_AND_SEND, Bundle, Done

    from .limits import BUNDLE_BYTES, WITHOUT_END
    from .run import Run

URGENT_AT_ONCE = 1_000
"""Bundles under way with what is urgent, which waits for no other. The server takes 2,000."""
CAUGHT_UP = "caught-up"
"""Memo: length of the history when what is decided could be handed over at once again."""


@dataclass(eq=False)
class Waiting:
    """A bundle that is yet to be handed over."""

    bundle: Bundle
    size: int
    """Bytes as JSON, more or less."""

    @classmethod
    def again(cls, bundle: Bundle) -> "Waiting":
        """Take a bundle whose size is not known any more."""
        return cls(bundle, len(bundle.model_dump_json()))


@dataclass(eq=False)
class UnderWay:
    """A bundle that was handed over."""

    bundle: Bundle
    size: int
    ended_at: int | None = None
    """Length of the history when it ended."""


class CarryingOut:
    """What was decided and is not yet certainly done."""

    def __init__(self, run: Run, done: Callable[[Done], None]) -> None:
        """Begin with what the run before had not certainly done. *done* is told what became of each bundle."""
        is_begun_outside = not workflow.info().continued_run_id
        unfinished, refused = (
            [one.but(is_from_outside=True) if is_begun_outside else one for one in bundles]
            for bundles in (run.unfinished, run.refused)
        )
        self._waiting = [Waiting.again(bundle) for bundle in unfinished]
        self._refused = [Waiting.again(bundle) for bundle in refused]
        """Entered again once whoever looks after the register says that it is mended."""
        self._done = done
        self._at_once = run.at_once
        self._tasks: list[asyncio.Task[None]] = []
        self._under_way: list[UnderWay] = []
        """Those that have ended too, for as long as replay may see their end later than it came."""
        self._awaited: UnderWay | None = None
        """Where as many are under way as may be: the newest that overtook no other, whose end lets the next begin."""
        self._lets_begin = False
        """True once it has ended."""
        self._length = 0
        """Of the history when one was last handed over: what had ended by then, every replay sees as ended."""

    def add(self, bundle: Bundle, size: int) -> None:
        """Take what is to be done; *size* in bytes."""
        self._waiting.append(Waiting(bundle, size))

    def enter_again(self) -> None:
        """Hand over anew what the register refused."""
        self._waiting += self._refused
        self._refused = []
        self.issue()

    def issue(self) -> None:
        """Hand over what may be handed over."""
        length = workflow.info().get_current_history_length()
        if self._lets_begin:  # the task that brought its end commands something below, so on replay it comes as it came
            self._forget_ended(length)
        elif length > self._length:
            self._forget_ended(self._length)
        while self._waiting and (self._awaited is None or self._has_urgent):
            self._hand_over(*self._next())
            self._length, self._lets_begin = length, False
        if self._lets_begin:
            workflow.upsert_memo({CAUGHT_UP: length})
            self._length, self._lets_begin = length, False

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
        """How many entries are not in the register yet, as far as is known."""
        return sum(len(one.entries) for bundle in self.unfinished for one in bundle.decided)

    @property
    def size(self) -> int:
        """How many bytes are not certainly done."""
        handed_over = sum(one.size for one in self._under_way if one.ended_at is None)
        return handed_over + sum(one.size for one in (*self._waiting, *self._refused))

    @property
    def are_done(self) -> bool:
        """True where all that was decided is entered or refused, sent, and has arrived or been given up."""
        return not self.unfinished

    @property
    def refused(self) -> tuple[Bundle, ...]:
        """What the register did not take, for the next run."""
        return tuple(one.bundle for one in self._refused)

    @property
    def unfinished(self) -> tuple[Bundle, ...]:
        """What is not certainly done, for the next run: a repeat is the same effect by its reference."""
        handed_over = (one.bundle for one in self._under_way if one.ended_at is None)
        return (*handed_over, *(one.bundle for one in self._waiting))

    @property
    def _has_urgent(self) -> bool:
        return len(self._under_way) < URGENT_AT_ONCE and any(one.bundle.is_urgent for one in self._waiting)

    def _next(self) -> tuple[Bundle, int]:
        """Take the next bundle, with those after it that fit: all that gathered goes as one. What is urgent goes.

        Entries go together only in one row: where something urgent has gone before, the register takes what is on one
        side of it before that, and what is on the other side after.
        """
        if self._awaited is not None:
            urgent = next(one for one in self._waiting if one.bundle.is_urgent)
            self._waiting.remove(urgent)
            return urgent.bundle, urgent.size
        first = self._waiting.pop(0)
        bundle, size = first.bundle, first.size
        while self._waiting and size + self._waiting[0].size <= BUNDLE_BYTES and not _has_editions(self._waiting[0]):
            if not _is_in_row(bundle, self._waiting[0].bundle):
                break
            other = self._waiting.pop(0)
            size += other.size
            bundle = bundle.but(
                decided=(*bundle.decided, *other.bundle.decided),
                notices=(*bundle.notices, *other.bundle.notices),
                case_key=bundle.case_key or other.bundle.case_key,
            )
        return bundle, size

    def _forget_ended(self, by: int) -> None:
        self._under_way = [one for one in self._under_way if one.ended_at is None or one.ended_at > by]

    def _hand_over(self, bundle: Bundle, size: int) -> None:
        handle = workflow.start_activity(
            ENTER_AND_SEND,
            bundle,
            result_type=Done,
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(minutes=1),
            retry_policy=WITHOUT_END,
            summary=_summary(bundle),
        )
        one = UnderWay(bundle, size)
        self._under_way.append(one)
        if self._awaited is None and len(self._under_way) >= self._at_once:
            self._awaited = one  # never one that overtook others: the register takes it after them
        self.spawn(self._end(handle, one))

    async def _end(self, handle: workflow.ActivityHandle[Done], one: UnderWay) -> None:
        try:
            done = await handle
        except ActivityError:  # it is tried without end, so somebody has ended it by hand
            done = Done(unrecordable="Somebody has ended it in Temporal." if one.bundle.decided else "")
        one.ended_at = workflow.info().get_current_history_length()
        if one is self._awaited:
            self._awaited, self._lets_begin = None, True
        if done.unrecordable:
            self._refused.append(Waiting(one.bundle.but(notices=()), one.size))
        self._done(done)


def _is_in_row(bundle: Bundle, other: Bundle) -> bool:
    """Do the entries of another bundle, if it has any, come right after those of this one?"""
    if not (bundle.decided and other.decided):
        return True
    return other.decided[0].entries[0].number == bundle.decided[-1].entries[-1].number + 1


def _has_editions(one: Waiting) -> bool:
    return bool(one.bundle.policy_edition or one.bundle.calendar_edition)


def _summary(bundle: Bundle) -> str:
    """Say what is carried out, in words that name nobody."""
    numbers = [entry.number for one in bundle.decided for entry in one.entries]
    kinds = list(dict.fromkeys(notice.kind for notice in bundle.to_send))
    entries = [f"entries {numbers[0]} to {numbers[-1]}"] if numbers else []
    return "; ".join([*entries, ", ".join(kinds)] if kinds else entries)
