"""Telling the partnership's office that somebody opened a case that their role may not see."""

import sys
from contextlib import redirect_stdout

from adapters.directory import DirectoryFault
from adapters.people.file import Person
from adapters.post import PostDown
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from domain.base.words import say_instant
from domain.case.effects import Notice, Receipt
from domain.engine.senders import OFFICE
from settings import Settings, SettingsFaulty

from .remarks import note
from .times import LONDON, now

KIND = "glass-broken"


def tell_office(settings: Settings, who: Person, case: str, policy: str) -> str:
    """Send the notice, and say as a sentence what became of it. Never raises for what is away: the look goes on."""
    ref = f"{case}/glass/{now():%Y%m%dT%H%M%S%f}"
    notice = Notice(ref=ref, case=case, kind=KIND, to=OFFICE, by=who.title)
    try:
        receipt = _sent(settings, policy, notice)
    except (PostDown, DirectoryFault, SettingsFaulty, RegisterError) as error:
        note("", typed=str(error))
        return f"The office could NOT be told. Ring them, and say that you opened {case}."
    if not receipt.channel:
        return f"The office could NOT be told: no way takes it. Ring them, and say that you opened {case}."
    return f"The office was told ({receipt.channel}, {say_instant(receipt.accepted_at, LONDON)})."


def _sent(settings: Settings, policy: str, notice: Notice) -> Receipt:
    from wiring import real_sender

    with Register(settings.register) as register, redirect_stdout(sys.stderr):  # its log is no part of the answer
        return real_sender(settings, register).send(policy, notice)
