"""Noting in two cases that they concern the same person: in one, and then in the other."""

from collections.abc import Mapping

from adapters.register import reading
from adapters.register.errors import RegisterError
from domain.base.refusals import Refusal
from domain.case.state import Answer
from domain.commands import Linked
from settings import Settings

from .cases import reference, unknown
from .command_fields import Placed, as_option
from .errors import REFUSED, Trouble, shown_of
from .senders import Sender
from .sending import actor, send


def other_case(settings: Settings, first: str, typed: str) -> str:
    """Return the reference of the other case, as it was typed. Raises Trouble for the same one, and Unknown."""
    second = reference(typed, settings)
    if first == second:
        raise Trouble("A case is not linked with itself: give the reference of the other one.")
    for case in (first, second):
        _must_be_known(settings, case)
    return second


def _must_be_known(settings: Settings, case: str) -> None:
    try:
        known = reading.has_case(settings.register, case)
    except RegisterError:
        return  # the cases themselves will say
    if not known:
        raise unknown(case)


async def linked(
    settings: Settings,
    first: str,
    second: str,
    said: Mapping[str, str],
    sender: Sender,
    id_: str,
    placed: Placed = as_option,
) -> dict[str, Answer]:
    """Write the link in one case, then in the other; where that fails, say what is done and what is not.

    *said* has `by`, `role`, `reason`, and `other_by` and `other_role` for who says so in the other; both messages have
    the id. Raises Refusal and Trouble.
    """
    by = actor(settings, first, said["by"], said["role"])
    there = actor(settings, second, said["other_by"] or said["by"], said["other_role"] or said["role"])
    ours = Linked(by=by, other=second, reason=said["reason"], id=id_)
    theirs = Linked(by=there, other=first, reason=said["reason"], id=id_)
    answers = {first: await send(settings, first, ours, sender)}
    try:
        answers[second] = await send(settings, second, theirs, sender)
    except (Refusal, Trouble) as error:
        code = error.code if isinstance(error, Trouble) else REFUSED
        again = f"once that is mended ({placed('other-by')} and {placed('other-role')} say who speaks there)."
        why = shown_of(error)
        raise Trouble(
            f"{answers[first].sentence} But {second} does not know of it yet.",
            code,
            typed=f"{error} Type it again {again}",
            shown=f"{why} Send it again {again}",
        ) from None
    return answers
