"""Running cases are asked to go on in a new run: at a quiet moment, with all that they know, and each once."""

from tests.workflows.conftest import Stage
from tests.workflows.histories import runs_of
from tests.workflows.story import Story
from workflows.moving_on import ask, moved, running


async def runs(story: Story) -> int:
    return len([run async for run in runs_of(story.server.client, story.case)])


async def test_a_case_that_is_asked_goes_on_in_a_new_run_and_knows_what_it_knew(story: Story) -> None:
    await story.opens_at_step_1()
    await story.act("police", "practitioner", "acknowledgement")
    before = await story.stands()

    asked = await ask(story.server.client, [story.case])
    there, not_yet = await moved(story.server.client, asked, 30, lambda _: None)

    assert (there, not_yet) == ([story.case], [])
    assert await runs(story) == 2
    assert await story.stands() == before
    await story.goes_up_from(1)
    assert await runs(story) == 2, "it was asked once, so it moves on once"


async def test_nobody_is_told_and_nothing_is_recorded_where_a_case_moves_on(story: Story) -> None:
    await story.opens_at_step_1()
    entries = await story.entries()

    await moved(story.server.client, await ask(story.server.client, [story.case]), 30, lambda _: None)

    assert await story.entries() == entries
    assert story.unread() == []


async def test_a_case_waits_until_its_register_is_back_and_moves_on_then_by_itself(story: Story) -> None:
    await story.opens_at_step_1()
    await story.entries()
    story.register.down.add(story.case)
    await story.act("police", "practitioner", "acknowledgement")
    asked = await ask(story.server.client, [story.case])
    assert await moved(story.server.client, asked, 1, lambda _: None) == ([], [story.case])

    story.register.down.discard(story.case)
    await story.passes(minutes=2)
    assert await moved(story.server.client, asked, 30, lambda _: None) == ([story.case], [])


async def test_every_running_case_of_the_queue_is_found_and_no_closed_one(story: Story, stage: Stage) -> None:
    await story.opens_at_step_1()
    await story.is_found("ExecutionStatus = 'Running'")

    assert story.case in await running(stage.server.client, stage.queue)
    assert await running(stage.server.client, "another") == []


async def test_a_case_that_temporal_does_not_run_is_not_asked(story: Story) -> None:
    assert await ask(story.server.client, ["ESC-0000-0000"]) == {}
