"""Signing in in two steps.

Why: whoever reads health, or runs the service, should not be robbed with a password alone (ASVS
5.0, 6.3.3). A sign-in that waits for its second step opens nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("step_secret", sa.Text(), nullable=True))
        users.add_column(sa.Column("step_used", sa.Integer(), nullable=True))
        users.add_column(sa.Column("spare_marks", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("sign_ins") as sign_ins:
        sign_ins.add_column(
            sa.Column("is_waiting", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    op.execute("DELETE FROM sign_ins WHERE is_waiting")
    with op.batch_alter_table("sign_ins") as sign_ins:
        sign_ins.drop_column("is_waiting")
    with op.batch_alter_table("users") as users:
        users.drop_column("spare_marks")
        users.drop_column("step_used")
        users.drop_column("step_secret")
