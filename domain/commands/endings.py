"""A dispute withdrawn or reopened, what is waived after its end, and another case linked (rules 33, 47, 48, 53)."""

from typing import Literal

from ..base.refusals import Refusal
from ..base.words import say_instant
from ..case.command import Command, Name, Words
from ..case.happened import as_former
from ..case.state import Answer, Duty, Escalation, Happened
from ..command_table.built_in import VOID
from ..engine.consents import everyone, party_consenting
from ..engine.draft import Draft
from ..engine.duties import happen
from ..engine.senders import event_time, must_be_fresh, must_be_known
from ..engine.stages import end, leave, open_stage, where

WITHDRAWN = "withdrawn"
FINAL = "decided"
"""The end that no reopening undoes: what remains are onward acts and a new, linked case (rule 33)."""


class Withdrawn(Command):
    """The raising party withdraws the escalation, where the local settings allow it."""

    kind: Literal["withdraw"] = "withdraw"
    reason: Words


class Reopened(Command):
    """The dispute goes on after its end."""

    kind: Literal["reopen"] = "reopen"
    reason: Words


class Linked(Command):
    """Another case concerns the same person. Nothing is shared but the knowledge of it."""

    kind: Literal["link"] = "link"
    other: Name
    """The other case's reference."""
    reason: Words = ""


class Waived(Command):
    """A named person lets a duty go that would keep an ended case from closing."""

    kind: Literal["waive"] = "waive"
    duty: int
    reason: Words


def withdrawn(draft: Draft, event: Withdrawn) -> Answer:
    """End the dispute as stopped, by the raising side's word alone. Any party may reopen it."""
    case = draft.case
    party = party_consenting(case, event, "withdrawal", case.local.withdrawal, "Withdrawing")
    at = event_time(case, event, draft.now)
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
    seats = everyone(draft)
    entry = draft.enter_command("withdrawn", at, event)
    stage = visits[-1].stage if visits else ""
    draft.notify("withdrawn", seats, step=case.policy.stage(stage).title if stage else case.policy.title, by=party.id)
    for visit in visits:
        leave(draft, visit, at, WITHDRAWN, entry)
    end(draft, "stopped", WITHDRAWN, stage, at, entry)
    return Answer(sentence=f"Withdrawn, and everybody is told. {where(draft.case)}", entry=entry)


def reopened(draft: Draft, event: Reopened) -> Answer:
    """Go on with a dispute that had ended: a new visit of the stage last left, in the same case."""
    must_be_known(draft.case, event.by)
    at = event_time(draft.case, event, draft.now)
    ended = draft.case.ended
    if ended is None:
        raise Refusal("not open", f"The dispute has not ended, so there is nothing to reopen. {where(draft.case)}")
    if ended.how == FINAL:
        raise Refusal("not allowed", "The dispute was decided, and that is final: open a new case and link the two.")
    if not event.reason.strip():
        raise Refusal("missing", "A reopening says why.")
    if at < ended.at:
        raise Refusal("time", "It cannot be reopened before it ended.")
    entry = draft.enter_command("reopened", at, event, ended=ended.how)
    draft.change(
        ended=None,
        closed_at=None,
        reopened_entry=entry,
        case_dates={name: date for name, date in draft.case.case_dates.items() if date > draft.now},
        occurrences=tuple(map(as_former, draft.case.occurrences)),
    )
    happen(draft, Happened(entry=entry, names=("reopened",), at=at))
    open_stage(draft, last_left(draft.case), at, entry)
    return Answer(sentence=f"Reopened. {where(draft.case)}", entry=entry)


def last_left(case: Escalation) -> str:
    """Return the step of the dispute at which it ended: said there, or the last that the end closed."""
    steps = [visit for visit in case.visited if case.policy.stage(visit.stage).strand == "dispute"]
    return max(steps, key=lambda visit: visit.left_by_entry).stage


def linked(draft: Draft, event: Linked) -> Answer:
    """Note that another case concerns the same person; no clock, party or outcome is shared (rule 53)."""
    must_be_known(draft.case, event.by)
    at = event_time(draft.case, event, draft.now)
    if event.other == draft.case.case:
        raise Refusal("not allowed", "A case is not linked with itself: give the other case's reference.")
    if event.other in draft.case.links:
        return Answer(sentence=f"{draft.case.case} was linked with {event.other} already.", entry=draft.case.entries)
    entry = draft.enter_command("linked", at, event, other=event.other)
    draft.change(links=(*draft.case.links, event.other))
    return Answer(sentence=f"{draft.case.case} is linked with {event.other}.", entry=entry)


def waivable(case: Escalation) -> tuple[Duty, ...]:
    """Return what may be let go: nothing while the dispute goes on, and nothing that immediate risk asks for."""
    return tuple(duty for duty in case.outstanding if not case.is_for_risk(duty)) if case.ended else ()


def may_reopen(case: Escalation) -> bool:
    """May the dispute be taken up again?"""
    return case.ended is not None and case.ended.how not in {FINAL, VOID}


def waived(draft: Draft, event: Waived) -> Answer:
    """Let a duty go by a named person's word, once the dispute has ended; it is counted as not done (rule 48)."""
    must_be_known(draft.case, event.by)
    at = event_time(draft.case, event, draft.now)
    if draft.case.ended is None:
        raise Refusal(
            "not allowed", "While the dispute goes on nothing is waived: a duty is done, or lapses with its step."
        )
    duty = next((d for d in draft.case.outstanding if d.id == event.duty), None)
    if duty is None:
        raise Refusal("unknown", f"Nothing that is owed has the number {event.duty}: `show` lists what is.")
    if duty not in waivable(draft.case):
        raise Refusal("not allowed", "Immediate risk is not waived: record that what it asks for was done.")
    if not event.by.person.strip() or not event.reason.strip():
        raise Refusal("missing", "A named person waives, and says why: give the person and the reason.")
    what = draft.title_of(duty)
    entry = draft.enter_command("waived", at, event, duty=duty.id, what=what)
    draft.put_duty(duty.but(state="waived", ended_because="waived by a named person"))
    stage = duty.stage or next((v.stage for v in reversed(draft.case.visited)), "")
    seats = [draft.seat(party, stage) for party in draft.case.parties]
    others = [seat for seat in seats if (seat.role, seat.agency) != (event.by.role, event.by.agency)]
    draft.notify(
        "told", dict.fromkeys(others), fact=f"waived, and counted as not done: {what}", by=str(draft.known(event.by))
    )
    return Answer(sentence=f"Waived, and counted as not done: {what}.", entry=entry)
