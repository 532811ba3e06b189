"""Opening a case in Temporal, once for each request."""

from adapters.register import reading
from adapters.register.errors import RegisterError
from domain.commands import Opening
from settings import Settings

from . import temporal_client
from .errors import Trouble
from .installation import prefix
from .openings import reference_for
from .senders import Sender
from .sending import opened_by
from .waking import open_with_risk


async def opened(opening: Opening, settings: Settings, request: str, sender: Sender) -> tuple[Opening, bool]:
    """Open a case; return it, and whether it is new. A reference that chance has given out before is drawn again.

    *request* is the sender's own id: a case that was opened by it before is not opened again. Where the opening says
    immediate risk, the lead on call is told from here if that takes long.

    Raises:
        Refusal: the rules say no; nothing was opened.
        Trouble: it is not open; of immediate risk the sentence says who was told.
    """
    sending = _sent(opening, settings, request, sender)
    if opening.immediate_risk:
        return await open_with_risk(settings, opening.case, opening.policy.id, request, sending)
    return await sending


async def _sent(opening: Opening, settings: Settings, request: str, sender: Sender) -> tuple[Opening, bool]:
    async with temporal_client.caseload(settings) as cases:
        for _ in range(5):
            if not _is_taken(settings, opening.case) and await cases.open(opened_by(settings, opening, sender)):
                return opening, True
            if request:
                return opening, False
            opening = opening.but(case=reference_for("", prefix(settings)))
    raise Trouble("No free case reference was found: try again.")


def _is_taken(settings: Settings, case: str) -> bool:
    try:
        return reading.has_case(settings.register, case)
    except RegisterError:
        return False  # a register that is down holds up no case
