"""Hours of visits and of help; certificates that round as the team wishes.

Why: visits to elders and help for neighbours are what a team does most, and counted no hours.
Visits of before wait to be confirmed like those that come in now, as long as they were planned for.
Of help of before nobody knows how long it took, nor in which zone it was noted: it is left out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

# Who stood before a door that stayed closed has given a short while.
VISITS = """
INSERT INTO deeds (team_id, person_id, kind, visit_id, wall_starts, starts_at, minutes,
                   is_guessed, reopen_reason)
SELECT elders.team_id, visit_parts.person_id, 'visit', visits.id, visits.wall_starts,
       visits.starts_at,
       CASE WHEN visits.status = 'done' OR visits.minutes < 30 THEN visits.minutes ELSE 30 END,
       TRUE, ''
FROM visit_parts
JOIN visits ON visits.id = visit_parts.visit_id
JOIN elders ON elders.id = visits.elder_id
WHERE visits.status IN ('done', 'declined', 'no_answer') AND visit_parts.withdrew_at IS NULL
ORDER BY visits.starts_at, visit_parts.id
"""


def upgrade() -> None:
    create_deeds()
    op.execute(VISITS)
    with op.batch_alter_table("mistake_notes") as notes:
        notes.add_column(sa.Column("deed_id", sa.Integer(), nullable=True))
        notes.alter_column("occurrence_id", existing_type=sa.Integer(), nullable=True)
        notes.create_foreign_key(op.f("fk_mistake_notes_deed_id"), "deeds", ["deed_id"], ["id"])
        notes.create_check_constraint(
            op.f("ck_mistake_notes_about_one_thing"),
            "(occurrence_id IS NULL) <> (deed_id IS NULL)",
        )
        notes.create_index(op.f("ix_mistake_notes_deed_id"), ["deed_id"])
    with op.batch_alter_table("teams") as teams:
        teams.add_column(
            sa.Column(
                "hours_rounding", sa.String(length=24), server_default="half_hour", nullable=False
            )
        )
    with op.batch_alter_table("service_certificates") as certificates:
        certificates.add_column(
            sa.Column("rounding", sa.String(length=24), server_default="half_hour", nullable=False)
        )


def create_deeds() -> None:
    op.create_table(
        "deeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("help_request_id", sa.Integer(), nullable=True),
        sa.Column("wall_starts", sa.DateTime(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("is_guessed", sa.Boolean(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("reopened_by_id", sa.Integer(), nullable=True),
        sa.Column("reopened_at", sa.DateTime(), nullable=True),
        sa.Column("reopen_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(visit_id IS NULL) <> (help_request_id IS NULL)",
            name=op.f("ck_deeds_is_of_one_thing"),
        ),
        sa.CheckConstraint("minutes BETWEEN 0 AND 720", name=op.f("ck_deeds_at_most_twelve_hours")),
        sa.CheckConstraint("confirmed_by_id <> person_id", name=op.f("ck_deeds_nobody_their_own")),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)",
            name=op.f("ck_deeds_confirmed_by_somebody"),
        ),
        sa.CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by_id IS NULL)",
            name=op.f("ck_deeds_somebody_opens_it_again"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_deeds_{column}"))
            for column, target in (
                ("team_id", "teams.id"),
                ("person_id", "people.id"),
                ("visit_id", "visits.id"),
                ("help_request_id", "help_requests.id"),
                ("confirmed_by_id", "people.id"),
                ("reopened_by_id", "people.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deeds")),
        sa.UniqueConstraint("visit_id", "person_id", name=op.f("uq_deeds_visit_id_person_id")),
        sa.UniqueConstraint(
            "help_request_id", "person_id", name=op.f("uq_deeds_help_request_id_person_id")
        ),
    )
    with op.batch_alter_table("deeds") as deeds:
        deeds.create_index(op.f("ix_deeds_person_id"), ["person_id"])
        deeds.create_index(op.f("ix_deeds_starts_at"), ["starts_at"])
        deeds.create_index("ix_deeds_team_id_wall_starts", ["team_id", "wall_starts"])


def downgrade() -> None:
    with op.batch_alter_table("service_certificates") as certificates:
        certificates.drop_column("rounding")
    with op.batch_alter_table("teams") as teams:
        teams.drop_column("hours_rounding")
    op.execute("DELETE FROM mistake_notes WHERE deed_id IS NOT NULL")
    with op.batch_alter_table("mistake_notes") as notes:
        notes.drop_index(op.f("ix_mistake_notes_deed_id"))
        notes.drop_constraint(op.f("ck_mistake_notes_about_one_thing"), type_="check")
        notes.drop_constraint(op.f("fk_mistake_notes_deed_id"), type_="foreignkey")
        notes.drop_column("deed_id")
        notes.alter_column("occurrence_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("deeds")
