"""Facts: what is asked about a case is answered, or answered anew, and every condition and clock is read again."""

from datetime import datetime

from ...escalation import Answer, Escalation, Occurrence
from ...events import FactSaid
from ...people import Actor, Party
from ...policy import Track
from ...refusals import Refusal, began
from ..duties.arising import happen, lapse, rereckon
from ..duties.belated import owe_again, raise_belated
from ..lookup import applies
from ..moves.opening import choose_track
from ..people.senders import event_time, must_be_known, must_have_role
from ..people.telling import addressed
from ..turn import Turn
from .agreement import agreed_by_all
from .answers import fact_title, must_fit, shown, when_of

CHANGED = "what was asked about the case has changed"


def fact_said(turn: Turn, event: FactSaid) -> Answer:
    """Take an answer to a fact, the first or another one (rules 23 and 46)."""
    case = turn.case
    party = must_be_known(case, event.by)
    at = event_time(case, event, turn.now)
    must_fit(case.policy, event.fact, event.value)
    title, fact = fact_title(event.fact), case.policy.facts[event.fact]
    must_have_role(case, event.by, (fact.set_by,) if fact.set_by else (), title)
    old = case.facts.get(event.fact, "")
    if not event.value.strip():
        raise Refusal("missing", f"Say what the answer to {title!r} is: it was left empty.")
    _must_be_fresh(case, event)
    if old == event.value:
        return Answer(sentence=f"{began(title)} was answered so already.", entry=case.entries)
    if old and not fact.may_change:
        raise Refusal(
            "not allowed",
            f"{began(title)!r} has been answered, and this policy does not let it be answered anew.",
        )
    if old and not event.reason.strip():
        raise Refusal("missing", f"{began(title)!r} was answered otherwise before: give the reason for the change.")
    entry = turn.enter_said("fact-said", at, event, fact=event.fact, value=event.value, before=old)
    route = answer_fact(turn, event.fact, event.value, at, event.by, party)
    return Answer(sentence=f"Recorded: the answer to {title!r}.{route}", entry=entry)


def _must_be_fresh(case: Escalation, event: FactSaid) -> None:
    """Refuse an answer of a sender who looked before the one that holds was given (rule 41)."""
    if event.seen is None:
        return
    given = [one for one in case.occurrences if f"fact.{event.fact}" in one.names and one.entry > event.seen]
    if given:
        raise Refusal(
            "stale",
            f"Since you last looked, {fact_title(event.fact)!r} was answered (entry {given[-1].entry}). "
            "Look again, then answer it anew if it is otherwise.",
        )


def answer_fact(turn: Turn, name: str, value: str, at: datetime, by: Actor, party: Party | None) -> str:
    """Let a fact be answered by the entry just made: conditions, graded clocks and the route are read again (rule 23).

    The answer must fit (`must_fit`). Returns a sentence about the route, or nothing where it is as it was.
    """
    policy, before, entry = turn.case.policy, turn.case.facts, turn.entry
    turn.change(facts={**before, name: value})
    route = _reroute(turn, before)
    _tell(turn, name, value, by)
    happened = Occurrence(
        entry=entry,
        names=(f"fact.{name}",),
        side=party.side if party else "",
        party=party.id if party else "",
        at=when_of(policy, name, value, at),
    )
    _let_go(turn)
    happen(turn, happened, by)
    owe_again(turn, CHANGED)
    for key, rule in policy.rules.items():
        held = applies(before, rule.if_, rule.unless)
        if not held and applies(turn.case.facts, rule.if_, rule.unless):
            raise_belated(turn, key)
    rereckon(turn, CHANGED)
    agreed_by_all(turn, at)
    return route


def _let_go(turn: Turn) -> None:
    for duty in turn.case.outstanding:
        rule = turn.case.rule_of(duty)
        if rule is not None and not applies(turn.case.facts, rule.if_, rule.unless):
            lapse(turn, duty, CHANGED)


def _reroute(turn: Turn, before: dict[str, str]) -> str:
    """Change the case's route, where the facts choose another that has every open step of the dispute."""
    case = turn.case
    chosen = _chosen(case, case.facts)
    steps = {visit.stage for visit in case.open_visits if case.policy.stage(visit.stage).strand == "dispute"}
    if not steps or chosen == _chosen(case, before) or (chosen and chosen.id == case.track):
        return ""
    if chosen is None or not steps <= set(chosen.stages):
        return " By this answer another route would have been taken; the case stays on the one it is on."
    turn.change(track=chosen.id)
    turn.note("route", chosen.id)
    return f" From here the case goes on by another route: {chosen.title or fact_title(chosen.id)}."


def _chosen(case: Escalation, facts: dict[str, str]) -> Track | None:
    try:
        return choose_track(case.policy, facts)
    except Refusal:
        return None


def _tell(turn: Turn, name: str, value: str, by: Actor) -> None:
    """Tell those who must now judge (rule 46); a notice repeats only what the policy itself writes."""
    policy = turn.case.policy
    seats = [seat for role in policy.facts[name].tells for seat in addressed(turn, role, None)]
    turn.notify("fact-changed", seats, fact=shown(policy, name, value), by=str(turn.known(by)))
