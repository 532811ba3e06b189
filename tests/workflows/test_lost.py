"""A case that Temporal lost is found, and runs on from its record."""

import pytest

from domain.calendar import Calendar
from domain.escalation import Escalation
from domain.policy import Policy
from domain.replay import replay
from tests.workflows.story import Story
from workflows.revival import StillRunning, resume
from workflows.soundness import unsound


async def test_a_case_terminated_in_temporal_is_found_lost_and_runs_on_from_its_record(story: Story) -> None:
    """The register stays true: it says the case is open, and holds all that the case needs to go on."""
    await story.opens_at_step_1()
    await story.act("schools", "practitioner", "discussion", method="telephone")
    await story.notices("act-recorded to practitioner of police")
    assert await story.entries() == ["opened", "stage-opened", "act"]
    assert (await unsound(story.server.client, [story.case])) == ([], [])
    before = await story.stands()

    await story.handle.terminate("a test")

    assert (await unsound(story.server.client, [story.case, "ESC-never"])) == ([story.case, "ESC-never"], [])
    await resume(story.server.client, story.queue, replayed(story))
    assert await story.stands() == before
    assert (await unsound(story.server.client, [story.case])) == ([], [])
    with pytest.raises(StillRunning):
        await resume(story.server.client, story.queue, replayed(story))
    await story.goes_up_from(1)
    assert await story.entries() == ["opened", "stage-opened", "act", "outcome", "stage-opened"]


def replayed(story: Story) -> Escalation:
    stored = [one.entry for one in story.register.entries(story.case)]
    editions = stored[0].body["editions"]
    assert isinstance(editions, dict)
    policy, calendar = (story.register.edition(str(editions[kind])) for kind in ("policy", "calendar"))
    assert policy
    assert calendar
    return replay(stored, Policy.model_validate(policy.body), Calendar.model_validate(calendar.body))
