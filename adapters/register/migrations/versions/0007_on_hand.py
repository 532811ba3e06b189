"""What is on hand in a case, in times alone and beside its standing: what a digest or the watch looks for is found by it.

Standings that are there keep these columns empty, and are read by their views, until they are written anew or a worker
has filled them (see `filling`). The rights that the application's role has of `standing` are enough.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("standing", sa.Column("owed", sa.Text))
    op.add_column("standing", sa.Column("awaited", sa.Integer))
    op.add_column("standing", sa.Column("next_moment", sa.Text))


def downgrade() -> None:
    raise NotImplementedError("The register keeps what lists are read by.")
