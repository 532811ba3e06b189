"""What search attributes need is worked out by itself, and is what the whole standing says."""

from domain.views.status import agencies, next_due, overdue, stage_shown, status_of, urgency
from tests.domain.case import CARE, POLICE, SCHOOL, Case, london


def looked_at(case: Case) -> tuple[str, str]:
    """Return stage and urgency, having seen that all of it is what the whole standing says."""
    state, whole = case.state, status_of(case.state)
    assert stage_shown(state) == whole.stage
    assert urgency(state) == whole.urgency
    assert overdue(state) == whole.overdue == sum(1 for one in whole.owed if one.overdue)
    assert next_due(state) == whole.next_due
    assert set(agencies(state)) == {party.agency for party in whole.parties}
    return stage_shown(state), urgency(state)


def test_what_search_attributes_need_is_what_the_whole_standing_says_from_opening_to_closing() -> None:
    case = Case(receiving=(CARE, POLICE)).pass_to("2025-03-07 09:00")
    assert looked_at(case) == ("step-1", "ordinary")
    assert (overdue(case.state), next_due(case.state)) == (4, london("2025-03-04 10:00"))
    assert agencies(case.state) == (SCHOOL, POLICE, CARE)
    case.climb_to("step-3")
    assert looked_at(case) == ("step-3", "ordinary")
    case.says(SCHOOL, "not-urgent")
    case.raises_risk()
    assert looked_at(case) == ("unresolved", "immediate risk")
    case.takes_call()
    case.agree()
    case.confirms(POLICE)
    assert looked_at(case) == ("learning", "ordinary")
