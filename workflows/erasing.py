"""What Temporal still keeps of a case is deleted, where its destruction was approved."""

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from .histories import runs


class StillOpen(Exception):  # noqa: N818 - reads as a sentence
    """A case runs in Temporal, so nothing of it is deleted."""

    def __init__(self, case: str) -> None:
        """Name the case."""
        super().__init__(f"{case} is open in Temporal, so it is kept: it ends by its policy first.")


async def forget(client: Client, case: str) -> int:
    """Delete every run of a case, and return how many there were. Harmless to repeat.

    Raises StillOpen, and RPCError where Temporal does not answer.
    """
    try:
        about = await client.get_workflow_handle(case).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    else:
        if about.status is WorkflowExecutionStatus.RUNNING:
            raise StillOpen(case)
    kept = [history.run_id for history in await runs(client, case)]
    for run in kept:
        execution = WorkflowExecution(workflow_id=case, run_id=run)
        asked = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=execution)
        try:
            await client.workflow_service.delete_workflow_execution(asked)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
    return len(kept)
