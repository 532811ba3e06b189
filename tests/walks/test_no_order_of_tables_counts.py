"""A case is the same whatever order the tables of its policy stand in: the record keeps them in another."""

import json

import pytest
import rfc8785

from domain.case.editions import policy_edition
from domain.policy import Policy
from domain.views.status import status_of
from tests.domain.case import Case

from .all import WALKS
from .telling import tell


def as_the_record_keeps_it(policy: Policy) -> Policy:
    return Policy.model_validate(json.loads(rfc8785.dumps(policy_edition(policy))))


@pytest.mark.parametrize("name", WALKS)
def test_a_standing_is_that_of_the_case_made_again_from_its_record_at_every_step(name: str) -> None:
    kept: dict[str, Policy] = {}
    differ: list[tuple[int, str]] = []

    def look(case: Case) -> None:
        policy = kept.setdefault(case.state.policy.edition_in_full, as_the_record_keeps_it(case.state.policy))
        now, again = status_of(case.state), status_of(case.state.but(policy=policy))
        if now != again:
            differ.extend((now.as_of, key) for key, value in now if value != getattr(again, key))

    tell(WALKS[name], before_each=look)

    assert differ == []
