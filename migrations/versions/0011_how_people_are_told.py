"""How people want to be told, mailboxes that do not work, and the robots of groups.

Why: whoever is told in a way that does not suit them stops reading. Everybody who is there already
goes on as before: by mail where there is a mailbox, with everything, at the usual quiet hours.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("told_by", sa.String(24), nullable=True))
        people.add_column(sa.Column("mailbox_refused_at", sa.DateTime(), nullable=True))
        for name in ("wants_week", "wants_asks"):
            people.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true())
            )
        people.add_column(sa.Column("quiet_from", sa.Time(), nullable=True))
        people.add_column(sa.Column("quiet_until", sa.Time(), nullable=True))
        people.create_check_constraint(
            op.f("ck_people_quiet_hours_have_both_ends"),
            "(quiet_from IS NULL) = (quiet_until IS NULL)",
        )
    with op.batch_alter_table("teams") as teams:
        teams.add_column(sa.Column("own_line", sa.String(60), nullable=False, server_default=""))
    op.create_table(
        "group_robots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("said_at", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_group_robots_team_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_group_robots_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_group_robots"),
    )
    op.create_index("ix_group_robots_team_id", "group_robots", ["team_id"])


def downgrade() -> None:
    # What waits for a group would be read by nobody then.
    op.execute("DELETE FROM outbox_messages WHERE channel = 'group'")
    op.drop_table("group_robots")
    with op.batch_alter_table("teams") as teams:
        teams.drop_column("own_line")
    with op.batch_alter_table("people") as people:
        people.drop_constraint(op.f("ck_people_quiet_hours_have_both_ends"), type_="check")
        for column in ("quiet_until", "quiet_from", "wants_asks", "wants_week"):
            people.drop_column(column)
        for column in ("mailbox_refused_at", "told_by"):
            people.drop_column(column)
