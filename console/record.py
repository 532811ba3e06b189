"""Sending what was pressed to the case, and knowing what became of it."""

import asyncio
from collections.abc import Awaitable, Callable

from domain.escalation import Answer
from domain.events import Message
from settings import Settings
from starter import door
from workflows.caseload import Caseload, NoAnswer, NoSuchCase
from workflows.connection import ServerAway

Record = Callable[[str, Message], Awaitable[Answer]]
"""Sends a message to a case. Raises Refusal, NotRecorded, Unsure or Closed."""
WITHIN_SECONDS = 20.0
"""How long somebody with a telephone in their hand is kept waiting."""


class NotRecorded(Exception):  # noqa: N818 - reads as a sentence
    """Temporal is away: nothing was recorded."""


class Unsure(Exception):  # noqa: N818 - reads as a sentence
    """Nobody answered in time: it may still be recorded, and to send it again is harmless."""


class Closed(Exception):  # noqa: N818 - reads as a sentence
    """The case is not open any more."""


def recorder(settings: Settings, within: float = WITHIN_SECONDS) -> Record:
    """Return what sends to the cases that Temporal runs, and waits *within* seconds for the answer."""
    going: set[asyncio.Task[Answer]] = set()

    async def record(case: str, message: Message) -> Answer:
        sent = asyncio.create_task(_sent(settings, case, message))
        going.add(sent)
        sent.add_done_callback(going.discard)
        sent.add_done_callback(lambda task: task.cancelled() or task.exception())
        done, _ = await asyncio.wait({sent}, timeout=within)
        if not done:  # it goes on being sent: nobody is to press in vain
            raise Unsure
        return sent.result()

    return record


async def _sent(settings: Settings, case: str, message: Message) -> Answer:
    try:
        return await Caseload(await door.client(settings), settings.task_queue).record(case, message)
    except ServerAway:
        raise NotRecorded from None
    except NoAnswer:
        raise Unsure from None
    except NoSuchCase:
        raise Closed from None
