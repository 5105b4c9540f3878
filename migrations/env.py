"""How migrations run here: all or nothing on both databases, no row lost (ADR 0006)."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, text

import volunteer.models_of_all  # noqa: F401 - the models must be known to be compared
from volunteer.core import engines
from volunteer.core.database import Model

engine: Engine = context.config.attributes["engine"]


def render_plainly(kind: str, thing: Any, _autogen: object) -> str | bool:
    """Our column types as plain ones: a migration imports none of our code."""
    if kind != "type":
        return False
    return {
        "Moment": "sa.DateTime()",
        "WallTime": "sa.DateTime()",
        "Choice": "sa.String(24)",
        "Sealed": "sa.Text()",
        "SealedJson": "sa.Text()",
        "SealedBytes": "sa.LargeBinary()",
        "Fingerprint": "sa.String(64)",
    }.get(type(thing).__name__, False)


def hand_on_conditions() -> None:
    """What columns.one_only() says of an index, said again to both dialects."""
    for table in Model.metadata.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                for dialect in ("sqlite", "postgresql"):
                    index.dialect_options[dialect]["where"] = text(index.info["where"])


def run(connection: Connection) -> None:
    hand_on_conditions()
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_item=render_plainly,
        render_as_batch=True,
        # SQLite can undo table changes too, once the transaction is ours.
        transactional_ddl=True,
        compare_type=False,
    )
    with context.begin_transaction():
        before = context.get_context().get_current_heads()
        context.run_migrations()
        check_references(connection)
        if context.get_context().get_current_heads() != before:
            leave_word(connection)


def leave_word(connection: Connection) -> None:
    """That something was changed, and the file still holds how it was (core/migrating.py takes it
    out). In the same transaction: whoever dies behind it leaves it to the next run."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA user_version = 1"))


def check_references(connection: Connection) -> None:
    """Rebuilding a table may have cut a reference; then nothing of it may stay."""
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"the migration broke references: {broken[:5]}")


def run_on_sqlite() -> None:
    # Inside a transaction this pragma does nothing, silently; so on the driver's own connection.
    # With foreign keys on, rebuilding a table would delete the rows that cascade from it.
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection.execution_options(write=True))
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON")


def run_on_postgresql() -> None:
    # An index of a large table takes longer than a page may wait. Who waits for a lock of ours is
    # still told so soon, and so are we.
    with engine.connect() as connection:
        engines.take_time(connection)
        try:
            run(connection.execution_options(write=True))
        finally:
            # Nobody else gets it.
            connection.invalidate()


if engine.dialect.name == "sqlite":
    run_on_sqlite()
else:
    run_on_postgresql()
