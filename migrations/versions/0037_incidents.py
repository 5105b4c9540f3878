"""Incidents: what happened at a date, on a visit or an errand, and what was done about it.

Why: who is hurt must be written down while it is known, and the insurer told the same day. What is
told, and who was hurt, is sealed; a correction is a version of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

ORIGINS = ("occurrence_id", "visit_id", "help_request_id")
AT_MOST_ONE = " + ".join(f"(CASE WHEN {one} IS NULL THEN 0 ELSE 1 END)" for one in ORIGINS)


def number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def sealed(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def points(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def index(table: str, *columns: str) -> None:
    with op.batch_alter_table(table) as rows:
        for column in columns:
            rows.create_index(op.f(f"ix_{table}_{column}"), [column])


def upgrade() -> None:
    op.create_table(
        "incidents",
        number("id"),
        number("team_id"),
        *(number(name, nullable=True) for name in ORIGINS),
        moment("wall_at"),
        number("reporter_id"),
        moment("reported_at"),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.Column("insurer", sa.String(length=24), nullable=False),
        moment("insurer_told_at", nullable=True),
        moment("closed_at", nullable=True),
        sa.CheckConstraint(
            f"{AT_MOST_ONE} <= 1", name=op.f("ck_incidents_happened_at_one_thing")
        ),
        sa.CheckConstraint(
            "(insurer = 'told') = (insurer_told_at IS NOT NULL)",
            name=op.f("ck_incidents_told_at_a_time"),
        ),
        *points(
            "incidents", team_id="teams", occurrence_id="occurrences", visit_id="visits",
            help_request_id="help_requests", reporter_id="people",
        ),
        key("incidents"),
        sa.UniqueConstraint("team_id", "form_key", name=op.f("uq_incidents_team_id_form_key")),
    )  # fmt: skip
    index("incidents", "reporter_id")
    with op.batch_alter_table("incidents") as incidents:
        incidents.create_index("ix_incidents_team_id_wall_at", ["team_id", "wall_at"])
    op.create_table(
        "incident_versions",
        number("id"),
        number("incident_id"),
        moment("wall_at"),
        sealed("place", nullable=False),
        sealed("words", nullable=False),
        *(sealed(name) for name in ("injuries", "first_aid", "called", "called_words",
                                    "hurt_names", "there_names")),
        number("by_id"),
        moment("at"),
        *points("incident_versions", incident_id="incidents", by_id="people"),
        key("incident_versions"),
    )  # fmt: skip
    index("incident_versions", "incident_id", "by_id")
    op.create_table(
        "incident_people",
        number("id"),
        number("version_id"),
        number("person_id"),
        sealed("part", nullable=False),
        *points("incident_people", version_id="incident_versions", person_id="people"),
        key("incident_people"),
        sa.UniqueConstraint(
            "version_id", "person_id", name=op.f("uq_incident_people_version_id_person_id")
        ),
    )
    index("incident_people", "person_id")
    op.create_table(
        "incident_steps",
        number("id"),
        number("incident_id"),
        sa.Column("kind", sa.String(length=24), nullable=False),
        moment("told_at", nullable=True),
        sealed("words"),
        number("by_id"),
        moment("at"),
        *points("incident_steps", incident_id="incidents", by_id="people"),
        key("incident_steps"),
    )
    index("incident_steps", "incident_id")
    op.create_table(
        "incident_photos",
        number("id"),
        number("incident_id"),
        number("picture_id", nullable=True),
        number("by_id"),
        moment("at"),
        *points("incident_photos", incident_id="incidents", picture_id="pictures", by_id="people"),
        key("incident_photos"),
    )
    index("incident_photos", "incident_id")


def downgrade() -> None:
    for table in ("incident_photos", "incident_steps", "incident_people", "incident_versions",
                  "incidents"):  # fmt: skip
        op.drop_table(table)
