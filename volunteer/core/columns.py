"""The kinds of columns of our own, which mean the same on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Index, String, TypeDecorator, literal_column

# Makes of what the database answers what we hold.
Reader = Callable[[Any], Any]


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, naive UTC in the table of either database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its zone: use clock.now() or zones.to_moment().")
        return value.astimezone(UTC).replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader:
        # process_result_value would be one call more for each, and a page reads a hundred.
        read = self.impl_instance.result_processor(dialect, coltype)
        return in_utc if read is None else lambda value: in_utc(read(value))


def in_utc(value: datetime | None) -> datetime | None:
    # replace() takes five times as long.
    return None if value is None else datetime.combine(value, value.time(), UTC)


class WallTime(TypeDecorator[datetime]):
    """What a clock on the wall shows: naive on both sides; its zone stands beside it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("Wall time has no zone of its own.")
        return value


class Choice(TypeDecorator[StrEnum]):
    """One value of a StrEnum, as its text; ValueError for any other.

    SQLAlchemy's Enum would do the same, and listens to each of its tables for the types and checks
    that it can make, which we never ask for: together a third of a megabyte and 20 ms a start.
    """

    impl = String(24)
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[StrEnum]):
        """Writes the values that it is compared with into the statement.

        They are ours, not typed by anybody. SQLite plans a statement anew each time it is given a
        value for a column on which an index holds for some values only, and PostgreSQL can't use
        such an index for a value that it does not know yet.
        """

        def operate(self, op: Any, *others: Any, **options: Any) -> Any:
            return super().operate(op, *map(self.written, others), **options)

        def written(self, value: Any) -> Any:
            """A choice, or each of several, as SQL; anything else as it is."""
            if isinstance(value, StrEnum):
                kind: Any = self.type
                return literal_column(f"'{kind.values(value).value}'")
            if isinstance(value, list | tuple | set | frozenset):
                return [self.written(one) for one in value]
            return value

    comparator_factory = Comparator

    def __init__(self, values: type[StrEnum]) -> None:
        super().__init__()
        self.values = values
        self.members: dict[str | None, StrEnum | None] = {None: None}
        self.members |= {member.value: member for member in values}

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.values(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader:
        # Its texts need nothing else done to them; see Moment.
        return self.members.__getitem__


def one_only(name: str, *columns: str, where: str) -> Index:
    """A unique index over those rows alone for which `where` holds, SQL that both databases know.

    The condition stands in the index's `info`, and migrations/env.py hands it on when tables are
    made. As an option of a dialect it would load that dialect everywhere, and the one that is not
    in use costs megabytes and a twentieth of the start.
    """
    return Index(name, *columns, unique=True, info={"where": where})
