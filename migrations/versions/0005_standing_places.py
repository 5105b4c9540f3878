"""Who comes every week and when they pause; why and how late a place was given back; stand-ins.

Why: people promise every Wednesday, not one Wednesday; who can't come says so at any hour, and
others are asked to come instead, or swap dates. Places that were given back before stay as they
are: nobody wrote down when or why.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("teams") as table:
        table.add_column(
            sa.Column("notice_hours", sa.Integer(), nullable=False, server_default="24")
        )
        table.create_check_constraint(
            op.f("ck_teams_notice_is_within_a_week"), "notice_hours BETWEEN 0 AND 168"
        )
    with op.batch_alter_table("signups") as table:
        table.add_column(sa.Column("excused_at", sa.DateTime(), nullable=True))
        table.add_column(
            sa.Column("is_late", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("excuse", sa.String(24), nullable=True))
        table.add_column(sa.Column("excuse_note", sa.Text(), nullable=True))
    add_standing_places()
    add_stand_ins()
    add_swaps()


def add_standing_places() -> None:
    op.create_table(
        "standing_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "every_weeks BETWEEN 1 AND 8", name=op.f("ck_standing_places_weeks_are_few")
        ),
        sa.CheckConstraint(
            "last_on IS NULL OR last_on >= first_on",
            name=op.f("ck_standing_places_ends_after_it_begins"),
        ),
        *references(
            "standing_places", activity_id="activities", person_id="people", by_id="people"
        ),
    )
    op.create_index("ix_standing_places_person_id", "standing_places", ["person_id"])
    only = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_standing_places_held",
        "standing_places",
        ["activity_id", "person_id"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_table(
        "standing_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standing_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "last_on >= first_on", name=op.f("ck_standing_pauses_ends_after_it_begins")
        ),
        *references("standing_pauses", standing_id="standing_places", by_id="people"),
    )
    op.create_index("ix_standing_pauses_standing_id", "standing_pauses", ["standing_id"])


def add_stand_ins() -> None:
    op.create_table(
        "stand_in_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("next_wave_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("stand_in_id", sa.Integer(), nullable=True),
        *references("stand_in_searches", signup_id="signups", by_id="people", stand_in_id="people"),
    )
    for column in ("signup_id", "next_wave_at", "stand_in_id"):
        op.create_index(f"ix_stand_in_searches_{column}", "stand_in_searches", [column])
    only = sa.text("status = 'open'")
    op.create_index(
        "ix_stand_in_searches_open",
        "stand_in_searches",
        ["signup_id"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_table(
        "stand_in_asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.String(24), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        *references(
            "stand_in_asks",
            search_id="stand_in_searches",
            person_id="people",
            answered_by_id="people",
        ),
        sa.UniqueConstraint("search_id", "person_id", name="uq_stand_in_asks_search_id_person_id"),
    )
    op.create_index("ix_stand_in_asks_person", "stand_in_asks", ["person_id", "asked_at"])


def add_swaps() -> None:
    op.create_table(
        "swap_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("own_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("offered_at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("own_id <> other_id", name=op.f("ck_swap_offers_two_places")),
        *references(
            "swap_offers",
            own_id="signups",
            other_id="signups",
            by_id="people",
            answered_by_id="people",
        ),
    )
    op.create_index("ix_swap_offers_own", "swap_offers", ["own_id", "status"])
    op.create_index("ix_swap_offers_other", "swap_offers", ["other_id", "status"])


def references(table: str, **columns: str) -> list[sa.Constraint]:
    """The primary key, and a reference to the rows of each other table."""
    return [
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")
            for column, other in columns.items()
        ),
    ]


def downgrade() -> None:
    for table in (
        "swap_offers",
        "stand_in_asks",
        "stand_in_searches",
        "standing_pauses",
        "standing_places",
    ):
        op.drop_table(table)
    with op.batch_alter_table("signups") as table:
        for column in ("excuse_note", "excuse", "is_late", "excused_at"):
            table.drop_column(column)
    with op.batch_alter_table("teams") as table:
        table.drop_constraint(op.f("ck_teams_notice_is_within_a_week"), type_="check")
        table.drop_column("notice_hours")
