"""Many rows in one statement, in the words of the database in use."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from importlib import import_module
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Result,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from volunteer.core.database import Model, dialect_name, session, transaction


def insert_into(model: type[Model]) -> Any:
    """An INSERT that knows ON CONFLICT and RETURNING, in the words of the database in use.

    Only that database's part of SQLAlchemy is loaded: the other one costs megabytes.
    """
    dialect = import_module(f"sqlalchemy.dialects.{dialect_name()}")
    return dialect.insert(model)


def table_of(columns: Mapping[str, Any], rows: Iterable[Sequence[Any]]) -> Any:
    """Rows as a table to select from, each column with its SQL type.

    Thousands of them go along as one parameter, not as one each. Values are numbers, texts,
    dates and naive times.
    """
    packed = literal([[plain(value) for value in row] for row in rows], JSON)
    if dialect_name() == "sqlite":
        elements = func.json_each(packed).table_valued("value")
        # Dates and times are texts in SQLite; a cast would cut them down to their year.
        values: list[Any] = [
            func.json_extract(elements.c.value, f"$[{number}]") for number in range(len(columns))
        ]
    else:
        from sqlalchemy.dialects.postgresql import JSONB

        # As JSONB it is read once; as JSON each row would be, again for each of its columns.
        elements = func.jsonb_array_elements(cast(packed, JSONB)).table_valued("value")
        texts = [elements.c.value.op("->>")(literal_column(str(n))) for n in range(len(columns))]
        values = [cast(text, kind) for text, kind in zip(texts, columns.values(), strict=True)]
    named = [value.label(name) for value, name in zip(values, columns, strict=True)]
    return select(*named).subquery()


def plain(value: Any) -> Any:
    """As SQLite keeps it, which PostgreSQL reads too."""
    if value is None or value.__class__ in (str, int):
        return value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def rows_touched(result: Result[Any]) -> int:
    """How many rows an insert, update or delete has changed."""
    return max(0, int(getattr(result, "rowcount", 0)))


def empty(
    columns: Sequence[InstrumentedAttribute[Any]],
    which: ColumnElement[bool],
    *,
    left: str | None = None,
) -> int:
    """Leave nothing in these columns of one table, in such of its rows; answers of how many there
    was something. Where there is none, nothing is held.

    `left` is what stands there then: an empty text, where a column must have one.
    """
    table = columns[0].class_
    is_told = which & or_(
        *(column.is_not(None) if left is None else column != left for column in columns)
    )
    if session.scalar(select(table.id).where(is_told).limit(1)) is None:
        return 0
    with transaction():
        return rows_touched(
            session.execute(
                update(table)
                .where(is_told)
                .values({column.key: left for column in columns})
                .execution_options(synchronize_session=False)
            )
        )
