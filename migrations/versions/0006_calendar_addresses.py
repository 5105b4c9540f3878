"""Addresses of calendars.

Why: a phone fetches a person's, a team's or a community's dates by itself, at a secret address that
its holder can see again, put another in place of, and end. Nothing that is there already changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

OF_ONESELF = sa.text("team_id IS NULL AND place_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("token_mark", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "team_id IS NULL OR place_id IS NULL", name=op.f("ck_feeds_is_of_one_thing")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["people.id"], name="fk_feeds_holder_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_feeds_person_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_feeds_team_id"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_feeds_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint(
            "holder_id", "person_id", "team_id", name="uq_feeds_holder_id_person_id_team_id"
        ),
        sa.UniqueConstraint(
            "holder_id", "person_id", "place_id", name="uq_feeds_holder_id_person_id_place_id"
        ),
        sa.UniqueConstraint("token_mark", name="uq_feeds_token_mark"),
    )
    op.create_index(
        "ix_feeds_own", "feeds", ["holder_id", "person_id"], unique=True,
        sqlite_where=OF_ONESELF, postgresql_where=OF_ONESELF,
    )  # fmt: skip
    for column in ("person_id", "team_id", "place_id"):
        op.create_index(f"ix_feeds_{column}", "feeds", [column])


def downgrade() -> None:
    op.drop_table("feeds")
