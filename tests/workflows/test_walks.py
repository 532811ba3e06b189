"""Every walk of every shipped policy on the real server, with time skipping: what `decide` says, the case lives."""

import uuid

import pytest

from domain.base.people import Actor
from domain.base.refusals import Refusal
from tests.walks.all import WALKS
from tests.walks.steps import PARTNERS, A, Step
from tests.walks.telling import owed_so, policy_of, ready
from tests.workflows.story import Story


@pytest.mark.parametrize("name", WALKS)
async def test_a_walk_on_the_server(story: Story, name: str) -> None:
    walk = WALKS[name]
    await story.opens(
        policy=policy_of(walk),
        raiser=Actor(role=walk.raiser),
        facts=walk.facts,
        raising=A,
        receiving=walk.receiving,
        partners=PARTNERS,
        **walk.more,
    )
    for step in walk.steps:
        await _take(story, step)
    await story.is_quiet()
    story.everything_is_read()


async def _take(story: Story, step: Step) -> None:
    if step.waits:
        await story.passes(seconds=step.waits.total_seconds())
    if step.says is not None:
        plan = (await story.stands()).plan
        message = ready(step.says(await story.now()), plan.version if plan else 1).but(id=uuid.uuid4().hex)
        if step.refused:
            with pytest.raises(Refusal) as caught:
                await story.caseload.record(story.case, message)
            assert step.refused in caught.value.sentence
        else:
            await story.caseload.record(story.case, message)
    if step.stages is not None:
        assert {stage.id for stage in (await story.stands()).stages} == set(step.stages)
    if step.ended is not None:
        assert (await story.stands()).ended == step.ended
    if step.owing is not None:
        assert owed_so(step.owing, await story.stands())
