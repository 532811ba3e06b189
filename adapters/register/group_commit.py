"""Writers that wait for SQLite's one lock share a commit: one flush to the disk serves them all.

Whoever finds nobody writing takes the lock, carries out what waits by then, its own among it, and commits it. Each
piece of work stands alone within that: where one fails, it alone is taken back.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from .errors import RegisterDown, RegisterError

T = TypeVar("T")
MOST = 64
"""Pieces of work in one commit: whoever carries them out has its own answer to give."""


class _Piece(Generic[T]):
    """One writer's work, and what became of it."""

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self._work = work
        self._result: T | None = None
        self.error: BaseException | None = None
        self.is_begun = False
        self.is_over = False

    def carry_out(
        self, connection: Connection, outages_told: Callable[[], AbstractContextManager[None]], *, alone: bool
    ) -> None:
        """Do it within the transaction of all; what it raises is kept for its own writer.

        *alone* there is nothing but it to be taken back, so it needs no savepoint.
        """
        try:
            with outages_told(), nullcontext() if alone else connection.begin_nested():
                self._result = self._work(connection)
        except Exception as error:
            self.error = error

    def outcome(self) -> T:
        """Return what the work returned, once it is over; raises what it raised."""
        if self.error is not None:
            raise self.error
        return cast(T, self._result)


class GroupCommit:
    """Carries out the writes of many threads, each whole or not at all."""

    def __init__(
        self,
        locked: Callable[[float], AbstractContextManager[Connection]],
        outages_told: Callable[[], AbstractContextManager[None]],
        busy: str,
    ) -> None:
        """Take what gives a transaction within so many seconds, and what is said where there is no time left.

        A transaction has the lock when it is given, and is committed at its end. *outages_told* turns what a driver
        raises into RegisterError.
        """
        self._locked = locked
        self._outages_told = outages_told
        self._busy = busy
        self._changed = threading.Condition()
        self._waiting: deque[_Piece[Any]] = deque()
        self._is_led = False

    def write(self, work: Callable[[Connection], T], within: float) -> T:
        """Carry out *work* in a transaction, and return what it returns once that is committed.

        *work* may be done in any thread, by itself or with others, but never twice.

        Raises:
            RegisterDown: the lock was not to be had within so many seconds, or the commit failed; nothing was written.
        """
        piece = _Piece(work)
        until = time.monotonic() + within
        with self._changed:
            self._waiting.append(piece)
            if not self._is_over_or_leads(piece, until):
                self._waiting.remove(piece)
                raise RegisterDown(self._busy)
        if not piece.is_over:
            self._lead(piece, until)
        return piece.outcome()

    def _is_over_or_leads(self, piece: _Piece[Any], until: float) -> bool:
        """Wait until the work is over, or nobody leads and its writer may; False where there is no time left."""
        while not piece.is_over:
            if not self._is_led and not piece.is_begun:
                self._is_led = True
                return True
            left = None if piece.is_begun else until - time.monotonic()
            if left is not None and left <= 0:
                return False
            self._changed.wait(left)
        return True

    def _lead(self, own: _Piece[Any], until: float) -> None:
        pieces: list[_Piece[Any]] = []
        try:
            left = max(until - time.monotonic(), 0.0)
            with self._outages_told(), self._locked(left) as connection:
                pieces = self._those_that_wait(own)
                alone = len(pieces) == 1
                for piece in pieces:
                    piece.carry_out(connection, self._outages_told, alone=alone)
                    if piece.error is not None and (alone or not _is_open(connection)):
                        raise piece.error
        except BaseException as error:
            for piece in pieces or self._withdrawn(own):
                piece.error = self._of_all(error) if piece is not own else error
        finally:
            with self._changed:
                for piece in pieces or [own]:
                    piece.is_over = True
                self._is_led = False
                self._changed.notify_all()

    def _those_that_wait(self, own: _Piece[Any]) -> list[_Piece[Any]]:
        with self._changed:
            self._waiting.remove(own)
            self._waiting.appendleft(own)
            pieces = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
            for piece in pieces:
                piece.is_begun = True
            return pieces

    def _withdrawn(self, own: _Piece[Any]) -> list[_Piece[Any]]:
        """The lock was not to be had: the others try for themselves."""
        with self._changed:
            self._waiting.remove(own)
        return [own]

    def _of_all(self, error: BaseException) -> Exception:
        """Return an error for another writer: the same object would carry the traces of several threads."""
        if isinstance(error, RegisterError) and len(error.args) == 1:
            return type(error)(*error.args)
        return RegisterDown(self._busy)


def _is_open(connection: Connection) -> bool:
    """Is the transaction still there? SQLite takes back all of it where the disk is full or fails."""
    driver: Any = connection.connection.driver_connection
    return bool(driver.in_transaction)
