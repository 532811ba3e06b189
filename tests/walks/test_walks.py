"""Whole cases of every shipped policy: each step's every way out is taken by some walk."""

from functools import cache

import pytest

from domain.policy import Policy

from .all import WALKS
from .telling import policy_of, shipped, tell

POLICIES = sorted({walk.policy for walk in WALKS.values()})


@cache
def taken(name: str) -> frozenset[tuple[str, str]]:
    """Tell a walk, and return which way out of which step it took."""
    return frozenset(
        (str(entry.body.get("stage", "")), str(entry.body["outcome"]))
        for entry in tell(WALKS[name]).entries
        if entry.kind == "outcome"
    )


def ways(policy: Policy) -> set[tuple[str, str]]:
    """Return every way out of every step, and what may be said after the end; of an overlay, of its own steps alone."""
    below = shipped(policy.builds_on) if policy.builds_on else None
    own = [stage.id for stage in policy.stages if below is None or stage not in below.stages]
    found = {(stage, outcome.id) for stage in own for outcome in policy.outcomes_of(stage)}
    after = () if below else policy.outcomes
    return found | {("", outcome.id) for outcome in after if "ended" in outcome.source}


@pytest.mark.parametrize("name", WALKS)
def test_a_whole_case_goes_as_its_policy_says(name: str) -> None:
    assert taken(name) is not None


@pytest.mark.parametrize("name", POLICIES)
def test_every_way_out_of_every_step_is_taken_by_some_walk(name: str) -> None:
    walks = [walk for walk in WALKS if WALKS[walk].policy == name]
    gone = {way for walk in walks for way in taken(walk)}

    assert ways(policy_of(WALKS[walks[0]])) - gone == set()


@pytest.mark.parametrize("name", POLICIES)
def test_no_walk_is_told_twice_for_the_same_ways(name: str) -> None:
    walks = [walk for walk in WALKS if WALKS[walk].policy == name]
    for walk in walks:
        others = {way for other in walks if other != walk for way in taken(other)}
        assert taken(walk) - others or any(step.refused for step in WALKS[walk].steps), walk
