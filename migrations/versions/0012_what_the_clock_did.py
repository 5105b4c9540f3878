"""What each job of the clock did last, and when it last failed; and quick figures of the outbox.

Why: whoever runs the service has to see what the clock does, not only that it ticks. Jobs that
are there keep their beat; what they did shows from their next run on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("heartbeats") as heartbeats:
        heartbeats.add_column(sa.Column("did", sa.Integer(), nullable=True))
        heartbeats.add_column(sa.Column("took_ms", sa.Integer(), nullable=True))
        heartbeats.add_column(sa.Column("failed_at", sa.DateTime(), nullable=True))
        heartbeats.add_column(sa.Column("failure", sa.String(60), nullable=True))
    op.create_index("ix_outbox_messages_ended", "outbox_messages", ["ended_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_messages_ended", table_name="outbox_messages")
    with op.batch_alter_table("heartbeats") as heartbeats:
        for column in ("failure", "failed_at", "took_ms", "did"):
            heartbeats.drop_column(column)
