"""Operations staff of the partnership: what they enter in their own name, and on whose word."""

from ...effects import Recipient
from ...escalation import Escalation
from ...events import Said
from ...people import Party
from ...refusals import Refusal
from ..turn import Turn
from .senders import must_be_known

OPERATIONS = "operations"
"""The role of the partnership's office, where it is none of the policy's own."""
OFFICE = Recipient(role=OPERATIONS, title="partnership's office")


def is_operations(case: Escalation, said: Said) -> bool:
    """Does the partnership's office speak in its own name?"""
    return said.by.role == OPERATIONS and OPERATIONS not in case.policy.roles


def known_or_operations(case: Escalation, said: Said) -> Party | None:
    """Return the party that speaks, or None for the office or a seat of the partnership.

    Raises:
        Refusal: the office does not say which of its people it is, or the speaker has no place in this case.
    """
    if not is_operations(case, said):
        return must_be_known(case, said.by)
    if not said.by.person.strip() and not said.recorded_by.strip():
        raise Refusal("missing", "Say which person of the office enters it, as the person or as `recorded_by`.")
    return None


def say_who(turn: Turn, said: Said) -> str:
    """Say who spoke as a notice may: a role and agency of the case, or the office."""
    return "the partnership's office" if is_operations(turn.case, said) else str(turn.known(said.by))
