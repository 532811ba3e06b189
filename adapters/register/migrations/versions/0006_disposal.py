"""What becomes of cases at the end: holds, destruction lists, approvals and destructions, in one append-only chain.

From now on the database keeps the key of a case until its destruction stands there, and takes no key for it again. On
PostgreSQL the application's role also needs:

    GRANT SELECT, INSERT ON disposal TO app;

To destroy is for the owner of the register alone.
"""

import sqlalchemy as sa
from alembic import op

from adapters.register import guards

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disposal",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_ref", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("list_ref", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("entry_hash", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.CheckConstraint("number >= 1", name="disposal_number_from_one"),
        sqlite_with_rowid=False,
    )
    op.create_index("disposal_of_case", "disposal", ["case_ref", "step"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        made = f"CREATE FUNCTION {guards.KEEPS_KEY}() RETURNS trigger LANGUAGE plpgsql AS $${guards.KEEPS}$$"
        op.execute(sa.text(made))
    for table in ("disposal", "case_key"):
        for guard in guards.on_sqlite(table) if is_sqlite else guards.on_postgresql(table):
            op.execute(sa.text(guard.sql))
            if not is_sqlite:  # ALWAYS: also in a session that calls itself a replica
                op.execute(sa.text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard.name}"))


def downgrade() -> None:
    raise NotImplementedError("The register is append-only: what was destroyed stays on its record.")
