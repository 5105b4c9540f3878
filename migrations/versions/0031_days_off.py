"""Days on which dates of a team are called off together; what takes place outdoors.

Why: when it rains, or the hall is closed, a coordinator calls off a whole day in one step, and
takes that back in one; the dates remember which step it was. Whether an activity takes place
outdoors says which dates heat and cold concern; a round of calls remembers that they go on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "days_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("called_off_at", sa.DateTime(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(), nullable=True),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_days_off_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_days_off_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_days_off")),
        sa.UniqueConstraint("team_id", "form_key", name=op.f("uq_days_off_team_id_form_key")),
    )
    with op.batch_alter_table("occurrences") as occurrences:
        occurrences.add_column(sa.Column("days_off_id", sa.Integer(), nullable=True))
        occurrences.create_foreign_key(
            op.f("fk_occurrences_days_off_id_days_off"), "days_off", ["days_off_id"], ["id"]
        )
        occurrences.create_index(op.f("ix_occurrences_days_off_id"), ["days_off_id"])
    with op.batch_alter_table("activities") as activities:
        activities.add_column(
            sa.Column("is_outdoors", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("weather_rounds") as rounds:
        rounds.add_column(
            sa.Column("dates_go_on", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("weather_rounds") as rounds:
        rounds.drop_column("dates_go_on")
    with op.batch_alter_table("activities") as activities:
        activities.drop_column("is_outdoors")
    with op.batch_alter_table("occurrences") as occurrences:
        occurrences.drop_index(op.f("ix_occurrences_days_off_id"))
        occurrences.drop_constraint(op.f("fk_occurrences_days_off_id_days_off"), type_="foreignkey")
        occurrences.drop_column("days_off_id")
    op.drop_table("days_off")
