"""Sending what was pressed to the case, and knowing what became of it."""

import asyncio
from typing import Protocol

from adapters.attestation import Attestations
from adapters.register.errors import RegisterError
from adapters.register.recorded import Recorded
from domain.base.known import How
from domain.case.patch import Unreadable
from domain.case.state import Answer
from domain.commands import Message
from services import temporal_client
from services.errors import Trouble
from settings import Settings
from workflows.caseload import NoAnswer, NoSuchCase
from workflows.connection import ServerAway
from workflows.encryption import KeyMissing
from workflows.revival import CasesOnRecord


class Record(Protocol):
    """Sends a message to a case."""

    async def __call__(self, case: str, message: Message, how: How = "l") -> Answer:
        """Send it as known by a link alone, or by a link and a code. Raises Refusal, NotRecorded, Unsure or Closed."""


WITHIN_SECONDS = 20.0
"""How long somebody with a telephone in their hand is kept waiting."""


class NotRecorded(Exception):  # noqa: N818 - reads as a sentence
    """Temporal is away, or has lost the case and its record cannot be read: nothing was recorded."""


class Unsure(Exception):  # noqa: N818 - reads as a sentence
    """Nobody answered in time: it may still be recorded, and to send it again is harmless."""


class Closed(Exception):  # noqa: N818 - reads as a sentence
    """The case is neither in Temporal nor on the record."""


def recorder(settings: Settings, within: float = WITHIN_SECONDS) -> Record:
    """Return what sends to every case on the record, and waits *within* seconds for the answer.

    One that Temporal does not run comes back from its record.
    """
    going: set[asyncio.Task[Answer]] = set()

    async def record(case: str, message: Message, how: How = "l") -> Answer:
        sent = asyncio.create_task(_sent(settings, case, message, how))
        going.add(sent)
        sent.add_done_callback(going.discard)
        sent.add_done_callback(lambda task: task.cancelled() or task.exception())
        done, _ = await asyncio.wait({sent}, timeout=within)
        if not done:  # it goes on being sent: nobody is to press in vain
            raise Unsure
        return sent.result()

    return record


async def _sent(settings: Settings, case: str, message: Message, how: How) -> Answer:
    try:
        client = await temporal_client.client(settings)
        attestations = Attestations(settings.encryption_keys)
        said = attestations.with_sender(
            case, message, how, ", ".join(filter(None, (message.by.role, message.by.agency)))
        )
        kept = Recorded(settings.register).kept
        return await CasesOnRecord(client, settings.task_queue, kept, attestations).record(case, said)
    except ServerAway as error:
        raise (Unsure if error.may_have_taken else NotRecorded) from None
    except (KeyMissing, Trouble, Unreadable, RegisterError):
        raise NotRecorded from None
    except NoAnswer:
        raise Unsure from None
    except NoSuchCase:
        raise Closed from None
