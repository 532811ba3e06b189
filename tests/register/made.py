"""Invented cases, and a way to lay hands on the database past the register."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import psycopg

from activities.entries import standing_row
from adapters.keyring import Keyring
from adapters.register.address import keys_of, postgres_address, sqlite_path
from adapters.register.register import Register
from adapters.register.rows import Attempt, Edition, StandingRow
from adapters.register.wrapping import new_wrapped
from domain.case.decided import Decided
from domain.case.editions import calendar_edition, policy_edition
from domain.case.effects import Entry
from domain.case.patch import SHAPE, Changes, State
from domain.case.state import Escalation
from domain.decide import Decision
from domain.views.status import status_of
from tests.domain.case import Kept

CASE = "NS-26-014"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def entry(number: int, case: str = CASE, **changes: Any) -> Entry:
    given: dict[str, Any] = {
        "case": case,
        "number": number,
        "kind": "act",
        "at": NOON + timedelta(hours=number),
        "entered_at": NOON + timedelta(hours=number, microseconds=7),
        "by": "Designated safeguarding lead, Example School",
        "body": {"act": "discussion", "method": "telephone", "number": number},
    }
    return Entry(**(given | changes))


def entries(last: int, case: str = CASE) -> list[Entry]:
    return [entry(number, case) for number in range(1, last + 1)]


def standing(as_of_number: int, case: str = CASE, **changes: Any) -> StandingRow:
    given: dict[str, Any] = {
        "case_ref": case,
        "as_of_number": as_of_number,
        "policy": "lincolnshire",
        "stage": "step-1",
        "urgency": "standard",
        "opened_at": NOON,
        "next_due": NOON + timedelta(days=2),
        "agencies": ("example-school", "social-care"),
        "view": {"stage": "Professional discussion", "as_of": as_of_number},
    }
    return StandingRow(**(given | changes))


def attempt(result: str = "accepted", notice: str = f"{CASE}/1/0", **changes: Any) -> Attempt:
    given: dict[str, Any] = {
        "notice_ref": notice,
        "case_ref": CASE,
        "at": NOON,
        "channel": "smtp",
        "result": result,
        "detail": "smtp 250",
    }
    return Attempt(**(given | changes))


@contextmanager
def opened(url: str) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Open the database past the register, as its own tools would; the function given runs one statement."""
    path = sqlite_path(url)
    if path is not None:
        with closing(sqlite3.connect(path)) as lite, lite:
            yield lambda statement: lite.execute(statement).fetchall()
        return
    with psycopg.connect(postgres_address(url, "postgresql")) as connection:

        def run(statement: str) -> list[tuple[Any, ...]]:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

        yield run


def by_hand(url: str, statements: Sequence[str]) -> None:
    """Run raw SQL in one transaction."""
    with opened(url) as run:
        for statement in statements:
            run(statement)


def asked(url: str, query: str) -> list[tuple[Any, ...]]:
    """Return what raw SQL finds."""
    with opened(url) as run:
        return run(query)


def without_guard(url: str, *statements: str) -> None:
    """Do as the tables' owner could: take the triggers away, run *statements*, and put them back as they were."""
    with unguarded(url):
        by_hand(url, statements)


@contextmanager
def unguarded(url: str) -> Iterator[None]:
    """Take the triggers away while the block lasts."""
    if sqlite_path(url) is None:
        query = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
        found = asked(url, query)
        off = [f"ALTER TABLE {table} DISABLE TRIGGER {name}" for table, name in found]
        on = [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name in found]
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        found = asked(url, query)
        off, on = [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]
    by_hand(url, off)
    yield
    by_hand(url, on)


def decision(first: int, last: int = 0, case: str = CASE, *ops: tuple[Any, ...], **changes: Any) -> Decided:
    """A decision of the entries from *first* to *last*, which changed how many there are, and whatever else is said."""
    last = last or first
    made = tuple(entry(number, case, **changes) for number in range(first, last + 1))
    return Decided(entries=made, changes=Changes(shape=SHAPE, ops=((["entries"], last), *ops)))


def shows(case: str = CASE, **changes: Any) -> Callable[[State], StandingRow]:
    """Show of a state how many entries it has taken in."""
    return lambda state: standing(cast(int, state["entries"]), case, **changes)


def keep(register: Register, kept: Kept, decision: Decision) -> None:
    """Enter a decision of the real rules, as a worker does."""
    before, case = kept.case, decision.escalation
    decided = kept.add(decision)
    if decided is not None:
        key = key_for(register, case.case)
        register.enter([decided], editions_new_to(before, case), lambda _: standing_row(status_of(case)), key)


def editions_new_to(before: Escalation | None, case: Escalation) -> list[Edition]:
    """Return the editions that a case is under and was not *before*."""
    policy = Edition(kind="policy", body=policy_edition(case.policy))
    calendar = Edition(kind="calendar", body=calendar_edition(case.calendar))
    return [policy] * (before is None or before.policy is not case.policy) + [calendar] * (
        before is None or before.calendar is not case.calendar
    )


def enter(
    register: Register, entries: Sequence[Entry], row: StandingRow | None = None, editions: Sequence[Edition] = ()
) -> None:
    """Enter each entry as a decision that changed how many there are, and show *row* after the last of them."""
    if not entries and row is not None:
        register.show_anew(row.case_ref, lambda _: row)
        return
    decided = [
        Decided(entries=(one,), changes=Changes(shape=SHAPE, ops=((["entries"], one.number),))) for one in entries
    ]
    register.enter(decided, editions, lambda _: row, key_for(register, decided[0].entries[0].case))


def key_for(register: Register, case: str) -> str:
    """Return a key for a case, wrapped, as a worker makes it; none where the register knows of no file of keys."""
    file = keys_of(register._connections.url)
    return new_wrapped(case, Keyring(file)) if file and file.exists() else ""
