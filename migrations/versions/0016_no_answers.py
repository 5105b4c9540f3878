"""Keep a record of its own when nobody answers, and what else looking after elders needs.

Why: nobody answers at a visit, on the phone or when a meal is brought, and each time the same
steps follow, logged one by one. Who had made sure that all is well stood on the visit; it moves to
the new record. A visit also knows how long it is to take, when the visitors came and left, and how
their phone calls the record; an elder, what has happened to them; a person, that they have died.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    create_no_answers()
    create_no_answer_steps()
    with op.batch_alter_table("visits") as visits:
        visits.add_column(sa.Column("no_answer_id", sa.Integer(), nullable=True))
        visits.add_column(sa.Column("arrived_at", sa.DateTime(), nullable=True))
        visits.add_column(sa.Column("safe_out_at", sa.DateTime(), nullable=True))
        visits.add_column(sa.Column("safe_out_by_id", sa.Integer(), nullable=True))
        visits.add_column(sa.Column("record_key", sa.String(80), nullable=True))
        visits.add_column(sa.Column("minutes", sa.Integer(), nullable=False, server_default="60"))
        visits.create_check_constraint(
            op.f("ck_visits_takes_some_time"), "minutes BETWEEN 10 AND 480"
        )
        visits.create_unique_constraint(op.f("uq_visits_record_key"), ["record_key"])
        visits.create_foreign_key(
            op.f("fk_visits_no_answer_id"), "no_answers", ["no_answer_id"], ["id"]
        )
        visits.create_foreign_key(
            op.f("fk_visits_safe_out_by_id"), "people", ["safe_out_by_id"], ["id"]
        )
        visits.create_index("ix_visits_no_answer_id", ["no_answer_id"])
    move_to_records()
    with op.batch_alter_table("visits") as visits:
        visits.drop_constraint("fk_visits_safe_by_id", type_="foreignkey")
        for column in ("safe_at", "safe_by_id", "safe_words"):
            visits.drop_column(column)
    with op.batch_alter_table("visit_parts") as parts:
        parts.add_column(sa.Column("read_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("elders") as elders:
        elders.add_column(sa.Column("change", sa.String(24), nullable=True))
        elders.add_column(sa.Column("change_words", sa.Text(), nullable=True))
        elders.add_column(sa.Column("changed_at", sa.DateTime(), nullable=True))
        elders.create_check_constraint(
            op.f("ck_elders_change_has_a_moment"), "(change IS NULL) = (changed_at IS NULL)"
        )
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("died_on", sa.Date(), nullable=True))


def create_no_answers() -> None:
    op.create_table(
        "no_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("elder_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("began_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("ending", sa.String(24), nullable=True),
        sa.Column("handed_to", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)",
            name="ck_no_answers_somebody_answers_for_the_end",
        ),
        sa.CheckConstraint(
            "closed_at IS NOT NULL OR ending IS NULL", name="ck_no_answers_ends_when_it_is_closed"
        ),
        sa.CheckConstraint(
            "ending <> 'handed_over' OR handed_to IS NOT NULL",
            name="ck_no_answers_handed_over_to_somebody",
        ),
        sa.ForeignKeyConstraint(["elder_id"], ["elders.id"], name="fk_no_answers_elder_id"),
        sa.ForeignKeyConstraint(["began_by_id"], ["people.id"], name="fk_no_answers_began_by_id"),
        sa.ForeignKeyConstraint(["closed_by_id"], ["people.id"], name="fk_no_answers_closed_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_no_answers"),
    )
    op.create_index("ix_no_answers_elder_id", "no_answers", ["elder_id"])
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_no_answers_open",
        "no_answers",
        ["elder_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def create_no_answer_steps() -> None:
    op.create_table(
        "no_answer_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no_answer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["no_answer_id"], ["no_answers.id"], name="fk_no_answer_steps_no_answer_id"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_no_answer_steps_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_no_answer_steps"),
    )
    op.create_index("ix_no_answer_steps_no_answer_id", "no_answer_steps", ["no_answer_id"])


def move_to_records() -> None:
    """A record for each visit at which nobody answered; of one elder, the open ones share one."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT id, elder_id, COALESCE(recorded_at, starts_at) AS began_at, recorded_by_id,"
            " safe_at, COALESCE(safe_by_id, recorded_by_id) AS safe_by_id, safe_words"
            " FROM visits WHERE status = 'no_answer' ORDER BY id"
        )
    ).all()
    still_open: dict[int, int] = {}
    for number, visit in enumerate(found, start=1):
        record = still_open.get(visit.elder_id) if visit.safe_at is None else None
        if record is None:
            record = number
            connection.execute(
                sa.text(
                    "INSERT INTO no_answers (id, elder_id, source, began_at, began_by_id,"
                    " closed_at, closed_by_id, words) VALUES (:id, :elder, 'visit', :began, :by,"
                    " :closed, :closed_by, :words)"
                ),
                {
                    "id": record, "elder": visit.elder_id, "began": visit.began_at,
                    "by": visit.recorded_by_id, "closed": visit.safe_at,
                    "closed_by": visit.safe_by_id if visit.safe_at else None,
                    "words": visit.safe_words,
                },
            )  # fmt: skip
            if visit.safe_at is None:
                still_open[visit.elder_id] = record
        connection.execute(
            sa.text("UPDATE visits SET no_answer_id = :record WHERE id = :visit"),
            {"record": record, "visit": visit.id},
        )
    if found and connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("SELECT setval('no_answers_id_seq', (SELECT MAX(id) FROM no_answers))")
        )


def downgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.drop_column("died_on")
    # A status that was not known yet.
    op.execute("UPDATE elders SET status = 'ended' WHERE status = 'archived'")
    with op.batch_alter_table("elders") as elders:
        elders.drop_constraint(op.f("ck_elders_change_has_a_moment"), type_="check")
        for column in ("changed_at", "change_words", "change"):
            elders.drop_column(column)
    with op.batch_alter_table("visit_parts") as parts:
        parts.drop_column("read_at")
    with op.batch_alter_table("visits") as visits:
        visits.add_column(sa.Column("safe_at", sa.DateTime(), nullable=True))
        visits.add_column(sa.Column("safe_by_id", sa.Integer(), nullable=True))
        visits.add_column(sa.Column("safe_words", sa.Text(), nullable=True))
        visits.create_foreign_key("fk_visits_safe_by_id", "people", ["safe_by_id"], ["id"])
    for new, old in (("closed_at", "safe_at"), ("closed_by_id", "safe_by_id")):
        op.execute(
            f"UPDATE visits SET {old} = (SELECT {new} FROM no_answers"  # noqa: S608 - our own words
            " WHERE no_answers.id = visits.no_answer_id) WHERE no_answer_id IS NOT NULL"
        )
    op.execute(
        "UPDATE visits SET safe_words = (SELECT COALESCE(words, handed_to) FROM no_answers"
        " WHERE no_answers.id = visits.no_answer_id) WHERE no_answer_id IS NOT NULL"
    )
    with op.batch_alter_table("visits") as visits:
        visits.drop_index("ix_visits_no_answer_id")
        visits.drop_constraint(op.f("fk_visits_safe_out_by_id"), type_="foreignkey")
        visits.drop_constraint(op.f("fk_visits_no_answer_id"), type_="foreignkey")
        visits.drop_constraint(op.f("uq_visits_record_key"), type_="unique")
        visits.drop_constraint(op.f("ck_visits_takes_some_time"), type_="check")
        for column in (
            "minutes", "record_key", "safe_out_by_id", "safe_out_at", "arrived_at", "no_answer_id",
        ):  # fmt: skip
            visits.drop_column(column)
    op.drop_table("no_answer_steps")
    op.drop_table("no_answers")
