"""Who is told next, if nobody says anything."""

from datetime import timedelta

from domain.case.state import Escalation
from domain.decide import open_case
from domain.engine.moments import next_moment
from domain.policy.local_settings import Local
from domain.views.ahead import told_next
from tests.watch.conftest import CASE, MONDAY, opening


def opened(local: Local) -> Escalation:
    return open_case(opening(CASE, MONDAY, local=local), MONDAY).escalation


def test_reminders_lateness_and_alerts_are_told_in_the_order_in_which_they_will_go() -> None:
    case = opened(Local(reminders=("4 hours",)))
    told = told_next(case, MONDAY, 12)
    kinds = [one.kind for one in told]

    assert [one.at for one in told] == sorted(one.at for one in told)
    assert kinds.index("reminder") < kinds.index("overdue") < kinds.index("alert")
    assert told[0].at == next_moment(case)
    assert "agreed plan of action" in {what for one in told for what in one.owed}
    assert any("safeguarding lead on call" in one.to for one in told if one.kind == "alert")


def test_what_has_passed_and_nobody_took_goes_now() -> None:
    case = opened(Local(tolerance="same working day"))
    now = MONDAY + timedelta(days=3)

    assert {one.at for one in told_next(case, now, 2)} == {now}


def test_at_most_so_many_are_told_and_the_case_is_left_as_it_was() -> None:
    case = opened(Local(tolerance="same working day"))
    before = case.model_dump_json()

    assert len(told_next(case, MONDAY, 3)) == 3
    assert case.model_dump_json() == before
