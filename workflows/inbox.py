"""What waits in a case to be decided: words of people, moments, and what a mistake has kept from being decided."""

import asyncio
from collections.abc import Iterable

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deciding import Settled, Waiting
    from domain.case.command import Command
    from domain.commands import Box, Event, Message, MomentPassed, Opening, RiskRaised

OPENING, MOMENT = "opening", "moment"
MOST_UNDECIDED = 300_000
"""Bytes of the messages that are kept because a mistake has kept them from being decided."""


class Inbox:
    """Keeps each message, in the order in which they came, until it is settled.

    Each has a key, which is the same on replay: the result of deciding says by it which messages it has taken.
    """

    def __init__(self, waiting: list[Waiting], undecided: Iterable[Box]) -> None:
        """Fill *waiting*, which whoever decides looks at; begin with what the run before could not decide."""
        self._waiting = waiting
        self._undecided = [Waiting(f"undecided-{n}", box.root, is_tried_again=True) for n, box in enumerate(undecided)]
        self._answers: dict[str, asyncio.Future[Settled]] = {}
        self._came = 0
        self.try_again()

    def add(self, what: str, event: Event, *, name: str = "") -> None:
        """Take what nobody waits for an answer to; *what* it is begins its key."""
        self._waiting.append(Waiting(self._key(what), event, name=name))

    def add_once(self, key: str, event: Event | Opening) -> None:
        """Take what comes once at a time, under a key of its own."""
        self._waiting.append(Waiting(key, event))

    async def settled(self, message: Message) -> Settled:
        """Take a message and wait for what it comes to."""
        key = self._key("update")
        answer: asyncio.Future[Settled] = asyncio.get_running_loop().create_future()
        self._answers[key] = answer
        self._waiting.append(Waiting(key, message, is_answered=True))
        return await answer

    def add_moment(self) -> None:
        """Time has come to look at the case: before all else, and with what could not be decided before."""
        self.try_again()
        if all(one.key != MOMENT for one in self._waiting):
            self._waiting.insert(0, Waiting(MOMENT, MomentPassed()))

    def try_again(self) -> None:
        """Have decided once more, first of all, what a mistake has kept from being decided."""
        self._waiting[:0] = [one for one in self._undecided if one not in self._waiting]

    def settle(self, settled: Settled) -> None:
        """Let go of a message that was decided, and answer whoever waits. One that met a mistake may be kept."""
        waiting = next((one for one in self._waiting if one.key == settled.key), None)
        if waiting is not None:
            self._waiting.remove(waiting)
        self._undecided = [one for one in self._undecided if one.key != settled.key]
        if settled.mistake and waiting is not None and _is_kept(waiting):
            self._undecided.append(waiting._replace(is_tried_again=True))
            self._keep_few()
        if (answer := self._answers.pop(settled.key, None)) is not None:
            answer.set_result(settled)

    @property
    def is_empty(self) -> bool:
        """True where nothing waits, but for what could not be decided."""
        return not self._waiting

    @property
    def undecided(self) -> tuple[Box, ...]:
        """What could not be decided, for the next run."""
        return tuple(Box(one.event) for one in self._undecided if isinstance(one.event, Command))

    def _key(self, what: str) -> str:
        self._came += 1
        return f"{what}-{self._came}"

    def _keep_few(self) -> None:
        """Let go of the oldest of too many; immediate risk, whose words are few, last. Temporal's history has them."""
        for one in sorted(self._undecided, key=lambda one: isinstance(one.event, RiskRaised)):
            if sum(_length(other) for other in self._undecided) <= MOST_UNDECIDED:
                break
            self._undecided.remove(one)


def _is_kept(waiting: Waiting) -> bool:
    """Is a message tried again whose deciding failed? Who waits for an answer hears of it and may send it again."""
    return isinstance(waiting.event, RiskRaised) or not (waiting.is_answered or isinstance(waiting.event, MomentPassed))


def _length(waiting: Waiting) -> int:
    return len(waiting.event.model_dump_json(exclude_defaults=True))
