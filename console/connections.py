"""One connection to the page: how long it may keep its place, and who gives way when all places are taken.

The server sets a client that sends half a request no limit of its own; a hundred of them would shut the page to all.
"""

import asyncio
from typing import cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_AT_ONCE = 200
"""Connections. Where all places are taken, the one that has waited longest for its client gives way to who comes."""
REQUEST_WITHIN_SECONDS = 10.0
"""For a whole request, head and body, however many pieces it comes in."""
ANSWER_WITHIN_SECONDS = 60.0
"""From then until the client has taken the whole answer."""


class Connection(H11Protocol):
    """A connection that ends when its client keeps it waiting."""

    _limit: asyncio.TimerHandle | None = None
    _waits = False
    _waits_since = 0.0
    """By the loop's clock."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the server's own
        """Take a place, if need be that of one whose client is waited for."""
        if len(self.connections) >= MOST_AT_ONCE:
            waiting = [one for one in cast("set[Connection]", self.connections) if one._waits]
            if waiting:
                min(waiting, key=lambda one: one._waits_since)._end()
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Take what was sent. Only a whole request buys more time; its pieces do not."""
        super().data_received(data)
        if self._waits and not self._is_owed_something():
            self._begin()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the client to have taken this answer."""
        super().on_response_complete()
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        if self._limit:
            self._limit.cancel()
        super().connection_lost(exc)

    def _is_owed_something(self) -> bool:
        """Has the client still to send a request, or the rest of one?"""
        return self.conn.their_state in {h11.IDLE, h11.SEND_BODY}

    def _begin(self) -> None:
        """Set the time that this connection has from now on."""
        if self._limit:
            self._limit.cancel()
        self._waits, self._waits_since = self._is_owed_something(), self.loop.time()
        self._limit = self.loop.call_later(REQUEST_WITHIN_SECONDS if self._waits else ANSWER_WITHIN_SECONDS, self._end)

    def _end(self) -> None:
        self.connections.discard(self)
        self.transport.abort()
