"""Sending one notice from here, not from a case: the lead on call of a risk, the office, a code to a seat."""

import sys
from contextlib import nullcontext, redirect_stdout

import structlog

from adapters.register.register import Register
from domain.case.effects import Notice, Receipt
from settings import Settings


def send_notice(settings: Settings, policy: str, notice: Notice) -> Receipt:
    """Send a notice, note the try in the register, and return its receipt: without a channel where no way takes it.

    One that went before under the same reference goes no second time.

    Raises:
        PostDown: nobody can be told now.
        DirectoryFault, SettingsFaulty, RegisterError: it cannot be known whom to tell, or how.
    """
    from wiring import real_sender

    # A command sets no log up: then what was tried goes to stdout, which is for the answer alone.
    beside = nullcontext() if structlog.is_configured() else redirect_stdout(sys.stderr)
    with Register(settings.register) as register, beside:
        sender = real_sender(settings, register)
        return sender.receipt_of(notice.ref) or sender.send(policy, notice, waits=False)
