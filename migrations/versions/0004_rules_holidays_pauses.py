"""Rules of every kind for activities, their pauses, and the table of public holidays.

Why: an activity was every week on one weekday; neighbours also meet every other week, on the
first Saturday of the month or on 初一, once only, and not in the Spring Festival. What was there
keeps its weekday, written as a rule.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def upgrade() -> None:
    op.create_table(
        "holiday_years",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_holiday_years"),
        sa.UniqueConstraint("year", name="uq_holiday_years_year"),
    )
    op.create_table(
        "holidays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_holidays"),
        sa.UniqueConstraint("day", name="uq_holidays_day"),
    )
    op.create_table(
        "activity_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name="ck_activity_pauses_ends_after_it_starts"),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name="fk_activity_pauses_activity_id"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_activity_pauses_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_activity_pauses"),
    )
    op.create_index("ix_activity_pauses_activity_id", "activity_pauses", ["activity_id"])

    with op.batch_alter_table("activities") as activities:
        activities.add_column(sa.Column("rule", sa.String(200), nullable=True))
        activities.add_column(sa.Column("extra_days", sa.JSON(), nullable=True))
        activities.add_column(sa.Column("left_out_days", sa.JSON(), nullable=True))
        activities.add_column(sa.Column("is_task", sa.Boolean(), nullable=True))
    for number, name in enumerate(WEEKDAYS):
        op.execute(
            f"UPDATE activities SET rule = 'FREQ=WEEKLY;BYDAY={name}', extra_days = '[]',"  # noqa: S608 - our own words
            f" left_out_days = '[]', is_task = false WHERE weekday = {number}"
        )
    with op.batch_alter_table("activities") as activities:
        activities.drop_constraint("ck_activities_weekday_is_a_day", type_="check")
        activities.drop_column("weekday")
        for name, kind in (
            ("rule", sa.String(200)),
            ("extra_days", sa.JSON()),
            ("left_out_days", sa.JSON()),
            ("is_task", sa.Boolean()),
        ):
            activities.alter_column(name, existing_type=kind, nullable=False)

    with op.batch_alter_table("occurrences") as occurrences:
        occurrences.add_column(sa.Column("holiday_answer", sa.String(24), nullable=True))
        occurrences.add_column(sa.Column("pause_id", sa.Integer(), nullable=True))
        occurrences.create_foreign_key(
            "fk_occurrences_pause_id", "activity_pauses", ["pause_id"], ["id"]
        )
        occurrences.create_index("ix_occurrences_pause_id", ["pause_id"])


def downgrade() -> None:
    with op.batch_alter_table("occurrences") as occurrences:
        occurrences.drop_index("ix_occurrences_pause_id")
        occurrences.drop_constraint("fk_occurrences_pause_id", type_="foreignkey")
        occurrences.drop_column("pause_id")
        occurrences.drop_column("holiday_answer")

    with op.batch_alter_table("activities") as activities:
        activities.add_column(sa.Column("weekday", sa.Integer(), nullable=True))
    # Of several weekdays the first; what was no weekly rule falls on the weekday of its first day.
    for number, name in reversed(list(enumerate(WEEKDAYS))):
        op.execute(
            f"UPDATE activities SET weekday = {number}"  # noqa: S608 - our own words
            f" WHERE rule LIKE 'FREQ=WEEKLY%{name}%'"
        )
    weekday = (
        "CAST(strftime('%w', first_on) AS INTEGER)"
        if op.get_bind().dialect.name == "sqlite"
        else "CAST(extract(dow FROM first_on) AS INTEGER)"
    )
    op.execute(f"UPDATE activities SET weekday = ({weekday} + 6) % 7 WHERE weekday IS NULL")  # noqa: S608 - our own words
    with op.batch_alter_table("activities") as activities:
        for name in ("rule", "extra_days", "left_out_days", "is_task"):
            activities.drop_column(name)
        activities.alter_column("weekday", existing_type=sa.Integer(), nullable=False)
        activities.create_check_constraint(
            "ck_activities_weekday_is_a_day", "weekday BETWEEN 0 AND 6"
        )

    op.drop_index("ix_activity_pauses_activity_id", "activity_pauses")
    op.drop_table("activity_pauses")
    op.drop_table("holidays")
    op.drop_table("holiday_years")
