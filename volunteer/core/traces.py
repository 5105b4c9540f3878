"""Whether anything in the database still speaks of a row."""

from collections.abc import Collection

from sqlalchemy import select, union_all

from volunteer.core.database import Model, session


def find_referred(
    model: type[Model], numbers: Collection[int], *, besides: Collection[str] = ()
) -> set[int]:
    """Those of these rows to which some row of any table refers; `besides` names tables that
    don't count. New tables count by themselves."""
    target = model.__table__.c.id
    columns = [
        key.parent
        for table in Model.metadata.sorted_tables
        if table.name not in besides
        for key in table.foreign_keys
        if key.column is target
    ]
    if not columns or not numbers:
        return set()
    looked_for = select(target).where(target.in_(numbers)).cte("looked_for")
    found = union_all(
        *(select(column).where(column.in_(select(looked_for.c.id))) for column in columns)
    )
    return set(session.scalars(found))
