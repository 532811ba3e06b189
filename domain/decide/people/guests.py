"""People with no place in the directory: the record says that the office can reach them, and never how."""

from ...escalation import Answer
from ...events import GuestAdded
from ...identities import Seat
from ...refusals import Refusal, listed
from ..turn import Turn
from .operations import known_or_operations
from .seats import role_named
from .senders import event_time


def guest_added(turn: Turn, event: GuestAdded) -> Answer:
    """Enter that a contact was added for a seat of this case alone."""
    case = turn.case
    known_or_operations(case, event)
    at = event_time(case, event, turn.now)
    if case.closed_at is not None:
        raise Refusal("not open", "The case is closed, so nobody is told of it any more: reopen it first.")
    role = role_named(case.policy, event.role)
    if role not in case.policy.roles:
        known = listed(sorted(case.policy.roles), "or")
        raise Refusal("unknown", f"{event.role or 'No role'} is not a role of this policy: say {known}.")
    seat = Seat(role=role, agency=event.agency)
    entry = turn.enter_said("guest-added", at, event, seat=str(seat))
    return Answer(sentence=f"{event.title} is reached as {seat} in this case from now on.", entry=entry)
