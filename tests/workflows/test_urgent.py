"""Step 4, urgent: an independent chair, a date within 24 hours, minutes, and what comes of the meeting."""

from datetime import timedelta

import pytest

from domain.base.refusals import Refusal
from tests.workflows.story import SAFE, Story, both, by

CHAIR = by("nspcc", "slo")


async def the_meeting_is_set(story: Story, *told: str) -> None:
    date = await story.now() + timedelta(days=2)
    await story.act("schools", "slo", "chaired-meeting.date-set", date=date, chair=CHAIR)
    await story.notices("chair to slo of nspcc", *told, "act-recorded to slo of police")


async def the_meeting_is_held_and_minuted(story: Story) -> None:
    await story.act("schools", "slo", "chaired-meeting.held", with_parties=("police",))
    await story.notices("act-recorded to slo of police", "owed to chair of nspcc")
    await story.act("nspcc", "chair", "chaired-meeting.minutes")


async def test_an_urgent_case_is_agreed_at_the_chaired_meeting(story: Story) -> None:
    """L31 to L36: date set within 24 hours, a chair that is no party is told, held, minuted, agreed by both."""
    await story.climbs_to_step_4()
    standing = await story.stands()
    owed = {one.what: one for one in standing.owed}
    date_set = next(one for what, one in owed.items() if "date" in what)
    assert date_set.due == standing.stages[0].opened_at + timedelta(hours=24)

    await story.passes(hours=20)
    with pytest.raises(Refusal, match="police is a party to this case"):
        await story.act(
            "schools",
            "slo",
            "chaired-meeting.date-set",
            date=await story.now() + timedelta(days=2),
            chair=by("police", "slo"),
        )
    await the_meeting_is_set(story)
    await story.passes(days=1, hours=23)
    with pytest.raises(Refusal, match="no minutes before the meeting"):
        await story.act("nspcc", "chair", "chaired-meeting.minutes")
    await the_meeting_is_held_and_minuted(story)
    await story.agrees("slo")
    standing = await story.stands()
    assert (standing.ended, standing.overdue) == ("resolved", 0)
    await story.files_everything()
    await story.does_actions("schools", 1)
    await story.notices("closed to practitioner of schools", *both("closed", "slo"))
    await story.closes()


async def test_a_plan_that_all_confirm_before_the_minutes_ends_it_only_with_the_minutes(story: Story) -> None:
    """L33, L34: the minutes are required before the step can be done."""
    await story.climbs_to_step_4()
    await the_meeting_is_set(story)
    await story.act("schools", "slo", "chaired-meeting.held", with_parties=("police",))
    await story.notices("act-recorded to slo of police", "owed to chair of nspcc")
    await story.propose("schools", "slo")
    await story.notices("plan-proposed to slo of police")
    await story.confirm("police", "slo")
    await story.notices("told to slo of schools")
    assert (await story.stands()).ended == ""
    await story.act("nspcc", "chair", "chaired-meeting.minutes")
    await story.notices("outcome to practitioner of schools", *both("outcome", "slo"))
    assert (await story.stands()).ended == "resolved"


async def test_a_chaired_meeting_that_does_not_agree_leaves_it_open_for_named_people_for_months(story: Story) -> None:
    """L42, rules 29 and 31: unresolved at the last step is no end; nothing is ever closed for being old."""
    await story.climbs_to_step_4()
    await the_meeting_is_set(story)
    await the_meeting_is_held_and_minuted(story)
    await story.outcome("police", "slo", "not-agreed", stage="step-4-urgent")
    await story.notices("outcome to practitioner of schools", *both("outcome", "slo"), *both("step-opened", "slo"))
    await story.files_everything()

    for _ in range(3):
        await story.passes(days=61)
        standing = await story.stands()
        assert (standing.stage, standing.ended, standing.closed_at) == ("unresolved", "", None)
        assert standing.next_moment is None
        assert standing.waits_for == ("senior liaison officer of schools", "senior liaison officer of police")
        assert {"agreed", "called-urgent"} <= {offer.name for offer in standing.offers}


async def test_a_date_not_set_in_24_hours_is_overdue_and_a_date_that_passes_unheld_is_too(story: Story) -> None:
    """L36, rule 19: to set the date is one duty, to hold the meeting another."""
    await story.climbs_to_step_4()
    opened_at = (await story.stands()).stages[0].opened_at
    assert await story.next_moment_comes() == opened_at + timedelta(hours=24)
    (first, _, _) = await story.notices(*both("overdue", "slo"), "alert to on-call")
    assert [one.what for one in first.owed] == ["independently chaired meeting: date set"]
    await the_meeting_is_set(story, "alert-withdrawn to on-call")
    planned = (await story.stands()).planned["chaired-meeting"]
    assert await story.next_moment_comes() == planned
    (first, *_) = await story.notices(*both("overdue", "slo"), "alert to on-call")
    assert [one.what for one in first.owed] == ["independently chaired meeting: held"]


async def test_a_case_at_rest_can_be_called_urgent_after_all(story: Story) -> None:
    """L30, L40, rule 32: the 24 hours run from the call; either senior officer may make it."""
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    await story.goes_up_from(2)
    await story.comes_to_rest()
    await story.passes(days=30)
    await story.outcome("police", "slo", "called-urgent", fields={"reason": SAFE["reason"]})
    await story.notices("outcome to practitioner of schools", *both("outcome", "slo"), *both("step-opened", "slo"))
    standing = await story.stands()
    date_set = next(one for one in standing.owed if "date" in one.what)
    assert date_set.due == standing.stages[0].opened_at + timedelta(hours=24)
    assert date_set.due - await story.now() > timedelta(hours=23, minutes=59)
