"""Answering an alert: seen is not solved, and it expires."""

from datetime import timedelta

from ...escalation import Answer
from ...events import AlertAcknowledged
from ...refusals import Refusal
from ...spoken import say_instant
from ..people.senders import event_time
from ..turn import Turn


def acknowledged(turn: Turn, event: AlertAcknowledged) -> Answer:
    """Let the alerts of everything overdue rest until the acknowledgement expires."""
    waiting = [duty for duty in turn.case.outstanding if duty.is_overdue and duty.acknowledged_until is None]
    if not waiting:
        raise Refusal("not open", "Nothing in this case is alerting now, so there is nothing to acknowledge.")
    at = event_time(turn.case, event, turn.now)
    until = turn.now + timedelta(hours=turn.case.local.acknowledgement_hours)
    turn.enter_said(
        "acknowledged",
        at,
        event,
        duties=[duty.id for duty in waiting],
        until=until.isoformat(),
    )
    for duty in waiting:
        turn.put_duty(duty.but(acknowledged_until=until))
    turn.change(pace=turn.case.pace.but(next_at=None, climbed=0))
    return Answer(
        sentence="Acknowledged. It is still owed; if it is still undone on "
        f"{say_instant(until, turn.case.policy.zone)}, the alert comes back.",
        entry=turn.entry,
    )
