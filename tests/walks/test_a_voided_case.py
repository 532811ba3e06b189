"""Whatever a case has come to, all who were told of it are told that it was opened in error."""

import pytest

from domain.base.people import Actor
from domain.commands import CaseVoided
from domain.engine.seats import is_on_call

from .all import WALKS
from .telling import tell

OFFICE = ("operations", "")


@pytest.mark.parametrize("name", WALKS)
def test_everybody_who_had_a_notice_is_told_that_the_case_is_voided(name: str) -> None:
    case = tell(WALKS[name])
    if case.state.open_risks:
        case.takes_call()
    if case.state.open_risks:
        pytest.skip("immediate risk is not dealt with at the end of this walk")
    had = {(notice.to.role, notice.to.agency) for notice in case.notices if not is_on_call(notice.to)}
    leads = any(is_on_call(notice.to) for notice in case.notices)

    for number in (1, 2):
        case.takes(CaseVoided(by=Actor(role="operations", person=f"staff-{number}"), reason="Another child."))

    told = set(case.told("voided"))
    assert had - told == set()
    assert OFFICE in told
    assert not leads or ("on-call", "") in told
    assert case.state.outstanding == ()
    case.replays()
