"""A case with a corrected entry owes what it would owe had the entry been right from the beginning (rule 8)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.policy import Policy
from tests.domain.policies_made import policies
from tests.domain.refold import compared, said_of, shipped


@pytest.mark.parametrize("policy", shipped(), ids=lambda policy: policy.id)
def test_rule_08_a_corrected_case_owes_what_it_would_had_it_been_entered_right(policy: Policy) -> None:
    """Walks at random, each with one entry struck out or moved, beside the same without the mistake."""
    found = [one for seed in range(60) if (one := compared(seed, policy)) is not None]

    apart = [one for one in found if one.how]
    assert not apart, said_of(apart)
    assert len(found) > 10, "walks in which something could be corrected"


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck])
@given(policies(), st.integers(0, 10**6))
def test_rule_08_so_it_is_under_policies_nobody_wrote(policy: Policy, seed: int) -> None:
    """Where no rule hangs on a lateness, which has its moment only once it is known (rule 5)."""
    found = compared(seed, Policy.model_validate(_without_lateness(policy.model_dump(mode="json", by_alias=True))))

    assert found is None or not found.how, said_of([found])


def _without_lateness(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {key: _without_lateness(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return [_without_lateness(one) for one in thing if not (isinstance(one, str) and ".overdue" in one)]
    return thing
