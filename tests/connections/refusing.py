"""A server that speaks just enough HTTP/2 to be asked once, notes the headers, and refuses: for API keys."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

SETTINGS, HEADERS, ACKNOWLEDGED, END_OF_ALL = 4, 1, 1, 5
LETTERS = {
    "0": "00000",
    "1": "00001",
    "2": "00010",
    "a": "00011",
    "c": "00100",
    "e": "00101",
    "s": "01000",
    "t": "01001",
}
"""Some of HTTP/2's code for header texts (RFC 7541, appendix B): enough for an invented key."""


class Refusing(NamedTuple):
    """Where it listens, and the headers of what it was asked, as they came."""

    address: str
    headers: list[bytes]

    def was_told(self, word: str) -> bool:
        """Did *word*, made of the letters above, stand in the headers?"""
        coded = "".join(LETTERS[letter] for letter in word)
        return any(coded in "".join(f"{byte:08b}" for byte in block) for block in self.headers)


def _frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def _field(name: bytes, value: bytes) -> bytes:
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


@asynccontextmanager
async def refusing(status: int) -> AsyncIterator[Refusing]:
    """Answer every call with the gRPC *status* (16: not known, 7: not allowed)."""
    headers: list[bytes] = []
    answer = b"\x88" + _field(b"content-type", b"application/grpc") + _field(b"grpc-status", str(status).encode())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readexactly(24)  # the client's preface
            writer.write(_frame(SETTINGS, 0, 0))
            while True:
                head = await reader.readexactly(9)
                payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
                kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], "big")
                if kind == SETTINGS and not flags & ACKNOWLEDGED:
                    writer.write(_frame(SETTINGS, ACKNOWLEDGED, 0))
                if kind == HEADERS:
                    headers.append(payload)
                    writer.write(_frame(HEADERS, END_OF_ALL, stream, answer))
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    served: list[tuple[asyncio.Task[None], asyncio.StreamWriter]] = []

    def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append((asyncio.create_task(serve(reader, writer)), writer))

    server = await asyncio.start_server(came, "127.0.0.1", 0)
    try:
        yield Refusing(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", headers)
    finally:
        server.close()
        for task, writer in served:
            writer.close()
            await task
