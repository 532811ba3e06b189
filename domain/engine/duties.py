"""Duties: what happens discharges them, gives them better clocks, lets them go and raises them."""

from collections.abc import Iterator

from ..base.identities import RuleKey
from ..base.people import Actor
from ..case.happened import matches
from ..case.state import Duty, Escalation, Happened
from ..policy import DutyRule
from ..policy.event_names import ANY, FACT
from ..policy.shape import applies
from .deadlines import compute_deadline, planned, with_clock, with_pause
from .discharging import VOIDED, answers, done, ends_step_of, ends_until, is_over, lapse
from .draft import Draft
from .recompute import take_better_start
from .seats import involved

AGAIN = frozenset({"ended", "risk.raised"})
"""Of what concerns the whole case, these ask anew each time: a dispute may end again after it was reopened."""


FOR_ALL = frozenset({"opened", "left", "ended", "party.joined", VOIDED})
"""Of these something may become of a duty whose rule does not name them: it goes with its step, and a clock's start may
lie in the newest visit."""


def happen(draft: Draft, happened: Happened, by: Actor | None = None) -> None:
    """Let something have happened: every duty takes its step by it, then new ones arise (rule 10)."""
    if by is not None:
        happened = happened.but(by=by.but(person=""))
    draft.remember(happened)
    about = draft.case.policy.rules_about
    concerned = frozenset().union(*(about.get(name, ()) for name in happened.names))
    of_all = not FOR_ALL.isdisjoint(happened.names)
    for duty in draft.case.duties:
        if duty.state not in {"outstanding", "lapsed"}:
            continue
        if of_all or happened.names[0] in duty.acts or duty.origin in concerned:  # else nothing becomes of it
            step(draft, duty.id, happened)
    for key in draft.case.policy.rules:
        arise(draft, key, happened)


def step(draft: Draft, number: int, happened: Happened) -> None:
    """Take the duty of that number through what happened. All that may become of one by an event stands here, in order.

    It goes with the step that was left, or with the dispute, unless it is kept (21, 27); it is done, in time or late,
    also where it had gone with a step that was left later than this (13, 30); its clock runs from a better start (12);
    what is owed until this is owed no more (21). What passes by time alone stands in `moments`.
    """
    if because := ends_step_of(draft.case, draft.duty(number), happened):
        lapse(draft, draft.duty(number), because)
    if answers(draft, draft.duty(number), happened):
        done(draft, draft.duty(number), happened)
    take_better_start(draft, draft.duty(number))
    if because := ends_until(draft.case, draft.duty(number), happened, draft.now):
        lapse(draft, draft.duty(number), because)


def arise(draft: Draft, key: RuleKey, happened: Happened, only: str = "") -> None:
    """Raise what the rule of that key owes on *happened*, if anything: every party's, or *only* that party's."""
    case, rule = draft.case, draft.case.policy.rules[key]
    stage, visit = place_of(case, key)
    if not is_trigger(case, key, happened):
        return
    if not applies(case.facts, rule.if_, rule.unless) or is_over(case, rule, stage, visit):
        return
    if "overdue" in happened.names and _sprang_from(draft, happened.entry, key):
        return
    for by, party in _owners(draft, rule, happened):
        if only in {"", party} and (repeats(case, rule) or not _stands_already(draft, key, happened, visit, party)):
            _raise(draft, key, rule, happened, stage, visit, by, party)


def place_of(case: Escalation, key: RuleKey) -> tuple[str, int]:
    """Return the stage of a rule and the number of its latest visit; both empty for a rule of the whole case."""
    stage = key.stage
    return stage, max((v.number for v in case.visited if v.stage == stage), default=0) if stage else 0


def is_trigger(case: Escalation, key: RuleKey, happened: Happened) -> bool:
    """Is *happened* what the rule of that key waits for, in the latest visit of its stage?"""
    rule = case.policy.rules[key]
    stage, visit = place_of(case, key)
    if stage and not visit:
        return False
    events = [case.policy.event(text) for text in rule.when or (f"{stage}.opened",)]
    if (
        stage and "opened" in happened.names and happened.stage == stage
    ):  # what was answered before it opened counts too
        answered = {name for one in case.occurrences for name in one.names if name.startswith(FACT)}
        if any(event.thing in answered for event in events):
            return True
    return any(matches(event, happened, stage, visit) for event in events)


def repeats(case: Escalation, rule: DutyRule) -> bool:
    """Does each repetition of what raises a rule's duty owe an answer of its own?"""
    return any(case.policy.event(text).stage == ANY or text == "action.overdue" for text in rule.when)


def _stands_already(draft: Draft, key: RuleKey, happened: Happened, visit: int, party: str) -> bool:
    """A rule that does not repeat has raised its duty in this visit (for the whole case: from this trigger)."""
    return any(
        duty.origin == key and duty.party == party and (duty.visit == visit if visit else True)
        for duty in draft.case.duties
        if visit or duty.trigger == happened.entry or not (happened.stage or AGAIN.intersection(happened.names))
    )


def _sprang_from(draft: Draft, entry: int, key: RuleKey) -> bool:
    """True if this overdue duty was itself raised by *key*, directly or through others: raised again it never ended."""
    late = {duty.overdue_entry: duty for duty in draft.case.duties if duty.overdue_entry}
    while entry in late:
        if late[entry].origin == key:
            return True
        entry = late[entry].trigger
    return False


def _owners(draft: Draft, rule: DutyRule, happened: Happened) -> Iterator[tuple[str, str]]:
    """Yield who owes it: the word for it, and the party where one party does."""
    parties = draft.case.parties
    match rule.by:
        case "each party":
            yield from (("each party", party.id) for party in involved(draft.case))
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
    draft: Draft, key: RuleKey, rule: DutyRule, happened: Happened, stage: str, visit: int, by: str, party: str
) -> None:
    duty = Duty(
        id=len(draft.case.duties) + 1,
        origin=key,
        acts=tuple(draft.case.policy.whole_act(act) for act in rule.act),
        by=by,
        party=party,
        stage=stage,
        visit=visit,
        strength=rule.strength,
        trigger=happened.entry,
        arose_at=min(happened.at, draft.now),  # a planned date lies ahead
        known_at=draft.now,
        anchor_at=happened.at,
        action=happened.action if rule.by == "action owner" else 0,
    )
    duty = with_clock(duty, compute_deadline(draft.case, rule, duty, draft.now), draft.now)
    for act in duty.acts:
        meeting, _, aspect = act.partition(".")
        if aspect == "held" and draft.case.planned.get(meeting, happened.at) > happened.at:
            duty = planned(draft.case, duty, draft.case.planned[meeting], draft.now)
    draft.put_duty(with_pause(draft.case, duty))
    draft.note("arose", duty.id, happened.entry)
