"""Step 4, not urgent and/or lessons learned: beside the dispute, and after its end."""

from datetime import UTC, datetime, timedelta

from domain.policy.local_settings import Local
from tests.workflows.story import Story, both, by

CHAIR = by("nspcc", "slo")


async def test_learning_goes_to_the_sub_group_and_leaves_the_dispute_unresolved(story: Story) -> None:
    """L37, L41: learning considered resolves nothing; a meeting that nobody entered is no deadline (rule 18)."""
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    await story.goes_up_from(2)
    await story.outcome("police", "slo", "not-urgent")
    await story.notices(
        "outcome to practitioner of schools",
        *both("outcome", "slo"),
        "step-opened to ppet",
        *both("step-opened", "slo"),
    )
    standing = await story.stands()
    assert [stage.id for stage in standing.stages] == ["unresolved", "learning"]
    considered = next(one for one in standing.owed if one.stage == "learning" and one.strength != "may")
    assert (considered.due, considered.due_words) == (None, "set locally – not yet known")

    await story.act("", "ppet", "considered")
    await story.act("", "ppet", "recommendation")
    await story.outcome("", "ppet", "learning-done", fields={})
    await story.notices("outcome to practitioner of schools", *both("outcome", "slo"))
    standing = await story.stands()
    assert [stage.id for stage in standing.stages] == ["unresolved"]
    assert standing.ended == ""


async def test_a_sub_groups_next_meeting_that_passes_unused_is_overdue(story: Story) -> None:
    """L37, rule 18: the first meeting after the step was left."""
    meeting = (datetime.now(UTC) + timedelta(days=40)).replace(microsecond=0)
    await story.opens_at_step_1(local=Local(meetings={"ppet": (meeting, meeting + timedelta(days=90))}))
    await story.goes_up_from(1)
    await story.goes_up_from(2)
    await story.outcome("police", "slo", "not-urgent")
    await story.notices(
        "outcome to practitioner of schools",
        *both("outcome", "slo"),
        "step-opened to ppet",
        *both("step-opened", "slo"),
    )
    assert await story.next_moment_comes() == meeting
    await story.notices(*both("overdue", "slo"), "overdue to ppet", "alert to on-call")


async def test_an_urgent_case_may_send_learning_too_and_still_owes_it_after_its_end(story: Story) -> None:
    """L29, L40, rule 48: ended is not closed while the sub-group has learning before it."""
    await story.climbs_to_step_4()
    await story.outcome("schools", "slo", "learning-too", fields={})
    await story.notices("outcome to practitioner of schools", *both("outcome", "slo"), "step-opened to ppet")
    assert {stage.id for stage in (await story.stands()).stages} == {"step-4-urgent", "learning"}
    await story.act(
        "schools", "slo", "chaired-meeting.date-set", date=await story.now() + timedelta(hours=1), chair=CHAIR
    )
    await story.notices("chair to slo of nspcc", "act-recorded to slo of police")
    await story.act("schools", "slo", "chaired-meeting.held", with_parties=("police",))
    await story.notices("act-recorded to slo of police", "owed to chair of nspcc")
    await story.act("nspcc", "chair", "chaired-meeting.minutes")
    await story.agrees("slo")
    await story.files_everything()
    await story.does_actions("schools", 1)
    standing = await story.stands()
    assert (standing.ended, standing.closed_at, standing.stage) == ("resolved", None, "learning")

    await story.act("", "ppet", "considered")
    await story.outcome("", "ppet", "learning-done", fields={})
    await story.notices("outcome to practitioner of schools", *both("outcome", "slo"))
    await story.files_everything()
    await story.notices("closed to practitioner of schools", *both("closed", "slo"))
    await story.closes()


async def test_a_case_that_has_ended_may_still_send_learning(story: Story) -> None:
    """L29: also where the dispute was resolved."""
    await story.opens_at_step_1()
    await story.agrees("practitioner")
    await story.outcome("police", "slo", "learning-too", fields={})
    await story.notices(*both("outcome", "practitioner"), "step-opened to ppet")
    assert [stage.id for stage in (await story.stands()).stages] == ["learning"]
