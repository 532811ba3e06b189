"""A case with a corrected entry owes what it would owe had the entry been right from the beginning (rule 8)."""

import pytest

from domain.policy import Policy
from tests.domain.refold import compared, said_of, shipped


@pytest.mark.parametrize("policy", shipped(), ids=lambda policy: policy.id)
def test_rule_08_a_corrected_case_owes_what_it_would_had_it_been_entered_right(policy: Policy) -> None:
    """Walks at random, each with one entry struck out or moved, beside the same without the mistake."""
    found = [one for seed in range(60) if (one := compared(seed, policy)) is not None]

    apart = [one for one in found if one.how]
    assert not apart, said_of(apart)
    assert len(found) > 10, "walks in which something could be corrected"
