# ruff: noqa: S608
"""What somebody who owns the database may do to it by hand: one edit at random, of any column of any table, or more.

`Hands(seed).lay_on(path)` makes one edit of a register in SQLite, past its triggers, which it puts back.
"""

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from adapters.register import chain

COLUMNS = {
    "entry": "case_ref number kind event_time entry_time by on_behalf_of body body_key_id changes previous_hash hash",
    "attempt": "notice_ref number case_ref at channel result detail fallback previous_hash hash",
    "edition": "digest kind body",
    "standing": "case_ref as_of_number policy stage urgency opened_at next_due overdue open agencies view state hash "
    "owed awaited next_moment",
    "ledger": "number case_ref entry_hash previous_hash hash",
}
ODD: tuple[Any, ...] = (
    *(None, "", "rubbish", "x\x00y", "{", "[]", "null", "{}", "9" * 5000, "[" * 3000, "2026-13-45T99:00:00Z"),
    *(2**63 - 1, -1, 0, 1, 1.5, 1e300, float("inf"), b"", b"\xff\x00", b"{", b"[]", b'{"ops":3,"shape":1}'),
    *('{"owed":[{}]}', '{"plan":3,"owed":7}', "\x1b[2J", "'; --", "../../x", "2026-01-01T00:00:00"),
)
BROKEN = "broken UTF-8 in text"
AS_BYTES, AS_TEXT = "the same as bytes", "the same as text"
OF_ANOTHER = "what stands in another row"
JSON_INSIDE: tuple[Any, ...] = (None, 0, 7, -1, True, "", "x", [], {}, [None], {"x": 1}, "2031-01-01T00:00:00Z")
NOT_COMPARED = {
    *("policy_title", "waits_for", "offers", "waiting", "title", "what", "by", "due_words", "how", "whose", "clause"),
    *("because", "owed_by"),
}
"""Names in a view of what is of the version that wrote it, which `verify` holds to its sum alone."""


class Edit(NamedTuple):
    """What was done."""

    what: str
    case: str = ""
    """Whose row it was; empty where it was of no case."""
    is_seen: bool = True
    """False for what nothing in the database shows: words that lists say, with their sum written anew."""
    reach: frozenset[str] = frozenset()
    """Every case that it touched; a table that is gone touches all."""


