"""Sends a message to a case, whether open, closed or lost. A case that Temporal does not run comes back from its
record.
"""

from contextlib import suppress

from adapters.attestation import Attestations
from adapters.people.file import Person
from adapters.register.errors import RegisterError
from adapters.register.reading import has_case
from domain.base.known import How
from domain.base.people import Actor
from domain.case.state import Answer
from domain.commands import Message, Opening, RiskRaised
from domain.commands.repeats import answer_before
from domain.engine.seats import is_on_call
from domain.engine.senders import OPERATIONS
from settings import Settings
from workflows.caseload import Caseload, NoSuchCase
from workflows.revival import Lost, StillRunning, must_come_back

from . import access, temporal_client
from .errors import BAD_INPUT, Trouble
from .names import namer
from .on_record import case_on_record
from .screen import note


async def send(settings: Settings, case: str, message: Message) -> Answer:
    """Open the caseload, send one message, and return the answer. Raises as `send_to`, and Trouble for what is away."""
    async with temporal_client.caseload(settings) as cases:
        return await send_to(settings, cases, case, message)


async def send_to(settings: Settings, cases: Caseload, case: str, message: Message) -> Answer:
    """Send *message*, which says who types it, and return the answer.

    Raises:
        Refusal: the rules say no.
        NoSuchCase: neither Temporal nor the register knows the case.
        Trouble: Temporal does not run it, and its record does not give it or it does not come back for such a message;
            or whoever types may not speak for the agency that it is from.
    """
    message = with_typist(settings, case, message)
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


def with_typist(settings: Settings, case: str, message: Message) -> Message:
    """Return a message with who types it, so that whoever decides can see that it is so.

    Raises Trouble where they may not speak for whom it is from; never for immediate risk.
    """
    if isinstance(message, RiskRaised):
        with suppress(Exception):  # whatever is amiss with files and keys, it goes
            return _signed(settings, access.typist(settings).person, case, message)
        return message
    who = access.typist(settings).person
    access.must_speak_for(who, message.by.agency, message.by.role)
    return _signed(settings, who, case, message)


def _signed(settings: Settings, who: Person, case: str, message: Message) -> Message:
    how = how_known(who, message.by, message.recorded_by)
    return Attestations(settings.encryption_keys).with_sender(case, message, how, who.who)


def opened_by_typist(settings: Settings, opening: Opening) -> Opening:
    """Return an opening with who types it. Raises as `with_typist`; never where it says immediate risk."""
    by = opening.raiser.but(agency=opening.raiser.agency or opening.raising)
    try:
        who = access.typist(settings).person
        if not opening.immediate_risk:
            access.must_speak_for(who, by.agency, by.role)
        how = how_known(who, by, opening.recorded_by)
        return Attestations(settings.encryption_keys).with_sender(opening.case, opening, how, who.who)
    except Exception:
        if not opening.immediate_risk:
            raise
        return opening


def how_known(who: Person, by: Actor, recorded_by: str) -> How:
    """Return how whoever types is known: signed in, where they speak for themselves; else as an operator."""
    speaks = (
        not (by.agency or by.role)
        or (who.role == "operations" and by.role == OPERATIONS)
        or (who.role == "on-call lead" and is_on_call(by))
        or (bool(who.seat) and by.role == who.seat and access.speaks_in(who, by.agency))
    )
    return "s" if speaks and who.role and not recorded_by else "o"


def actor(settings: Settings, case: str, agency: str, role: str, person: str = "") -> Actor:
    """Return who speaks in a case, the agency as it may be typed."""
    return Actor(agency=namer(settings, case)(agency), role=role, person=person)
