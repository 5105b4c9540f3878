"""Marks on the whole database, such as: this one holds the demo, or was last copied then."""

from datetime import datetime

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Model, session, transaction

DEMO = "demo"
# With the moment behind it: of this moment is the last good backup.
BACKUP = "backup of "


class Mark(Model):
    """A lasting remark about this database."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(unique=True)


def put(name: str) -> None:
    """Mark the database; once is enough."""
    with transaction():
        if not has(name):
            session.add(Mark(name=name))


def are_there() -> bool:
    """Whether there is a table for them."""
    return inspect(session.get_bind()).has_table(Mark.__tablename__)


def note_backup(moment: datetime) -> None:
    """There is a good backup of this moment. The database keeps it: web and scheduler read that,
    on whichever machine, and no file."""
    note_moment(BACKUP, moment)


def last_backup() -> datetime | None:
    """Of which moment the last good backup is; None when there was none, or none was noted."""
    return moment(BACKUP)


def note_moment(what: str, when: datetime) -> None:
    """Remember this moment behind these words, in the place of the one before."""
    with transaction():
        session.execute(delete(Mark).where(Mark.name.startswith(what)))
        session.add(Mark(name=f"{what}{when.isoformat()}"))


def moment(what: str) -> datetime | None:
    """The last moment that was noted behind these words."""
    names = session.scalars(select(Mark.name).where(Mark.name.startswith(what))).all()
    return max((datetime.fromisoformat(name.removeprefix(what)) for name in names), default=None)


def has(name: str) -> bool:
    """Whether the database bears this mark; one without tables bears none."""
    if not are_there():
        return False
    return session.scalar(select(Mark.id).where(Mark.name == name)) is not None
