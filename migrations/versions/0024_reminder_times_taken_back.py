"""Times of reminding that an activity had of its own are kept as taken back.

Why: when they were deleted, the hours of the team that had passed by then counted anew, and
everybody was reminded at once of what they had been reminded of.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column(
        "reminder_plans",
        sa.Column("is_taken_back", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    # Who has none of their own again: the level above says when.
    op.execute(sa.text("DELETE FROM reminder_plans WHERE is_taken_back"))
    with op.batch_alter_table("reminder_plans") as plans:
        plans.drop_column("is_taken_back")
