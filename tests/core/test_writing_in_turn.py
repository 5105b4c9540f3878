"""SQLite: who wants to write waits for another process, but no longer than need be."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.servers import speaking_to
from volunteer.core import engines
from volunteer.core.database import session, transaction


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "turns.sqlite3"
    with speaking_to(f"sqlite:///{path}"):
        with transaction():
            session.execute(text("CREATE TABLE words (word TEXT)"))
        yield path


@contextmanager
def another_writes(path: Path, *, seconds: float = 60) -> Iterator[None]:
    """Somebody else, as another process would, holds this file for so long, or until the end."""
    has_begun, is_over = Event(), Event()

    def hold() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            has_begun.set()
            is_over.wait(seconds)
            connection.execute("ROLLBACK")

    thread = Thread(target=hold)
    thread.start()
    has_begun.wait()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def write(word: str) -> None:
    with transaction():
        session.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})


def patience_of_statements() -> int:
    """How many milliseconds other statements wait, where the writer's connection is used again."""
    return session.execute(text("PRAGMA busy_timeout")).scalar_one()


def test_who_waits_writes_soon_after_the_other_has_ended(file):
    waits = []
    for number in range(4):
        with another_writes(file, seconds=0.2):
            begun = time.monotonic()
            write(f"word {number}")
            waits.append(time.monotonic() - begun)

    # SQLite itself would look after 0.128, 0.178 and 0.228 seconds, and each time later.
    assert min(waits) < 0.22
    assert session.execute(text("SELECT count(*) FROM words")).scalar_one() == 4


def test_nobody_waits_for_ever(file, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_MILLISECONDS", 100)
    with another_writes(file):
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="locked"):
            write("never")
        waited = time.monotonic() - begun

    assert 0.1 <= waited < 5
    write("now")
    assert session.execute(text("SELECT word FROM words")).scalars().all() == ["now"]


def test_what_is_no_matter_of_turns_is_not_waited_for(file):
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        # Within a transaction SQLite begins no other one, and does not call that busy.
        connection.execute("BEGIN")
        begun = time.monotonic()

        assert not engines.has_become_writer(connection, sqlite3)

    assert time.monotonic() - begun < 5


def test_other_statements_are_as_patient_as_before(file):
    write("a word")

    assert patience_of_statements() == engines.BUSY_MILLISECONDS
