"""Sends a message to a case, whether open, closed or lost. A case that Temporal does not run comes back from its
record.
"""

from adapters.register.errors import RegisterError
from adapters.register.reading import has_case
from domain.base.people import Actor
from domain.case.state import Answer
from domain.commands import Message
from domain.commands.repeats import answer_before
from settings import Settings
from workflows.caseload import Caseload, NoSuchCase
from workflows.revival import Lost, StillRunning, must_come_back

from . import temporal_client
from .errors import BAD_INPUT, Trouble
from .names import namer
from .on_record import case_on_record
from .screen import note


async def send(settings: Settings, case: str, message: Message) -> Answer:
    """Open the caseload, send one message, and return the answer. Raises as `send_to`, and Trouble for what is away."""
    async with temporal_client.caseload(settings) as cases:
        return await send_to(settings, cases, case, message)


async def send_to(settings: Settings, cases: Caseload, case: str, message: Message) -> Answer:
    """Send *message* and return the answer.

    Raises:
        Refusal: the rules say no.
        NoSuchCase: neither Temporal nor the register knows the case.
        Trouble: Temporal does not run it, and its record does not give it or it does not come back for such a message.
    """
    try:
        return await cases.record(case, message)
    except NoSuchCase:
        if not _is_on_record(settings, case):
            raise
    kept = case_on_record(settings.register, case)
    try:
        must_come_back(kept, message)
    except Lost as error:
        raise Trouble(str(error), BAD_INPUT) from None
    if kept.closed_at and (before := answer_before(kept, message)):
        return before
    try:
        answer = await temporal_client.revive(settings, kept, message)
    except StillRunning:
        return await cases.record(case, message)
    if kept.closed_at:
        note(f"{case} was closed and has been brought back from its record for this.")
    else:
        note(f"{case} is open, but Temporal had lost it: it has been brought back from its record for this.")
    return answer


def _is_on_record(settings: Settings, case: str) -> bool:
    """Does the register know the case? Where it cannot say, Temporal's word stands."""
    try:
        return has_case(settings.register, case)
    except RegisterError:
        return False


def actor(settings: Settings, case: str, agency: str, role: str, person: str = "") -> Actor:
    """Return who speaks in a case, the agency as it may be typed."""
    return Actor(agency=namer(settings, case)(agency), role=role, person=person)
