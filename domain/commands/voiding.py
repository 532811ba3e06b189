"""A case opened in error is voided: by two people of the partnership's office, and told to all who were told."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from ..base.identities import VoidProposal
from ..base.refusals import Refusal
from ..case.command import Command, Words
from ..case.effects import Recipient
from ..case.state import Answer, Ended, Escalation, Happened
from ..command_table.built_in import VOID
from ..command_table.command_kind import CommandKind
from ..engine.consents import note_said
from ..engine.discharging import VOIDED
from ..engine.draft import Draft
from ..engine.duties import happen
from ..engine.seats import is_on_call, on_call, rung_of
from ..engine.senders import OFFICE, event_time, must_be_operations


class CaseVoided(Command):
    """The office says that a case was opened in error; said by a second person too, it is voided."""

    kind: Literal["void"] = "void"
    reason: Words


def voided(draft: Draft, event: CaseVoided) -> Answer:
    """Propose that a case is voided, or void it where another person of the office has proposed it.

    Nothing is owed in it from then on, and nothing but immediate risk is taken. Its record stays.
    """
    case = draft.case
    otherwise = "A party says an outcome, or withdraws what it raised."
    must_be_operations(case, event, "voids a case that was opened in error", otherwise)
    at = event_time(case, event, draft.now)
    if is_void(case):
        return Answer(sentence=f"{case.case} was voided already.", entry=case.ended.entry if case.ended else 0)
    if case.open_risks:
        raise Refusal(
            "not allowed",
            "A case with immediate risk is not voided: record that what it asks for was done, then say it again.",
        )
    if not event.reason.strip():
        raise Refusal("missing", "Say why the case was opened in error: all who were told of it are told that it was.")
    person = event.by.person.strip() or event.recorded_by.strip()
    before = case.said(VoidProposal())
    if not before:
        entry = draft.enter_command("void-proposed", at, event)
        note_said(draft, VoidProposal(), person)
        draft.notify("void-proposed", (OFFICE,), step=case.policy.title)
        return Answer(
            sentence="Proposed. The case is voided once a second person of the office says the same; until then "
            "everything in it goes on.",
            entry=entry,
        )
    if person in before:
        raise Refusal(
            "not allowed",
            "You have proposed it yourself: a second person of the office says the same, under their own name.",
        )
    return _void(draft, event, at)


def is_void(case: Escalation) -> bool:
    """Was the case voided?"""
    return case.ended is not None and case.ended.how == VOID


def must_be_taken(case: Escalation, command: CommandKind) -> None:
    """Refuse what is said in a case that was voided, but for immediate risk and what follows from it."""
    if not is_void(case) or case.open_risks or command.answers_an_alarm or command.taken_when_void:
        return
    raise Refusal(
        "not open",
        f"{case.case} was voided, for it had been opened in error: nothing more is recorded in it but immediate risk. "
        "If it was a case after all, open a new one and link the two.",
    )


def _void(draft: Draft, event: CaseVoided, at: datetime) -> Answer:
    case, now = draft.case, draft.now
    told = tuple(dict.fromkeys(_told_so_far(draft)))
    entry = draft.enter_command("voided", at, event)
    draft.notify("voided", told, step=case.policy.title)
    for visit in case.open_visits:  # nothing that the policy asks for when a step is left is asked for here
        draft.put_visit(visit.but(left_at=now, outcome=VOIDED, left_by_entry=entry))
    last = case.visited[-1].stage if case.visited else ""
    ended = Ended(how=VOID, outcome=VOIDED, stage=last, at=now, entry=entry)
    draft.change(ended=ended, closed_at=None, claims=(), pause=None)
    happen(draft, Happened(entry=entry, names=(VOIDED,), at=now))
    return Answer(
        sentence=f"{case.case} is voided, and all who were told of it are told that. Nothing is owed in it any more. "
        "Its record stays.",
        entry=entry,
    )


def _told_so_far(draft: Draft) -> Iterator[Recipient]:
    """Yield every seat that has had a notice of the case; the raiser's and the office's whether they had or not."""
    policy = draft.case.policy
    yield from (draft.raiser(), OFFICE)
    for told in draft.case.told:
        seat = Recipient(role=told.role, title=policy.role_title(told.role.partition(".")[0]), agency=told.agency)
        if is_on_call(seat):
            yield on_call(rung_of(seat))
        elif told.role != OFFICE.role:
            yield seat
