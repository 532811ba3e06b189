"""A host on this machine that answers one byte at a time and never comes to an end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle

EVERY_SECONDS = 0.1


@contextmanager
def dripping(said: bytes) -> Iterator[int]:
    """Serve on a free port, which is yielded, and say *said* over and over to whoever connects, byte by byte."""
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            for byte in cycle(said):
                if over.wait(EVERY_SECONDS):
                    return
                connection.sendall(bytes([byte]))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = there.accept()
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as there:
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield int(there.getsockname()[1])
        finally:
            over.set()
            with suppress(OSError):
                there.shutdown(socket.SHUT_RDWR)
