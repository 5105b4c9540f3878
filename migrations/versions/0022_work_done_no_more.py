"""Work that was taken out of the plan while somebody had a place in it takes nobody else.

Why: it stood there with a place as soon as somebody gave theirs back, and the next in its queue got
work that the team did not want done any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column(
        "occurrence_roles",
        sa.Column("is_closed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    with op.batch_alter_table("occurrence_roles") as roles:
        roles.drop_column("is_closed")
