"""Workflow code runs in the SDK's sandbox; what is asked of it before each payload is answered outside."""

import re
from datetime import datetime
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox._runner import _Instance

from workflows.sandbox import sandbox


@workflow.defn(sandboxed=True, failure_exception_types=[Exception])
class LooksAtTheClock:
    @workflow.run
    async def run(self, looks: bool) -> str:
        return datetime.now().astimezone().isoformat() if looks else "no"  # what no workflow may do


async def test_a_clock_is_kept_from_workflow_code(server: WorkflowEnvironment) -> None:
    queue = uuid4().hex
    async with Worker(server.client, task_queue=queue, workflows=[LooksAtTheClock], workflow_runner=sandbox()):
        fair = await server.client.execute_workflow(LooksAtTheClock.run, False, id=uuid4().hex, task_queue=queue)
        looking = await server.client.start_workflow(LooksAtTheClock.run, True, id=uuid4().hex, task_queue=queue)
        with pytest.raises(WorkflowFailureError) as failed:
            await looking.result()

    assert fair == "no"
    assert (await looking.describe()).status == WorkflowExecutionStatus.FAILED
    assert re.search(r"Cannot access datetime\.datetime\.now", str(failed.value.cause))


async def test_the_sandbox_is_not_entered_to_ask_how_a_payload_is_converted(
    server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be asked seven times for each payload; an SDK that asks elsewhere would make the saving void."""
    asked: list[object] = []
    for name in ("get_serialization_context", "get_external_store_context"):
        monkeypatch.setattr(_Instance, name, lambda _, info: asked.append(info))
    queue = uuid4().hex
    async with Worker(server.client, task_queue=queue, workflows=[LooksAtTheClock], workflow_runner=sandbox()):
        await server.client.execute_workflow(LooksAtTheClock.run, False, id=uuid4().hex, task_queue=queue)

    assert isinstance(sandbox(), SandboxedWorkflowRunner)
    assert asked == []
