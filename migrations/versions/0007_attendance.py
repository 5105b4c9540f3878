"""Remember who came to a date, who closed its day, and what people say is wrong about it.

Why: hours count only after a person has looked them over. There are no rows yet, so nothing
that is there already changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("way", sa.String(24), nullable=False),
        sa.Column("arrived_at", sa.DateTime(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("is_left_by_rule", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.Column("counted_from", sa.DateTime(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("left_at >= arrived_at", name="ck_attendances_leaves_after_arriving"),
        sa.CheckConstraint("minutes BETWEEN 0 AND 720", name="ck_attendances_at_most_twelve_hours"),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR (state = 'came' AND minutes IS NOT NULL"
            " AND counted_from IS NOT NULL AND confirmed_by_id IS NOT NULL)",
            name="ck_attendances_counts_only_who_came",
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_attendances_occurrence_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_attendances_person_id"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_attendances_by_id"),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["people.id"], name="fk_attendances_confirmed_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attendances"),
        sa.UniqueConstraint(
            "occurrence_id", "person_id", name="uq_attendances_occurrence_id_person_id"
        ),
    )
    op.create_index("ix_attendances_person_id", "attendances", ["person_id"])
    op.create_index("ix_attendances_confirmed_at", "attendances", ["confirmed_at"])
    op.create_table(
        "closings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("reopened_by_id", sa.Integer(), nullable=True),
        sa.Column("reopened_at", sa.DateTime(), nullable=True),
        sa.Column("reopen_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by_id IS NULL)",
            name="ck_closings_somebody_opens_it_again",
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_closings_occurrence_id"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_closings_by_id"),
        sa.ForeignKeyConstraint(
            ["reopened_by_id"], ["people.id"], name="fk_closings_reopened_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_closings"),
    )
    op.create_index("ix_closings_occurrence_id", "closings", ["occurrence_id"])
    op.create_index(
        "uq_closings_open",
        "closings",
        ["occurrence_id"],
        unique=True,
        sqlite_where=sa.text("reopened_at IS NULL"),
        postgresql_where=sa.text("reopened_at IS NULL"),
    )
    op.create_table(
        "mistake_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)",
            name="ck_mistake_notes_answered_by_somebody",
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_mistake_notes_occurrence_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_mistake_notes_person_id"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_mistake_notes_by_id"),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name="fk_mistake_notes_answered_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mistake_notes"),
    )
    op.create_index("ix_mistake_notes_occurrence_id", "mistake_notes", ["occurrence_id"])
    op.create_index("ix_mistake_notes_person_id", "mistake_notes", ["person_id"])


def downgrade() -> None:
    for table in ("mistake_notes", "closings", "attendances"):
        op.drop_table(table)
