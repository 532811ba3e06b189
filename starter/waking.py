"""Immediate risk: into the case, or where that cannot be done at once straight to the lead on call."""

import asyncio
import sys
from contextlib import redirect_stdout
from hashlib import sha256

from adapters.directory import DirectoryFault
from adapters.post import PostDown
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from domain.decide.people.rungs import ON_CALL
from domain.effects import Notice, Receipt
from domain.escalation import Answer
from domain.events import RiskRaised
from domain.spoken import say_instant
from settings import Settings, SettingsFaulty
from workflows.caseload import NoSuchCase

from .exits import AWAY, BAD_INPUT, Trouble
from .names import view_of
from .screen import note
from .sending import send
from .times import LONDON

WITHIN_SECONDS = 10.0
"""How long the case has for its answer before the lead on call is told without it."""


async def raise_risk(settings: Settings, case: str, risk: RiskRaised) -> Answer:
    """Record immediate risk in a case, open, closed or lost, and return the answer.

    Where that is not done within ten seconds, the lead on call is told from here, whatever becomes of it after that.

    Raises:
        Trouble: it is not on the record; the sentence says who was told, and why.
    """
    sending = asyncio.ensure_future(send(settings, case, risk))
    done, _ = await asyncio.wait({sending}, timeout=WITHIN_SECONDS)
    told = "" if done else await asyncio.to_thread(_wake, settings, case, risk)
    try:
        answer = await sending
    except (Trouble, RegisterError, NoSuchCase) as error:
        trouble = error if isinstance(error, Trouble) else Trouble(str(error), AWAY)
        if not told and trouble.code == BAD_INPUT and _is_unknown(settings, case):
            raise trouble from None
    else:
        if told:
            note(told)
        return answer
    told = told or await asyncio.to_thread(_wake, settings, case, risk)
    raise Trouble(
        f"{told} It is NOT on the record of {case} yet: type it again once this is mended. {trouble.sentence}", AWAY
    )


def _is_unknown(settings: Settings, case: str) -> bool:
    """Does the register say that there is no such case? Where it cannot be read, there may be one."""
    with Register(settings.register) as register:
        try:
            return not register.has_case(case)
        except RegisterError:
            return False


def _wake(settings: Settings, case: str, risk: RiskRaised) -> str:
    """Tell the lead on call, with the try noted in the register, and say as a sentence what became of it."""
    view = view_of(settings, case)
    # No number of an entry: the case tells of it once more, under its own, when it takes it.
    ref = f"{case}/risk/{sha256(risk.id.encode()).hexdigest()[:12]}"
    notice = Notice(ref=ref, case=case, kind="risk", to=ON_CALL, urgent=True)
    try:
        receipt = _sent(settings, view["policy"] if view else "", notice)
    except (PostDown, DirectoryFault, SettingsFaulty) as error:
        return f"The safeguarding lead on call could NOT be told ({error}) Ring them yourself."
    if not receipt.channel:
        return "The safeguarding lead on call could NOT be told: no way takes it. Ring them yourself."
    at = say_instant(receipt.accepted_at, LONDON)
    return f"The safeguarding lead on call was told of the risk directly ({receipt.channel}, {at})."


def _sent(settings: Settings, policy: str, notice: Notice) -> Receipt:
    from parts import real_sender

    # The log of what was tried is no part of the answer.
    with Register(settings.register) as register, redirect_stdout(sys.stderr):
        sender = real_sender(settings, register)
        before = sender.receipt_of(notice.ref)
        return before or sender.send(policy, notice)
