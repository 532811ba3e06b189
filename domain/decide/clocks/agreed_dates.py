"""Dates agreed for one case, where the policy leaves the time to those concerned."""

from datetime import datetime

from ...escalation import Answer, Escalation
from ...events import DateAgreed
from ...people import Party
from ...policy import Policy
from ...refusals import Refusal, listed
from ...spoken import say_due
from ..people.consents import everyone, forget_consents, note_consent, others, still_to_say
from ..people.operations import is_operations, known_or_operations, say_who
from ..people.senders import event_time, must_have_role
from ..turn import Turn
from .filling import must_be_timescale
from .rewinding import rereckon
from .timescales import may_be_dated, rules_of, texts_of

ANY_PARTY, EVERY_PARTY = "any party", "every party"


def date_agreed(turn: Turn, event: DateAgreed) -> Answer:
    """Take a date agreed for the case: at once, or when every party has said the same, as the policy says."""
    case = turn.case
    party = known_or_operations(case, event)
    at = event_time(case, event, turn.now)
    must_be_timescale(case, event.timescale)
    if not may_be_dated(case.policy, event.timescale):
        said = listed([f"`{text}`" for text in texts_of(case.policy, event.timescale)], "or")
        raise Refusal("not allowed", f"{event.timescale} is {said}: the policy leaves no date to be agreed there.")
    by = _agreed_by(case.policy, event.timescale)
    _must_be_theirs(case, event, party, by)
    must_lie_ahead(case, event.until, at)
    what = _fact(case, event)
    if by == (EVERY_PARTY,) and party is not None:
        word, about = event.until.isoformat(), f"date/{event.timescale}"
        waiting = still_to_say(case, about, word, party)
        if waiting:
            entry = turn.enter_said("date-proposed", at, event, timescale=event.timescale, waits_for=[*waiting])
            note_consent(turn, about, word, party)
            turn.notify("proposed", others(turn, party), fact=what, by=party.id)
            sentence = f"Proposed: {what}. It counts once these have said the same: {listed(waiting)}."
            return Answer(sentence=sentence, entry=entry)
        forget_consents(turn, about)
    entry = turn.enter_said("date-agreed", at, event, timescale=event.timescale)
    turn.change(case_dates={**turn.case.case_dates, event.timescale: event.until})
    rereckon(turn, "a date was agreed for this case")
    turn.notify("times-changed", everyone(turn), fact=what, by=say_who(turn, event))
    return Answer(sentence=f"Agreed for this case: {what}.", entry=entry)


def must_lie_ahead(case: Escalation, until: datetime, at: datetime) -> None:
    """Refuse a date that had passed when it was set, at *at*, or that the case's calendar does not reach."""
    when = say_due(until, case.policy.zone).removeprefix("by ")
    if until <= at:
        raise Refusal("time", f"{when[0].upper()}{when[1:]} had passed already: the date lies ahead.")
    if case.day_of(until) > case.calendar.covers_to:
        raise Refusal("time", f"{when[0].upper()}{when[1:]} lies beyond the calendar of this case: check the year.")


def _agreed_by(policy: Policy, name: str) -> tuple[str, ...]:
    named = policy.timescales.get(name)
    return (named.case_date_by if named else ()) or (ANY_PARTY,)


def _must_be_theirs(case: Escalation, event: DateAgreed, party: Party | None, by: tuple[str, ...]) -> None:
    roles = tuple(name for name in by if name not in {ANY_PARTY, EVERY_PARTY})
    if is_operations(case, event):
        if by == (ANY_PARTY,):
            return
        raise Refusal(
            "wrong side",
            f"The policy says who agrees on this date, {listed(list(by), 'or')}: give them as the actor, and yourself "
            "as `recorded_by`.",
        )
    if party is None and not roles:
        raise Refusal("wrong side", "The date is for the parties to agree on: give one of them as the actor.")
    if roles and not (party is not None and ANY_PARTY in by):
        must_have_role(case, event.by, roles, "the date")


def _fact(case: Escalation, event: DateAgreed) -> str:
    policy = case.policy
    acts = [policy.act_title(policy.whole_act(act)) for rule in rules_of(policy, event.timescale) for act in rule.act]
    return f"{listed(list(dict.fromkeys(acts)))} {say_due(event.until, policy.zone)}"
