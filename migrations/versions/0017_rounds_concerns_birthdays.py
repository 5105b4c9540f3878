"""Weather rounds with their calls, concerns with who reads them, and wished-for birthdays.

Why: in heat and cold somebody asks after everybody whom it may harm, and it must be seen who has
not been reached; what may harm an elder is confided to two people and kept from the others; a
birthday is known only where the elder wants to be greeted. Seven new tables; nothing that is there
changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

TABLES = (
    "weather_rounds",
    "weather_calls",
    "concern_team_readers",
    "concern_place_readers",
    "concerns",
    "concern_steps",
    "elder_birthdays",
)


def upgrade() -> None:
    create_weather_rounds()
    create_weather_calls()
    create_concern_readers()
    create_concerns()
    create_concern_steps()
    create_birthdays()


def create(table: str, *parts: sa.Column | sa.Constraint, index: tuple[str, ...] = ()) -> None:
    number = sa.Column("id", sa.Integer(), nullable=False)
    op.create_table(table, number, *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{table}"))
    for column in index:
        op.create_index(f"ix_{table}_{column}", table, [column])


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def create_weather_rounds() -> None:
    create(
        "weather_rounds",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("began_by_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("ends_at > began_at", name="ck_weather_rounds_ends_after_it_began"),
        refers("weather_rounds", "team_id", "teams"),
        refers("weather_rounds", "began_by_id", "people"),
        index=("team_id",),
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_weather_rounds_running",
        "weather_rounds",
        ["team_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def create_weather_calls() -> None:
    create(
        "weather_calls",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("elder_id", sa.Integer(), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("seen_before", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'waiting') = (noted_by_id IS NULL)",
            name="ck_weather_calls_somebody_noted_it",
        ),
        sa.CheckConstraint(
            "(outcome = 'waiting') = (visit_id IS NULL)",
            name="ck_weather_calls_what_came_is_a_visit",
        ),
        sa.UniqueConstraint("round_id", "elder_id", name="uq_weather_calls_round_id_elder_id"),
        refers("weather_calls", "round_id", "weather_rounds"),
        refers("weather_calls", "elder_id", "elders"),
        refers("weather_calls", "caller_id", "people"),
        refers("weather_calls", "noted_by_id", "people"),
        refers("weather_calls", "visit_id", "visits"),
        index=("elder_id", "caller_id"),
    )


def create_concern_readers() -> None:
    create(
        "concern_team_readers",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "lead_id <> deputy_id", name="ck_concern_team_readers_deputy_is_another"
        ),
        sa.UniqueConstraint("team_id", name="uq_concern_team_readers_team_id"),
        refers("concern_team_readers", "team_id", "teams"),
        refers("concern_team_readers", "lead_id", "people"),
        refers("concern_team_readers", "deputy_id", "people"),
        refers("concern_team_readers", "named_by_id", "people"),
        index=("lead_id", "deputy_id"),
    )
    create(
        "concern_place_readers",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("place_id", name="uq_concern_place_readers_place_id"),
        refers("concern_place_readers", "place_id", "places"),
        refers("concern_place_readers", "person_id", "people"),
        refers("concern_place_readers", "named_by_id", "people"),
        index=("person_id",),
    )


def create_concerns() -> None:
    create(
        "concerns",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("is_for_community", sa.Boolean(), nullable=False),
        sa.Column("elder_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("seen_when", sa.Text(), nullable=True),
        sa.Column("seen_by", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("is_immediate", sa.Boolean(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        refers("concerns", "team_id", "teams"),
        refers("concerns", "place_id", "places"),
        refers("concerns", "elder_id", "elders"),
        refers("concerns", "about_id", "people"),
        refers("concerns", "reporter_id", "people"),
        index=("team_id", "place_id", "elder_id", "reporter_id"),
    )


def create_concern_steps() -> None:
    create(
        "concern_steps",
        sa.Column("concern_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        refers("concern_steps", "concern_id", "concerns"),
        refers("concern_steps", "by_id", "people"),
        index=("concern_id",),
    )


def create_birthdays() -> None:
    create(
        "elder_birthdays",
        sa.Column("elder_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("elder_id", name="uq_elder_birthdays_elder_id"),
        refers("elder_birthdays", "elder_id", "elders"),
        refers("elder_birthdays", "noted_by_id", "people"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
