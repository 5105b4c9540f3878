"""Marks on the whole database, such as: this one holds the demo."""

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Model, session, transaction

DEMO = "demo"


class Mark(Model):
    """A lasting remark about this database."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(unique=True)


def put(name: str) -> None:
    """Mark the database; once is enough."""
    with transaction():
        if not has(name):
            session.add(Mark(name=name))


def has(name: str) -> bool:
    """Whether the database bears this mark; one without tables bears none."""
    if not inspect(session.get_bind()).has_table(Mark.__tablename__):
        return False
    return session.scalar(select(Mark.id).where(Mark.name == name)) is not None
