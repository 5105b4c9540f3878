"""The beginning: people, teams, activities, sign-ups, the outbox, the trail.

Why: the first path of the product stands on these tables. The audit trail is
append-only, and the database itself sees to that.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def freeze_audit_trail() -> None:
    """The same sentences stand in volunteer/audit/models.py, for tables made without migrations."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"""CREATE TRIGGER audit_entries_no_{verb.lower()} BEFORE {verb} ON audit_entries
                BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"""
            )
        return
    op.execute(
        """CREATE OR REPLACE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"""
    )
    op.execute(
        """CREATE TRIGGER audit_entries_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()"""
    )


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=200), nullable=False),
        sa.Column("beat_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_heartbeats"),
        sa.UniqueConstraint("job", name="uq_heartbeats_job"),
    )
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_marks"),
        sa.UniqueConstraint("name", name="uq_marks_name"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("phone_owner", sa.String(24), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("free_slots", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_phone", "people", ["phone"])
    op.create_index("ix_people_sort_key", "people", ["sort_key"])

    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["places.id"], name="fk_places_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
        sa.UniqueConstraint("parent_id", "name", name="uq_places_parent_id_name"),
    )
    op.create_index("ix_places_parent_id", "places", ["parent_id"])

    op.create_table(
        "wrong_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("window_start", sa.DateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_tries"),
        sa.UniqueConstraint("subject", "window_start", name="uq_wrong_tries_subject_window_start"),
    )
    op.create_table(
        "personal_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("leads_to", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_personal_links_made_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_personal_links_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_personal_links"),
        sa.UniqueConstraint("token_hash", name="uq_personal_links_token_hash"),
    )
    op.create_index("ix_personal_links_person_id", "personal_links", ["person_id"])

    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("join_code", sa.String(length=24), nullable=False),
        sa.Column("reminder_weekday", sa.Integer(), nullable=False),
        sa.Column("reminder_time", sa.Time(), nullable=False),
        sa.Column("reminder_set_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "reminder_weekday BETWEEN 0 AND 6", name="ck_teams_reminder_weekday_is_a_day"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_teams_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.UniqueConstraint("join_code", name="uq_teams_join_code"),
    )
    op.create_index("ix_teams_place_id", "teams", ["place_id"])

    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_users_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login", name="uq_users_login"),
        sa.UniqueConstraint("person_id", name="uq_users_person_id"),
    )
    op.create_table(
        "activities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("planned_until", sa.Date(), nullable=True),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("risk_note", sa.Text(), nullable=False),
        sa.Column("protection_note", sa.Text(), nullable=False),
        sa.Column("bring_note", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("ends > starts", name="ck_activities_ends_after_it_starts"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="ck_activities_weekday_is_a_day"),
        sa.ForeignKeyConstraint(["leader_id"], ["people.id"], name="fk_activities_leader_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_activities_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_activities"),
    )
    op.create_index("ix_activities_leader_id", "activities", ["leader_id"])
    op.create_index("ix_activities_planned_until", "activities", ["planned_until"])
    op.create_index("ix_activities_team_id", "activities", ["team_id"])

    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_audit_entries_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_audit_entries_person_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_audit_entries_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_index("ix_audit_entries_by_id", "audit_entries", ["by_id"])
    op.create_index("ix_audit_entries_person_id", "audit_entries", ["person_id"])
    op.create_index("ix_audit_entries_team_id", "audit_entries", ["team_id"])

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_memberships_person_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_memberships_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
        sa.UniqueConstraint("team_id", "person_id", name="uq_memberships_team_id_person_id"),
    )
    op.create_index("ix_memberships_person_id", "memberships", ["person_id"])

    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(24), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.Column("kept_subject", sa.String(length=200), nullable=True),
        sa.Column("kept_text", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["people.id"], name="fk_outbox_messages_ended_by_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_outbox_messages_person_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_outbox_messages_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_messages"),
        sa.UniqueConstraint("key", name="uq_outbox_messages_key"),
    )
    op.create_index(
        "ix_outbox_messages_due", "outbox_messages", ["status", "channel", "next_try_at"]
    )
    op.create_index("ix_outbox_messages_person_id", "outbox_messages", ["person_id"])
    op.create_index("ix_outbox_messages_team", "outbox_messages", ["team_id", "due_at"])

    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sign_ins_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
        sa.UniqueConstraint("token_hash", name="uq_sign_ins_token_hash"),
    )
    op.create_index("ix_sign_ins_user_id", "sign_ins", ["user_id"])

    op.create_table(
        "weekly_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_weekly_runs_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_weekly_runs"),
        sa.UniqueConstraint("team_id", "first_day", name="uq_weekly_runs_team_id_first_day"),
    )
    op.create_table(
        "activity_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minimum >= 0 AND maximum >= minimum AND maximum > 0",
            name="ck_activity_roles_has_places",
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name="fk_activity_roles_activity_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_activity_roles"),
    )
    op.create_index("ix_activity_roles_activity_id", "activity_roles", ["activity_id"])

    op.create_table(
        "occurrences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("wall_starts", sa.DateTime(), nullable=False),
        sa.Column("wall_ends", sa.DateTime(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("change_note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name="ck_occurrences_ends_after_it_starts"),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name="fk_occurrences_activity_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_occurrences"),
        sa.UniqueConstraint(
            "activity_id", "planned_on", name="uq_occurrences_activity_id_planned_on"
        ),
    )
    op.create_index("ix_occurrences_starts_at", "occurrences", ["starts_at"])

    op.create_table(
        "occurrence_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minimum >= 0 AND maximum >= minimum AND maximum > 0",
            name="ck_occurrence_roles_has_places",
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_occurrence_roles_occurrence_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_occurrence_roles"),
        sa.UniqueConstraint(
            "occurrence_id", "position", name="uq_occurrence_roles_occurrence_id_position"
        ),
    )
    op.create_table(
        "signups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_signups_by_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_signups_occurrence_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_signups_person_id"),
        sa.ForeignKeyConstraint(["role_id"], ["occurrence_roles.id"], name="fk_signups_role_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signups"),
        sa.UniqueConstraint(
            "occurrence_id", "person_id", name="uq_signups_occurrence_id_person_id"
        ),
    )
    op.create_index("ix_signups_person_id", "signups", ["person_id"])
    op.create_index("ix_signups_role_id", "signups", ["role_id"])
    freeze_audit_trail()


def downgrade() -> None:
    op.drop_table("signups")
    op.drop_table("occurrence_roles")
    op.drop_table("occurrences")
    op.drop_table("activity_roles")
    op.drop_table("weekly_runs")
    op.drop_table("sign_ins")
    op.drop_table("outbox_messages")
    op.drop_table("memberships")
    op.drop_table("audit_entries")
    op.drop_table("activities")
    op.drop_table("users")
    op.drop_table("teams")
    op.drop_table("personal_links")
    op.drop_table("wrong_tries")
    op.drop_table("places")
    op.drop_table("people")
    op.drop_table("marks")
    op.drop_table("heartbeats")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_audit()")
