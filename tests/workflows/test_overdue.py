"""A deadline passes: it is entered, both sides are told, and the lead on call is woken until somebody answers."""

from datetime import timedelta
from itertools import pairwise

import pytest

from domain.base.refusals import Refusal
from tests.workflows.story import Story, both

OVERDUE = (*both("overdue", "practitioner"), "alert to on-call")
AN_HOUR = timedelta(minutes=60)


async def alerts_entered(story: Story) -> list[object]:
    await story.entries()
    return [s.entry.at for s in story.register.entries(story.case) if s.entry.kind == "alert"]


async def test_a_plan_not_agreed_in_time_is_overdue_and_moves_nothing(story: Story) -> None:
    """Section 6, 6.9, rule 29: an entry, a notice to both sides, an alert; the step stays as it was."""
    await story.opens_at_step_1()
    due = (await story.stands()).next_due
    assert await story.next_moment_comes() == due
    (to_schools, _, alert) = await story.notices(*OVERDUE)
    assert [(one.what, one.due, one.overdue) for one in to_schools.owed] == [("agreed plan of action", due, True)]
    assert (alert.to.agency, alert.step) == ("", "Step 1: professional to professional")
    standing = await story.stands()
    assert (standing.stage, standing.overdue, standing.ended) == ("step-1", 1, "")
    assert (await story.entries())[-2:] == ["overdue", "alert"]
    overdue = story.register.entries(story.case)[-2].entry
    assert overdue.at == due
    assert overdue.by == ""

    await story.goes_up_from(1, "on-call")
    assert (await story.stands()).overdue == 0
    await story.notices()


async def test_the_alert_repeats_each_hour_and_stops_at_six_until_the_next_day(story: Story) -> None:
    """Settings' default pace: every 60 minutes, at most 6 in the 24 hours after the first."""
    await story.opens_at_step_1()
    first = await story.next_moment_comes()
    await story.notices(*OVERDUE)
    for rung in ("on-call", "on-call.second", *("on-call.duty-manager",) * 3):
        await story.next_moment_comes()
        await story.notices(f"alert to {rung}")
    assert (await story.stands()).next_moment == first + timedelta(hours=24)
    await story.passes(hours=18)
    await story.notices()
    assert await story.next_moment_comes() == first + timedelta(hours=24)
    await story.notices("alert to on-call.duty-manager")

    at = await alerts_entered(story)
    assert len(at) == 7
    gaps = [late - early for early, late in pairwise(at)]  # type: ignore[operator]
    assert all(AN_HOUR <= gap < AN_HOUR + timedelta(seconds=5) for gap in gaps[:5])


async def test_an_acknowledged_alert_is_silent_for_a_day_and_comes_back_while_it_is_undone(story: Story) -> None:
    """Section 6: an acknowledgement stops the climb and expires; it is no resolution."""
    await story.opens_at_step_1()
    await story.next_moment_comes()
    await story.notices(*OVERDUE)
    answer = await story.acknowledges_alert()
    assert "still owed" in answer.sentence
    with pytest.raises(Refusal):
        await story.acknowledges_alert()

    until = (await story.stands()).next_moment
    assert until
    assert timedelta(hours=23, minutes=59) < until - await story.now() <= timedelta(hours=24)
    await story.time_passes(until - timedelta(minutes=1))
    await story.notices()
    assert (await story.stands()).overdue == 1
    await story.next_moment_comes()
    await story.notices("alert to on-call")
    await story.next_moment_comes()
    await story.notices("alert to on-call")


async def test_what_is_done_late_stays_late_and_the_alert_is_taken_back_once(story: Story) -> None:
    """Rules 6 and 7: those alerted are told once, and no alert follows."""
    await story.opens_at_step_1()
    await story.next_moment_comes()
    await story.notices(*OVERDUE)
    await story.next_moment_comes()
    await story.notices("alert to on-call")
    await story.propose("police", "practitioner")
    await story.notices("plan-proposed to practitioner of schools")
    await story.confirm("schools", "practitioner")
    (withdrawn, *_) = await story.notices("alert-withdrawn to on-call", *both("outcome", "practitioner"))
    assert withdrawn.fact == "It was done late, and that stays on the record."
    await story.passes(days=3)
    await story.notices()


async def test_what_was_done_in_time_and_entered_late_withdraws_the_overdue(story: Story) -> None:
    """Rule 6, L10: the overdue entry stays, a withdrawing one follows, those alerted are told once."""
    await story.climbs_to_step_4()
    due = await story.next_moment_comes()
    await story.notices(*both("overdue", "slo"), "alert to on-call")
    await story.act(
        "police",
        "slo",
        "chaired-meeting.date-set",
        at=due - timedelta(hours=2),
        date=await story.now() + timedelta(days=1),
    )
    await story.notices("alert-withdrawn to on-call", "act-recorded to slo of schools")
    kinds = await story.entries()
    assert kinds[-4:] == ["overdue", "alert", "act", "overdue-withdrawn"]
    assert (await story.stands()).overdue == 0


async def test_two_things_overdue_are_one_alert(story: Story) -> None:
    """One notice names everything that waits; it is not one alert a duty."""
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    await story.next_moment_comes()
    came = await story.notices(*both("overdue", "line-manager"), *both("overdue", "line-manager"), "alert to on-call")
    assert [one.what for one in came[-1].owed] == ["discussion", "agreed plan of action"]
    assert (await story.stands()).overdue == 2
