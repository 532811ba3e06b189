"""A register that stands still refuses after some seconds: a lock that is not let go, a server that is frozen."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest

from adapters.breaker import REST_SECONDS, SLOW_SECONDS
from adapters.register.address import postgres_address, sqlite_path
from adapters.register.errors import RegisterDown, RegisterUnreachable
from adapters.register.limits import BRIEF, CONNECT_SECONDS, USUAL
from adapters.register.reading import list_cases
from adapters.register.register import Register
from tests.register import postgres
from tests.register.made import CASE, attempt, enter, entries, standing

SLACK = 4.0
"""Seconds that a busy machine may add."""
ALERTS: dict[str, Callable[[Register], Any]] = {
    "attempt": lambda register: register.attempt(attempt()),
    "was_accepted": lambda register: register.was_accepted(f"{CASE}/1/1"),
    "tries": lambda register: register.tries(f"{CASE}/1/1"),
}
"""What stands in the way of a notice."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    begun = time.monotonic()
    with pytest.raises(RegisterDown):
        yield
    assert time.monotonic() - begun < seconds + SLACK


@contextmanager
def locked(url: str, table: str) -> Iterator[None]:
    with psycopg.connect(postgres_address(url, "postgresql")) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield
        other.rollback()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_lock_on_the_attempts_is_waited_for_once_and_briefly_and_holds_up_no_entry(
    register: Register, url: str
) -> None:
    enter(register, entries(1), standing(1))
    with locked(url, "attempt"):
        for number, call in enumerate(ALERTS.values()):
            with within(0 if number else BRIEF):
                call(register)
        enter(register, entries(2), standing(2))
    assert len(register.entries(CASE)) == 2


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_lock_on_the_entries_is_not_waited_for_without_end(register: Register, url: str) -> None:
    with locked(url, "entry"):
        with within(USUAL):
            enter(register, entries(1), standing(1))
        register.attempt(attempt())  # nothing of a notice waits for it
    assert register.entries(CASE) == [], "nothing was half written"


@pytest.mark.parametrize("call", ALERTS)
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_frozen_server_is_waited_for_briefly_and_works_again_when_it_thaws(
    register: Register, url: str, call: str
) -> None:
    enter(register, entries(1), standing(1))
    with psycopg.connect(postgres_address(url, "postgresql")) as other, postgres.frozen(other.info.backend_pid):
        with within(2 * CONNECT_SECONDS + BRIEF):  # one that was kept, then a new one
            ALERTS[call](register)
        with within(0):
            ALERTS[call](register)
        with within(2 * CONNECT_SECONDS + USUAL):
            enter(register, entries(2), standing(2))
        with pytest.raises(RegisterUnreachable):
            list_cases(url)
    with Register(url) as fresh:  # another process: this one leaves it alone for a while
        ALERTS[call](fresh)
        enter(fresh, entries(2), standing(2))
        assert fresh.verify() == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_server_that_freezes_between_two_statements_of_a_transaction_holds_nobody(
    register: Register, url: str
) -> None:
    with (
        psycopg.connect(postgres_address(url, "postgresql")) as other,
        within(USUAL),
        register._connections.writing() as connection,
    ):
        connection.exec_driver_sql("SELECT 1")
        with postgres.frozen(other.info.backend_pid):
            connection.exec_driver_sql("SELECT 2")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_file_that_somebody_keeps_locked_is_waited_for_once_and_briefly(register: Register, url: str) -> None:
    with closing(sqlite3.connect(sqlite_path(url) or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with within(BRIEF):
            ALERTS["attempt"](register)
        with within(0):
            ALERTS["attempt"](register)


def test_a_wait_in_vain_is_told_from_an_answer() -> None:
    assert SLOW_SECONDS < CONNECT_SECONDS < BRIEF < USUAL
    assert REST_SECONDS > BRIEF
