"""A seat in which nobody can be reached changes no clock: the partnership's fallback contact is told in its place."""

from tests.walks.steps import A, B
from tests.workflows.story import Story, by


async def test_rule_22_the_duty_of_an_empty_seat_stands_on_its_clock_and_the_fallback_is_told(story: Story) -> None:
    """L58, G9: neither agency is in the directory, so every seat of theirs is empty."""
    await story.opens(raising=A, receiving=(B,), raiser=by(A, "practitioner"))
    told = await story.notices(f"step-opened to practitioner of {A}", f"step-opened to practitioner of {B}")
    await story.act(A, "practitioner", "discussion", method="telephone")
    await story.notices(f"act-recorded to practitioner of {B}")

    assert all(story.postbag.contacts[notice.ref].fallback for notice in told)
    plan = next(one for one in (await story.stands()).owed if one.what.startswith("agreed plan"))
    assert plan.due is not None
    await story.time_passes(plan.due)
    assert (await story.stands()).overdue == 1
    await story.is_quiet()
    story.everything_is_read()
