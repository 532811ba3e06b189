"""Temporal on another day: a door before the real server that shifts every time that passes through it.

The server's own clock cannot be set. Its clients send and read times as messages of one kind, so each of them is moved
on its way: back towards the server, forth towards the client. What our own code wrote into payloads is left alone.

`python -m tests.clock.server ADDRESS PORT` serves on a port of this machine until it is ended.
"""

import asyncio
import importlib
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

SHIFT = round(float(os.environ.get("TEST_CLOCK_SHIFT", "0")))
"""Seconds by which clients are ahead of the server."""
LARGEST = 64 * 1024 * 1024
UNLIMITED = [("grpc.max_receive_message_length", LARGEST), ("grpc.max_send_message_length", LARGEST)]


def shifted(message: Message, seconds: int) -> None:
    """Move every time in a message, in place."""
    if isinstance(message, Timestamp):
        if message.seconds:
            message.seconds += seconds
        return
    for _, value in message.ListFields():
        if isinstance(value, Message):
            shifted(value, seconds)
        elif not isinstance(value, str | bytes | int | float):
            for one in value.values() if hasattr(value, "values") else value:
                if isinstance(one, Message):
                    shifted(one, seconds)


def type_of(method: str, which: str) -> type[Message] | None:
    """The message that a method takes ("Request") or gives ("Response"), where it is one of Temporal's own."""
    service, name = method.strip("/").split("/")
    if not service.startswith("temporal.api."):
        return None
    module = importlib.import_module(f"temporalio.api.{service.split('.')[2]}.v1")
    found: type[Message] = getattr(module, f"{name}{which}")
    return found


def moved(given: bytes, method: str, which: str, seconds: int) -> bytes:
    kind = type_of(method, which)
    if kind is None:
        return given
    message = kind.FromString(given)
    shifted(message, seconds)
    return message.SerializeToString()


class Door(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Passes on whatever is called, whoever calls it."""

    def __init__(self, there: grpc.aio.Channel) -> None:
        self._there = there

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        method: str = handler_call_details.method
        return grpc.unary_unary_rpc_method_handler(self._passing_on(method))

    def _passing_on(self, method: str) -> Callable[[bytes, Any], Awaitable[bytes]]:
        there = self._there.unary_unary(method)

        async def pass_on(request: bytes, context: grpc.aio.ServicerContext[bytes, bytes]) -> bytes:
            said = [pair for pair in context.invocation_metadata() or () if not pair[0].startswith(("grpc-", ":"))]
            said = [pair for pair in said if pair[0] != "user-agent"]
            left = context.time_remaining()
            try:
                answer = await there(moved(request, method, "Request", -SHIFT), metadata=said, timeout=left)
            except grpc.aio.AioRpcError as error:
                trailing = tuple(error.trailing_metadata())
                await context.abort(error.code(), error.details() or "", trailing)
            return moved(answer, method, "Response", SHIFT)

        return pass_on


async def serve(address: str, port: int) -> None:
    server = grpc.aio.server(options=UNLIMITED)
    async with grpc.aio.insecure_channel(address, options=UNLIMITED) as there:
        server.add_generic_rpc_handlers((Door(there),))
        server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
