"""Match help requests with who suits, ask step by step, keep calls and money.

Why: suggestions need what people can do, speak and where they live; the clock asks more people
after a while; both sides say yes before a name is shown; a request may be the same as another one,
go up a level, or be referred with a phone; after it is done somebody calls; money is counted.
Offers that were accepted before count as welcome: their volunteers see what they saw until now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

NEW_KEYS = {
    "raised_to_id": "places",
    "merged_into_id": "help_requests",
    "asks_for_id": "people",
}
NEW_CHECKS = {
    "merged_into_another": "merged_into_id <> id",
    "asks_a_few_at_once": "ask_at_once BETWEEN 1 AND 5",
    "waits_a_day_at_most": "ask_wait_minutes BETWEEN 5 AND 1440",
}
NEW_INDEXES = ("raised_to_id", "merged_into_id", "ask_next_at")


def new_columns() -> list[sa.Column]:
    return [
        sa.Column("raised_to_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("kind_answers", sa.Text(), nullable=True),
        sa.Column("speech", sa.String(24), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("wanted_at", sa.Time(), nullable=True),
        sa.Column("call_back_by", sa.DateTime(), nullable=True),
        sa.Column("helped", sa.String(24), nullable=True),
        sa.Column("referred_to", sa.Text(), nullable=True),
        sa.Column("referred_phone", sa.Text(), nullable=True),
        sa.Column("reach", sa.String(24), nullable=True),
        sa.Column("ask_next_at", sa.DateTime(), nullable=True),
        sa.Column("ask_at_once", sa.Integer(), nullable=False, server_default="3"),
        sa.Column("ask_wait_minutes", sa.Integer(), nullable=False, server_default="60"),
        sa.Column("asks_for_id", sa.Integer(), nullable=True),
    ]


def upgrade() -> None:
    with op.batch_alter_table("help_requests") as requests:
        for column in new_columns():
            requests.add_column(column)
        for name, table in NEW_KEYS.items():
            requests.create_foreign_key(f"fk_help_requests_{name}", table, [name], ["id"])
        for name, condition in NEW_CHECKS.items():
            requests.create_check_constraint(op.f(f"ck_help_requests_{name}"), condition)
        for name in NEW_INDEXES:
            requests.create_index(f"ix_help_requests_{name}", [name])
    with op.batch_alter_table("help_offers") as offers:
        offers.add_column(sa.Column("team_id", sa.Integer(), nullable=True))
        offers.add_column(sa.Column("welcomed_at", sa.DateTime(), nullable=True))
        offers.add_column(sa.Column("welcomed_by_id", sa.Integer(), nullable=True))
        offers.create_foreign_key("fk_help_offers_team_id", "teams", ["team_id"], ["id"])
        offers.create_foreign_key(
            "fk_help_offers_welcomed_by_id", "people", ["welcomed_by_id"], ["id"]
        )
        offers.create_index("ix_help_offers_team_id", ["team_id"])
    op.execute(
        "UPDATE help_offers SET welcomed_at = answered_at, welcomed_by_id = by_id"
        " WHERE status = 'accepted'"
    )
    create_abilities()
    create_calls()
    create_errands()


def create_abilities() -> None:
    op.create_table(
        "help_abilities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("speeches", sa.JSON(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("estate", sa.String(40), nullable=False),
        sa.Column("building", sa.String(6), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "building = '' OR estate <> ''", name=op.f("ck_help_abilities_building_of_an_estate")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_help_abilities_person_id"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_help_abilities_place_id"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_help_abilities_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_help_abilities"),
        sa.UniqueConstraint("person_id", name="uq_help_abilities_person_id"),
    )


def create_calls() -> None:
    op.create_table(
        "hotline_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("caller_name", sa.Text(), nullable=True),
        sa.Column("caller_phone", sa.Text(), nullable=True),
        sa.Column("rang_at", sa.DateTime(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.Column("call_back_by", sa.DateTime(), nullable=True),
        sa.Column("called_back_at", sa.DateTime(), nullable=True),
        sa.Column("called_back_by_id", sa.Integer(), nullable=True),
        sa.Column("help_request_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "called_back_at IS NULL OR call_back_by IS NOT NULL",
            name=op.f("ck_hotline_calls_called_back_as_promised"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_hotline_calls_team_id"),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["people.id"], name="fk_hotline_calls_taken_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["called_back_by_id"], ["people.id"], name="fk_hotline_calls_called_back_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_requests.id"], name="fk_hotline_calls_help_request_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hotline_calls"),
        sa.UniqueConstraint("help_request_id", name="uq_hotline_calls_help_request_id"),
    )
    for column in ("team_id", "rang_at"):
        op.create_index(f"ix_hotline_calls_{column}", "hotline_calls", [column])


def create_errands() -> None:
    op.create_table(
        "errands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("given_fen", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("given_noted_by_id", sa.Integer(), nullable=False),
        sa.Column("spent_fen", sa.Integer(), nullable=True),
        sa.Column("returned_fen", sa.Integer(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("counted_at", sa.DateTime(), nullable=True),
        sa.Column("counted_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_how", sa.String(24), nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("signed_before_id", sa.Integer(), nullable=True),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("given_fen > 0", name=op.f("ck_errands_something_was_given")),
        sa.CheckConstraint(
            "spent_fen >= 0 AND returned_fen >= 0",
            name=op.f("ck_errands_amounts_are_not_below_zero"),
        ),
        sa.CheckConstraint(
            "(spent_fen IS NULL) = (returned_fen IS NULL)",
            name=op.f("ck_errands_counted_both_or_neither"),
        ),
        sa.CheckConstraint(
            "spent_fen IS NULL OR given_fen - spent_fen = returned_fen OR explanation IS NOT NULL",
            name=op.f("ck_errands_difference_is_explained"),
        ),
        sa.CheckConstraint(
            "(signed_how IS NULL) = (signed_at IS NULL)",
            name=op.f("ck_errands_signed_how_and_when"),
        ),
        sa.CheckConstraint(
            "signed_at IS NULL OR spent_fen IS NOT NULL",
            name=op.f("ck_errands_counted_then_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_requests.id"], name="fk_errands_help_request_id"
        ),
        sa.ForeignKeyConstraint(
            ["given_noted_by_id"], ["people.id"], name="fk_errands_given_noted_by_id"
        ),
        sa.ForeignKeyConstraint(["counted_by_id"], ["people.id"], name="fk_errands_counted_by_id"),
        sa.ForeignKeyConstraint(
            ["signed_before_id"], ["people.id"], name="fk_errands_signed_before_id"
        ),
        sa.ForeignKeyConstraint(["receipt_id"], ["pictures.id"], name="fk_errands_receipt_id"),
        sa.ForeignKeyConstraint(["signature_id"], ["pictures.id"], name="fk_errands_signature_id"),
        sa.PrimaryKeyConstraint("id", name="pk_errands"),
        sa.UniqueConstraint("help_request_id", name="uq_errands_help_request_id"),
    )


def downgrade() -> None:
    for table in ("errands", "hotline_calls", "help_abilities"):
        op.drop_table(table)
    # What is the same as another one was over for its resident: no longer needed by itself.
    op.execute("UPDATE help_requests SET status = 'withdrawn' WHERE status = 'merged'")
    op.execute(
        "DELETE FROM help_steps WHERE kind IN"
        " ('welcomed', 'raised', 'handed_on', 'merged', 'money')"
    )
    with op.batch_alter_table("help_offers") as offers:
        offers.drop_index("ix_help_offers_team_id")
        for name in ("welcomed_by_id", "team_id"):
            offers.drop_constraint(f"fk_help_offers_{name}", type_="foreignkey")
        for column in ("welcomed_by_id", "welcomed_at", "team_id"):
            offers.drop_column(column)
    with op.batch_alter_table("help_requests") as requests:
        for name in reversed(NEW_INDEXES):
            requests.drop_index(f"ix_help_requests_{name}")
        for name in NEW_CHECKS:
            requests.drop_constraint(op.f(f"ck_help_requests_{name}"), type_="check")
        for name in NEW_KEYS:
            requests.drop_constraint(f"fk_help_requests_{name}", type_="foreignkey")
        for column in reversed(new_columns()):
            requests.drop_column(column.name)
