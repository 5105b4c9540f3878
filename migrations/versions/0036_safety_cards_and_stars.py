"""Safety cards of who helps; stars; certificates that a team shows to its members first.

Why: nobody could say whom to call when a volunteer fell; what a team thinks of long service had no
place; and the guidance on certificates (民发〔2015〕149号) wants a week in which others may object.
Who has a certificate from before keeps it as it is: no star stands on it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    create_safety_cards()
    create_star_awards()
    with op.batch_alter_table("teams") as teams:
        teams.add_column(
            sa.Column("publicity_days", sa.Integer(), server_default="0", nullable=False)
        )
        teams.add_column(
            sa.Column(
                "star_hours",
                sa.JSON(),
                server_default="[100, 300, 600, 1000, 1500]",
                nullable=False,
            )
        )
        teams.create_check_constraint(
            op.f("ck_teams_publicity_has_an_end"), "publicity_days BETWEEN 0 AND 60"
        )
    with op.batch_alter_table("service_certificates") as certificates:
        certificates.add_column(sa.Column("public_until", sa.DateTime(), nullable=True))
        certificates.add_column(sa.Column("shown_minutes", sa.Integer(), nullable=True))
        certificates.add_column(sa.Column("remark", sa.Text(), server_default="", nullable=False))
        certificates.add_column(sa.Column("star_level", sa.Integer(), nullable=True))
        certificates.add_column(sa.Column("star_on", sa.Date(), nullable=True))
        certificates.create_check_constraint(
            op.f("ck_service_certificates_shown_with_its_sum"),
            "(public_until IS NULL) = (shown_minutes IS NULL)",
        )
        certificates.create_check_constraint(
            op.f("ck_service_certificates_star_of_a_day"),
            "(star_level IS NULL) = (star_on IS NULL)",
        )
    with op.batch_alter_table("service_certificates") as certificates:
        certificates.alter_column("remark", existing_type=sa.Text(), server_default=None)
    create_objections()


def create_safety_cards() -> None:
    op.create_table(
        "safety_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_relation", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("national_no", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        *people_of("safety_cards", "person_id", "by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_cards")),
        sa.UniqueConstraint("person_id", name=op.f("uq_safety_cards_person_id")),
    )


def create_star_awards() -> None:
    op.create_table(
        "star_awards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("quality", sa.String(length=24), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_star_awards_one_to_five")),
        sa.CheckConstraint("by_id <> person_id", name=op.f("ck_star_awards_nobody_their_own")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_star_awards_team_id")),
        *people_of("star_awards", "person_id", "by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_star_awards")),
        sa.UniqueConstraint(
            "team_id", "person_id", "level", name=op.f("uq_star_awards_team_id_person_id_level")
        ),
    )
    with op.batch_alter_table("star_awards") as stars:
        stars.create_index(op.f("ix_star_awards_person_id"), ["person_id"])


def create_objections() -> None:
    op.create_table(
        "certificate_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_certificate_objections_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["service_certificates.id"],
            name=op.f("fk_certificate_objections_certificate_id"),
        ),
        *people_of("certificate_objections", "person_id", "answered_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_objections")),
        sa.UniqueConstraint(
            "certificate_id",
            "person_id",
            name=op.f("uq_certificate_objections_certificate_id_person_id"),
        ),
    )
    with op.batch_alter_table("certificate_objections") as objections:
        objections.create_index(op.f("ix_certificate_objections_person_id"), ["person_id"])


def people_of(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}"))
        for column in columns
    ]


def downgrade() -> None:
    op.drop_table("certificate_objections")
    with op.batch_alter_table("service_certificates") as certificates:
        certificates.drop_constraint(op.f("ck_service_certificates_star_of_a_day"), type_="check")
        certificates.drop_constraint(
            op.f("ck_service_certificates_shown_with_its_sum"), type_="check"
        )
        for column in ("star_on", "star_level", "remark", "shown_minutes", "public_until"):
            certificates.drop_column(column)
    with op.batch_alter_table("teams") as teams:
        teams.drop_constraint(op.f("ck_teams_publicity_has_an_end"), type_="check")
        teams.drop_column("star_hours")
        teams.drop_column("publicity_days")
    op.drop_table("star_awards")
    op.drop_table("safety_cards")
