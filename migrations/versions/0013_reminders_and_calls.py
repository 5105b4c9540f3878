"""Remember when a team reminds, who has said that they come, and who is called.

Why: each activity and kind of work may remind at hours of its own; a yes given before a date is
worth keeping beside the place; calls are shared out, made and noted by several people. Five new
tables; nothing that is there changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    create_confirmations()
    create_reminder_plans()
    create_call_shares()
    create_calls()
    create_watch_runs()


def create_confirmations() -> None:
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("coming", sa.String(24), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["signup_id"], ["signups.id"], name="fk_confirmations_signup_id"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_confirmations_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_confirmations"),
        sa.UniqueConstraint("signup_id", name="uq_confirmations_signup_id"),
    )


def create_reminder_plans() -> None:
    op.create_table(
        "reminder_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("role_name", sa.String(30), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("own_line", sa.String(120), nullable=False),
        sa.Column("watch_days", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "role_name = '' OR activity_id IS NOT NULL",
            name="ck_reminder_plans_work_of_an_activity",
        ),
        sa.CheckConstraint(
            "watch_days BETWEEN 0 AND 7", name="ck_reminder_plans_watched_for_a_week_at_most"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_reminder_plans_team_id"),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name="fk_reminder_plans_activity_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_plans"),
    )
    op.create_index("ix_reminder_plans_team_id", "reminder_plans", ["team_id"])
    one_only("uq_reminder_plans_team", ["team_id"], "activity_id IS NULL")
    one_only("uq_reminder_plans_work", ["activity_id", "role_name"], "activity_id IS NOT NULL")


def one_only(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        name,
        "reminder_plans",
        columns,
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def create_call_shares() -> None:
    op.create_table(
        "call_shares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=False),
        sa.Column("backup_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("handed_on_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("caller_id <> backup_id", name="ck_call_shares_backup_is_another"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_call_shares_team_id"),
        sa.ForeignKeyConstraint(["caller_id"], ["people.id"], name="fk_call_shares_caller_id"),
        sa.ForeignKeyConstraint(["backup_id"], ["people.id"], name="fk_call_shares_backup_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_call_shares_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_shares"),
    )
    for column in ("team_id", "caller_id", "backup_id"):
        op.create_index(f"ix_call_shares_{column}", "call_shares", [column])


def create_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("share_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(24), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(result = 'waiting') = (noted_by_id IS NULL)", name="ck_calls_somebody_noted_it"
        ),
        sa.CheckConstraint("tries >= 0", name="ck_calls_tries_are_counted"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_calls_team_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_calls_occurrence_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_calls_person_id"),
        sa.ForeignKeyConstraint(["share_id"], ["call_shares.id"], name="fk_calls_share_id"),
        sa.ForeignKeyConstraint(["noted_by_id"], ["people.id"], name="fk_calls_noted_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint(
            "occurrence_id",
            "person_id",
            "starts_at",
            name="uq_calls_occurrence_id_person_id_starts_at",
        ),
    )
    for column in ("team_id", "person_id", "starts_at", "share_id"):
        op.create_index(f"ix_calls_{column}", "calls", [column])


def create_watch_runs() -> None:
    op.create_table(
        "watch_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_watch_runs_occurrence_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_watch_runs"),
        sa.UniqueConstraint(
            "occurrence_id",
            "starts_at",
            "days_before",
            name="uq_watch_runs_occurrence_id_starts_at_days_before",
        ),
    )


def downgrade() -> None:
    for table in ("watch_runs", "calls", "call_shares", "reminder_plans", "confirmations"):
        op.drop_table(table)
