"""A long case goes on in a new run: nothing it had to do is lost, nothing is done twice."""

from typing import Any

import pytest

from tests.workflows.histories import kind, runs_of
from tests.workflows.story import Story, both, by
from workflows.payloads import read
from workflows.run import LONGEST, Run
from workflows.starting import TASK_TIMEOUT

SHORT = 15
"""Events after which a run of these stories ends."""


@pytest.fixture
async def short(story: Story) -> Story:
    """A case at step 1 whose runs are short."""
    await story.opens_otherwise(longest_history=SHORT)
    await story.notices(*both("step-opened", "practitioner"))
    return story


async def runs(story: Story) -> list[list[str]]:
    """The kinds of events of each run, the first first."""
    return [[kind(event) for event in run.events] async for run in runs_of(story.server.client, story.case)][::-1]


async def test_a_case_that_climbs_through_several_runs_ends_like_any_other(short: Story) -> None:
    await short.goes_up_from(1)
    await short.goes_up_from(2)
    await short.comes_to_rest()
    await short.files_everything()
    await short.agrees("slo")
    await short.files_everything()
    await short.does_actions("schools", 1)
    await short.notices("closed to practitioner of schools", *both("closed", "slo"))
    standing = await short.closes()
    assert standing.ended == "resolved"
    told = await runs(short)
    assert len(told) >= 3
    assert all(len(run) < 6 * SHORT for run in told)


async def test_another_worker_gets_the_case_as_soon_in_a_later_run(short: Story) -> None:
    """How long a case is left with a worker that was killed is said at its start, and each run keeps it."""
    while len(await runs(short)) == 1:
        await short.act("schools", "practitioner", "filed")
    described = (await short.handle.describe()).raw_description
    assert described.execution_config.default_workflow_task_timeout.ToTimedelta() == TASK_TIMEOUT


async def test_a_case_is_opened_with_the_same_wait_and_runs_that_a_new_worker_goes_through_quickly(
    story: Story,
) -> None:
    await story.opens_at_step_1()
    described = (await story.handle.describe()).raw_description
    assert described.execution_config.default_workflow_task_timeout.ToTimedelta() == TASK_TIMEOUT
    (history,) = [run async for run in runs_of(story.server.client, story.case)]
    given = history.events[0].workflow_execution_started_event_attributes.input.payloads[0]
    assert Run.model_validate_json(read(given).data).longest_history == LONGEST


async def test_an_id_answered_in_an_earlier_run_acts_once(short: Story) -> None:
    """The server's own memory of update ids ends with the run."""
    first = await short.act("schools", "practitioner", "discussion", method="telephone", id="once")
    await short.notices("act-recorded to practitioner of police")
    while len(await runs(short)) == 1:
        await short.act("schools", "practitioner", "filed")
    again = await short.act("schools", "practitioner", "discussion", method="telephone", id="once")
    assert again == first
    said: dict[str, Any] = {"by": {"agency": "schools", "role": "practitioner"}, "act": "discussion"}
    await short.handle.signal("act", {**said, "method": "telephone", "id": "once"})
    await short.agrees("practitioner")
    entered = [stored.entry.body for stored in short.register.entries(short.case) if stored.entry.kind == "act"]
    assert [body["act"] for body in entered].count("discussion") == 1


async def test_a_deadline_set_in_one_run_comes_in_a_later_one(short: Story) -> None:
    due = (await short.stands()).next_moment
    while len(await runs(short)) == 1:
        await short.act("schools", "practitioner", "filed")
    assert await short.next_moment_comes() == due
    await short.notices(*both("overdue", "practitioner"), "alert to on-call")
    await short.next_moment_comes()
    await short.notices("alert to on-call")
    assert (await short.stands()).overdue == 1


async def test_entries_and_notices_that_wait_are_carried_over(short: Story) -> None:
    """Register and mail host are down while a run ends: afterwards all is there, in order and once."""
    await short.entries()
    short.register.down.add(short.case)
    short.postbag.down.add(short.case)
    await short.raises_risk(by("police", "practitioner"))
    while len(await runs(short)) == 1:
        await short.act("schools", "practitioner", "filed")
    await short.outcome("schools", "practitioner", "not-agreed")
    assert short.unread() == []
    short.register.down.discard(short.case)
    short.postbag.down.discard(short.case)
    await short.notices(
        "risk to on-call",
        *both("risk", "practitioner"),
        *both("outcome", "practitioner"),
        *both("step-opened", "line-manager"),
    )
    kinds = await short.entries()
    assert kinds[:3] == ["opened", "stage-opened", "risk"]
    assert kinds[-2:] == ["outcome", "stage-opened"]
    assert short.register.verify(short.case) == []


async def test_messages_that_come_while_a_run_ends_are_all_recorded(short: Story) -> None:
    """Signals and updates in one burst, over several runs."""
    before = (await short.stands()).as_of
    for number in range(40):
        said = {"by": {"agency": "schools", "role": "practitioner"}, "act": "filed", "id": f"burst-{number}"}
        await short.handle.signal("act", said)
        await short.act("police", "practitioner", "filed")
    await short.until(lambda: len(short.register.entries(short.case)) == before + 80, "80 entries")
    assert len(await runs(short)) > 2
