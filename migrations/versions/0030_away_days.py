"""From which day to which somebody is away, for every team at once.

Why: who travels for six weeks had to pause in each team, or each place of every week, and was asked
by all others. Said once, it holds wherever somebody is invited, moved up or put on a date.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "away_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_away_days_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_away_days_person_id_people")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_away_days_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away_days")),
    )
    op.create_index("ix_away_days_person_last_on", "away_days", ["person_id", "last_on"])


def downgrade() -> None:
    op.drop_index("ix_away_days_person_last_on", table_name="away_days")
    op.drop_table("away_days")
