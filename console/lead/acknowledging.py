"""Saying that somebody has what alerts in several cases: each by a message of its own, none waiting on another."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

from adapters.register.errors import RegisterError
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.state import Answer
from domain.commands import AlertAcknowledged, Message
from domain.engine.seats import ON_CALL
from services import temporal_client
from services.errors import LOOK_AFTER, Trouble
from services.rights import Look, must_see
from services.senders import SignedIn
from services.sending import send_to
from settings import Settings
from workflows.caseload import Caseload, NoAnswer, NoSuchCase

from .board import Line

WITHIN_SECONDS = 20.0
"""How long the answer of one case is waited for."""
ALL_WITHIN_SECONDS = 60.0
"""After so long no further message is sent: whoever waits for the page is to see what became of the others."""
AT_ONCE = 20
"""Messages that are under way together."""
RISK, ALERT = "risk", "alert"


class Asked(NamedTuple):
    """What somebody says that they have: the alert of a case, or its immediate risk."""

    case: str
    entry: int
    """Number of the entry whose notice is answered."""
    seen: int
    """Number of the last entry that was shown."""
    answered: int
    """Number of the last acknowledgement that was shown."""

    def field(self) -> str:
        """Return it as one field of a form."""
        return f"{self.case} {self.entry} {self.seen} {self.answered}"


class Result(NamedTuple):
    """What became of one."""

    case: str
    is_recorded: bool
    says: str


def asked_of(line: Line, what: str) -> Asked | None:
    """Return what is said by an answer to the alert or the risk of a line; None where it has none that waits."""
    entry = line.risk if what == RISK else line.alert
    return Asked(line.case, entry, line.as_of, line.answered) if entry else None


def read_asked(field: str) -> Asked | None:
    """Read what a form of ours sent; None for anything else."""
    case, *numbers = field.split(" ")
    if len(numbers) != 3 or not all(one.isdecimal() and len(one) < 9 for one in numbers):
        return None
    return Asked(case, *map(int, numbers))


def message_of(asked: Asked, session: str) -> Message:
    """Return the message. Its id makes a second press of the same page harmless."""
    said = f"board/{session}/{asked.entry}/{asked.answered}"
    return AlertAcknowledged(by=Actor(role=ON_CALL.role), answers=asked.entry, seen=asked.seen, id=said)


async def acknowledged(settings: Settings, asked: Sequence[Asked], look: Look, session: str) -> list[Result]:
    """Send each, and return what became of it, in the same order. *look* says who asks."""
    try:
        async with _caseload(settings) as cases:
            room, ends = asyncio.Semaphore(AT_ONCE), asyncio.get_running_loop().time() + ALL_WITHIN_SECONDS
            return list(await asyncio.gather(*(_one(settings, cases, one, look, session, room, ends) for one in asked)))
    except Trouble as trouble:  # Temporal is away: none of them has gone
        return [Result(one.case, False, f"{trouble.shown} {_STANDS}") for one in asked]


def _caseload(settings: Settings) -> AbstractAsyncContextManager[Caseload]:
    return temporal_client.caseload(settings)


async def _one(
    settings: Settings, cases: Caseload, asked: Asked, look: Look, session: str, room: asyncio.Semaphore, ends: float
) -> Result:
    try:
        async with room:
            if asyncio.get_running_loop().time() > ends:
                return Result(asked.case, False, _NOT_SENT)
            await asyncio.to_thread(must_see, settings, look._replace(case=asked.case, what=""))
            sender = SignedIn(lambda: look.who)
            going = asyncio.create_task(send_to(settings, cases, asked.case, message_of(asked, session), sender))
            _GOING.add(going)
            going.add_done_callback(_done)
            answer = await asyncio.wait_for(asyncio.shield(going), WITHIN_SECONDS)
    except Refusal as refusal:
        return Result(asked.case, False, str(refusal))
    except Trouble as trouble:
        return Result(asked.case, False, trouble.shown)
    except NoSuchCase:
        return Result(asked.case, False, f"There is no such case here. {LOOK_AFTER}")
    except (TimeoutError, NoAnswer):
        return Result(asked.case, False, _UNSURE)
    except RegisterError:
        return Result(asked.case, False, f"The record cannot be read at this moment. {_STANDS}")
    return Result(asked.case, True, answer.sentence)


_GOING: set[asyncio.Task[Answer]] = set()
"""What goes on being sent although nobody waits for it any more."""


def _done(task: asyncio.Task[Answer]) -> None:
    _GOING.discard(task)
    if not task.cancelled():
        task.exception()  # it was told, or nobody waits for it


_STANDS = "Nothing was recorded, so the alert goes on."
_NOT_SENT = "The system is slow, so this was not sent. The alert goes on: begin again from the board."
_UNSURE = "It did not answer in time, so it may still be recorded. Press again: it counts once."
