"""A dispute withdrawn or reopened, what is waived after its end, and another case linked (rules 33, 47, 48, 53)."""

from typing import Literal

from ..base.refusals import Refusal
from ..base.words import say_instant
from ..case.message import Name, Said, Words
from ..case.state import Answer, Escalation, Occurrence
from ..engine.consents import everyone, party_consenting
from ..engine.draft import Turn
from ..engine.duties import happen
from ..engine.senders import event_time, must_be_fresh, must_be_known
from ..engine.stages import end, leave, open_stage, where

WITHDRAWN = "withdrawn"
FINAL = "decided"
"""The end that no reopening undoes: what remains are onward acts and a new, linked case (rule 33)."""


class Withdrawn(Said):
    """The raising party withdraws the escalation, where the local settings allow it."""

    kind: Literal["withdraw"] = "withdraw"
    reason: Words


class Reopened(Said):
    """The dispute goes on after its end."""

    kind: Literal["reopen"] = "reopen"
    reason: Words


class Linked(Said):
    """Another case concerns the same person. Nothing is shared but the knowledge of it."""

    kind: Literal["link"] = "link"
    other: Name
    """The other case's reference."""
    reason: Words = ""


class Waived(Said):
    """A named person lets a duty go that would keep an ended case from closing."""

    kind: Literal["waive"] = "waive"
    duty: int
    reason: Words


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


def reopened(turn: Turn, event: Reopened) -> Answer:
    """Go on with a dispute that had ended: a new visit of the stage last left, in the same case."""
    must_be_known(turn.case, event.by)
    at = event_time(turn.case, event, turn.now)
    ended = turn.case.ended
    if ended is None:
        raise Refusal("not open", f"The dispute has not ended, so there is nothing to reopen. {where(turn.case)}")
    if ended.how == FINAL:
        raise Refusal("not allowed", "The dispute was decided, and that is final: open a new case and link the two.")
    if not event.reason.strip():
        raise Refusal("missing", "A reopening says why.")
    if at < ended.at:
        raise Refusal("time", "It cannot be reopened before it ended.")
    entry = turn.enter_said("reopened", at, event, ended=ended.how)
    turn.change(
        ended=None,
        closed_at=None,
        reopened_entry=entry,
        case_dates={name: date for name, date in turn.case.case_dates.items() if date > turn.now},
        occurrences=tuple(o for o in turn.case.occurrences if "ended" not in o.names),
    )
    happen(turn, Occurrence(entry=entry, names=("reopened",), at=at))
    open_stage(turn, last_left(turn.case), at, entry)
    return Answer(sentence=f"Reopened. {where(turn.case)}", entry=entry)


def last_left(case: Escalation) -> str:
    """Return the step of the dispute at which it ended: said there, or the last that the end closed."""
    steps = [visit for visit in case.visited if case.policy.stage(visit.stage).strand == "dispute"]
    return max(steps, key=lambda visit: visit.left_by_entry).stage


def linked(turn: Turn, event: Linked) -> Answer:
    """Note that another case concerns the same person; no clock, party or outcome is shared (rule 53)."""
    must_be_known(turn.case, event.by)
    at = event_time(turn.case, event, turn.now)
    if event.other == turn.case.case:
        raise Refusal("not allowed", "A case is not linked with itself: give the other case's reference.")
    if event.other in turn.case.links:
        return Answer(sentence=f"{turn.case.case} was linked with {event.other} already.", entry=turn.case.entries)
    entry = turn.enter_said("linked", at, event, other=event.other)
    turn.change(links=(*turn.case.links, event.other))
    return Answer(sentence=f"{turn.case.case} is linked with {event.other}.", entry=entry)


def waived(turn: Turn, event: Waived) -> Answer:
    """Let a duty go by a named person's word, once the dispute has ended; it is counted as not done (rule 48)."""
    must_be_known(turn.case, event.by)
    at = event_time(turn.case, event, turn.now)
    if turn.case.ended is None:
        raise Refusal(
            "not allowed", "While the dispute goes on nothing is waived: a duty is done, or lapses with its step."
        )
    duty = next((d for d in turn.case.outstanding if d.id == event.duty), None)
    if duty is None:
        raise Refusal("unknown", f"Nothing that is owed has the number {event.duty}: `show` lists what is.")
    if turn.case.is_for_risk(duty):
        raise Refusal("not allowed", "Immediate risk is not waived: record that what it asks for was done.")
    if not event.by.person.strip() or not event.reason.strip():
        raise Refusal("missing", "A named person waives, and says why: give the person and the reason.")
    what = turn.title_of(duty)
    entry = turn.enter_said("waived", at, event, duty=duty.id, what=what)
    turn.put_duty(duty.but(state="waived", ended_because="waived by a named person"))
    stage = duty.stage or next((v.stage for v in reversed(turn.case.visited)), "")
    seats = [turn.seat(party, stage) for party in turn.case.parties]
    others = [seat for seat in seats if (seat.role, seat.agency) != (event.by.role, event.by.agency)]
    turn.notify(
        "told", dict.fromkeys(others), fact=f"waived, and counted as not done: {what}", by=str(turn.known(event.by))
    )
    return Answer(sentence=f"Waived, and counted as not done: {what}.", entry=entry)
