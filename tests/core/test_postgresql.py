"""How PostgreSQL is spoken to: read without transactions, write only in one that says so."""

import os
from contextlib import suppress

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DataError, InternalError

from tests.conftest import fresh_database
from volunteer.core import database, engines
from volunteer.core.database import session, transaction, write_alone
from volunteer.core.errors import NotFound
from volunteer.people.models import Person

PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%now%'")
WHO_AM_I = text("SELECT pg_backend_pid()")


@pytest.fixture
def postgresql(tmp_path):
    """A session as the service has it, on an empty database."""
    before = session.session_factory.kw.get("bind")
    with fresh_database("postgresql", tmp_path, "spoken") as url:
        engine = database.connect(url)
        try:
            yield
        finally:
            session.remove()
            engine.dispose()
            session.configure(bind=before)


def test_what_is_written_outside_a_transaction_is_refused_by_the_server(postgresql):
    with pytest.raises(InternalError, match="read-only transaction"):
        session.execute(text("CREATE TABLE notes (words text)"))


@pytest.mark.parametrize("goes_wrong", [False, True])
def test_who_gets_the_connection_after_single_statements_may_only_read(postgresql, goes_wrong):
    with transaction():
        session.execute(text("CREATE TABLE notes (words text)"))

    with suppress(DataError), write_alone() as write:
        write(text("INSERT INTO notes VALUES (:words)"), {"words": "kept"})
        write(text("SELECT 1 / :by"), {"by": 0 if goes_wrong else 1})

    # Of both the same one: it lay in the pool.
    assert session.scalars(text("SELECT words FROM notes")).all() == ["kept"]
    with pytest.raises(InternalError, match="read-only transaction"):
        session.execute(text("INSERT INTO notes VALUES ('never')"))


def write_and_fail() -> None:
    with transaction():
        session.execute(text("INSERT INTO notes VALUES ('half')"))
        session.execute(text("SELECT 1 / 0"))


def test_within_one_it_is_kept_or_undone_as_a_whole(postgresql):
    with transaction():
        session.execute(text("CREATE TABLE notes (words text)"))

    with pytest.raises(DataError, match="division by zero"):
        write_and_fail()

    assert session.scalar(text("SELECT count(*) FROM notes")) == 0


def test_a_page_after_the_other_finds_its_statements_prepared(postgresql):
    for _page in range(8):
        session.execute(text("SELECT now()"))
        session.remove()

    assert session.scalar(PREPARED) == 1


def test_a_connection_that_was_cut_while_it_lay_idle_is_replaced(postgresql, monkeypatch):
    first = session.scalar(WHO_AM_I)
    session.remove()
    admin = create_engine(os.environ["TEST_POSTGRES_URL"], isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
    admin.dispose()
    monkeypatch.setattr(engines, "IDLE_SECONDS", 0)

    assert session.scalar(WHO_AM_I) != first


def test_holding_a_row_that_is_not_there_says_so(postgresql):
    with transaction():
        session.execute(text("CREATE TABLE people (id integer)"))

    with pytest.raises(NotFound), transaction():
        database.hold({Person: 7})
