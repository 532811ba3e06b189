"""What the server must know before cases run: the search attributes, and how long it keeps a closed case."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from .attributes import ALL
from .connection import ServerAway

PATIENCE = timedelta(seconds=20)
"""For so long a server is asked again that is there and too busy to answer, as one often is that has just started."""
EACH = timedelta(seconds=5)
"""For so long one answer is waited for."""
SOONEST, LATEST = timedelta(milliseconds=100), timedelta(seconds=2)
"""How long after a question the same is asked again."""
_WILL_PASS = frozenset(
    {
        *(RPCStatusCode.CANCELLED, RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED),
        *(RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.ABORTED, RPCStatusCode.INTERNAL, RPCStatusCode.UNKNOWN),
    }
)
_Answer = TypeVar("_Answer")


class AttributesConflict(Exception):  # noqa: N818 - reads as a sentence
    """The server knows one of our search attributes under another type."""


async def missing_attributes(client: Client) -> list[str]:
    """Return the names of our search attributes that the server does not know yet.

    Raises:
        AttributesConflict: one is registered with another type; the sentence says which.
        ServerAway: the server does not know our namespace, does not let us in, or has not answered for a while.
    """
    wanted = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        known = await _answered(lambda: client.operator_service.list_search_attributes(wanted, timeout=EACH))
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


async def _answered(ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Ask until there is an answer, or no hope of one in time. Raises RPCError."""
    until, pause = time.monotonic() + PATIENCE.total_seconds(), SOONEST
    while True:
        try:
            return await ask()
        except RPCError as error:
            if error.status not in _WILL_PASS or time.monotonic() >= until:
                raise
        await asyncio.sleep(pause.total_seconds())
        pause = min(pause * 2, LATEST)


async def prepare(client: Client) -> None:
    """Register what is missing; harmless to repeat. A case that sets an unknown attribute would stand still.

    Raises as `missing_attributes`.
    """
    missing = await missing_attributes(client)
    if not missing:
        return
    wanted = {key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in ALL if key.name in missing}
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
    try:
        await _answered(lambda: client.operator_service.add_search_attributes(request, timeout=EACH))
    except RPCError as error:
        if error.status != RPCStatusCode.ALREADY_EXISTS:
            raise _away(client, error) from None


async def keep_closed_cases(client: Client, days: int) -> None:
    """Set how long the server keeps the history of a closed case. The record is the register's and is kept longer."""
    retention = Duration()
    retention.FromTimedelta(timedelta(days=days))
    config = NamespaceConfig(workflow_execution_retention_ttl=retention)
    await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=client.namespace, config=config))
