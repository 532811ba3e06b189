"""A limit on a whole conversation with a host: however slowly it answers, and at however many addresses."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Self


class Conversation:
    """Connections made inside end when the time is over, whatever they are doing; they fail as if the host hung up.

    The time-outs of sockets are not enough: each is for one answer, and begins anew with every byte that comes.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Begin."""
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End; connections are left to whoever asked for them."""
        self._timer.cancel()
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()

    @property
    def is_over(self) -> bool:
        """Is there no time left?"""
        return time.monotonic() >= self._until

    @property
    def left(self) -> float:
        """Seconds until it is over; never nothing, which would mean without end to a socket."""
        return max(self._until - time.monotonic(), 0.001)

    def connect(
        self, address: tuple[str, int], timeout: Any = None, source_address: Any = None, **_: Any
    ) -> socket.socket:
        """Return a connection, as `socket.create_connection` does; *timeout* is that of each answer, in seconds.

        Raises OSError, TimeoutError among them.
        """
        error: OSError | None = None
        for family, kind, protocol, _name, place in self._places(address):
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(min(self.left, timeout) if isinstance(timeout, (int, float)) else self.left)
                if source_address:
                    made.bind(source_address)
                made.connect(place)
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._keep(made)
            except OSError as failed:
                made.close()
                error = failed
            else:
                return made
        raise error or OSError("no address")

    def _places(self, address: tuple[str, int]) -> Iterator[tuple[Any, Any, int, str, Any]]:
        """Look the host up, beside: a name server that hangs has its own idea of how long one waits."""
        found: list[Any] = []

        def look() -> None:
            try:
                found.append(socket.getaddrinfo(*address, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                found.append(error)

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(self.left)
        if not found:
            raise TimeoutError("the name was not looked up in time")
        if isinstance(found[0], Exception):
            raise found[0] if isinstance(found[0], OSError) else OSError("the name cannot be looked up")
        yield from found[0]

    def _keep(self, made: socket.socket) -> None:
        # A second handle: the first is taken apart when the connection is encrypted.
        with self._lock:
            self._open.append(made.dup())
        if self.is_over:
            raise TimeoutError("the time is over")

    def _end(self) -> None:
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
