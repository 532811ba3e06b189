"""Facts: what is asked about a case is answered, or answered anew, and every condition and clock is read again.

Beside them the number under which the raising agency keeps the case.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ..base.people import Actor, Party
from ..base.refusals import Refusal, began, listed, one_of
from ..base.value import Text
from ..case.command import Command, Name, Words
from ..case.state import Answer, Escalation, Happened
from ..engine.agreement import agreed_by_all
from ..engine.answers import chooses, fact_title, must_fit, must_not_change, shown, when_of
from ..engine.consents import everyone
from ..engine.draft import Draft
from ..engine.retroactive import read_conditions_again
from ..engine.senders import event_time, is_operations, known_or_operations, must_be_known, must_have_role
from ..engine.stages import choose_track
from ..engine.telling import addressed
from ..policy import Track
from ..policy.event_names import FACT


class FactSaid(Command):
    """A fact of the policy is answered, or answered anew."""

    kind: Literal["fact"] = "fact"
    fact: Name
    value: Name
    """A date as `2025-03-04` or with its time and offset."""
    reason: Words = ""
    """Needed where an earlier answer changes."""


class OwnRecordCorrected(Command):
    """The raising agency's own record number was typed wrongly, or not at all."""

    kind: Literal["own-record"] = "own-record"
    number: Annotated[Text, Field(max_length=60)]
    """A number of the raising agency's own; never a child's name."""
    reason: Words


def own_record_corrected(draft: Draft, event: OwnRecordCorrected) -> Answer:
    """Put another number of the raising agency's own to the case. Said by that agency, or by the office."""
    case = draft.case
    party = known_or_operations(case, event)
    at = event_time(case, event, draft.now)
    if not is_operations(case, event) and (party is None or party.agency != case.parties[0].agency):
        raise Refusal(
            "wrong side",
            f"It is the record number of {case.parties[0].agency}, which raised the case: that agency corrects it, or "
            "the partnership's office.",
        )
    if not event.number.strip():
        raise Refusal("missing", "Say what the number is: it was left empty.")
    if event.number == case.own_record:
        return Answer(sentence="That is the number of the case already.", entry=case.entries)
    if not event.reason.strip():
        raise Refusal("missing", "Say why the number changes.")
    entry = draft.enter_command("own-record-corrected", at, event)
    draft.change(own_record=event.number)
    return Answer(sentence="The raising agency's own record number is corrected.", entry=entry)


def fact_said(draft: Draft, event: FactSaid) -> Answer:
    """Take an answer to a fact, the first or another one (rules 23 and 46)."""
    case = draft.case
    party = must_be_known(case, event.by)
    at = event_time(case, event, draft.now)
    must_fit(case.policy, event.fact, event.value)
    title, fact = fact_title(event.fact), case.policy.facts[event.fact]
    must_have_role(case, event.by, (fact.set_by,) if fact.set_by else (), title)
    _must_need_no_approval(case, event.fact)
    old = case.facts.get(event.fact, "")
    if not event.value.strip():
        raise Refusal("missing", f"Say what the answer to {title!r} is: it was left empty.")
    _must_be_fresh(case, event)
    if old == event.value:
        return Answer(sentence=f"{began(title)} was answered so already.", entry=case.entries)
    must_not_change(case, event.fact, event.value)
    if old and not event.reason.strip():
        raise Refusal("missing", f"{began(title)!r} was answered otherwise before: give the reason for the change.")
    entry = draft.enter_command("fact-said", at, event, fact=event.fact, value=event.value, before=old)
    route = answer_fact(draft, event.fact, event.value, at, event.by, party)
    return Answer(sentence=f"Recorded: the answer to {title!r}.{route}", entry=entry)


def _must_be_fresh(case: Escalation, event: FactSaid) -> None:
    """Refuse an answer of a sender who looked before the one that holds was given (rule 41)."""
    if event.seen is None:
        return
    given = [one for one in case.occurrences if f"{FACT}{event.fact}" in one.names and one.entry > event.seen]
    if given:
        raise Refusal(
            "stale",
            f"Since you last looked, {fact_title(event.fact)!r} was answered (entry {given[-1].entry}). "
            "Look again, then answer it anew if it is otherwise.",
        )


