"""A case gone through again with one entry edited: what a correction ought to come to, decided forwards.

`python -m tests.domain.refold 500` walks so many cases at random, corrects one entry in each, and lists where the case
as corrected owes otherwise than the case in which it was right from the beginning.
"""

import datetime as dt
import random
import sys
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from adapters.policies import load_policy
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.command import Command
from domain.case.effects import Entry
from domain.case.state import Answer, Duty, Escalation
from domain.commands import Contested, Corrected, Event, MomentPassed
from domain.decide import Decision, decide, open_case
from domain.engine.refold import STRUCK
from domain.policy import Policy
from tests.domain.case import CARE, POLICE, Case

POLICIES = Path(__file__).parents[2] / "policies"


@cache
def shipped() -> tuple[Policy, ...]:
    """Return every policy that is shipped."""
    return tuple(load_policy(path)[0] for path in sorted(POLICIES.glob("*.toml")))


class Step(NamedTuple):
    """Something that was said or passed, when, and the entries that came of it."""

    event: Event
    now: dt.datetime
    entries: tuple[int, ...]


class Walk(Case):
    """A case that remembers what was said in it, so that it can be gone through again."""

    def __init__(self, **said: Any) -> None:
        self.steps: list[Step] = []
        super().__init__(**said)
        self.begun = self.now

    def takes(self, event: Event) -> Answer:
        before = self.state.entries
        answer = super().takes(event)
        self.steps.append(Step(event, self.now, tuple(range(before + 1, self.state.entries + 1))))
        return answer

    def said_in(self, entry: int) -> Step | None:
        """Return the word that made an entry; None for what followed by itself."""
        kind = self.entries[entry - 1].body.get("said")
        return next((step for step in self.steps if entry in step.entries and kind is not None), None)

    def again(self, entry: int, at: dt.datetime | None) -> tuple[Escalation, int]:
        """Return the case in which an entry's word was never said, or (with *at*) said to have happened then.

        What was said later and would then be refused is left out, as nobody could have said it. How much that is, or
        would be entered at another step, comes with the case.
        """
        case, others = open_case(self.opening, self.begun).escalation, 0
        for event, now, entries in self.steps:
            is_it = entry in entries and isinstance(event, Command)
            if is_it and at is None:
                continue
            edited = event.but(at=at) if is_it and isinstance(event, Command) else event
            try:
                decision = decide(case, edited, now)
            except Refusal:
                others += 1
                continue
            case = decision.escalation
            made = decision.entries
            others += _words(made) != _words(self.entries[number - 1] for number in entries)
        return decide(case, MomentPassed(), self.now).escalation, others


def _words(entries: Iterable[Entry]) -> list[tuple[str, object]]:
    """Return which words were entered, and at which step."""
    return [(entry.kind, entry.body.get("stage")) for entry in entries if "said" in entry.body]


class Owed(NamedTuple):
    """One duty, as it matters to people; numbers of entries are left out, for they differ."""

    what: str
    party: str
    stage: str
    visit: int
    state: str
    done_at: dt.datetime | None
    due: dt.datetime | None
    late: bool


def owed(case: Escalation) -> Counter[Owed]:
    """Return what is and was owed, without what was struck out; nothing is owed in a visit that was."""
    numbers: dict[tuple[str, int], int] = {}
    counted: Counter[str] = Counter()
    for visit in case.visits:
        if not visit.struck:
            counted[visit.stage] += 1
            numbers[visit.stage, visit.number] = counted[visit.stage]
    return Counter(
        _owed(duty, numbers.get((duty.stage, duty.visit), 0))
        for duty in case.duties
        if duty.ended_because != STRUCK
        and (not duty.stage or (duty.stage, duty.visit) in numbers or duty.is_outstanding)
    )


def _owed(duty: Duty, visit: int) -> Owed:
    """Say a duty; lateness by a local allowance runs from when it was known (rule 5), so it may come later."""
    late = duty.due is not None and (duty.is_overdue or duty.was_late)
    due = None if duty.state == "lapsed" else duty.due
    return Owed(str(duty.origin), duty.party, duty.stage, visit, duty.state, duty.done_at, due, late)


