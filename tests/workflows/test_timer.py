"""One timer a case, set anew only where the earliest moment has changed."""

from itertools import pairwise

from tests.workflows.histories import events_of, kind, most_timers_at_once
from tests.workflows.story import Story, both


async def timers(story: Story) -> tuple[int, int]:
    """How many timers were started, and how many were ever open together."""
    events = await events_of(story.server.client, story.case)
    return sum(1 for event in events if kind(event) == "timer_started"), most_timers_at_once(events)


async def test_messages_that_move_no_moment_set_no_timer(story: Story) -> None:
    """Many duties, one timer: acts, claims and refusals leave it as it is."""
    await story.opens_at_step_1()
    assert await timers(story) == (1, 1)
    for _ in range(3):
        await story.act("schools", "practitioner", "filed")
        await story.outcome("schools", "practitioner", "agreed", fields={})
    await story.act("police", "practitioner", "acknowledgement")
    assert await timers(story) == (1, 1)


async def test_each_move_of_the_earliest_moment_sets_the_timer_once(story: Story) -> None:
    await story.opens_at_step_1()
    moments = [(await story.stands()).next_moment]
    await story.goes_up_from(1)
    moments.append((await story.stands()).next_moment)
    await story.goes_up_from(2)
    moments.append((await story.stands()).next_moment)
    await story.outcome("schools", "slo", "not-agreed")
    await story.notices("outcome to practitioner of schools", *both("outcome", "slo"), *both("step-opened", "slo"))
    moments.append((await story.stands()).next_moment)
    assert all(before != after for before, after in pairwise(moments)), "each step moves it"
    assert await timers(story) == (4, 1)
    await story.next_moment_comes()
    await story.notices(*both("overdue", "slo"), "alert to on-call")
    assert await timers(story) == (5, 1)
    await story.acknowledges_alert()
    assert await timers(story) == (6, 1)


async def test_a_case_at_rest_holds_no_timer(story: Story) -> None:
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    await story.goes_up_from(2)
    await story.comes_to_rest()
    await story.is_quiet()
    started, _ = await timers(story)
    kinds = [kind(event) for event in await events_of(story.server.client, story.case)]
    assert kinds.count("timer_canceled") + kinds.count("timer_fired") == started
