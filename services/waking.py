"""Records immediate risk in the case; if that is not done at once, tells the lead on call directly."""

import asyncio
import shlex
import sys
from collections.abc import Awaitable, Callable
from contextlib import redirect_stdout
from hashlib import sha256
from typing import TypeVar

from adapters.directory import DirectoryFault
from adapters.post import PostDown
from adapters.register import reading
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from domain.base.words import say_instant
from domain.case.effects import Notice, Receipt
from domain.case.state import Answer
from domain.commands import RiskRaised
from domain.engine.seats import ON_CALL
from settings import Settings, SettingsFaulty
from workflows.caseload import NoSuchCase

from .errors import AWAY, BAD_INPUT, LOOK_AFTER, Trouble
from .remarks import note
from .senders import Sender
from .sending import send
from .times import LONDON

T = TypeVar("T")
WITHIN_SECONDS = 10.0
"""How long the case has for its answer before the lead on call is told without it."""


async def raise_risk(settings: Settings, case: str, risk: RiskRaised, sender: Sender) -> Answer:
    """Record immediate risk in a case, whether open, closed or lost, and return the answer.

    If that takes longer than ten seconds, the lead on call is told from here, whatever becomes of the message after
    that.

    Raises Trouble where it is not on the record; the sentence says who was told, and why.
    """

    def wake() -> str:
        try:
            policy = reading.policy_of(settings.register, case)
        except RegisterError:
            policy = ""
        return _wake(settings, case, policy, f"{risk.id} {risk.content}")

    sending, told = await _watched(send(settings, case, risk, sender), wake)
    try:
        answer = await sending
    except (Trouble, RegisterError, NoSuchCase) as error:
        trouble = _trouble(error)
        if not told and trouble.code == BAD_INPUT and _is_unknown(settings, case):
            raise trouble from None
    else:
        if told:
            note(told)
        return answer
    told = told or await asyncio.to_thread(wake)
    raise Trouble(
        f"{told} It is NOT on the record of {case} yet.",
        AWAY,
        typed=f"Type it again once this is mended. {trouble.sentence}",
        shown=f"Send it again in a few minutes. {trouble.shown}",
    )


async def open_with_risk(settings: Settings, case: str, policy: str, request: str, opening: Awaitable[T]) -> T:
    """Wait for a case of immediate risk to be opened, and return what *opening* returns.

    Where that is not done within ten seconds, the lead on call is told from here. *request* is the sender's own id,
    by which the same case can be opened once more.

    Raises:
        Trouble: it is not open; the sentence says who was told, and why.
    """

    def wake() -> str:
        return _wake(settings, case, policy, request)

    sending, told = await _watched(opening, wake)
    try:
        opened = await sending
    except (Trouble, RegisterError) as error:
        trouble = _trouble(error)
    else:
        if told:
            note(told)
        return opened
    told = told or await asyncio.to_thread(wake)
    again = f"Type the same again with --request {shlex.quote(request)} once this is mended."
    raise Trouble(
        f"{told} {case} is NOT open yet.",
        AWAY,
        typed=f"{again} {trouble.sentence}",
        shown=f"Send the same again in a few minutes. {trouble.shown}",
    )


def _trouble(error: Exception) -> Trouble:
    return error if isinstance(error, Trouble) else Trouble("", AWAY, typed=str(error), shown=LOOK_AFTER)


async def _watched(work: Awaitable[T], wake: Callable[[], str]) -> tuple[asyncio.Future[T], str]:
    """Begin some work, and tell the lead if it is not done in time; return the work and what became of telling."""
    begun = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({begun}, timeout=WITHIN_SECONDS)
    return begun, "" if done else await asyncio.to_thread(wake)


def _is_unknown(settings: Settings, case: str) -> bool:
    """Does the register say that there is no such case? Where it cannot be read, there may be one."""
    with Register(settings.register) as register:
        try:
            return not register.has_case(case)
        except RegisterError:
            return False


def _wake(settings: Settings, case: str, policy: str, said: str) -> str:
    """Tell the lead on call, note the try in the register, and say as a sentence what became of it.

    *said* identifies what somebody said: nobody is told twice of the same.
    """
    # No number of an entry: the case tells of it once more, under its own, when it takes it.
    ref = f"{case}/risk/{sha256(said.encode()).hexdigest()[:12]}"
    notice = Notice(ref=ref, case=case, kind="risk", to=ON_CALL, urgent=True)
    try:
        receipt = _sent(settings, policy, notice)
    except (PostDown, DirectoryFault, SettingsFaulty) as error:
        note("", typed=str(error))
        return "The safeguarding lead on call could NOT be told. Ring them yourself."
    if not receipt.channel:
        return "The safeguarding lead on call could NOT be told: no way takes it. Ring them yourself."
    at = say_instant(receipt.accepted_at, LONDON)
    return f"The safeguarding lead on call was told of the risk directly ({receipt.channel}, {at})."


def _sent(settings: Settings, policy: str, notice: Notice) -> Receipt:
    from wiring import real_sender

    # The log of what was tried is no part of the answer.
    with Register(settings.register) as register, redirect_stdout(sys.stderr):
        sender = real_sender(settings, register)
        before = sender.receipt_of(notice.ref)
        return before or sender.send(policy, notice)
