"""Is the database made as the migrations made it: its tables, indexes and triggers, and the step that it says it is at?

What is compared is what a stranger's tool would see; which columns a table lacks decides what can be read of it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Inspector, Table, inspect
from sqlalchemy.types import TypeEngine

from . import guards, raw, tables
from .rows import Fault

STEPS = ("0001", "0002", "0003", "0005", "0006", "0007")
"""The steps of the schema, the newest last. A register that no worker of this version has prepared is read as it is."""
_SINCE = {
    "ledger": "0002",
    "case_key": "0003",
    "entry.body_mark": "0003",
    "entry.changes_mark": "0003",
    "read": "0005",
    "disposal": "0006",
    "standing.owed": "0007",
    "standing.awaited": "0007",
    "standing.next_moment": "0007",
}
"""Tables and columns that the first step did not have."""
_GUARDED_SINCE = {"case_key": "0006"}
"""Tables that had no triggers at first."""
_PUT_BACK = (
    "the database no longer keeps it append-only; have its owner put it back, and see what was changed meanwhile"
)


class Schema(NamedTuple):
    """What was found."""

    faults: tuple[Fault, ...]
    readable: frozenset[str]
    """Names of the tables that have every column of their step."""
    is_there: bool
    """False where no table of a register stands at all."""


def look(connection: Connection) -> Schema:
    """Compare the database with what the migrations make."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    step, of_step = _step(connection, there)
    faults, readable = list(of_step), set()
    if any(_SINCE.get(name, step) > step for name in there):
        faults.append(_fault("schema", f"says that it is of step {step}, and has what a later step has put there"))
    for table in tables.metadata.sorted_tables:
        if _SINCE.get(table.name, step) > step:
            continue
        wanted = [column for column in table.columns if _SINCE.get(f"{table.name}.{column.name}", step) <= step]
        if table.name not in there:
            faults.append(_fault(f"table {table.name}", "is missing, with all that stood in it"))
            continue
        faults += _of_table(inspector, table, wanted)
        has = {column["name"] for column in inspector.get_columns(table.name)}
        if {column.name for column in wanted} <= has:
            readable.add(table.name)
        if table.name in guards.GUARDED and step >= _GUARDED_SINCE.get(table.name, step):
            is_sqlite = connection.dialect.name == "sqlite"
            faults += _guards_on_sqlite(connection, table.name) if is_sqlite else _guards_on_pg(connection, table.name)
    return Schema(tuple(faults), frozenset(readable), bool(there & set(tables.metadata.tables)))


def _fault(place: str, what: str) -> Fault:
    return Fault(case_ref="", place=place, what=what, of="schema")


def _step(connection: Connection, there: set[str]) -> tuple[str, list[Fault]]:
    """Return the step that the database says it is at, the newest one where it says none that is known."""
    if "register_version" not in there:
        what = "is missing, so no worker can bring the register up to date"
        return STEPS[-1], [_fault("table register_version", what)]
    try:
        said = [row[0] for row in raw.asked(connection, "SELECT version_num FROM register_version")]
    except Exception:  # whatever was made of that table, it says no step
        said = []
    if len(said) == 1 and said[0] in STEPS:
        return str(said[0]), []
    words = ", ".join(map(raw.shown, said)) or "none"
    what = f"says that it is of step {words}, and this version of the program knows steps up to {STEPS[-1]}"
    return STEPS[-1], [_fault("schema", what)]


def _of_table(inspector: Inspector, table: Table, columns: Sequence[Column[Any]]) -> Iterator[Fault]:
    dialect = inspector.dialect
    has = {column["name"]: column for column in inspector.get_columns(table.name)}
    key = inspector.get_pk_constraint(table.name)["constrained_columns"]
    names = {column.name for column in columns}
    wrong = [f"it has no column {column.name}" for column in columns if column.name not in has]
    wrong += [f"it has a column {raw.shown(name)} of somebody's own" for name in has if name not in names]
    for column in columns:
        if found := has.get(column.name):
            if not _same_type(column.type, found["type"], dialect):
                wrong.append(f"its column {column.name} is of another type")
            elif bool(found["nullable"]) != bool(column.nullable):
                wrong.append(f"its column {column.name} may {'not ' * bool(column.nullable)}be empty")
    if key != [column.name for column in table.primary_key]:
        wrong.append("it has another key")
    if wrong:
        yield _fault(f"table {table.name}", f"is not as it was made: {wrong[0]}")
    there = {one["name"]: one for one in inspector.get_indexes(table.name)}
    for index in table.indexes:
        name = str(index.name)
        if name not in there:
            yield _fault(f"index {name}", "is missing: what is looked for by it takes long")
        elif there[name]["column_names"] != [column.name for column in index.columns]:
            yield _fault(f"index {name}", "is not as it was made")


def _same_type(meant: TypeEngine[Any], found: TypeEngine[Any], dialect: Any) -> bool:
    return str(meant.compile(dialect)) == str(found.compile(dialect))


def _guards_on_sqlite(connection: Connection, table: str) -> Iterator[Fault]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name ORDER BY name"
    found = {str(name): sql for name, sql in raw.asked(connection, query, {"name": table})}
    for guard in guards.on_sqlite(table):
        if guard.name not in found:
            yield _fault(f"trigger {guard.name}", f"is missing: {_PUT_BACK}")
        elif " ".join(str(found.pop(guard.name)).split()) != guard.sql:
            yield _fault(f"trigger {guard.name}", f"is not as it was made: {_PUT_BACK}")
    yield from _foreign(found)


def _guards_on_pg(connection: Connection, table: str) -> Iterator[Fault]:
    query = """
        SELECT t.tgname, t.tgenabled::text, pg_get_triggerdef(t.oid), p.prosrc
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgrelid = to_regclass(:name) AND NOT t.tgisinternal ORDER BY t.tgname"""
    found = {row[0]: row[1:] for row in raw.asked(connection, query, {"name": table})}
    for guard in guards.on_postgresql(table):
        if guard.name not in found:
            yield _fault(f"trigger {guard.name}", f"is missing: {_PUT_BACK}")
            continue
        enabled, sql, source = found.pop(guard.name)
        if enabled != "A" or not _is_made_by(guard.sql, sql) or source.strip() != guard.does.strip():
            yield _fault(f"trigger {guard.name}", f"is not as it was made, or switched off: {_PUT_BACK}")
    yield from _foreign(found)
    query = "SELECT rulename FROM pg_rules WHERE tablename = :name ORDER BY rulename"
    for (name,) in raw.asked(connection, query, {"name": table}):
        what = "is somebody's own, and what is entered may go another way by it"
        yield _fault(f"rule {raw.shown(name)} of {table}", what)


def _is_made_by(statement: str, shown: str) -> bool:
    """Compare a statement with how PostgreSQL says it: with the schema's name, the moments in an order of its own."""
    return _words(statement) == _words(shown.replace(" ON public.", " ON "))


def _words(statement: str) -> list[str]:
    return sorted(statement.replace("(", " ").split())


def _foreign(names: dict[str, Any]) -> Iterator[Fault]:
    for name in names:
        yield _fault(f"trigger {raw.shown(name)}", "is somebody's own, and may change what is entered")
