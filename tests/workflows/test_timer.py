"""One timer a case, set anew only where the earliest moment has changed."""

from itertools import pairwise

from tests.workflows.histories import events_of, kind, most_timers_at_once
from tests.workflows.story import Story, both, by


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


async def test_a_moment_that_goes_later_leaves_the_timer_which_waits_on_once_it_has_rung(story: Story) -> None:
    await story.opens_at_step_1()
    moments = [(await story.stands()).next_moment]
    for step in (1, 2):
        await story.goes_up_from(step)
        moments.append((await story.stands()).next_moment)
    told = [moment for moment in moments if moment is not None]
    sooner = sum(moment < min(told[:place]) for place, moment in enumerate(told) if place)
    assert any(before < after for before, after in pairwise(told)), "one step at least moves it later"
    assert await timers(story) == (1 + sooner, 1)
    await story.next_moment_comes()
    await story.notices(*both("overdue", "slo"), "alert to on-call")
    started, most = await timers(story)
    assert most == 1
    assert started - sooner in {2, 3}, "one for the next alert, and perhaps one that rang too early"


async def test_an_earlier_moment_sets_the_timer_anew(story: Story) -> None:
    """Immediate risk is looked at again within minutes, where the step has days."""
    await story.opens_at_step_1()
    at_first = (await story.stands()).next_moment
    await story.raises_risk(by("police", "practitioner"))
    await story.notices("risk to on-call", *both("risk", "practitioner"))
    sooner = (await story.stands()).next_moment
    assert at_first is not None
    assert sooner is not None
    assert sooner < at_first
    assert await timers(story) == (2, 1)
    await story.next_moment_comes()
    await story.notices(*both("overdue", "practitioner"), "alert to on-call")
    assert await timers(story) == (3, 1)


async def test_a_case_at_rest_holds_no_timer(story: Story) -> None:
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    await story.goes_up_from(2)
    await story.comes_to_rest()
    await story.is_quiet()
    started, _ = await timers(story)
    kinds = [kind(event) for event in await events_of(story.server.client, story.case)]
    assert kinds.count("timer_canceled") + kinds.count("timer_fired") == started
