"""Starting a run: the one place that says what Temporal is told of a case."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.views.shown import Shown

from . import WORKFLOW
from .attributes import attributes_of
from .connection import ServerAway
from .run import Run

ANSWER_WITHIN = timedelta(seconds=10)
UNKNOWN = frozenset(
    {
        *(RPCStatusCode.CANCELLED, RPCStatusCode.UNKNOWN, RPCStatusCode.DEADLINE_EXCEEDED),
        *(RPCStatusCode.ABORTED, RPCStatusCode.INTERNAL, RPCStatusCode.UNAVAILABLE, RPCStatusCode.DATA_LOSS),
    }
)
"""What a call ends with of which nobody knows whether it was taken."""
TASK_TIMEOUT = timedelta(seconds=5)
"""How long the server leaves a case with a worker that was killed in the middle of deciding, before another gets it.

A case that a new worker does not know yet is gone through from its run's beginning within this time, so a shorter one
needs shorter runs (`run.LONGEST`) and fewer cases at once (`worker.AT_ONCE`): else each try would be in vain.
"""


async def start(client: Client, task_queue: str, run: Run, shown: Shown, *, again: bool) -> bool:
    """Start *run*; *shown* says where its case begins. Returns False where the case stood in the way.

    Args:
        client: A client made by `connection`.
        task_queue: The queue that workers of this installation ask.
        run: What it begins with.
        shown: For lists and Temporal's own page.
        again: True to follow a run that is over; False where any run of that case, over or not, stands in the way.

    Raises:
        ServerAway: Temporal did not answer.
    """
    case = run.case
    reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE if again else WorkflowIDReusePolicy.REJECT_DUPLICATE
    try:
        await client.start_workflow(
            WORKFLOW,
            run,
            id=case,
            task_queue=task_queue,
            task_timeout=TASK_TIMEOUT,
            id_reuse_policy=reuse,
            search_attributes=attributes_of(shown),
            static_summary=f"{case}: {shown.policy_title}",
            static_details=f"Policy {shown.policy}, edition {shown.edition}; `escalate show {case}`.",
            rpc_timeout=ANSWER_WITHIN,
        )
    except WorkflowAlreadyStartedError:
        return False
    except RPCError as error:
        raise away(error) from None
    return True


def away(error: RPCError) -> ServerAway:
    """Say as a sentence that Temporal did not take a call."""
    status = error.status.name.lower().replace("_", " ")
    if error.status in UNKNOWN:
        again = "it may be done all the same. Send it again; `escalate doctor` tells more."
        return ServerAway(f"Temporal broke off ({status}): {again}", may_have_taken=True)
    return ServerAway(f"Temporal did not take it ({status}): see `escalate doctor`.")
