"""One factory for each model. A factory alone makes something valid and dull."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from factory import CREATE_STRATEGY
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy import inspect

from volunteer.core.database import Model, session


class Building:
    """How deep we are: one row needs others, and these need others."""

    depth = 0


@contextmanager
def at_once() -> Iterator[None]:
    """What is built within the block is committed at its end, as one use case would have done it: a
    commit for each row took a quarter of the tests' time."""
    Building.depth += 1
    try:
        yield
    finally:
        Building.depth -= 1
    if not Building.depth:
        session.commit()


def number_of(row: Model) -> int:
    """The number that the row has got by now."""
    session.flush()
    return row.id


def usual(model_class: type[Model], given: Collection[str]) -> dict[str, Any]:
    """What the row's other columns hold when nobody says: what is built on it may ask before it is
    written."""
    columns = inspect(model_class).column_attrs
    unsaid = {a.key: a.columns[0].default for a in columns if a.key not in given}
    return {
        name: default.arg if default.is_scalar else default.arg(None)
        for name, default in unsaid.items()
        if default is not None and (default.is_scalar or default.is_callable)
    }


class Factory(SQLAlchemyModelFactory):
    """Builds a row, with those it needs, and commits them."""

    class Meta:
        abstract = True
        sqlalchemy_session = session
        sqlalchemy_session_persistence = None

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        with at_once() if strategy == CREATE_STRATEGY else nullcontext():
            return super()._generate(strategy, params)

    @classmethod
    def _create(cls, model_class: type[Model], *args: Any, **kwargs: Any) -> Any:
        return super()._create(model_class, *args, **usual(model_class, kwargs), **kwargs)

    @classmethod
    def create_batch(cls, size: int, **kwargs: Any) -> Any:
        with at_once():
            return super().create_batch(size, **kwargs)
