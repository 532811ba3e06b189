"""Duties: what happens discharges them, gives them better clocks, lets them go and raises them."""

from collections.abc import Iterator

from ..base.identities import RuleKey
from ..base.people import Actor
from ..case.happened import matches
from ..case.state import Duty, Escalation, Occurrence
from ..policy import DutyRule
from ..policy.event_names import ANY
from ..policy.shape import applies
from .deadlines import held, planned, reckon, wound
from .discharging import discharge, is_over, lapse_until
from .draft import Turn
from .recompute import rewind
from .seats import involved

AGAIN = frozenset({"ended", "risk.raised"})
"""Of what concerns the whole case, these ask anew each time: a dispute may end again after it was reopened."""


def happen(turn: Turn, happened: Occurrence, by: Actor | None = None) -> None:
    """Let something have happened: it discharges, re-winds clocks, lapses and raises duties, in that order."""
    if by is not None:
        happened = happened.but(by=by.but(person=""))
    turn.remember(happened)
    discharge(turn, happened)
    rewind(turn)
    lapse_until(turn, happened)
    _arise(turn, happened)


def _arise(turn: Turn, happened: Occurrence) -> None:
    """Raise one duty for each rule, triggering entry and party (rule 10)."""
    for key in turn.case.policy.rules:
        arise(turn, key, happened)


def arise(turn: Turn, key: RuleKey, happened: Occurrence, only: str = "") -> None:
    """Raise what the rule of that key owes on *happened*, if anything: every party's, or *only* that party's."""
    case, rule = turn.case, turn.case.policy.rules[key]
    stage, visit = place_of(case, key)
    if not is_trigger(case, key, happened):
        return
    if not applies(case.facts, rule.if_, rule.unless) or is_over(case, rule, stage, visit):
        return
    if "overdue" in happened.names and _sprang_from(turn, happened.entry, key):
        return
    for by, party in _owners(turn, rule, happened):
        if only in {"", party} and (repeats(case, rule) or not _stands_already(turn, key, happened, visit, party)):
            _raise(turn, key, rule, happened, stage, visit, by, party)


def place_of(case: Escalation, key: RuleKey) -> tuple[str, int]:
    """Return the stage of a rule and the number of its latest visit; both empty for a rule of the whole case."""
    stage = key.stage
    return stage, max((v.number for v in case.visited if v.stage == stage), default=0) if stage else 0


def is_trigger(case: Escalation, key: RuleKey, happened: Occurrence) -> bool:
    """Is *happened* what the rule of that key waits for, in the latest visit of its stage?"""
    rule = case.policy.rules[key]
    stage, visit = place_of(case, key)
    if stage and not visit:
        return False
    events = [case.policy.event(text) for text in rule.when or (f"{stage}.opened",)]
    if (
        stage and "opened" in happened.names and happened.stage == stage
    ):  # what was answered before it opened counts too
        answered = {name for one in case.occurrences for name in one.names if name.startswith("fact.")}
        if any(event.thing in answered for event in events):
            return True
    return any(matches(event, happened, stage, visit) for event in events)


def repeats(case: Escalation, rule: DutyRule) -> bool:
    """Does each repetition of what raises a rule's duty owe an answer of its own?"""
    return any(case.policy.event(text).stage == ANY or text == "action.overdue" for text in rule.when)


def _stands_already(turn: Turn, key: RuleKey, happened: Occurrence, visit: int, party: str) -> bool:
    """A rule that does not repeat has raised its duty in this visit (for the whole case: from this trigger)."""
    return any(
        duty.origin == key and duty.party == party and (duty.visit == visit if visit else True)
        for duty in turn.case.duties
        if visit or duty.trigger == happened.entry or not (happened.stage or AGAIN.intersection(happened.names))
    )


def _sprang_from(turn: Turn, entry: int, key: RuleKey) -> bool:
    """True if this overdue duty was itself raised by *key*, directly or through others: raised again it never ended."""
    late = {duty.overdue_entry: duty for duty in turn.case.duties if duty.overdue_entry}
    while entry in late:
        if late[entry].origin == key:
            return True
        entry = late[entry].trigger
    return False


def _owners(turn: Turn, rule: DutyRule, happened: Occurrence) -> Iterator[tuple[str, str]]:
    """Yield who owes it: the word for it, and the party where one party does."""
    parties = turn.case.parties
    match rule.by:
        case "each party":
            yield from (("each party", party.id) for party in involved(turn.case))
        case "raising" | "receiving":
            yield from ((rule.by, party.id) for party in parties if party.side == rule.by)
        case "raiser":
            yield from (("raiser", party.id) for party in parties[:1])
        case "action owner":
            yield "action owner", happened.party
        case "whoever did it":
            yield from ((rule.by, party.id) for party in parties if party.id == happened.party)
        case _:
            yield rule.by, ""


def _raise(
    turn: Turn, key: RuleKey, rule: DutyRule, happened: Occurrence, stage: str, visit: int, by: str, party: str
) -> None:
    duty = Duty(
        id=len(turn.case.duties) + 1,
        origin=key,
        acts=tuple(turn.case.policy.whole_act(act) for act in rule.act),
        by=by,
        party=party,
        stage=stage,
        visit=visit,
        strength=rule.strength,
        trigger=happened.entry,
        arose_at=min(happened.at, turn.now),  # a planned date lies ahead
        known_at=turn.now,
        anchor_at=happened.at,
        action=happened.action if rule.by == "action owner" else 0,
    )
    duty = wound(duty, reckon(turn.case, rule, duty, turn.now), turn.now)
    for act in duty.acts:
        meeting, _, aspect = act.partition(".")
        if aspect == "held" and turn.case.planned.get(meeting, happened.at) > happened.at:
            duty = planned(turn.case, duty, turn.case.planned[meeting], turn.now)
    turn.put_duty(held(turn.case, duty))
    turn.note("arose", duty.id, happened.entry)
