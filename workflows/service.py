"""What the server must know before cases run: the search attributes, and how long it keeps a closed case."""

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from .attributes import ALL
from .connection import ServerAway


class AttributesConflict(Exception):  # noqa: N818 - reads as a sentence
    """The server knows one of our search attributes under another type."""


async def missing_attributes(client: Client) -> list[str]:
    """Return the names of our search attributes that the server does not know yet.

    Raises:
        AttributesConflict: one is registered with another type; the sentence says which.
        ServerAway: the server does not know our namespace, does not let us in, or cannot answer now.
    """
    try:
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
    except RPCError as error:
        raise _away(client, error) from None
    wrong = [
        key.name
        for key in ALL
        if key.name in known.custom_attributes and int(known.custom_attributes[key.name]) != int(key.indexed_value_type)
    ]
    if wrong:
        raise AttributesConflict(
            f"The search attributes {', '.join(wrong)} exist on the server with another type. "
            "Rename or remove them there, or use another namespace (TEMPORAL_NAMESPACE)."
        )
    return [key.name for key in ALL if key.name not in known.custom_attributes]


def _away(client: Client, error: RPCError) -> ServerAway:
    place = client.service_client.config.target_host
    if error.status == RPCStatusCode.NOT_FOUND:
        return ServerAway(
            f"Temporal at {place} knows no namespace {client.namespace}: make it there, or set TEMPORAL_NAMESPACE."
        )
    if error.status in {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED}:
        return ServerAway(
            f"Temporal at {place} does not let us into the namespace {client.namespace}: see that it is the right one "
            "(TEMPORAL_NAMESPACE), and that the API key or client certificate may use it."
        )
    answer = error.status.name.lower().replace("_", " ")
    return ServerAway(f"Temporal at {place} cannot answer now ({answer}): see how it is, and try again.")


async def prepare(client: Client) -> None:
    """Register what is missing; harmless to repeat. A case that sets an unknown attribute would stand still."""
    missing = await missing_attributes(client)
    if not missing:
        return
    wanted = {key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in ALL if key.name in missing}
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
        )
    except RPCError as error:
        if error.status != RPCStatusCode.ALREADY_EXISTS:
            raise


async def keep_closed_cases(client: Client, days: int) -> None:
    """Set how long the server keeps the history of a closed case. The record is the register's and is kept longer."""
    retention = Duration()
    retention.FromTimedelta(timedelta(days=days))
    config = NamespaceConfig(workflow_execution_retention_ttl=retention)
    await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=client.namespace, config=config))
