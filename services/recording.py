"""One command of a case, from its word and what was said with it to the case's answer."""

from typing import Any

from domain.case.state import Answer
from settings import Settings

from . import temporal_client
from .command_fields import RISK, Placed, as_option
from .messages import message_of, risk_of
from .names import facts_meant, kind_of, must_be_an_agency, namer
from .senders import Sender
from .sending import send_to
from .waking import raise_risk


async def recorded(
    settings: Settings, case: str, name: str, said: dict[str, Any], sender: Sender, placed: Placed = as_option
) -> Answer:
    """Record it and return the answer. *said* is by the fields' keys; a plan's version is filled in where it has none.

    *placed* is how fields are named in a sentence. Immediate risk is raised as `waking.raise_risk` does.

    Raises:
        Refusal: the rules say no.
        NotAnswered: it may still be recorded, and is safely said again.
        Trouble: a value cannot be used, there is no such case, or the sender may not speak for whom it is from.
    """
    named = namer(settings, case)
    if name == RISK:
        return await raise_risk(settings, case, risk_of(said, named, placed), sender)
    async with temporal_client.caseload(settings) as cases:
        kind = await kind_of(name, case, settings, cases, said)
        if kind == "fact":
            said["fact"] = facts_meant(settings, case, said["fact"], placed)
        if kind == "join" and said["agency"]:
            must_be_an_agency(settings, case, said["agency"], placed)
        return await send_to(settings, cases, case, message_of(kind, name, said, named, placed), sender)
