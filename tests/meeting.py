"""Two at the same moment, step by step: one is in the middle of a press as the other begins."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any
from unittest.mock import patch

from sqlalchemy import text

from volunteer.core import database
from volunteer.core.database import session, transaction

PATIENCE_SECONDS = 60
WHO_WAITS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class Turns:
    """SQLite's one writer at a time, and how many wait for their turn."""

    def __init__(self) -> None:
        self.turn, self.waiting = Lock(), 0

    def __enter__(self) -> None:
        self.waiting += 1
        self.turn.acquire()
        self.waiting -= 1

    def __exit__(self, *_error: object) -> None:
        self.turn.release()


class Press:
    """What the other one does, in a thread and a session of its own."""

    def __init__(self, pool: ThreadPoolExecutor, what: Callable[[], Any]) -> None:
        self.pool, self.what = pool, what
        self.going: Future[Any] = Future()

    def begin(self) -> None:
        """Answers once it waits for a row that is held, or is over."""
        session.flush()
        self.going = self.pool.submit(self.take)
        wait_until_it_waits(self.going)

    def take(self) -> Any:
        try:
            return self.what()
        finally:
            session.remove()

    def result(self) -> Any:
        """What came of it; raises what it raised."""
        return self.going.result(PATIENCE_SECONDS)


@contextmanager
def meeting(what: Callable[[], Any]) -> Iterator[Press]:
    """The block is one press, by whoever begins the other one in the middle of it. Behind the block
    both are over."""
    with patch.object(database, "one_writer", Turns()), ThreadPoolExecutor(1) as pool:
        other = Press(pool, what)
        with transaction():
            yield other
    # The rows stay in the test's hands, and tell what is true by now.
    session.rollback()
    session.expire_all()


def meet(mine: Callable[[], Any], theirs: Callable[[], Any]) -> Any:
    """The other one presses when mine is done and not saved yet; answers what came of that, or
    raises what it raised."""
    with meeting(theirs) as other:
        mine()
        other.begin()
    return other.result()


def anew(row: Any) -> Callable[[], Any]:
    """The same row, for whoever asks, of their own session: rows are nothing to be handed over."""
    kind, number = type(row), row.id
    return lambda: session.get_one(kind, number)


def wait_until_it_waits(going: Future[Any]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    with who_waits() as count:
        while not (going.done() or count()):
            assert time.monotonic() < end, "it neither waits nor ends"
            time.sleep(0.001)


@contextmanager
def who_waits() -> Iterator[Callable[[], int]]:
    if database.dialect_name() == "sqlite":
        turns: Any = database.one_writer
        yield lambda: turns.waiting
        return
    # Who only reads is in no transaction, so that each look sees what is true by then.
    with session.get_bind().engine.connect().execution_options(write=False) as watch:
        yield lambda: watch.execute(WHO_WAITS).scalar_one()
