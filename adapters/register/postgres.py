"""Connections to PostgreSQL on which nothing is waited for without end. Imported where its driver is there."""

import time
from typing import Any, Self

import psycopg
from psycopg.errors import _WaitTimeout

from .limits import CONNECT_SECONDS, LOCK_SECONDS, LONG


class LimitedConnection(psycopg.Connection[Any]):
    """Waits for answers until `until`. Whoever has waited too long finds the connection closed.

    The server's own limits are not enough: one that stands still keeps its sockets open, and keeps no time.
    """

    until: float | None = None
    """An instant of `time.monotonic`; None: each answer may take as long as a connection may."""

    @classmethod
    def made(cls, *address: Any, **more: Any) -> Self:
        """Connect as `psycopg.connect` does, and have the server keep time too. Raises psycopg.Error."""
        connection = cls.connect(*address, **more)
        limits = f"SET lock_timeout = '{LOCK_SECONDS}s'; SET statement_timeout = '{LONG:.0f}s'"
        connection.execute(limits.encode())
        connection.commit()
        return connection

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait as every call of the driver does. Raises psycopg.errors.QueryCanceled when there is no time left."""
        left = CONNECT_SECONDS if self.until is None else max(self.until - time.monotonic(), 0.0)
        try:
            return super().wait(gen, interval, left if timeout is None else min(left, timeout))
        except _WaitTimeout:
            self.pgconn.finish()
            raise psycopg.errors.QueryCanceled("no answer in time") from None
