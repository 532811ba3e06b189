"""Sends a message to a case, whether open, closed or lost. A case that Temporal does not run comes back from its
record.
"""

from contextlib import suppress

from adapters.attestation import Attestations
from adapters.register.errors import RegisterError
from adapters.register.reading import has_case
from domain.base.people import Actor
from domain.case.state import Answer
from domain.commands import Message, Opening, RiskRaised
from domain.commands.repeats import answer_before
from settings import Settings
from workflows.caseload import Caseload, NoSuchCase
from workflows.revival import Lost, StillRunning, must_come_back

from . import temporal_client
from .errors import BAD_INPUT, LOOK_AFTER, Trouble
from .names import namer
from .on_record import case_on_record
from .remarks import note
from .senders import Sender


async def send(settings: Settings, case: str, message: Message, sender: Sender) -> Answer:
    """Open the caseload, send one message, and return the answer. Raises as `send_to`, and Trouble for what is away."""
    async with temporal_client.caseload(settings) as cases:
        return await send_to(settings, cases, case, message, sender)


async def send_to(settings: Settings, cases: Caseload, case: str, message: Message, sender: Sender) -> Answer:
    """Send *message*, with who sends it, and return the answer.

    Raises:
        Refusal: the rules say no.
        NoSuchCase: neither Temporal nor the register knows the case.
        Trouble: Temporal does not run it, and its record does not give it or it does not come back for such a message;
            or whoever sends it may not speak for the agency that it is from.
    """
    message = with_sender(settings, case, message, sender)
    try:
        return await cases.record(case, message)
    except NoSuchCase:
        if not _is_on_record(settings, case):
            raise
    kept = case_on_record(settings.register, case)
    try:
        must_come_back(kept, message)
    except Lost as error:
        says = f"{case} is open by its record, but Temporal does not run it, so nothing was recorded."
        raise Trouble("", BAD_INPUT, typed=str(error), shown=f"{says} {LOOK_AFTER}") from None
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


def with_sender(settings: Settings, case: str, message: Message, sender: Sender) -> Message:
    """Return a message with who sends it, so that whoever decides can see that it is so.

    Raises Trouble where they may not speak for whom it is from; never for immediate risk.
    """
    if isinstance(message, RiskRaised):
        with suppress(Exception):  # whatever is amiss with files and keys, it goes
            return _signed(settings, sender, case, message)
        return message
    sender.must_speak_for(message.by)
    return _signed(settings, sender, case, message)


def _signed(settings: Settings, sender: Sender, case: str, message: Message) -> Message:
    how, who = sender.known(message.by, message.recorded_by)
    return Attestations(settings.encryption_keys).with_sender(case, message, how, who)


def opened_by(settings: Settings, opening: Opening, sender: Sender) -> Opening:
    """Return an opening with who sends it. Raises as `with_sender`; never where it says immediate risk."""
    by = opening.raiser.but(agency=opening.raiser.agency or opening.raising)
    try:
        if not opening.immediate_risk:
            sender.must_speak_for(by)
        how, who = sender.known(by, opening.recorded_by)
        return Attestations(settings.encryption_keys).with_sender(opening.case, opening, how, who)
    except Exception:
        if not opening.immediate_risk:
            raise
        return opening


def actor(settings: Settings, case: str, agency: str, role: str, person: str = "") -> Actor:
    """Return who speaks in a case, the agency as it may be typed."""
    return Actor(agency=namer(settings, case)(agency), role=role, person=person)
