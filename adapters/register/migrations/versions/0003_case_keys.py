"""A key for each case, with which what people wrote is encrypted, and the marks of what was.

What stands in a register already stays as it was written: it is append-only. New entries of an existing case get a key
as soon as a worker of this version decides one. On PostgreSQL the application's role also needs:

    GRANT SELECT, INSERT, UPDATE ON case_key TO app;
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("body_mark", sa.Text))
    op.add_column("entry", sa.Column("changes_mark", sa.Text))
    op.create_table(
        "case_key",
        sa.Column("case_ref", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("wrapped_by", sa.Text, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("The register is append-only: what was encrypted needs its keys.")
