"""Running the numbered migrations with plain Alembic, on the engine that the app uses."""

import re
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from volunteer.core.database import session

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = session.get_bind().engine
    return config


def upgrade(revision: str = "head") -> None:
    session.remove()
    command.upgrade(alembic_config(), revision)


def downgrade(revision: str) -> None:
    session.remove()
    command.downgrade(alembic_config(), revision)


def current() -> str | None:
    """The number of the last migration that this database has seen."""
    return MigrationContext.configure(session.connection()).get_current_revision()


def newest() -> str | None:
    """The number of the last migration there is."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def write_next(message: str) -> str:
    """A new migration file with the next number; answers its path. The author fills in why."""
    numbers = [
        int(m[1])
        for p in (MIGRATIONS / "versions").glob("*.py")
        if (m := re.match(r"(\d{4})_", p.name))
    ]
    script = command.revision(
        alembic_config(),
        message=message,
        autogenerate=True,
        rev_id=f"{max(numbers, default=0) + 1:04d}",
    )
    return str(getattr(script, "path", script))


class NotSqlite(RuntimeError):
    """The database is backed up with its own tools."""


def back_up_sqlite(target: Path) -> None:
    """A whole copy by SQLite's backup interface, while others write. Raises NotSqlite."""
    engine = session.get_bind().engine
    if engine.dialect.name != "sqlite" or not engine.url.database:
        raise NotSqlite("Use pg_dump for PostgreSQL.")
    with (
        sqlite3.connect(engine.url.database) as source,
        sqlite3.connect(target) as copy,
    ):
        source.backup(copy)
    copy.close()
    source.close()
