"""Is the worker of this container at work? Exit code 0 if it asked Temporal for work lately, 1 and a sentence if not.

The container's own check runs it each minute. It looks for a worker on this very host: others do not count.
"""

import socket
import sys
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.service import RPCError

from services import temporal_client
from settings import read_settings
from workflows.connection import ServerAway

LATELY = timedelta(seconds=150)
"""A worker asks anew every 60 seconds at the latest."""


async def problem() -> str:
    """Return what is wrong, or nothing."""
    settings = read_settings()
    client = await temporal_client.client(settings)
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=settings.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    queue = await client.workflow_service.describe_task_queue(asked)
    ours = [one for one in queue.pollers if one.identity.endswith(f"@{socket.gethostname()}")]
    if any(datetime.now(UTC) - one.last_access_time.ToDatetime(UTC) < LATELY for one in ours):
        return ""
    return "The worker here has not asked Temporal for work lately: see its log."


def main() -> None:
    """Look, and leave with the exit code."""
    try:
        wrong = temporal_client.run(problem)
    except (ServerAway, RPCError) as error:
        wrong = str(error)
    sys.stderr.write(f"{wrong}\n" if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
