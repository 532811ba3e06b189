"""Whom a case could not reach, said before it opens."""

from collections.abc import Iterator, Mapping
from datetime import date

from domain.decide.moves.opening import choose_track
from domain.effects import Recipient
from domain.people import Party
from domain.policy import Policy
from domain.policy.parts import Outcome, Stage
from domain.policy.shape import answer_slug

from .book import Directory


def preflight(
    directory: Directory,
    policy: Policy,
    parties: tuple[Party, ...],
    facts: Mapping[str, str],
    on: date,
    kinds: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Say, in a sentence each, at which step of the case's route nobody could be reached in a seat on that day.

    For each step, in the policy's order, that the route holds or leads to: the seat of each party, that is the step's
    first role or who stands in its place; then the partnership's own seats that these steps name. `kinds` gives the
    sort of agencies by id; without it they are as the directory says. It changes nothing and names no person.

    Raises Refusal where the facts choose no route.
    """
    stages = _stages(policy, facts)
    known = {agency.id: agency.kind for agency in directory.agencies} if kinds is None else kinds
    told = (directory, policy, on)
    sentences = [
        sentence
        for stage in stages
        for party in parties
        for sentence in _of_party(*told, stage, party, known.get(party.agency, ""))
    ]
    names = {name for stage in stages for name in _named(policy, stage)}
    sentences += [s for role in policy.roles if role in names for s in _of_partnership(*told, role, facts)]
    return tuple(dict.fromkeys(sentences))


def _stages(policy: Policy, facts: Mapping[str, str]) -> tuple[Stage, ...]:
    """Return the steps of the route, and those that their outcomes lead to, in the policy's order."""
    found: set[str] = set()
    waiting = list(choose_track(policy, dict(facts)).stages)
    while waiting:
        stage = waiting.pop()
        if stage in found or stage not in policy.stage_ids:
            continue
        found.add(stage)
        for outcome in policy.outcomes_of(stage):
            waiting += _targets(outcome)
    return tuple(stage for stage in policy.stages if stage.id in found)


def _targets(outcome: Outcome) -> tuple[str, ...]:
    return (*outcome.leads_to, *outcome.one_of, *outcome.opens)


def _of_party(directory: Directory, policy: Policy, on: date, stage: Stage, party: Party, kind: str) -> Iterator[str]:
    roles = stage.raising if party.side == "raising" else stage.receiving
    if not roles:
        return
    instead = policy.roles[roles[0]].instead if roles[0] in policy.roles else {}
    role = next((name for key, names in instead.items() if key in {party.agency, kind} for name in names), roles[0])
    title = policy.role_title(role)
    contact = directory.contact_for(Recipient(role=role, title=title, agency=party.agency), on)
    if contact.fallback:
        who = contact.agency_title or party.agency
        yield f"{stage.title} has no reachable {title} in {who}: {_instead(directory)}."


def _of_partnership(
    directory: Directory, policy: Policy, on: date, role: str, facts: Mapping[str, str]
) -> Iterator[str]:
    told = policy.roles[role]
    if told.chosen_by:
        answer = facts.get(told.chosen_by, "")
        seats = [(f"{role}.{answer_slug(answer)}", f"{told.title} ({answer})")] if answer else []
    else:
        seats = [(role, told.title)] if told.of == "partnership" and not (told.seat or told.source) else []
    for seat, title in seats:
        if directory.contact_for(Recipient(role=seat, title=title), on).fallback:
            yield f"The partnership has no reachable {title}: {_instead(directory)}."


def _instead(directory: Directory) -> str:
    return f"notices go to {directory.fallback.title} instead"


def _named(policy: Policy, stage: Stage) -> Iterator[str]:
    """Yield every name in a step that may be a role: who sits, owes, speaks or is told, and who is in its bodies."""
    names = {stage.body, *stage.raising, *stage.receiving}
    for duty in (*stage.duties, *policy.duties):
        names |= {duty.by, *duty.role, *duty.to}
    for outcome in policy.outcomes_of(stage.id):
        names |= {outcome.said_by, *outcome.role}
    for name in names:
        yield name
        if body := policy.bodies.get(name):
            yield from (body.chair, *body.members)
