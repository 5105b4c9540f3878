"""Running the numbered migrations with plain Alembic, on the engine that the app uses."""

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from volunteer.core.database import session, shred_leftovers

# Alembic is imported where it migrates: the web server only asks for numbers, and starts sooner.
if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


def alembic_config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = session.get_bind().engine
    return config


def upgrade(revision: str = "head") -> None:
    from alembic import command

    before = current()
    session.remove()
    command.upgrade(alembic_config(), revision)
    if current() != before:
        # What a migration has sealed stood there in clear.
        shred_leftovers()
    session.remove()


def downgrade(revision: str) -> None:
    from alembic import command

    session.remove()
    command.downgrade(alembic_config(), revision)


def current() -> str | None:
    """The number of the last migration that this database has seen."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    number: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return number


def newest() -> str | None:
    """The number of the last migration there is."""
    return max(numbers(), default=None)


def numbers() -> list[str]:
    """The number of every migration there is; a test sees that they have no gap."""
    files = (MIGRATIONS / "versions").glob("*.py")
    return sorted(match[1] for file in files if (match := re.match(r"(\d{4})_", file.name)))


def write_next(message: str) -> str:
    """A new migration file with the next number; answers its path. The author fills in why."""
    from alembic import command

    script = command.revision(
        alembic_config(),
        message=message,
        autogenerate=True,
        rev_id=f"{int(newest() or 0) + 1:04d}",
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
