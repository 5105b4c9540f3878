"""The database itself refuses to change or delete lines of a kitty's book.

Why: money is only ever taken back by another line; as with the audit trail, no mistake of ours and
nobody with a prompt of the database does it in silence. The photo of a receipt may go.
"""

from alembic import op

revision = "0029"
down_revision = "0028"

MONEY = "kitty_id, day, way, fen, purpose, keeper_id, meal_id, reverses_id, by_id, at, form_key"
FROZEN_ON_SQLITE = [
    f"""CREATE TRIGGER kitty_entries_no_update BEFORE UPDATE OF {MONEY} ON kitty_entries
    BEGIN SELECT RAISE(ABORT, 'the book of the kitty is append-only'); END""",
    """CREATE TRIGGER kitty_entries_no_delete BEFORE DELETE ON kitty_entries
    BEGIN SELECT RAISE(ABORT, 'the book of the kitty is append-only'); END""",
]
FROZEN_ON_POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION refuse_change_of_kitty() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the book of the kitty is append-only'; END $$""",
    f"""CREATE TRIGGER kitty_entries_frozen BEFORE UPDATE OF {MONEY} OR DELETE OR TRUNCATE
    ON kitty_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_kitty()""",
]
FREE_ON_SQLITE = [f"DROP TRIGGER kitty_entries_no_{verb}" for verb in ("update", "delete")]
FREE_ON_POSTGRESQL = [
    "DROP TRIGGER kitty_entries_frozen ON kitty_entries",
    "DROP FUNCTION refuse_change_of_kitty()",
]


def say(on_sqlite: list[str], on_postgresql: list[str]) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for sentence in on_sqlite if is_sqlite else on_postgresql:
        op.execute(sentence)


def upgrade() -> None:
    say(FROZEN_ON_SQLITE, FROZEN_ON_POSTGRESQL)


def downgrade() -> None:
    say(FREE_ON_SQLITE, FREE_ON_POSTGRESQL)