class Hands:
    """Makes edits from a seed: the same seed, the same edit."""

    def __init__(self, seed: object) -> None:
        self._any = random.Random(repr(seed))  # noqa: S311 - to be repeated, and no secret

    def lay_on(self, path: Path) -> Edit:
        """Make one edit."""
        ways: list[tuple[int, Callable[[sqlite3.Connection], Edit]]] = [
            (12, self._value), (5, self._json), (3, self._gone), (3, self._put_in), (2, self._moved), (2, self._schema),
        ]  # fmt: skip
        way = self._any.choices([way for _, way in ways], [weight for weight, _ in ways])[0]
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            before = _all(connection)
            with _unguarded(connection):
                self._tables = [name for name in COLUMNS if _is_table(connection, name)]
                edit = way(connection)
            return edit if _all(connection) != before else edit._replace(is_seen=False)

    # --- one value

    def _value(self, connection: sqlite3.Connection) -> Edit:
        table = self._any.choice(self._tables)
        column = self._any.choice(COLUMNS[table].split())
        row = self._row(connection, table)
        odd = self._any.choice([*ODD, *ODD, BROKEN, BROKEN, AS_BYTES, AS_TEXT, OF_ANOTHER])
        if odd is None:
            _loosen(connection, table)
        new: Any = odd
        if odd in {AS_BYTES, AS_TEXT}:
            kind = "BLOB" if odd == AS_BYTES else "TEXT"
            _update(connection, table, row, f'"{column}" = CAST("{column}" AS {kind})')
        elif odd == BROKEN:
            _update(connection, table, row, f"\"{column}\" = CAST(x'41c328ff' AS TEXT)")
        else:
            new = self._row(connection, table)[column] if odd == OF_ANOTHER else odd
            _update(connection, table, row, f'"{column}" = ?', new)
            if table == "standing" and column not in {"case_ref", "hash"} and self._any.random() < 0.6:
                _sum_anew(connection, str(row["case_ref"]))
        edit = _edit(f"{table}.{column} of {_key(row)} becomes {new!r:.40}", row)
        return edit if new is not None or row[column] is not None else edit._replace(case="")

    def _json(self, connection: sqlite3.Connection) -> Edit:
        """Change one value inside what lists show, and write the sum of it anew."""
        row = self._row(connection, "standing")
        column = self._any.choice(["view", "state", "view"])
        whole = json.loads(row[column])
        names: list[Any] = []
        place: Any = whole
        while isinstance(place, dict | list) and place and (not names or self._any.random() < 0.8):
            inside, name = place, self._any.choice(list(place) if isinstance(place, dict) else range(len(place)))
            names.append(name)
            place = place[name]
        old, new = inside[name], self._any.choice(JSON_INSIDE)
        inside[name] = new
        said = json.dumps(whole, separators=(",", ":"))
        _update(connection, "standing", row, f'"{column}" = ?', said)
        _sum_anew(connection, str(row["case_ref"]))
        is_words = column == "view" and (names[0] in NOT_COMPARED or any(n in NOT_COMPARED for n in names[2:3]))
        is_same = json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)
        edit = _edit(f"{column} of {row['case_ref']}: {names} becomes {new!r}", row)
        return edit._replace(is_seen=not (is_words or is_same))

    # --- rows

    def _gone(self, connection: sqlite3.Connection) -> Edit:
        row = self._row(connection, self._any.choice(self._tables))
        table = str(row["table"])
        ways = ["row", "all of its case", "the whole case"] if row.get("case_ref") else ["row"]
        way = self._any.choice([*ways, "all of its notice"] if table == "attempt" else ways)
        if way == "row":
            _run(connection, f"DELETE FROM {table} WHERE {_where(row)}", *_values(row))
            if table == "attempt" and not self._is_in_the_middle(connection, row):
                return _edit(f"the last try {_key(row)} is gone", row)._replace(is_seen=False)
        elif way == "all of its notice":
            _run(connection, "DELETE FROM attempt WHERE notice_ref = ?", row["notice_ref"])
        else:
            with_ledger = self._any.random() < 0.5
            for name in self._tables if way == "the whole case" else [table]:
                if name != "edition" and (name != "ledger" or with_ledger or way != "the whole case"):
                    _run(connection, f"DELETE FROM {name} WHERE case_ref = ?", row["case_ref"])
            if way == "the whole case" and (with_ledger or "ledger" not in self._tables):
                return _edit(f"{way} {row['case_ref']} is gone with its line of the ledger", {})._replace(
                    reach=frozenset({str(row["case_ref"])}),
                    is_seen="ledger" in self._tables and self._is_below_the_last(connection),
                )
        return _edit(f"{way} of {table} {_key(row)} is gone", row)

    def _is_in_the_middle(self, connection: sqlite3.Connection, row: dict[str, Any]) -> bool:
        query = "SELECT max(number) FROM attempt WHERE notice_ref = ?"
        last = connection.execute(query, [row["notice_ref"]]).fetchone()[0]
        return last is None or last > row["number"]

    def _is_below_the_last(self, connection: sqlite3.Connection) -> bool:
        count, last = connection.execute("SELECT count(*), max(number) FROM ledger").fetchone()
        return bool(count != last)

    def _put_in(self, connection: sqlite3.Connection) -> Edit:
        row = self._row(connection, self._any.choice(self._tables))
        table = str(row["table"])
        new = {name: row[name] for name in COLUMNS[table].split()}
        key = "number" if "number" in new else "digest" if table == "edition" else "case_ref"
        if self._any.random() < 0.3:
            _loosen(connection, table)
        elif key == "number":
            new[key] = self._any.choice([90, row[key] + 1000, 2**40])
        else:
            new[key] = self._any.choice(["f" * 64, "ESC-0000-0000", "x"])
        marks = ", ".join("?" * len(new))
        names = ", ".join(f'"{name}"' for name in new)
        _run(connection, f"INSERT INTO {table} ({names}) VALUES ({marks})", *new.values())
        return _edit(f"{table} {_key(row)} stands there again as {key} {new[key]!r:.20}", new | {"table": table})

    def _moved(self, connection: sqlite3.Connection) -> Edit:
        table = self._any.choice([one for one in self._tables if one not in {"edition", "standing"}])
        row, other = self._row(connection, table), self._row(connection, table)
        if self._any.random() < 0.5:
            _update(connection, table, row, "case_ref = ?, number = ?", other["case_ref"], 777)
            edit = _edit(f"{table} {_key(row)} is moved to {other['case_ref']}", row)
            return edit._replace(reach=frozenset({row["case_ref"], other["case_ref"]}))
        if _key(row) == _key(other) or table == "attempt":
            _update(connection, table, row, "number = number + 500")
            return _edit(f"{table} {_key(row)} is moved far away", row)
        _update(connection, table, row, "number = 100001")
        _update(connection, table, other, "case_ref = ?, number = ?", row["case_ref"], row["number"])
        _run(
            connection,
            f"UPDATE {table} SET case_ref = ?, number = ? WHERE case_ref = ? AND number = 100001",
            *(other["case_ref"], other["number"], row["case_ref"]),
        )
        edit = _edit(f"{table} {_key(row)} and {_key(other)} change places", row)
        return edit._replace(reach=frozenset({row["case_ref"], other["case_ref"]}))

    # --- what the database is made of

    def _schema(self, connection: sqlite3.Connection) -> Edit:
        query = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND type <> 'trigger' ORDER BY name"
        found = [*connection.execute(query), *[("guard", name) for name in _GUARDS[connection]]]
        kind, name = self._any.choice([*found, ("version", "x"), ("version", "0001"), ("version", "")])
        if kind == "guard":
            del _GUARDS[connection][name]
            return Edit(f"trigger {name} is gone")
        if kind == "version":
            _run(connection, "UPDATE register_version SET version_num = ?", name)
            return Edit(f"the version becomes {name!r}", is_seen=name != "0001" or "ledger" in self._tables)
        if kind == "table" and self._any.random() < 0.5 and name in COLUMNS:
            column = self._any.choice([c for c in COLUMNS[name].split() if c not in {"case_ref", "notice_ref"}])
            _run(connection, f'ALTER TABLE {name} RENAME COLUMN "{column}" TO mislaid')
            kind = f"column {column} of table"
        else:
            _run(connection, f"DROP {kind} {name}")
        return Edit(f"{kind} {name} is gone", reach=frozenset({"*"}))

    def _row(self, connection: sqlite3.Connection, table: str) -> dict[str, Any]:
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        return dict(zip(names, self._any.choice(cursor.fetchall()), strict=True)) | {"table": table}


