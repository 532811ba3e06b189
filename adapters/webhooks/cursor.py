"""How far each program has been told, case by case: a small database in the data folder. It holds no word of a case."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from adapters.private import make_file

FILE = "webhooks.db"
"""In the data folder."""
_TABLES = """
    CREATE TABLE IF NOT EXISTS hook (
        name TEXT PRIMARY KEY, failing_since TEXT NOT NULL, why TEXT NOT NULL, tries INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS told (
        hook TEXT, case_ref TEXT, number INTEGER NOT NULL, PRIMARY KEY (hook, case_ref)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS alarm (
        hook TEXT, case_ref TEXT, number INTEGER, kind TEXT NOT NULL, until TEXT NOT NULL,
        PRIMARY KEY (hook, case_ref, number)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sent (hook TEXT, notice_ref TEXT, PRIMARY KEY (hook, notice_ref)) WITHOUT ROWID;
"""


class Alarm(NamedTuple):
    """An alert, or immediate risk, whose notices are followed."""

    case: str
    number: int
    kind: str
    until: str


class State(NamedTuple):
    """How one program takes what it is told."""

    failing_since: str
    """Empty where all is well."""
    why: str
    tries: int


class Cursor:
    """Safe to share between threads: each call opens the database anew. Raises OSError and sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        """Take the file, which is made when something is first written."""
        self._path = path

    def has_begun(self, hook: str) -> bool:
        """Has a program of this name been followed before?"""
        return self.state(hook) is not None

    def begin(self, hook: str, last: Mapping[str, int]) -> None:
        """Begin to follow: what each case holds by now is not told."""
        with self._writing() as database:
            database.execute("INSERT OR IGNORE INTO hook VALUES (?, '', '', 0)", (hook,))
            rows = [(hook, case, number) for case, number in last.items()]
            database.executemany("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", rows)

    def told(self, hook: str) -> dict[str, int]:
        """Return the number of the last entry that was told, by case."""
        return dict(self._rows("SELECT case_ref, number FROM told WHERE hook = ?", hook))

    def tell(self, hook: str, case: str, number: int, alarm: Alarm | None = None) -> None:
        """Note that an entry was told, or that it is not to be; with an *alarm* its notices are followed."""
        with self._writing() as database:
            database.execute("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", (hook, case, number))
            if alarm:
                database.execute("INSERT OR REPLACE INTO alarm VALUES (?, ?, ?, ?, ?)", (hook, *alarm))

    def alarms(self, hook: str) -> list[Alarm]:
        """Return those whose notices are followed."""
        query = "SELECT case_ref, number, kind, until FROM alarm WHERE hook = ? ORDER BY case_ref, number"
        return [Alarm(case, number, kind, until) for case, number, kind, until in self._rows(query, hook)]

    def sent(self, hook: str) -> set[str]:
        """Return the notices of which it was told that a channel took them."""
        return {ref for (ref,) in self._rows("SELECT notice_ref FROM sent WHERE hook = ?", hook)}

    def tell_sent(self, hook: str, notice: str) -> None:
        """Note that it was told of a notice."""
        with self._writing() as database:
            database.execute("INSERT OR IGNORE INTO sent VALUES (?, ?)", (hook, notice))

    def leave(self, hook: str, alarm: Alarm) -> None:
        """Follow the notices of an alarm no more."""
        with self._writing() as database:
            database.execute(
                "DELETE FROM alarm WHERE hook = ? AND case_ref = ? AND number = ?", (hook, alarm.case, alarm.number)
            )
            beginning = f"{alarm.case}/{alarm.number}/"
            database.execute(
                "DELETE FROM sent WHERE hook = ? AND substr(notice_ref, 1, ?) = ?", (hook, len(beginning), beginning)
            )

    def state(self, hook: str) -> State | None:
        """Return how it goes; None where it was never followed."""
        rows = self._rows("SELECT failing_since, why, tries FROM hook WHERE name = ?", hook)
        return next((State(since, why, tries) for since, why, tries in rows), None)

    def failed(self, hook: str, why: str, now: datetime) -> State:
        """Note that a message was not taken, for a short technical reason; return how it goes since."""
        at = now.isoformat(timespec="seconds")
        with self._writing() as database:
            database.execute("INSERT OR IGNORE INTO hook VALUES (?, '', '', 0)", (hook,))
            database.execute(
                "UPDATE hook SET failing_since = CASE failing_since WHEN '' THEN ? ELSE failing_since END, "
                "why = ?, tries = tries + 1 WHERE name = ?",
                (at, why, hook),
            )
        return self.state(hook) or State(at, why, 1)

    def took(self, hook: str) -> None:
        """Note that a message was taken, after some that were not."""
        with self._writing() as database:
            database.execute("UPDATE hook SET failing_since = '', why = '', tries = 0 WHERE name = ?", (hook,))

    def _rows(self, query: str, hook: str) -> list[tuple[Any, ...]]:
        if not self._path.exists():
            return []
        with closing(sqlite3.connect(self._path, timeout=5)) as database:
            database.executescript(_TABLES)
            return database.execute(query, (hook,)).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        make_file(self._path)
        with closing(sqlite3.connect(self._path, timeout=5)) as database:
            database.executescript(_TABLES)
            with database:
                yield database
