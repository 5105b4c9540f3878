"""Remember the shared lunch: menus, bookings, kitchen, round, kitty.

Why: every Wednesday neighbours cook for neighbours. Until now the helpers signed up here, and who
eats, who is allergic to what, and where the money went stood on paper. All tables are new; no row
that is there changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    create_diners()
    create_kitties()
    create_kitty_handovers()
    create_meal_plans()
    create_standing_meals()
    create_meals()
    create_standing_meal_pauses()
    create_dishes()
    create_kitty_entries()
    create_meal_bookings()
    create_meal_cooks()
    create_meal_deliverers()
    create_conflict_ticks()
    create_ingredients()


def one_only(name: str, table: str, columns: list[str], where: str) -> None:
    """A unique index over some of the rows, alike on both databases."""
    op.create_index(
        name,
        table,
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def create_diners() -> None:
    op.create_table(
        "diners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("diet", sa.Text(), nullable=True),
        sa.Column("lives_alone", sa.Text(), nullable=True),
        sa.Column("may_leave_with_neighbour", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_diners_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_diners_person_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_diners_team_id"),
        sa.UniqueConstraint("team_id", "person_id", name="uq_diners_team_id_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_diners"),
    )
    op.create_index("ix_diners_person_id", "diners", ["person_id"])


def create_kitties() -> None:
    op.create_table(
        "kitties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["keeper_id"], ["people.id"], name="fk_kitties_keeper_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_kitties_team_id"),
        sa.UniqueConstraint("team_id", name="uq_kitties_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_kitties"),
    )


def create_kitty_handovers() -> None:
    op.create_table(
        "kitty_handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kitty_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("giver_id <> taker_id", name="ck_kitty_handovers_two_people"),
        sa.ForeignKeyConstraint(["giver_id"], ["people.id"], name="fk_kitty_handovers_giver_id"),
        sa.ForeignKeyConstraint(["kitty_id"], ["kitties.id"], name="fk_kitty_handovers_kitty_id"),
        sa.ForeignKeyConstraint(["taker_id"], ["people.id"], name="fk_kitty_handovers_taker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_kitty_handovers"),
    )
    op.create_index("ix_kitty_handovers_kitty_id", "kitty_handovers", ["kitty_id"])
    one_only("ix_kitty_handovers_open", "kitty_handovers", ["kitty_id"], "ended_at IS NULL")
    op.create_index("ix_kitty_handovers_taker_id", "kitty_handovers", ["taker_id"])


def create_meal_plans() -> None:
    op.create_table(
        "meal_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("deadline_days", sa.Integer(), nullable=False),
        sa.Column("deadline_time", sa.Time(), nullable=False),
        sa.Column("cooking", sa.JSON(), nullable=False),
        sa.Column("sample_grams", sa.Integer(), nullable=False),
        sa.Column("sample_hours", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("deadline_days BETWEEN 0 AND 14", name="ck_meal_plans_deadline_is_near"),
        sa.CheckConstraint("capacity BETWEEN 1 AND 500", name="ck_meal_plans_has_portions"),
        sa.CheckConstraint(
            "sample_grams BETWEEN 1 AND 1000", name="ck_meal_plans_sample_is_a_portion"
        ),
        sa.CheckConstraint(
            "sample_hours BETWEEN 1 AND 240", name="ck_meal_plans_sample_is_kept_for_days"
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name="fk_meal_plans_activity_id"
        ),
        sa.UniqueConstraint("activity_id", name="uq_meal_plans_activity_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meal_plans"),
    )


def create_standing_meals() -> None:
    op.create_table(
        "standing_meals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("diner_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(24), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "last_on IS NULL OR last_on >= first_on", name="ck_standing_meals_ends_after_it_begins"
        ),
        sa.CheckConstraint("portions BETWEEN 1 AND 6", name="ck_standing_meals_some_portions"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_standing_meals_by_id"),
        sa.ForeignKeyConstraint(["diner_id"], ["diners.id"], name="fk_standing_meals_diner_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["meal_plans.id"], name="fk_standing_meals_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_standing_meals"),
    )
    op.create_index("ix_standing_meals_diner_id", "standing_meals", ["diner_id"])
    one_only(
        "ix_standing_meals_held", "standing_meals", ["plan_id", "diner_id"], "ended_at IS NULL"
    )


def create_meals() -> None:
    op.create_table(
        "meals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("deadline_days", sa.Integer(), nullable=False),
        sa.Column("deadline_time", sa.Time(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("sample_at", sa.DateTime(), nullable=True),
        sa.Column("sample_by_id", sa.Integer(), nullable=True),
        sa.Column("home_told_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("deadline_days BETWEEN 0 AND 14", name="ck_meals_deadline_is_near"),
        sa.CheckConstraint("capacity BETWEEN 1 AND 500", name="ck_meals_has_portions"),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (checked_by_id IS NULL)", name="ck_meals_who_checked"
        ),
        sa.CheckConstraint(
            "(sample_at IS NULL) = (sample_by_id IS NULL)", name="ck_meals_who_kept_a_sample"
        ),
        sa.ForeignKeyConstraint(["checked_by_id"], ["people.id"], name="fk_meals_checked_by_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name="fk_meals_lead_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_meals_occurrence_id"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["meal_plans.id"], name="fk_meals_plan_id"),
        sa.ForeignKeyConstraint(["sample_by_id"], ["people.id"], name="fk_meals_sample_by_id"),
        sa.UniqueConstraint("occurrence_id", name="uq_meals_occurrence_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meals"),
    )
    op.create_index("ix_meals_lead_id", "meals", ["lead_id"])
    op.create_index("ix_meals_plan_id", "meals", ["plan_id"])


def create_standing_meal_pauses() -> None:
    op.create_table(
        "standing_meal_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standing_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "last_on >= first_on", name="ck_standing_meal_pauses_ends_after_it_begins"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_standing_meal_pauses_by_id"),
        sa.ForeignKeyConstraint(
            ["standing_id"], ["standing_meals.id"], name="fk_standing_meal_pauses_standing_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_standing_meal_pauses"),
    )
    op.create_index("ix_standing_meal_pauses_standing_id", "standing_meal_pauses", ["standing_id"])


def create_dishes() -> None:
    op.create_table(
        "dishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("allergens", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name="fk_dishes_meal_id"),
        sa.UniqueConstraint("meal_id", "position", name="uq_dishes_meal_id_position"),
        sa.PrimaryKeyConstraint("id", name="pk_dishes"),
    )


def create_kitty_entries() -> None:
    op.create_table(
        "kitty_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kitty_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("way", sa.String(24), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(80), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=False),
        sa.Column("meal_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("form_key", sa.String(40), nullable=True),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "fen BETWEEN 1 AND 100000000", name="ck_kitty_entries_an_amount_of_money"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_kitty_entries_by_id"),
        sa.ForeignKeyConstraint(["keeper_id"], ["people.id"], name="fk_kitty_entries_keeper_id"),
        sa.ForeignKeyConstraint(["kitty_id"], ["kitties.id"], name="fk_kitty_entries_kitty_id"),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name="fk_kitty_entries_meal_id"),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name="fk_kitty_entries_picture_id"
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["kitty_entries.id"], name="fk_kitty_entries_reverses_id"
        ),
        sa.UniqueConstraint("kitty_id", "form_key", name="uq_kitty_entries_kitty_id_form_key"),
        sa.UniqueConstraint("reverses_id", name="uq_kitty_entries_reverses_id"),
        sa.PrimaryKeyConstraint("id", name="pk_kitty_entries"),
    )
    op.create_index("ix_kitty_entries_kitty_id", "kitty_entries", ["kitty_id"])
    op.create_index("ix_kitty_entries_meal_id", "kitty_entries", ["meal_id"])


def create_meal_bookings() -> None:
    op.create_table(
        "meal_bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meal_id", sa.Integer(), nullable=False),
        sa.Column("diner_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(24), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("is_walk_in", sa.Boolean(), nullable=False),
        sa.Column("is_no_show", sa.Boolean(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("guest_of_id", sa.Integer(), nullable=True),
        sa.Column("standing_id", sa.Integer(), nullable=True),
        sa.Column("diet", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("booked_at", sa.DateTime(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(40), nullable=True),
        sa.Column("result", sa.String(24), nullable=True),
        sa.Column("result_at", sa.DateTime(), nullable=True),
        sa.Column("result_by_id", sa.Integer(), nullable=True),
        sa.Column("no_answer_id", sa.Integer(), nullable=True),
        sa.Column("safe_at", sa.DateTime(), nullable=True),
        sa.Column("safe_by_id", sa.Integer(), nullable=True),
        sa.Column("safe_words", sa.Text(), nullable=True),
        sa.Column("home_at", sa.DateTime(), nullable=True),
        sa.Column("home_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "safe_at IS NULL OR result = 'no_answer'",
            name="ck_meal_bookings_only_an_alarm_is_closed",
        ),
        sa.CheckConstraint(
            "result IS NULL OR way = 'delivery'",
            name="ck_meal_bookings_only_deliveries_have_results",
        ),
        sa.CheckConstraint("portions BETWEEN 1 AND 6", name="ck_meal_bookings_some_portions"),
        sa.CheckConstraint(
            "(result IS NULL) = (result_at IS NULL)", name="ck_meal_bookings_when_the_result_was"
        ),
        sa.CheckConstraint(
            "NOT (is_walk_in AND is_no_show)", name="ck_meal_bookings_who_walked_in_was_there"
        ),
        sa.ForeignKeyConstraint(
            ["no_answer_id"], ["no_answers.id"], name="fk_meal_bookings_no_answer_id"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_meal_bookings_by_id"),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["people.id"], name="fk_meal_bookings_cancelled_by_id"
        ),
        sa.ForeignKeyConstraint(["diner_id"], ["diners.id"], name="fk_meal_bookings_diner_id"),
        sa.ForeignKeyConstraint(
            ["guest_of_id"], ["diners.id"], name="fk_meal_bookings_guest_of_id"
        ),
        sa.ForeignKeyConstraint(["home_by_id"], ["people.id"], name="fk_meal_bookings_home_by_id"),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name="fk_meal_bookings_meal_id"),
        sa.ForeignKeyConstraint(
            ["result_by_id"], ["people.id"], name="fk_meal_bookings_result_by_id"
        ),
        sa.ForeignKeyConstraint(["safe_by_id"], ["people.id"], name="fk_meal_bookings_safe_by_id"),
        sa.ForeignKeyConstraint(
            ["standing_id"], ["standing_meals.id"], name="fk_meal_bookings_standing_id"
        ),
        sa.UniqueConstraint("meal_id", "diner_id", name="uq_meal_bookings_meal_id_diner_id"),
        sa.UniqueConstraint("meal_id", "form_key", name="uq_meal_bookings_meal_id_form_key"),
        sa.PrimaryKeyConstraint("id", name="pk_meal_bookings"),
    )
    op.create_index("ix_meal_bookings_diner_id", "meal_bookings", ["diner_id"])
    op.create_index("ix_meal_bookings_standing_id", "meal_bookings", ["standing_id"])


def create_meal_cooks() -> None:
    op.create_table(
        "meal_cooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("eats", sa.Boolean(), nullable=False),
        sa.Column("well_at", sa.DateTime(), nullable=True),
        sa.Column("well_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(well_at IS NULL) = (well_by_id IS NULL)", name="ck_meal_cooks_who_said_they_are_well"
        ),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name="fk_meal_cooks_meal_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_meal_cooks_person_id"),
        sa.ForeignKeyConstraint(["well_by_id"], ["people.id"], name="fk_meal_cooks_well_by_id"),
        sa.UniqueConstraint("meal_id", "person_id", name="uq_meal_cooks_meal_id_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meal_cooks"),
    )
    op.create_index("ix_meal_cooks_person_id", "meal_cooks", ["person_id"])


def create_meal_deliverers() -> None:
    op.create_table(
        "meal_deliverers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_meal_deliverers_by_id"),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name="fk_meal_deliverers_meal_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_meal_deliverers_person_id"),
        sa.UniqueConstraint("meal_id", "person_id", name="uq_meal_deliverers_meal_id_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meal_deliverers"),
    )
    op.create_index("ix_meal_deliverers_person_id", "meal_deliverers", ["person_id"])


def create_conflict_ticks() -> None:
    op.create_table(
        "conflict_ticks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dish_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_conflict_ticks_by_id"),
        sa.ForeignKeyConstraint(
            ["dish_id"], ["dishes.id"], name="fk_conflict_ticks_dish_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_conflict_ticks_person_id"),
        sa.UniqueConstraint("dish_id", "person_id", name="uq_conflict_ticks_dish_id_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_ticks"),
    )
    op.create_index("ix_conflict_ticks_person_id", "conflict_ticks", ["person_id"])


def create_ingredients() -> None:
    op.create_table(
        "ingredients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dish_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("for_ten", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(24), nullable=False),
        sa.CheckConstraint("for_ten > 0", name="ck_ingredients_some_of_it"),
        sa.ForeignKeyConstraint(
            ["dish_id"], ["dishes.id"], name="fk_ingredients_dish_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("dish_id", "position", name="uq_ingredients_dish_id_position"),
        sa.PrimaryKeyConstraint("id", name="pk_ingredients"),
    )


def downgrade() -> None:
    for table in (
        "ingredients",
        "conflict_ticks",
        "meal_deliverers",
        "meal_cooks",
        "meal_bookings",
        "kitty_entries",
        "dishes",
        "standing_meal_pauses",
        "meals",
        "standing_meals",
        "meal_plans",
        "kitty_handovers",
        "kitties",
        "diners",
    ):
        op.drop_table(table)
