"""Visits count their changes, as dates do.

Why: a calendar takes an entry for the newer one by its SEQUENCE; without one some phones kept the
old time of a visit that was moved, and one that was cancelled.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("visits", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("visits") as visits:
        visits.drop_column("revision")
