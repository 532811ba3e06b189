"""A case is made of its state under the editions that the state names."""

from collections.abc import Mapping
from typing import Any

import pytest

from adapters.register.editions import Editions
from domain.case.editions import calendar_edition, digest_of, policy_edition
from domain.case.patch import Unreadable, state_of
from tests.domain.case import SCHOOL, Case, england, lincolnshire

KEPT = {
    digest_of(lincolnshire()): policy_edition(lincolnshire()),
    digest_of(england()): calendar_edition(england()),
}


def test_a_case_is_under_the_editions_that_its_state_names_each_read_once() -> None:
    asked: list[str] = []

    def read(digest: str) -> Mapping[str, Any] | None:
        asked.append(digest)
        return KEPT.get(digest)

    case = Case()
    case.does(SCHOOL, "discussion")
    editions = Editions(read)
    first, again = editions.case(state_of(case.state)), editions.case(state_of(case.state))

    assert first == again == case.state
    assert first.policy is again.policy
    assert asked == [*KEPT]


def test_an_edition_that_is_not_kept_yet_may_be_made_known() -> None:
    editions = Editions(lambda _: None)
    editions.know(lincolnshire())
    editions.know(england())

    assert editions.case(state_of(Case().state)).policy is lincolnshire()


@pytest.mark.parametrize(("body", "why"), [(None, "not in the register"), ({"id": 3}, "does not fit its shape")])
def test_an_edition_that_is_gone_or_spoilt_is_a_sentence(body: dict[str, Any] | None, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        Editions(lambda _: body).case(state_of(Case().state))
