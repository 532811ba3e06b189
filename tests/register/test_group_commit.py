"""Writers that wait for SQLite's one lock share a commit, and each stands or falls alone."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event

from adapters.register.address import sqlite_path
from adapters.register.errors import EntryGap, RegisterDown
from adapters.register.limits import BRIEF, USUAL
from adapters.register.register import Register
from tests.register.made import CASE, attempt, decision, shows

on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@contextmanager
def locked(url: str) -> Iterator[Callable[[], object]]:
    """Hold the lock as another process would, until the function given is called."""
    with closing(sqlite3.connect(sqlite_path(url) or "", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield lambda: other.execute("ROLLBACK")


def until(holds: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if holds():
            return
        time.sleep(0.005)
    raise AssertionError("it never came to that")


def commits(register: Register) -> list[int]:
    """Count the commits from now on."""
    counted: list[int] = []
    event.listen(register._connections.engine, "commit", lambda _: counted.append(1))
    return counted


def all_waiting(register: Register, within: float, calls: Sequence[Callable[[], Any]]) -> tuple[Any, list[Future[Any]]]:
    """Begin each call in a thread of its own, and return once all wait for the lock."""
    pool = ThreadPoolExecutor(len(calls))
    group = register._connections._groups[within]
    done = [pool.submit(call) for call in calls]
    until(lambda: len(group._waiting) == len(calls))
    return pool, done


@on_sqlite
def test_writers_that_wait_for_one_lock_share_one_commit(register: Register, url: str) -> None:
    counted = commits(register)
    with locked(url) as let_go:
        tries = [partial(register.attempt, attempt(notice=f"{CASE}/{n}/1")) for n in range(8)]
        pool, done = all_waiting(register, BRIEF, tries)
        let_go()
        assert [one.result() for one in done] == [1] * 8
    pool.shutdown()

    assert len(counted) == 1
    assert len(register.attempts(CASE)) == 8
    assert register.verify() == []


@on_sqlite
def test_one_that_is_refused_takes_none_of_the_others_with_it(register: Register, url: str) -> None:
    def spoilt(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE standing SET stage = 'spoilt'")
        raise EntryGap("NS-26-001", 2)

    cases = [f"NS-26-{number:03}" for number in range(6)]
    for case in cases:
        register.enter([decision(1, 1, case)], [], shows(case))
    counted = commits(register)
    with locked(url) as let_go:
        enters = [partial(register.enter, [decision(2, 2, case)], [], shows(case)) for case in cases]
        pool, done = all_waiting(register, USUAL, [*enters, lambda: register._connections.write(spoilt)])
        let_go()
        for one in done[:-1]:
            one.result()
        with pytest.raises(EntryGap, match="no entry 2 yet"):
            done[-1].result()
    pool.shutdown()

    assert len(counted) == 1
    assert {len(register.entries(case)) for case in cases} == {2}
    assert register.verify() == []


@on_sqlite
def test_two_repeats_of_one_decision_in_one_commit_are_one_decision(register: Register, url: str) -> None:
    with locked(url) as let_go:
        pool, done = all_waiting(register, USUAL, [lambda: register.enter([decision(1, 3)], [], shows())] * 4)
        let_go()
        for one in done:
            one.result()
    pool.shutdown()

    assert len(register.entries(CASE)) == 3
    assert register.verify() == []


@on_sqlite
def test_nobody_waits_longer_than_it_may_and_then_nothing_is_written(register: Register, url: str) -> None:
    group = register._connections._groups[USUAL]
    told: list[float] = []
    begun = time.monotonic()

    def writes() -> None:
        with pytest.raises(RegisterDown, match="nothing was written"):
            group.write(lambda _: told.append(-1.0), 0.3)
        told.append(time.monotonic() - begun)

    with locked(url):
        threads = [threading.Thread(target=writes) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(told) == 6
    assert min(told) >= 0.3
    assert max(told) < 2.0, "each its own time, and not one after the other"
    assert not group._waiting
    register.enter([decision(1)], [], shows())


@on_sqlite
def test_where_the_disk_is_full_each_hears_what_became_of_its_own(register: Register) -> None:
    register.enter([decision(1)], [], shows())
    with register._connections.engine.connect() as connection:  # the pool's one connection: it keeps the limit
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    taken: list[str] = []

    def one(number: int) -> None:
        case = f"NS-26-{number:03}"
        text = "x" * (200_000 if number % 2 else 20)
        try:
            register.enter([decision(1, 1, case, body={"text": text})], [], shows(case))
        except RegisterDown as error:
            assert "SQLITE_FULL" in str(error)  # noqa: PT017 - whichever of them it is
        else:
            taken.append(case)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert register.cases() == sorted([CASE, *taken])
    assert register.verify() == []


def test_tries_are_noted_together_or_not_at_all(register: Register) -> None:
    register.attempt(attempt("failed"))
    numbers = register.note(
        [attempt("failed"), attempt(notice=f"{CASE}/1/1"), attempt("accepted"), attempt(notice=f"{CASE}/2/1")]
    )

    assert numbers == [2, 1, 3, 1]
    assert [one.result for one in register.tries(f"{CASE}/1/0")] == ["failed", "failed", "accepted"]
    with pytest.raises(ValueError, match="needs a zone"):
        register.note([attempt(), attempt(at=attempt().at.replace(tzinfo=None))])
    assert len(register.attempts(CASE)) == 5
    assert not [fault for fault in register.verify() if fault.place.startswith("attempt")]
    assert register.note([]) == []


def test_it_is_asked_once_which_of_many_notices_were_accepted(register: Register) -> None:
    refs = [f"{CASE}/{number}/1" for number in range(40)]
    register.note([attempt("accepted" if number % 2 else "failed", ref) for number, ref in enumerate(refs)])

    assert register.accepted_among(refs) == set(refs[1::2])
    assert register.accepted_among(["NS-26-999/1/1"]) == register.accepted_among([]) == set()


def test_sixteen_writers_at_once_leave_every_chain_whole(register: Register) -> None:
    def works(number: int) -> None:
        case = f"NS-26-{number % 8:03}"  # two writers a case, who repeat each other
        for turn in range(1, 6):
            register.enter([decision(turn, turn, case)], [], shows(case))
            register.note([attempt(notice=f"{case}/{turn}/{n}", case_ref=case) for n in range(4)])

    def patiently(number: int) -> None:
        try:
            works(number)
        except EntryGap:  # the other one was behind
            works(number)

    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(patiently, number) for number in range(16)]:
            done.result()

    assert register.verify() == []
    assert {len(register.entries(case)) for case in register.cases()} == {5}
