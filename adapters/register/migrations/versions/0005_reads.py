"""The record of reads: who looked at which case, listed cases or took them out, append-only.

Each row bears a sum of itself; there is no chain, so that nobody who looks waits for another who does. On PostgreSQL
the application's role also needs:

    GRANT SELECT, INSERT ON read TO app;
"""

import sqlalchemy as sa
from alembic import op

from adapters.register import guards

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXTS = ("at", "case_ref", "what", "detail", "account", "title", "role", "agency", "known")


def upgrade() -> None:
    op.create_table(
        "read",
        sa.Column("id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS),
        sa.Column("of_party", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("read_of_case", "read", ["case_ref", "at"])
    op.create_index("read_by_account", "read", ["account", "at"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in guards.on_sqlite("read") if is_sqlite else guards.on_postgresql("read"):
        op.execute(sa.text(guard.sql))
        if not is_sqlite:
            op.execute(sa.text(f"ALTER TABLE read ENABLE ALWAYS TRIGGER {guard.name}"))


def downgrade() -> None:
    raise NotImplementedError("The register is append-only: its record of reads is not taken back.")
