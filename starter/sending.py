"""Sending a message to a case, be it open or closed: a closed one comes back from its record."""

from domain.escalation import Answer, Escalation
from domain.events import Message
from domain.people import Actor
from settings import Settings
from workflows.caseload import Caseload, NoSuchCase
from workflows.revival import StillRunning

from . import door
from .names import namer, view_of
from .replayed import replayed
from .screen import note


async def send(settings: Settings, case: str, message: Message) -> Answer:
    """Open the caseload, send one message, and return the answer. Raises as `send_to`, and Trouble for what is away."""
    async with door.caseload(settings) as cases:
        return await send_to(settings, cases, case, message)


async def send_to(settings: Settings, cases: Caseload, case: str, message: Message) -> Answer:
    """Send *message* and return the answer.

    Raises:
        Refusal: the rules say no.
        NoSuchCase: neither Temporal nor the register knows the case.
        Trouble: it is closed, and its record does not give it.
    """
    try:
        return await cases.record(case, message)
    except NoSuchCase:
        closed = _closed(settings, case)
        if closed is None:
            raise
    if message.id in closed.answered:
        return closed.answered[message.id]
    try:
        answer = await door.revive(settings, closed, message)
    except StillRunning:
        return await cases.record(case, message)
    note(f"{case} was closed and has been brought back from its record for this.")
    return answer


def _closed(settings: Settings, case: str) -> Escalation | None:
    """Return the case from its record, if that says that it is closed."""
    view = view_of(settings, case)
    return replayed(settings.register, case) if view is not None and view["closed_at"] else None


def actor(settings: Settings, case: str, agency: str, role: str, person: str = "") -> Actor:
    """Return who speaks in a case, the agency as it may be typed."""
    return Actor(agency=namer(settings, case)(agency), role=role, person=person)
