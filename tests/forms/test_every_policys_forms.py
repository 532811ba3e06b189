"""Every form of every policy: each kind of act and each way out of a step is recorded by one, as it was typed."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from domain.command_table import COMMANDS
from domain.policy import Policy
from tests.walks import everything, telling
from tests.walks.all import WALKS
from tests.walks.everything import lincolnshire_case, sutton_case
from tests.walks.telling import shipped, tell
from tests.walks.test_walks import ways

from .by_forms import NO_FORM, CaseByForms, Met
from .desk import REF, Desk

STORIES: dict[str, Callable[[Policy, str], Any]] = {"lincolnshire": lincolnshire_case, "sutton": sutton_case}
FULLEST = "lincolnshire"
"""The policy whose stories leave nothing out that people or the office may say in a case, but for the next."""
ELSEWHERE = {"agree-date": "sutton", "fill": "sutton"}
"""Kinds of command that need a policy which leaves a time open, each with one in whose stories it is said."""
BY_BUTTON = frozenset({"acknowledge"})
"""Kinds of command that are said by the button of the page of an alert."""
POLICIES = sorted({walk.policy for walk in WALKS.values()})


@pytest.fixture
def by_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Met]]:
    """Tells every walk of a policy by forms."""
    desks: list[Desk] = []

    def told(policy: str) -> Met:
        met = Met()
        stories = [partial(tell, walk, case=REF) for walk in WALKS.values() if walk.policy == policy]
        stories += [partial(STORIES[policy], shipped(policy), REF)] if policy in STORIES else []
        for number, story in enumerate(stories):
            desk = Desk(tmp_path / str(number), policy, monkeypatch)
            desks.append(desk)
            for room in (telling, everything):
                monkeypatch.setattr(room, "Case", partial(CaseByForms, desk=desk, met=met))
            story()
        return met

    yield told
    for desk in desks:
        desk.close()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", POLICIES)
def test_whatever_a_policy_lets_people_record_is_recorded_by_its_form_as_it_was_typed(
    name: str, by_forms: Callable[[str], Met]
) -> None:
    met = by_forms(name)
    policy = shipped(name)
    below = shipped(policy.builds_on).acts if policy.builds_on else {}

    assert not met.faults, "\n".join(met.faults)
    assert set(policy.acts) - {*below, *policy.plans} - {one.partition(".")[0] for one in met.names} == set()
    assert met.offered - met.ways == set()
    assert len(met.ways & ways(policy)) > 1
    left_to_others = {kind for kind, policy in ELSEWHERE.items() if policy != name}
    if name == FULLEST:
        assert set(COMMANDS) - {*NO_FORM, *BY_BUTTON, *left_to_others} - met.kinds == set()
    assert {kind for kind, policy in ELSEWHERE.items() if policy == name} <= met.kinds
