"""What roles ask of people, insurance and trainings, households, and places held for who waits.

Why: dangerous work needs insurance (志愿服务条例, 17), children need a guardian, some work a
training; and a place that comes free may be offered to one after the other. Activities that are
there already stay as they were: no danger, moving up in line until they begin.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ROLES = ("activity_roles", "occurrence_roles")


def upgrade() -> None:
    create_trainings()
    create_insurance()
    create_ties()
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("birth_year", sa.Integer(), nullable=True))
        people.add_column(sa.Column("birth_month", sa.Integer(), nullable=True))
        people.create_check_constraint(
            op.f("ck_people_birth_month_is_a_month"), "birth_month BETWEEN 1 AND 12"
        )
        people.create_check_constraint(
            op.f("ck_people_month_of_a_year"), "birth_month IS NULL OR birth_year IS NOT NULL"
        )
    with op.batch_alter_table("teams") as teams:
        teams.add_column(sa.Column("most_a_week", sa.Integer(), nullable=True))
        teams.create_check_constraint(op.f("ck_teams_most_a_week_is_some"), "most_a_week > 0")
    with op.batch_alter_table("activities") as activities:
        activities.add_column(as_before("meeting_point", sa.String(120), ""))
        activities.add_column(as_before("danger_level", sa.String(24), "none"))
        activities.add_column(as_before("waiting_style", sa.String(24), "in_line"))
        activities.add_column(as_before("answer_hours", sa.Integer(), "2"))
        activities.add_column(as_before("cutoff_hours", sa.Integer(), "0"))
        activities.create_check_constraint(
            op.f("ck_activities_answer_hours_in_two_days"), "answer_hours BETWEEN 1 AND 48"
        )
        activities.create_check_constraint(
            op.f("ck_activities_cutoff_hours_in_three_days"), "cutoff_hours BETWEEN 0 AND 72"
        )
    for table in ROLES:
        with op.batch_alter_table(table) as roles:
            roles.add_column(sa.Column("least_age", sa.Integer(), nullable=True))
            roles.add_column(sa.Column("most_age", sa.Integer(), nullable=True))
            roles.add_column(sa.Column("training_id", sa.Integer(), nullable=True))
            roles.add_column(as_before("own_tool", sa.String(40), ""))
            roles.create_foreign_key(
                op.f(f"fk_{table}_training_id"), "trainings", ["training_id"], ["id"]
            )
    with op.batch_alter_table("signups") as signups:
        signups.add_column(sa.Column("answer_by", sa.DateTime(), nullable=True))
        signups.add_column(sa.Column("passed_at", sa.DateTime(), nullable=True))
        signups.add_column(as_before("is_walk_in", sa.Boolean(), sa.false()))
        signups.add_column(sa.Column("form_key", sa.String(40), nullable=True))
        signups.create_unique_constraint(
            op.f("uq_signups_occurrence_id_form_key"), ["occurrence_id", "form_key"]
        )
        signups.create_check_constraint(
            op.f("ck_signups_only_who_waits_is_asked"), "answer_by IS NULL OR status = 'waiting'"
        )
        signups.create_index("ix_signups_answer_by", ["answer_by"])


def as_before(name: str, kind: sa.types.TypeEngine[object], value: object) -> sa.Column[object]:
    """A column in which the rows that are there get what was true of them so far.

    The default stays in the table: to take it off, SQLite would copy the whole table again.
    """
    return sa.Column(name, kind, nullable=False, server_default=value)


def create_trainings() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_trainings_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_trainings"),
        sa.UniqueConstraint("team_id", "name", name="uq_trainings_team_id_name"),
    )
    op.create_table(
        "qualifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("good_until", sa.Date(), nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["training_id"], ["trainings.id"], name="fk_qualifications_training_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_qualifications_person_id"),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["people.id"], name="fk_qualifications_noted_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_qualifications"),
        sa.UniqueConstraint(
            "training_id", "person_id", name="uq_qualifications_training_id_person_id"
        ),
    )
    op.create_index("ix_qualifications_person_id", "qualifications", ["person_id"])


def create_insurance() -> None:
    op.create_table(
        "insurance_policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("insurer", sa.String(60), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("least_age", sa.Integer(), nullable=False),
        sa.Column("most_age", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on >= starts_on", name="ck_insurance_policies_ends_after_it_starts"
        ),
        sa.CheckConstraint("most_age >= least_age", name="ck_insurance_policies_ages_in_order"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_insurance_policies_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_insurance_policies"),
    )
    op.create_index("ix_insurance_policies_team_id", "insurance_policies", ["team_id"])


def create_ties() -> None:
    op.create_table(
        "households",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_households_team_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_households_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_households"),
    )
    op.create_index("ix_households_team_id", "households", ["team_id"])
    op.create_table(
        "housemates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_housemates_household_id"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_housemates_team_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_housemates_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_housemates"),
        sa.UniqueConstraint("team_id", "person_id", name="uq_housemates_team_id_person_id"),
    )
    op.create_index("ix_housemates_household_id", "housemates", ["household_id"])
    op.create_index("ix_housemates_person_id", "housemates", ["person_id"])
    op.create_table(
        "guardians",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_guardians_team_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_guardians_person_id"),
        sa.ForeignKeyConstraint(["guardian_id"], ["people.id"], name="fk_guardians_guardian_id"),
        sa.PrimaryKeyConstraint("id", name="pk_guardians"),
        sa.UniqueConstraint("team_id", "person_id", name="uq_guardians_team_id_person_id"),
    )
    op.create_index("ix_guardians_guardian_id", "guardians", ["guardian_id"])
    op.create_index("ix_guardians_person_id", "guardians", ["person_id"])


def downgrade() -> None:
    with op.batch_alter_table("signups") as signups:
        signups.drop_index("ix_signups_answer_by")
        signups.drop_constraint(op.f("ck_signups_only_who_waits_is_asked"), type_="check")
        signups.drop_constraint(op.f("uq_signups_occurrence_id_form_key"), type_="unique")
        for column in ("form_key", "is_walk_in", "passed_at", "answer_by"):
            signups.drop_column(column)
    for table in ROLES:
        with op.batch_alter_table(table) as roles:
            roles.drop_constraint(op.f(f"fk_{table}_training_id"), type_="foreignkey")
            for column in ("own_tool", "training_id", "most_age", "least_age"):
                roles.drop_column(column)
    with op.batch_alter_table("activities") as activities:
        for name in ("cutoff_hours_in_three_days", "answer_hours_in_two_days"):
            activities.drop_constraint(op.f(f"ck_activities_{name}"), type_="check")
        for column in (
            "cutoff_hours", "answer_hours", "waiting_style", "danger_level", "meeting_point",
        ):  # fmt: skip
            activities.drop_column(column)
    with op.batch_alter_table("teams") as teams:
        teams.drop_constraint(op.f("ck_teams_most_a_week_is_some"), type_="check")
        teams.drop_column("most_a_week")
    with op.batch_alter_table("people") as people:
        for name in ("month_of_a_year", "birth_month_is_a_month"):
            people.drop_constraint(op.f(f"ck_people_{name}"), type_="check")
        people.drop_column("birth_month")
        people.drop_column("birth_year")
    for table in (
        "guardians", "housemates", "households", "insurance_policies", "qualifications",
        "trainings",
    ):  # fmt: skip
        op.drop_table(table)
