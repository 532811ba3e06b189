"""Temporal's own page has a button to cancel and one to terminate: a child's case ends by its policy alone."""

from tests.workflows.story import Story


async def test_a_case_that_is_cancelled_in_temporal_goes_on_and_the_lead_on_call_is_told(story: Story) -> None:
    """L2: nothing but a recorded conclusion ends it; the attempt is on the record."""
    await story.opens_at_step_1()
    await story.handle.cancel()
    await story.notices("cancellation to on-call")
    assert (await story.entries())[-1] == "cancellation-refused"

    await story.handle.cancel()
    await story.act("police", "practitioner", "acknowledgement")
    assert (await story.stands()).stages[0].id == "step-1"
    await story.goes_up_from(1)