class Difference(NamedTuple):
    """Where the two do not come to the same; nothing but policy and seed where they do."""

    policy: str
    seed: int
    how: str
    corrected: list[Owed]
    """Owed by the case as it was corrected, and not by the other."""
    forwards: list[Owed]
    """The other way about."""


def compared(seed: int, policy: Policy) -> Difference | None:
    """Walk a case at random and correct an entry; None where both ways owe the same, or nothing could be corrected."""
    from tests.domain.test_random_changes import Hand

    rng = random.Random(seed)  # noqa: S311 - for choices that can be repeated
    hand = Hand(rng, [])
    facts = {name: rng.choice(fact.values) for name, fact in policy.facts.items() if fact.values}
    receiving = rng.choice([(CARE,), (CARE, POLICE)])
    try:
        walk = Walk(policy=policy, receiving=receiving, facts=facts, raiser=Actor(role=rng.choice([*policy.roles])))
    except Refusal:
        return None
    for _ in range(rng.choice([3, 6, 12])):
        walk.now += dt.timedelta(hours=rng.choice([0, 1, 5, 30, 100]))
        made = rng.choice([*[hand.act] * 4, hand.way, hand.plan, hand.fact, hand.party])
        try:
            event = made(walk.state, {"by": hand.actor(walk.state), "recorded_by": rng.choice(["", "", "office-7"])})
            walk.takes(event)
        except Refusal:
            continue
    walk.now += dt.timedelta(hours=rng.choice([0, 3, 50]))
    walk.takes(MomentPassed())
    said = [entry for entry in walk.entries[1:] if entry.body.get("said")]
    if not said:
        return None
    entry = rng.choice(said)
    at = None if rng.choice([True, True, False]) else entry.at - dt.timedelta(hours=rng.choice([1, 20]))
    if not _is_corrected(walk, entry, at):
        return None
    forwards, others = walk.again(entry.number, at)
    one, other = owed(walk.state), owed(forwards)
    if one == other or others:  # a later word of a person is never undone (rule 8), so the two may part there
        return Difference(policy.id, seed, "", [], [])
    how = f"{entry.kind} {entry.number} {'struck' if at is None else 'moved'}"
    return Difference(
        policy.id, seed, how, sorted((one - other).elements(), key=str), sorted((other - one).elements(), key=str)
    )


def _is_corrected(walk: Walk, entry: Entry, at: dt.datetime | None) -> bool:
    step = walk.said_in(entry.number)
    if step is None or not isinstance(step.event, Command):
        return False
    correction: Event = Corrected(by=step.event.by, entry=entry.number, reason="so", strike=at is None, happened_at=at)
    kept = walk.state.behalf.get(entry.number)
    if kept is not None and kept.version and entry.kind == "plan-proposed":
        return False  # what is contested is the confirmation: the proposal stands
    if kept is not None and at is None:
        correction = Contested(by=step.event.by.but(agency=kept.party), entry=entry.number, reason="so")
    try:
        walk.state = _decided(walk, correction).escalation
    except Refusal:
        return False
    walk.state = decide(walk.state, MomentPassed(), walk.now).escalation
    return True


def _decided(walk: Walk, event: Event) -> Decision:
    return decide(walk.state, event, walk.now)


def said_of(differences: Iterable[Difference]) -> str:
    """Say differences, a line for each duty."""
    lines: list[str] = []
    for one in differences:
        lines.append(f"{one.policy}, seed {one.seed}: {one.how}")
        lines += [f"   corrected {_line(duty)}" for duty in one.corrected]
        lines += [f"   forwards  {_line(duty)}" for duty in one.forwards]
    return "\n".join(lines)


def _line(duty: Owed) -> str:
    return " ".join(str(part)[:16] for part in duty)


def main() -> None:
    """Write every difference of so many walks under each policy."""
    found = [one for policy in shipped() for seed in range(int(sys.argv[1])) if (one := compared(seed, policy))]
    apart = [one for one in found if one.how]
    sys.stdout.write(f"{said_of(apart)}\n{len(found) - len(apart)} of {len(found)} are equal\n")


if __name__ == "__main__":
    main()
