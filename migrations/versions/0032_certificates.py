"""Certificates of what somebody did for their neighbours; and which activities are such a service.

Why: a volunteer may ask for one (志愿服务条例, article 19), and what is no volunteer service
must not stand on it (志愿服务记录与证明出具办法, article 19).
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "service_certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("team_name", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("in_charge", sa.Text(), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "last_on >= first_on", name=op.f("ck_service_certificates_ends_after_it_starts")
        ),
        sa.CheckConstraint(
            "answered_by_id <> person_id", name=op.f("ck_service_certificates_nobody_their_own")
        ),
        sa.CheckConstraint(
            "(status IN ('issued', 'revoked')) = (number IS NOT NULL AND minutes IS NOT NULL)",
            name=op.f("ck_service_certificates_issued_with_a_number"),
        ),
        sa.CheckConstraint(
            "(status = 'revoked') = (revoked_at IS NOT NULL AND revoked_by_id IS NOT NULL)",
            name=op.f("ck_service_certificates_revoked_by_somebody"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_service_certificates_{column}")
            )
            for column, target in (
                ("team_id", "teams.id"),
                ("person_id", "people.id"),
                ("asked_by_id", "people.id"),
                ("answered_by_id", "people.id"),
                ("revoked_by_id", "people.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_certificates")),
        sa.UniqueConstraint("number", name=op.f("uq_service_certificates_number")),
    )
    with op.batch_alter_table("service_certificates") as certificates:
        certificates.create_index(op.f("ix_service_certificates_person_id"), ["person_id"])
        certificates.create_index(op.f("ix_service_certificates_team_id"), ["team_id"])
        certificates.create_index(
            "uq_service_certificates_asked",
            ["team_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("status = 'asked'"),
            postgresql_where=sa.text("status = 'asked'"),
        )
    with op.batch_alter_table("activities") as activities:
        activities.add_column(
            sa.Column("is_service", sa.Boolean(), server_default=sa.true(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("activities") as activities:
        activities.drop_column("is_service")
    op.drop_table("service_certificates")
