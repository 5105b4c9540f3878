"""Keep what was pasted from the group, and what became of each line.

Why: the same 接龙 is pasted again and again as it grows; only what is different since last time
should have to be looked at, and a nickname that somebody has explained once is known again.
New tables only; nothing that is there changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "jielong_pastes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("pasted_at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_mark", sa.String(64), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("example", sa.Text(), nullable=True),
        sa.Column("form_key", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_jielong_pastes_by_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_jielong_pastes_occurrence_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jielong_pastes"),
        sa.UniqueConstraint(
            "occurrence_id", "form_key", name="uq_jielong_pastes_occurrence_id_form_key"
        ),
    )
    op.create_index("ix_jielong_pastes_occurrence_id", "jielong_pastes", ["occurrence_id"])
    op.create_index("ix_jielong_pastes_pasted_at", "jielong_pastes", ["pasted_at"])
    op.create_table(
        "jielong_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paste_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_in_text", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_mark", sa.String(64), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("people BETWEEN 1 AND 99", name="ck_jielong_lines_people_are_counted"),
        sa.CheckConstraint(
            "outcome <> 'placed' OR person_id IS NOT NULL",
            name="ck_jielong_lines_a_place_is_somebodys",
        ),
        sa.ForeignKeyConstraint(
            ["paste_id"], ["jielong_pastes.id"], name="fk_jielong_lines_paste_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_jielong_lines_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jielong_lines"),
        sa.UniqueConstraint("paste_id", "position", name="uq_jielong_lines_paste_id_position"),
    )
    op.create_index("ix_jielong_lines_name_mark", "jielong_lines", ["name_mark"])
    op.create_index("ix_jielong_lines_person_id", "jielong_lines", ["person_id"])


def downgrade() -> None:
    op.drop_table("jielong_lines")
    op.drop_table("jielong_pastes")
