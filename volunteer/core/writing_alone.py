"""Single statements beside the session, each a transaction by itself."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Executable

from volunteer.core.database import dialect_name, is_in_transaction, one_writer, session

# A connection that writes without a BEGIN of ours, and one that does not.
READ_WRITE, READ_ONLY = (f"SET default_transaction_read_only = {word}" for word in ("off", "on"))

# Carries out one statement, as a transaction by itself.
Write = Callable[[Executable, Mapping[str, Any]], None]


@contextmanager
def write_alone() -> Iterator[Write]:
    """Within the block single statements are carried out beside the session: what that has loaded
    stays as it is. Not inside of transaction(): they would wait for one another.

    One connection is held for all of them: taking one for each, and a BEGIN and a COMMIT around
    it, took longer than a short statement does.
    """
    if is_in_transaction():
        raise RuntimeError("a transaction is open already")
    bind = session.get_bind()
    if not isinstance(bind, Engine):
        # One connection for all, which undoes everything afterwards, as tests use it.
        yield partial(write_within, bind)
    elif dialect_name() == "sqlite":
        with bind.connect() as connection:
            yield partial(write_in_turn, connection.execution_options(write=True))
    else:
        with bind.connect() as connection:
            connection.exec_driver_sql(READ_WRITE)
            try:
                yield partial(write_by_itself, connection)
            finally:
                # Whoever gets it next may only read; if that can't be said, nobody gets it.
                if not connection.invalidated:
                    try:
                        connection.exec_driver_sql(READ_ONLY)
                    except BaseException:
                        connection.invalidate()
                        raise


def write_within(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> None:
    # What the session has read would stand around this, and be undone with it.
    session.rollback()
    with connection.begin_nested():
        connection.execute(statement, values)


def write_in_turn(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> None:
    with one_writer, connection.begin():
        connection.execute(statement, values)


def write_by_itself(
    connection: Connection, statement: Executable, values: Mapping[str, Any]
) -> None:
    """The server makes a transaction of it: we have begun none."""
    connection.execute(statement, values)
    connection.commit()
