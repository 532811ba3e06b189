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
    "disposal": ("number",),
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
KEEPS_KEY = "register_keep_key"
"""On PostgreSQL what the triggers of `case_key` call."""
_DESTROYED = "EXISTS (SELECT 1 FROM disposal WHERE case_ref = {row}.case_ref AND step = 'destroyed')"
_KEPT = "the register keeps the key of a case until its destruction is on the record"
_GONE = "the case was destroyed, so it gets no key any more"
KEEPS = (
    f" BEGIN"
    f" IF TG_OP = 'DELETE' AND NOT {_DESTROYED.format(row='OLD')} THEN RAISE EXCEPTION '{_KEPT}'"
    f" USING ERRCODE = 'integrity_constraint_violation'; END IF;"
    f" IF TG_OP = 'INSERT' AND {_DESTROYED.format(row='NEW')} THEN RAISE EXCEPTION '{_GONE}'"
    f" USING ERRCODE = 'integrity_constraint_violation'; END IF;"
    f" RETURN COALESCE(NEW, OLD); END "
)
"""What that does."""
GUARDED = (*KEYS, "case_key")
"""Every table that has triggers."""


class Guard(NamedTuple):
    """One trigger."""

    name: str
    sql: str
    """The statement that makes it."""
    does: str = REFUSES
    """On PostgreSQL what the function does that it calls."""


def on_sqlite(table: str) -> Iterator[Guard]:
    """Yield the triggers of one table. A replacing insert deletes without a trigger, so inserts are looked at too."""
    if table == "case_key":
        yield from _of_keys_on_sqlite()
        return
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
    if table == "case_key":
        yield from _of_keys_on_postgresql()
        return
    for name, moment, each in (("no_change", "UPDATE OR DELETE", "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
        full = f"{table}_{name}"
        yield Guard(
            full, f"CREATE TRIGGER {full} BEFORE {moment} ON {table} FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
        )


def _of_keys_on_sqlite() -> Iterator[Guard]:
    for name, moment, when, why in (
        ("kept", "DELETE", f"NOT {_DESTROYED.format(row='OLD')}", _KEPT),
        ("gone", "INSERT", _DESTROYED.format(row="NEW"), _GONE),
    ):
        full = f"case_key_{name}"
        answer = f"RAISE(ABORT, '{why}')"
        yield Guard(full, f"CREATE TRIGGER {full} BEFORE {moment} ON case_key WHEN {when} BEGIN SELECT {answer}; END")


def _of_keys_on_postgresql() -> Iterator[Guard]:
    calls = f"EXECUTE FUNCTION {KEEPS_KEY}()"
    sql = f"CREATE TRIGGER case_key_kept BEFORE INSERT OR DELETE ON case_key FOR EACH ROW {calls}"
    yield Guard("case_key_kept", sql, KEEPS)
    calls = f"EXECUTE FUNCTION {FUNCTION}()"
    sql = f"CREATE TRIGGER case_key_no_truncate BEFORE TRUNCATE ON case_key FOR EACH STATEMENT {calls}"
    yield Guard("case_key_no_truncate", sql)
