"""Tables that only grow: the database itself refuses to change or delete what stands in them.

For tables made without migrations; their migrations hold the same sentences.
"""

from collections.abc import Collection

from sqlalchemy import DDL, event

from volunteer.core.database import Model


def freeze(model: type[Model], *, what: str, words: str, but: Collection[str] = ()) -> None:
    """Rows of this table stay as they are, all but these columns. Who tries reads these words;
    `what` names PostgreSQL's function that says them."""
    table = model.__table__
    columns = [column.name for column in table.columns if column.name not in {"id", *but}]
    # All columns are said as none: a column that comes later is frozen as well.
    update = f"UPDATE OF {', '.join(columns)}" if but else "UPDATE"
    for dialect, sentences in (
        ("sqlite", on_sqlite(model.__tablename__, update, words)),
        ("postgresql", on_postgresql(model.__tablename__, update, what, words)),
    ):
        for sentence in sentences:
            event.listen(
                table,
                "after_create",
                DDL(sentence).execute_if(dialect=dialect),  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
            )


def on_sqlite(table: str, update: str, words: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_no_{verb.split()[0].lower()} BEFORE {verb} ON {table}
    BEGIN SELECT RAISE(ABORT, '{words}'); END"""
        for verb in (update, "DELETE")
    ]


def on_postgresql(table: str, update: str, what: str, words: str) -> list[str]:
    return [
        f"""CREATE OR REPLACE FUNCTION refuse_change_of_{what}() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{words}'; END $$""",
        f"""CREATE TRIGGER {table}_frozen BEFORE {update} OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_{what}()""",
    ]
