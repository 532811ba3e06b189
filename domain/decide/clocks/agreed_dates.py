"""Dates agreed for one case, where the policy leaves the time to those concerned."""

from datetime import datetime
from typing import NamedTuple

from ...escalation import Answer, Duty, Escalation
from ...events import DateAgreed
from ...identities import DateProposal
from ...people import Party
from ...policy import Policy
from ...refusals import Refusal, began, listed
from ...spoken import say_due
from ..people.consents import everyone, forget_consents, note_consent, others, still_to_say
from ..people.operations import is_operations, known_or_operations, say_who
from ..people.seats import fills, is_shared
from ..people.senders import event_time, must_have_role
from ..turn import Turn
from .filling import must_be_timescale
from .reckoning import FIXED, reckon, same_start
from .rewinding import rereckon
from .timescales import may_be_dated, named_by, rules_of, texts_of

ANY_PARTY, EVERY_PARTY = "any party", "every party"


def date_agreed(turn: Turn, event: DateAgreed) -> Answer:
    """Take a date agreed for the case: at once, or when every party has said the same.

    That is where the policy says so, and where one side alone would put off a date that people have set or the policy's
    own time: what protects the other is not put off without its word.
    """
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
    if case.case_dates.get(event.timescale) == event.until:
        return Answer(sentence=f"Agreed for this case already: {what}.", entry=case.entries)
    moved = _must_move_something(turn, event)
    why = _needs_all(case, event, moved, by)
    if why and party is None and not _has_the_say(case, event, by):
        raise Refusal("wrong side", f"{why}: give each party as the actor, and yourself as `recorded_by`.")
    about = DateProposal(timescale=event.timescale, date=event.until)
    if why and party is not None:
        waiting = still_to_say(case, about, party)
        if waiting:
            entry = turn.enter_said("date-proposed", at, event, timescale=event.timescale, waits_for=[*waiting])
            note_consent(turn, about, party)
            turn.notify("proposed", others(turn, party), fact=what, by=party.id)
            sentence = f"Proposed: {what}. {why}. It counts once these have said the same: {listed(waiting)}."
            return Answer(sentence=sentence, entry=entry)
    forget_consents(turn, about)
    entry = turn.enter_said("date-agreed", at, event, timescale=event.timescale)
    turn.change(case_dates={**turn.case.case_dates, event.timescale: event.until})
    rereckon(turn, "a date was agreed for this case")
    turn.notify("times-changed", everyone(turn), fact=what, by=say_who(turn, event))
    later = "" if moved else " Nothing with this time is owed now: it holds for what is owed later."
    return Answer(sentence=f"Agreed for this case: {what}.{later}", entry=entry)


class _Move(NamedTuple):
    """How a date would move one duty's clock."""

    before: datetime | None
    """When it is due by the policy's number and by a date agreed before; None where there is neither."""
    after: datetime | None


def _must_move_something(turn: Turn, event: DateAgreed) -> tuple[_Move, ...]:
    """Return what the date would move, of all that is owed by that time; refuse one that would move nothing."""
    case = turn.case
    owed = [duty for duty in case.outstanding if _goes_by(case, duty, event.timescale)]
    running = [duty for duty in owed if duty.overdue_at is None and duty.anchor not in FIXED]
    dated = case.but(case_dates={**case.case_dates, event.timescale: event.until})
    moves = tuple(_Move(_due(case, duty, turn.now), _due(dated, duty, turn.now)) for duty in running)
    if owed and not running:
        titles = listed(list(dict.fromkeys(turn.title_of(duty) for duty in owed)))
        state = "is late already" if any(duty.overdue_at for duty in owed) else "has a date of its own"
        raise Refusal("not allowed", f"{began(titles)} {state}: a date agreed now would move nothing.")
    if moves and not any(move.after == event.until != move.before for move in moves):
        raise Refusal("not allowed", _why_nothing_moves(case, event, moves))
    return moves


def _why_nothing_moves(case: Escalation, event: DateAgreed, moves: tuple[_Move, ...]) -> str:
    named = case.policy.timescales.get(event.timescale)
    shortens = named is not None and named.case_date == "shortens"
    rule = "only ever shortens it" if shortens else "only stands in where there is none"
    due = max((move.after for move in moves if move.after is not None), default=None)
    holds = f" By the policy it is due {say_due(due, case.policy.zone)}." if due else ""
    longer = " For a later deadline every party says `extend`." if case.local.extensions else ""
    return f"The policy gives a time here, and a date agreed for the case {rule}: nothing would move.{holds}{longer}"


def _goes_by(case: Escalation, duty: Duty, timescale: str) -> bool:
    rule = case.rule_of(duty)
    return rule is not None and not duty.under and named_by(case.policy, rule, duty.origin)[0] == timescale


def _due(case: Escalation, duty: Duty, now: datetime) -> datetime | None:
    rule = case.rule_of(duty)
    return reckon(case, rule, duty, now, same_start(case, rule, duty)).due if rule else duty.due


def _needs_all(case: Escalation, event: DateAgreed, moved: tuple[_Move, ...], by: tuple[str, ...]) -> str:
    """Return why every party must say the date, or nothing where one word is enough."""
    if by == (EVERY_PARTY,):
        return "The policy leaves it to every party together"
    if _has_the_say(case, event, by):
        return ""
    before = case.case_dates.get(event.timescale)
    if before is not None and event.until > before:
        return f"It puts off the date that is set, {say_due(before, case.policy.zone)}"
    if by == (ANY_PARTY,) and any(m.before is not None and m.after is not None and m.after > m.before for m in moved):
        return "It puts off the time that the policy gives"
    return ""


def _has_the_say(case: Escalation, event: DateAgreed, by: tuple[str, ...]) -> bool:
    """Does somebody speak whom the policy names and who is of neither side?"""
    return any(is_shared(case, name) and fills(case, event.by, name) for name in by)


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
