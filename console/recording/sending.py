"""Sending what somebody records who has signed in, and knowing what became of it."""

import asyncio

from adapters.people.file import Person
from adapters.register.errors import RegisterError
from console.record import WITHIN_SECONDS, Closed, NotRecorded, Unsure
from domain.case.patch import Unreadable
from domain.case.state import Answer
from domain.commands import Message
from services import temporal_client
from services.errors import AWAY, NotAnswered, Trouble
from services.senders import SignedIn
from services.sending import send_to
from settings import Settings
from workflows.caseload import NoAnswer, NoSuchCase

_GOING: set[asyncio.Task[Answer]] = set()
"""What is still being sent although nobody waits for it any more."""


async def send_signed_in(
    settings: Settings, case: str, message: Message, person: Person, within: float = WITHIN_SECONDS
) -> Answer:
    """Send what somebody records who has signed in, and wait *within* seconds for the answer.

    Raises:
        Refusal: the rules say no.
        Trouble: they may not speak for whom it is from, or the case does not come back for it.
        NotRecorded: Temporal is away: nothing was recorded.
        Unsure: nobody answered in time.
        Closed: the case is neither in Temporal nor on the record.
    """
    sent = asyncio.create_task(_sent(settings, case, message, person))
    _GOING.add(sent)
    sent.add_done_callback(_GOING.discard)
    sent.add_done_callback(lambda task: task.cancelled() or task.exception())
    done, _ = await asyncio.wait({sent}, timeout=within)
    if not done:  # it goes on being sent: nobody is to press in vain
        raise Unsure
    return sent.result()


async def _sent(settings: Settings, case: str, message: Message, person: Person) -> Answer:
    try:
        async with temporal_client.caseload(settings) as cases:
            try:
                return await send_to(settings, cases, case, message, SignedIn(lambda: person))
            except NoAnswer:
                raise Unsure from None
            except NoSuchCase:
                raise Closed from None
    except (RegisterError, Unreadable):
        raise NotRecorded from None
    except NotAnswered:
        raise Unsure from None
    except Trouble as trouble:
        if trouble.code == AWAY:
            raise NotRecorded from None
        raise
