"""The first schema: entries, attempts and editions that the database itself keeps append-only, and the standings.

The database refuses every change of the three append-only tables, but their owner can take the refusal away. On
PostgreSQL, therefore, let one role own the tables and prepare the register, and give the application's role no more
than this (`verify` shows what an owner did nevertheless):

    GRANT SELECT ON register_version TO app;
    GRANT SELECT, INSERT ON entry, attempt, edition TO app;
    GRANT SELECT, INSERT, UPDATE ON standing TO app;
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEYS = {"entry": ("case_ref", "number"), "attempt": ("notice_ref", "number"), "edition": ("digest",)}
WITNESS = {"entry": ("hash",), "attempt": ("hash",), "edition": ("kind", "body")}


def upgrade() -> None:
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        for table in KEYS:
            _refuse_change_on_sqlite(table)
    else:
        _refuse_change_on_postgresql()


def downgrade() -> None:
    raise NotImplementedError("The register is append-only: its first schema is not taken back.")


def _tables() -> None:
    op.create_table(
        "entry",
        sa.Column("case_ref", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("event_time", sa.Text, nullable=False),
        sa.Column("entry_time", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("on_behalf_of", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("body_key_id", sa.Text),
        sa.Column("changes", sa.LargeBinary),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.CheckConstraint("number >= 1", name="entry_number_from_one"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempt",
        sa.Column("notice_ref", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_ref", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("fallback", sa.Boolean, nullable=False),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.CheckConstraint("number >= 1", name="attempt_number_from_one"),
        sqlite_with_rowid=False,
    )
    op.create_index("attempt_of_case", "attempt", ["case_ref"])
    op.create_table(
        "edition",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "standing",
        sa.Column("case_ref", sa.Text, primary_key=True),
        sa.Column("as_of_number", sa.Integer, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("urgency", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Text, nullable=False),
        sa.Column("next_due", sa.Text),
        sa.Column("overdue", sa.Integer, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("agencies", sa.Text, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("standing_by_due", "standing", ["open", "next_due"])


def _refuse_change_on_sqlite(table: str) -> None:
    # A replacing insert deletes without firing the delete trigger, so inserts are looked at as well.
    same_key = " AND ".join(f'"{key}" = NEW."{key}"' for key in KEYS[table])
    same_content = " AND ".join(f'"{name}" IS NEW."{name}"' for name in WITNESS[table])
    stands = f"EXISTS (SELECT 1 FROM {table} WHERE {same_key} AND"
    refused = f"the register is append-only: {table}"
    for name, moment, when, answer in (
        ("no_update", "UPDATE", "1", f"RAISE(ABORT, '{refused} cannot be updated')"),
        ("no_delete", "DELETE", "1", f"RAISE(ABORT, '{refused} cannot be deleted')"),
        ("repeat", "INSERT", f"{stands} ({same_content}))", "RAISE(IGNORE)"),
        ("conflict", "INSERT", f"{stands} NOT ({same_content}))", f"RAISE(ABORT, '{refused} cannot be replaced')"),
    ):
        op.execute(
            sa.text(
                f"CREATE TRIGGER {table}_{name} BEFORE {moment} ON {table} WHEN {when} BEGIN SELECT {answer}; END"
            )
        )


def _refuse_change_on_postgresql() -> None:
    op.execute(
        sa.text(
            "CREATE FUNCTION register_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'the register is append-only, so % of % is refused', TG_OP, TG_TABLE_NAME"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    )
    for table in KEYS:
        for name, moment, each in (
            ("no_change", "UPDATE OR DELETE", "ROW"),
            ("no_truncate", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                sa.text(
                    f"CREATE TRIGGER {table}_{name} BEFORE {moment} ON {table}"
                    f" FOR EACH {each} EXECUTE FUNCTION register_refuse_change()"
                )
            )
            # ALWAYS: also in a session that calls itself a replica.
            op.execute(sa.text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}"))
