"""What the interface is asked, once it is known by whom and that it can be read; and how each thing that may be asked
is declared.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from adapters.people.file import Person
from adapters.people.roles import COMMANDS, Right
from adapters.people.tokens import Scope
from services.rights import Look
from services.senders import SignedIn
from settings import Settings

from .caller import KNOWN, Caller, Door
from .problem import Code, Problem
from .wire import Form

T = TypeVar("T")


class Going:
    """Work that goes on although nobody waits for it any more."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def within(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Begin some work, and return what comes of it. Raises TimeoutError where that takes longer: it goes on."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            raise TimeoutError
        return task.result()


@dataclass(frozen=True)
class Installation:
    """What every answer is made of."""

    settings: Settings
    door: Door
    going: Going = field(default_factory=Going)
    answer_within: float = 20.0
    """Seconds for which somebody who records is kept waiting."""
    risk_within: float = 45.0
    """The same for immediate risk: the lead on call is told after ten."""


@dataclass(frozen=True)
class Asked:
    """One thing that is asked, by somebody who may ask for such things."""

    here: Installation
    caller: Caller
    words: str
    """By which it is said on a terminal: a row of `adapters.people.roles.COMMANDS`."""
    path: Mapping[str, str]
    query: Any = None
    body: Any = None
    key: str = ""
    """Of the header Idempotency-Key."""
    case: str = ""
    """Reference of the case that it is about, which the caller may see."""

    @property
    def settings(self) -> Settings:
        return self.here.settings

    @property
    def sender(self) -> SignedIn:
        """Whoever asks, as the sender of what they send."""
        return sender_of(self.caller)

    def look(self, what: str, detail: str = "", case: str = "") -> Look:
        """Return what they look at, as the record of reads has it."""
        return look_of(self.caller, what, detail or self.words, case or self.case)


def sender_of(caller: Caller | None) -> SignedIn:
    """Return whoever asks as the sender of what they send; where it is not known who that is, that is not shown."""

    def who() -> Person:
        if caller is None or not caller.token.id:
            raise LookupError
        return caller.sends_as

    return SignedIn(who)


def look_of(caller: Caller, what: str, detail: str, case: str) -> Look:
    """Return somebody's look, as the record of reads has it."""
    who: Person = caller.person
    return Look(who, KNOWN, case, f"{detail} ({caller.how})", what)


Handler = Callable[[Asked], Awaitable[Response]]
RawHandler = Callable[[Installation, Request], Awaitable[Response]]
Method = Literal["GET", "POST"]


class Operation(NamedTuple):
    """One thing that may be asked: where, by whom, with what, and what is answered."""

    method: Method
    path: str
    """Below the interface's own place; `{ref}` is a case."""
    name: str
    does: str
    """One line."""
    scope: Scope | None
    """None for anybody."""
    handler: Handler | None
    words: str = ""
    """A row of `adapters.people.roles.COMMANDS`; empty where no role is asked for."""
    told: str = ""
    """More of it."""
    query: type[Form] | None = None
    body: type[Form] | None = None
    answers: Mapping[int, type[BaseModel] | str] = {200: "application/json"}
    """Each status with what is answered: a model, or the media type of what is no JSON."""
    problems: Sequence[Code] = ()
    """Beside those of every operation."""
    is_read: bool = True
    """Does it show a case? Then that is noted before anything is shown."""
    has_key: bool = False
    """Does it take an Idempotency-Key?"""
    may_cry: bool = False
    """May what is sent say that a child is at immediate risk? Then no scope, role or limit stands in its way."""
    raw: RawHandler | None = None
    """In the place of a handler: what asks nobody who they are."""

    @property
    def right(self) -> Right | None:
        """Who may, as the table of commands has it."""
        return COMMANDS[self.words] if self.words else None

    @property
    def is_of_case(self) -> bool:
        """Is it about one case?"""
        return "{ref}" in self.path

    @property
    def is_opened_by_glass(self) -> bool:
        """May somebody ask who may not see the case, by saying why?"""
        return self.is_read and self.right is not None and self.right.is_opened_by_glass


def must_be_of_a_role(operation: Operation, caller: Caller) -> None:
    """See that the caller's role may ask for it. Raises Problem."""
    right = operation.right
    if right is None or not right.roles or caller.person.role in right.roles:
        return
    theirs = ", ".join(sorted(right.roles))
    why = caller.why_not or (
        f"`{operation.words}` is not for the role {caller.person.role} (account {caller.person.account}), but for: "
        f"{theirs}. Ask the partnership's office to do it."
    )
    raise Problem("not-allowed", why)
