"""Splitting a long list into pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from volunteer.core.database import session

Row = TypeVar("Row")
PAGE_LENGTH = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: its rows, its number from 1, and how many pages there are."""

    rows: Sequence[Row]
    number: int
    pages: int
    total: int


def page_of(query: Select[Any], number: int, length: int = PAGE_LENGTH) -> Page[Any]:
    """The rows of this page; a number that is out of range means the nearest page."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // length))
    number = min(max(1, number), pages)
    rows = session.scalars(query.limit(length).offset((number - 1) * length)).unique().all()
    return Page(rows=rows, number=number, pages=pages, total=total)
