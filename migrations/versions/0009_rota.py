"""Keep the rota of a month while it is being made, and what members wish for it.

Why: a proposal is looked at and changed over days before anybody is invited; each seat keeps why
it was proposed. Three new tables; nothing that is there changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "rota_wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("most_a_month", sa.Integer(), nullable=True),
        sa.Column("works", sa.JSON(), nullable=False),
        sa.Column("beside", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "most_a_month BETWEEN 0 AND 31", name="ck_rota_wishes_most_is_a_number_of_days"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_rota_wishes_by_id"),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name="fk_rota_wishes_membership_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rota_wishes"),
        sa.UniqueConstraint("membership_id", name="uq_rota_wishes_membership_id"),
    )
    op.create_table(
        "rota_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("most_a_month", sa.Integer(), nullable=False),
        sa.Column("rest_days", sa.Integer(), nullable=False),
        sa.Column("up_to_most", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "most_a_month BETWEEN 1 AND 31", name="ck_rota_drafts_most_is_a_number_of_days"
        ),
        sa.CheckConstraint(
            "rest_days BETWEEN 0 AND 6", name="ck_rota_drafts_rest_is_less_than_a_week"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_rota_drafts_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rota_drafts"),
        sa.UniqueConstraint("team_id", "month", name="uq_rota_drafts_team_id_month"),
    )
    op.create_table(
        "rota_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "invited_at IS NULL OR person_id IS NOT NULL", name="ck_rota_seats_who_is_invited"
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["rota_drafts.id"], name="fk_rota_seats_draft_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_rota_seats_occurrence_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["occurrence_roles.id"], name="fk_rota_seats_role_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_rota_seats_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rota_seats"),
        sa.UniqueConstraint(
            "draft_id", "occurrence_id", "person_id",
            name="uq_rota_seats_draft_id_occurrence_id_person_id",
        ),
    )  # fmt: skip
    op.create_index("ix_rota_seats_occurrence_id", "rota_seats", ["occurrence_id"])
    op.create_index("ix_rota_seats_person_id", "rota_seats", ["person_id"])
    op.create_index("ix_rota_seats_role_id", "rota_seats", ["role_id"])


def downgrade() -> None:
    for name in ("rota_seats", "rota_drafts", "rota_wishes"):
        op.drop_table(name)