_GUARDS: dict[sqlite3.Connection, dict[str, str]] = {}
_KEYS = {"entry": ("case_ref", "number"), "attempt": ("notice_ref", "number"), "edition": ("digest",)}


class _unguarded:  # noqa: N801 - reads as a word
    """Takes the triggers away while the block lasts, and puts back those that are left in `_GUARDS`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        found = dict(self._connection.execute(query).fetchall())
        for name in found:
            self._connection.execute(f"DROP TRIGGER {name}")
        _GUARDS[self._connection] = found

    def __exit__(self, *_: object) -> None:
        for sql in _GUARDS.pop(self._connection).values():
            try:
                self._connection.execute(sql)
            except sqlite3.OperationalError:  # its table is gone
                continue


def _all(connection: sqlite3.Connection) -> list[Any]:
    """Return everything that stands in the database, whatever it is."""
    connection.text_factory = bytes
    made = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
    names = [name.decode() for kind, name, _ in made if kind == b"table"]
    found = [sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in names]
    connection.text_factory = str
    return [made, found]


def _is_table(connection: sqlite3.Connection, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(query, [name]).fetchone() is not None


def _loosen(connection: sqlite3.Connection, table: str) -> None:
    """Make the table anew without its key and its checks, so that anything can be put in."""
    kinds = [(row[1], row[2]) for row in connection.execute(f"PRAGMA table_info({table})")]
    columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds)
    _run(connection, f"CREATE TABLE loose ({columns})")
    _run(connection, f"INSERT INTO loose SELECT * FROM {table}")
    _run(connection, f"DROP TABLE {table}")
    _run(connection, f"ALTER TABLE loose RENAME TO {table}")


def _sum_anew(connection: sqlite3.Connection, ref: str) -> None:
    """Write the sum of what lists show of a case as it stands now, where it has one."""
    cursor = connection.execute("SELECT * FROM standing WHERE case_ref = ?", [ref])
    try:
        found = cursor.fetchone()
        row = dict(zip([column[0] for column in cursor.description], found, strict=True))
        if row["open"] in (0, 1):
            row["open"] = bool(row["open"])
        _run(connection, "UPDATE standing SET hash = ? WHERE case_ref = ?", chain.hash_of_standing(row), ref)
    except Exception:  # what was put in has no sum
        return


def _update(connection: sqlite3.Connection, table: str, row: dict[str, Any], what: str, *values: Any) -> None:
    _run(connection, f"UPDATE OR IGNORE {table} SET {what} WHERE {_where(row)}", *values, *_values(row))


def _run(connection: sqlite3.Connection, statement: str, *values: Any) -> None:
    connection.execute(statement, values)


def _names(row: dict[str, Any]) -> tuple[str, ...]:
    return _KEYS.get(str(row["table"]), ("number",) if row["table"] == "ledger" else ("case_ref",))


def _where(row: dict[str, Any]) -> str:
    return " AND ".join(f'"{name}" = ?' for name in _names(row))


def _values(row: dict[str, Any]) -> Iterator[Any]:
    return (row[name] for name in _names(row))


def _key(row: dict[str, Any]) -> str:
    return "/".join(str(value) for value in _values(row))


def _edit(what: str, row: dict[str, Any]) -> Edit:
    ref = str(row.get("case_ref") or "")
    return Edit(what, ref, reach=frozenset({ref} if ref else ()))
