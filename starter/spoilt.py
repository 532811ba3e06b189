"""What is said of a case that cannot be shown because somebody has laid hands on its record."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from adapters.register.errors import RegisterError
from domain.base.refusals import Refusal
from services.errors import PROBLEM, Trouble


@contextmanager
def or_spoilt(url: str, ref: str) -> Iterator[None]:
    """Show a case while the block lasts. What breaks it becomes a sentence, if the record of the case is at fault.

    Where the record is as it was written, what is raised is a mistake of ours, and goes on.

    Raises Trouble.
    """
    try:
        yield
    except (Trouble, Refusal, RegisterError, OSError, click.ClickException, click.Abort):
        raise
    except Exception as error:
        if not (fault := _first_fault(url, ref)):
            raise
        raise Trouble(
            f"{ref} cannot be shown ({type(error).__name__}), for its record is not as it was written: {fault}. "
            f"See `escalate verify {ref}`.",
            PROBLEM,
        ) from None


def _first_fault(url: str, ref: str) -> str:
    from activities.proof import Proof
    from adapters.register.register import Register
    from services.times import now

    with Register(url) as register:
        return next((str(one) for one in Proof(register, url).faults(ref, now()) if one.of != "sending"), "")
