"""A policy as a graph: to which steps its outcomes lead, and what is reached from where. Asked by all from here.

Where an outcome leads to in a running case depends on its route and its answers; here it may lead by every route given.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from .language import Outcome, Stage, Track
from .shape import Policy, may_apply

END = "end: "
DONE = "done"
ROUTE = "route"
"""Leads to the first stage of the first other track whose conditions hold: an agency's own steps hand over with it."""
RISK = "risk"
"""The strand that whoever raises immediate risk opens, at any time."""


def targets(policy: Policy, stage: Stage, outcome: Outcome, tracks: Iterable[Track] | None = None) -> Iterator[str]:
    """Yield the stage ids, `end` or `done` to which an outcome of *stage* may lead, over *tracks* (all unless said)."""
    tracks = policy.tracks if tracks is None else tuple(tracks)
    for leads_to in (*outcome.leads_to, *outcome.opens, *outcome.one_of):
        if leads_to.startswith(END):
            yield "end"
        elif leads_to in {"next", "previous"}:
            step = 1 if leads_to == "next" else -1
            yield from filter(None, (beside((track,), stage.id, step) for track in tracks))
        elif leads_to == ROUTE:
            yield from (track.stages[0] for track in tracks if track.stages and stage.id not in track.stages)
        elif leads_to != "chosen":
            yield leads_to


def beside(tracks: Iterable[Track], stage: str, step: int) -> str:
    """Return the stage that many places on in the order of the first of *tracks* that has one; empty if none has."""
    for track in tracks:
        if stage in track.stages and 0 <= track.stages.index(stage) + step < len(track.stages):
            return track.stages[track.stages.index(stage) + step]
    return ""


def roads(policy: Policy, tracks: Iterable[Track] | None = None) -> dict[str, set[str]]:
    """Return each stage with everything its outcomes may lead to."""
    to = partial(targets, tracks=None if tracks is None else tuple(tracks))
    return {
        stage.id: {target for outcome in policy.outcomes_of(stage.id) for target in to(policy, stage, outcome)}
        for stage in policy.stages
    }


def beside_the_dispute(policy: Policy) -> frozenset[str]:
    """Return the stages to which a case may come from anywhere: for immediate risk, and by what is said at the end."""
    risk = {stage.id for stage in policy.stages if stage.strand == RISK}
    after = [outcome for outcome in policy.outcomes if {"ended", "any"} & set(outcome.source)]
    named = {to for outcome in after for to in (*outcome.opens, *outcome.leads_to, *outcome.one_of)}
    return frozenset(risk | named & policy.stage_ids)


def spread(start: Iterable[str], ways: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return *start* and everything that is reached from it."""
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        at = waiting.pop()
        if at not in reached:
            reached.add(at)
            waiting += ways.get(at, ())
    return frozenset(reached)


def reached_on(policy: Policy, track: Track, facts: Mapping[str, str]) -> tuple[Stage, ...]:
    """Return every stage to which a case on *track* may come as far as *facts* say, in the policy's order."""
    tracks = (
        track,
        *(other for other in policy.tracks if other != track and may_apply(facts, other.if_, other.unless)),
    )
    found = spread((*track.stages, *beside_the_dispute(policy)), roads(policy, tracks))
    return tuple(stage for stage in policy.stages if stage.id in found)
