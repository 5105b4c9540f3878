"""Who asks to be forgotten, and what was answered.

Why: whoever is known here may ask for it, is answered within fifteen days, and reads why when it
is no.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "forgetting_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ground", sa.String(length=24), nullable=True),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_forgetting_requests_person_id"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name="fk_forgetting_requests_asked_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name="fk_forgetting_requests_answered_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_forgetting_requests"),
    )
    op.create_index("ix_forgetting_requests_person_id", "forgetting_requests", ["person_id"])
    op.create_index("ix_forgetting_requests_status", "forgetting_requests", ["status"])
    is_open = sa.text("status = 'open'")
    op.create_index(
        "uq_forgetting_requests_open",
        "forgetting_requests",
        ["person_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def downgrade() -> None:
    op.drop_table("forgetting_requests")
