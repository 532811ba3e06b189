"""Withdrawal: the raising side does not go on, where the local settings allow it (rule 47)."""

from ...escalation import Answer
from ...events import Withdrawn
from ...refusals import Refusal
from ...spoken import say_instant
from ..clocks.delays import party_consenting
from ..people.consents import everyone
from ..people.senders import event_time, must_be_fresh
from ..turn import Turn
from .stages import end, leave, where

WITHDRAWN = "withdrawn"


def withdrawn(turn: Turn, event: Withdrawn) -> Answer:
    """End the dispute as stopped, by the raising side's word alone. Any party may reopen it."""
    case = turn.case
    party = party_consenting(case, event, "withdrawal", case.local.withdrawal, "Withdrawing")
    at = event_time(case, event, turn.now)
    if party.side != "raising":
        raise Refusal("wrong side", "Only the raising side withdraws what it raised: you may say an outcome instead.")
    if case.ended is not None:
        raise Refusal("not open", f"The dispute has ended already. {where(case)}")
    must_be_fresh(case, event, [visit for visit in case.visits if case.policy.stage(visit.stage).strand == "dispute"])
    if not event.reason.strip():
        raise Refusal("missing", "A withdrawal needs a reason: say why it is not pursued.")
    visits = [visit for visit in case.open_visits if case.policy.stage(visit.stage).strand == "dispute"]
    began = max((visit.opened_at for visit in visits), default=case.opened_at)
    if at < began:
        raise Refusal(
            "time",
            f"The present step began on {say_instant(began, case.policy.zone)}: it cannot be left before. "
            "Give the time at which it was withdrawn.",
        )
    seats = everyone(turn)
    entry = turn.enter_said("withdrawn", at, event)
    stage = visits[-1].stage if visits else ""
    turn.notify("withdrawn", seats, step=case.policy.stage(stage).title if stage else case.policy.title, by=party.id)
    for visit in visits:
        leave(turn, visit, at, WITHDRAWN, entry)
    end(turn, "stopped", WITHDRAWN, stage, at, entry)
    return Answer(sentence=f"Withdrawn, and everybody is told. {where(turn.case)}", entry=entry)
