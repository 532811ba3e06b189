"""The triggers by which the database itself keeps tables append-only, as they must stand in it.

Migrations put them there; `schema` sees whether they still are. What a migration that was released has put there is
never changed here: another trigger has another name.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

KEYS: Mapping[str, tuple[str, ...]] = {
    "entry": ("case_ref", "number"),
    "attempt": ("notice_ref", "number"),
    "edition": ("digest",),
    "ledger": ("number",),
    "read": ("id",),
}
"""Every table that is append-only, with its key."""
_CONTENT: Mapping[str, tuple[str, ...]] = {"edition": ("kind", "body")}
FUNCTION = "register_refuse_change"
"""On PostgreSQL what every trigger calls."""
REFUSES = (
    " BEGIN"
    " RAISE EXCEPTION 'the register is append-only, so % of % is refused', TG_OP, TG_TABLE_NAME"
    " USING ERRCODE = 'integrity_constraint_violation'; END "
)
"""What it does."""


class Guard(NamedTuple):
    """One trigger."""

    name: str
    sql: str
    """The statement that makes it."""


def on_sqlite(table: str) -> Iterator[Guard]:
    """Yield the triggers of one table. A replacing insert deletes without a trigger, so inserts are looked at too."""
    same_key = " AND ".join(f'"{key}" = NEW."{key}"' for key in KEYS[table])
    same_content = " AND ".join(f'"{name}" IS NEW."{name}"' for name in _CONTENT.get(table, ("hash",)))
    stands = f"EXISTS (SELECT 1 FROM {table} WHERE {same_key} AND"  # noqa: S608 - names of ours
    refused = f"the register is append-only: {table}"
    for name, moment, when, answer in (
        ("no_update", "UPDATE", "1", f"RAISE(ABORT, '{refused} cannot be updated')"),
        ("no_delete", "DELETE", "1", f"RAISE(ABORT, '{refused} cannot be deleted')"),
        ("repeat", "INSERT", f"{stands} ({same_content}))", "RAISE(IGNORE)"),
        ("conflict", "INSERT", f"{stands} NOT ({same_content}))", f"RAISE(ABORT, '{refused} cannot be replaced')"),
    ):
        full = f"{table}_{name}"
        yield Guard(full, f"CREATE TRIGGER {full} BEFORE {moment} ON {table} WHEN {when} BEGIN SELECT {answer}; END")


def on_postgresql(table: str) -> Iterator[Guard]:
    """Yield the triggers of one table. Each has to be enabled ALWAYS: also in a session that calls itself a replica."""
    for name, moment, each in (("no_change", "UPDATE OR DELETE", "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
        full = f"{table}_{name}"
        yield Guard(
            full, f"CREATE TRIGGER {full} BEFORE {moment} ON {table} FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
        )
