"""The ledger of cases: one line for each case as it is opened, in one chain over all cases, append-only.

Cases that were there before are written into it in the order of their first entries. On PostgreSQL the application's
role also needs:

    GRANT SELECT, INSERT ON ledger TO app;
"""

import sqlalchemy as sa
from alembic import op

from adapters.register import chain, guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPENED = sa.text("SELECT case_ref, hash FROM entry WHERE number = 1 ORDER BY entry_time, case_ref")


def upgrade() -> None:
    ledger = op.create_table(
        "ledger",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_ref", sa.Text, nullable=False),
        sa.Column("entry_hash", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.CheckConstraint("number >= 1", name="ledger_number_from_one"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    previous_hash = chain.FIRST
    for number, opened in enumerate(connection.execute(OPENED).all(), 1):
        row = {
            "number": number,
            "case_ref": opened.case_ref,
            "entry_hash": opened.hash,
            "previous_hash": previous_hash,
        }
        previous_hash = row["hash"] = chain.hash_of(row)
        connection.execute(ledger.insert(), row)
    is_sqlite = connection.dialect.name == "sqlite"
    for guard in guards.on_sqlite("ledger") if is_sqlite else guards.on_postgresql("ledger"):
        op.execute(sa.text(guard.sql))
        if not is_sqlite:
            op.execute(sa.text(f"ALTER TABLE ledger ENABLE ALWAYS TRIGGER {guard.name}"))


def downgrade() -> None:
    raise NotImplementedError("The register is append-only: its ledger is not taken back.")
