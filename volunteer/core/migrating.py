"""Running the numbered migrations with plain Alembic, on the engine that the app uses."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from volunteer.core.database import dialect_name, hold_nothing, session, shred_leftovers
from volunteer.core.engines import lacks_tables

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
    migrate(revision)
    tidy_up()


def migrate(revision: str = "head") -> None:
    """The tables alone; what they leave behind is still to be tidied up."""
    from alembic import command

    session.remove()
    command.upgrade(alembic_config(), revision)
    session.remove()


def tidy_up() -> None:
    """Take out what migrations have left behind: what one has sealed stood there in clear. The
    database itself knows whether that is still to be done (migrations/env.py)."""
    if has_leftovers():
        shred_leftovers()
    session.remove()


def has_leftovers() -> bool:
    """Whether a migration was made since its leftovers were last taken out; of SQLite's file."""
    if dialect_name() != "sqlite":
        return False
    return bool(session.scalar(text("PRAGMA user_version")))


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


def behind() -> str | None:
    """What is to be done when the tables are older than the code; None when they are not."""
    at, last = current(), newest()
    if not last or (at or "") >= last:
        return None
    where = f"at {at}, and this is {last}" if at else "not made yet"
    return f"The tables are {where}: run `.venv/bin/flask --app wsgi db upgrade`."


def ahead() -> str | None:
    """What is to be done when the tables are of a newer version, which this code does not know: a
    backup of them was restored, or the code was taken back."""
    at, last = current(), newest()
    if not at or not last or at <= last:
        return None
    return f"The tables are at {at}, and this version knows them up to {last}: take a newer one."


def explains(error: BaseException | None) -> str | None:
    """What is to be done when this fault comes of tables of another version; None when it does not.

    Asked after the fault alone, so that no page pays for it. Ends what was being read.
    """
    if not isinstance(error, DBAPIError) or not lacks_tables(error):
        return None
    hold_nothing()
    try:
        return behind() or ahead()
    except DBAPIError:
        return None


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


def has(revision: str) -> bool:
    """Whether there is a migration of this number or name (`head`, `base`, `-1`)."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    if re.fullmatch(r"[+-]\d+", revision):
        return 0 <= int(current() or 0) + int(revision) <= int(newest() or 0)
    try:
        return bool(ScriptDirectory.from_config(alembic_config()).get_revisions(revision) or ())
    except CommandError:
        return False


class NotSqlite(RuntimeError):
    """The database is backed up with its own tools."""


def back_up_sqlite(target: Path) -> None:
    """A whole copy by SQLite's backup interface, while others write. Raises NotSqlite, or an
    OSError.

    Only a whole one ever has the name: half a backup, or an empty file where the disk was full,
    would pass for one till the day on which it is needed. Nobody else may read it.
    """
    engine = session.get_bind().engine
    if engine.dialect.name != "sqlite" or not engine.url.database:
        raise NotSqlite("Use pg_dump for PostgreSQL.")
    if target.exists() and (not target.is_file() or target.samefile(engine.url.database)):
        raise OSError("it is the database itself, or no file")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        copy_sqlite(engine.url.database, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def copy_sqlite(database: str, target: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