def answer_fact(draft: Draft, name: str, value: str, at: datetime, by: Actor, party: Party | None) -> str:
    """Let a fact be answered by the entry just made: conditions, graded clocks and the route are read again (rule 23).

    The answer must fit (`must_fit`). Returns a sentence about the route, or nothing where it is as it was.
    """
    policy, before, entry = draft.case.policy, draft.case.facts, draft.entry
    due_before = {duty.id: duty.due for duty in draft.case.outstanding}
    draft.change(facts={**before, name: value})
    route = _reroute(draft, before, name)
    _tell(draft, name, value, by)
    happened = Happened(
        entry=entry,
        names=(f"{FACT}{name}",),
        side=party.side if party else "",
        party=party.id if party else "",
        at=when_of(policy, name, value, at),
        answer=value,
    )
    read_conditions_again(draft, before, happened, by)
    _tell_put_off(draft, due_before, shown(policy, name, value), by)
    agreed_by_all(draft, at)
    return route


def is_answered_for_good(case: Escalation, name: str) -> bool:
    """Has it an answer that the policy lets no other take the place of?"""
    return bool(case.facts.get(name)) and not case.policy.facts[name].may_change


def needs_approval(case: Escalation, name: str) -> bool:
    """Is it answered only by an act that a second person approves?"""
    return any(act.sets == name and act.approved_by for act in case.policy.acts.values())


def _must_need_no_approval(case: Escalation, name: str) -> None:
    """Refuse an answer past the act that gives it, where a second person approves that act."""
    for act_id, act in case.policy.acts.items():
        if act.sets == name and act.approved_by:
            approvers = listed([case.policy.role_title(role) for role in act.approved_by], "or")
            raise Refusal(
                "not allowed",
                f"{began(fact_title(name))!r} is answered by recording {case.policy.act_title(act_id)} (`{act_id}`), "
                f"which counts once {one_of(approvers)} has approved it: record that instead.",
            )


def _tell_put_off(draft: Draft, before: Mapping[int, datetime | None], answer: str, by: Actor) -> None:
    """Tell every side where an answer has put a deadline off: it protected somebody."""
    later = [
        duty
        for duty in draft.case.outstanding
        if (due := before.get(duty.id)) is not None and duty.due is not None and duty.due > due
    ]
    if later:
        draft.notify("times-changed", everyone(draft), fact=answer, by=str(draft.known(by)))


def _reroute(draft: Draft, before: dict[str, str], name: str) -> str:
    """Change the case's route, where the facts choose another that has every open step of the dispute.

    An answer in words of somebody's own chooses none: only one that the policy writes does.
    """
    case = draft.case
    chosen = _chosen(case, case.facts)
    steps = {visit.stage for visit in case.open_visits if case.policy.stage(visit.stage).strand == "dispute"}
    if not steps or chosen == _chosen(case, before) or (chosen and chosen.id == case.track):
        return ""
    if not chooses(case.policy, name, case.facts[name]):
        return " It is no answer that the policy writes, so the case stays on its route."
    if chosen is None or not steps <= set(chosen.stages):
        return " By this answer another route would have been taken; the case stays on the one it is on."
    draft.change(track=chosen.id)
    draft.note("route", chosen.id)
    return f" From here the case goes on by another route: {chosen.title or fact_title(chosen.id)}."


def _chosen(case: Escalation, facts: dict[str, str]) -> Track | None:
    try:
        return choose_track(case.policy, facts)
    except Refusal:
        return None


def _tell(draft: Draft, name: str, value: str, by: Actor) -> None:
    """Tell those who must now judge (rule 46); a notice repeats only what the policy itself writes."""
    policy = draft.case.policy
    seats = [seat for role in policy.facts[name].tells for seat in addressed(draft, role, None)]
    draft.notify("fact-changed", seats, fact=shown(policy, name, value), by=str(draft.known(by)))
