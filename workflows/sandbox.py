"""What workflow code runs in, in a worker and wherever a history is replayed: the SDK's sandbox, asked less often."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from temporalio.converter import (
    SerializationContext,
    StorageDriverStoreContext,
    StorageDriverWorkflowInfo,
    WorkflowSerializationContext,
)
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

if TYPE_CHECKING:
    from temporalio.bridge.proto.workflow_activation import WorkflowActivation
    from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
    from temporalio.worker._command_aware_visitor import CommandInfo

PURE = (
    "domain",
    "activities",
    "adapters",
    "workflows.attributes",
    "workflows.limits",
    "workflows.payload_words",
    "workflows.payloads",
    "workflows.run",
    "workflows.signals",
    "workflows.alert_batch",
)
"""Our own modules that the sandbox need not load anew for each case: pure, or used by name alone."""
LIBRARIES = ("pydantic", "pydantic_core", "annotated_types", "structlog", "zoneinfo", "tzdata")


def sandbox() -> SandboxedWorkflowRunner:
    """Return what workflow code runs in."""
    return _Runner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PURE, *LIBRARIES))


@dataclass(frozen=True)
class _Runner(SandboxedWorkflowRunner):
    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Instance(super().create_instance(det), det.info)


class _Instance(WorkflowInstance):
    """A workflow in its sandbox, which says without entering it in what context a payload is converted.

    The SDK asks that for each payload of a task, three times as it comes and four as it goes, and compiles and enters
    the sandbox each time: a tenth of a worker's time. Our workflows have no children and signal nobody, so every
    payload is their own. A converter or codec that tells an activity's context from its workflow's would need the
    SDK's answer.
    """

    def __init__(self, inner: WorkflowInstance, info: Info) -> None:
        self._inner = inner
        self._converted = WorkflowSerializationContext(namespace=info.namespace, workflow_id=info.workflow_id)
        target = StorageDriverWorkflowInfo(
            namespace=info.namespace, id=info.workflow_id, run_id=info.run_id, type=info.workflow_type
        )
        self._stored = StorageDriverStoreContext(target=target)

    def activate(self, act: "WorkflowActivation") -> "WorkflowActivationCompletion":
        return self._inner.activate(act)

    def get_serialization_context(self, command_info: "CommandInfo | None") -> SerializationContext | None:  # noqa: ARG002
        return self._converted

    def get_external_store_context(self, command_info: "CommandInfo | None") -> StorageDriverStoreContext:  # noqa: ARG002
        return self._stored

    def get_info(self) -> Info:
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()
