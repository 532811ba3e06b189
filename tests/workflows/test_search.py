"""What an operator sees and finds in Temporal itself."""

from datetime import timedelta

from temporalio.client import WorkflowExecutionStatus

from tests.workflows.story import Story, both


async def test_a_case_is_found_by_stage_agency_urgency_and_lateness_after_each_move(story: Story) -> None:
    await story.opens_at_step_1()
    await story.is_found('EscStage="step-1" and EscAgencies="police" and EscUrgency="ordinary" and EscOverdue=false')
    await story.goes_up_from(1)
    await story.is_found('EscStage="step-2" and EscAgencies="schools" and EscPolicy="lincolnshire"')
    due = (await story.stands()).next_due
    assert due
    around = [(due + timedelta(minutes=minutes)).isoformat() for minutes in (-1, 1)]
    await story.is_found(f'EscDue > "{around[0]}" and EscDue < "{around[1]}"')
    await story.next_moment_comes()
    await story.notices(*both("overdue", "line-manager"), *both("overdue", "line-manager"), "alert to on-call")
    await story.is_found("EscOverdue=true")
    await story.goes_up_from(2, "on-call")
    await story.is_found('EscStage="step-3" and EscOverdue=false')
    await story.outcome("police", "slo", "not-agreed")
    await story.notices("outcome to practitioner of schools", *both("outcome", "slo"), *both("step-opened", "slo"))
    await story.is_found('EscStage="step-4-urgent" and EscUrgency="urgent"')


async def test_a_case_at_rest_is_found_without_a_due_moment(story: Story) -> None:
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    await story.goes_up_from(2)
    await story.comes_to_rest()
    await story.is_found('EscStage="unresolved" and EscDue is null')


async def test_summary_and_details_say_where_it_is_and_what_may_be_recorded(story: Story) -> None:
    await story.opens_at_step_1()
    described = await story.handle.describe()
    assert described.status is WorkflowExecutionStatus.RUNNING
    assert await described.static_summary() == f"{story.case}: Professional resolution and escalation protocol"
    details = await story.current_details()
    assert "Step 1: professional to professional" in details
    assert "not-agreed" in details
    assert "agreed plan of action" in details
    await story.goes_up_from(1)
    assert "Step 2: manager to manager" in await story.current_details()


async def test_the_door_tells_what_it_takes(story: Story) -> None:
    """Handlers with descriptions, as Temporal's own page lists them."""
    await story.opens_at_step_1()
    metadata = await story.metadata()
    assert [update.name for update in metadata.definition.update_definitions] == ["record"]
    assert all(one.description for one in metadata.definition.update_definitions)
    assert "standing" in [query.name for query in metadata.definition.query_definitions]
