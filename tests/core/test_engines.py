"""How long we wait for a database, and how we know that it has no room left."""

import sqlite3
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from volunteer.core import engines

USUAL = engines.STATEMENT_MILLISECONDS / 1000 + engines.GRACE_SECONDS


def refused(**code):
    said = sqlite3.OperationalError("refused")
    vars(said).update(code)
    return OperationalError("INSERT", {}, said)


def test_it_is_full_when_the_database_says_just_that():
    for full in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
        assert engines.has_no_room(refused(sqlite_errorcode=full))
    assert engines.has_no_room(refused(sqlstate="53100"))

    assert not engines.has_no_room(refused(sqlite_errorcode=sqlite3.SQLITE_BUSY))
    assert not engines.has_no_room(refused(sqlstate="53200"))
    assert not engines.has_no_room(refused())


@pytest.fixture
def waits(monkeypatch):
    """How long psycopg is let wait each time; the server says nothing in all of it."""
    found, now = [], [100.0]

    def wait(connection, _gen, _interval, limit):
        found.append(limit)
        now[0] += min(limit, connection.gives_up_after)
        raise psycopg.OperationalError("the driver's own words")

    monkeypatch.setattr(psycopg.Connection, "wait", wait)
    monkeypatch.setattr(engines, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return found


class Unconnected(engines.patient_connection()):
    """It has no server, and needs no closing."""

    def __del__(self):
        pass


def connection(*, is_closed=False, gives_up_after=float("inf")):
    made = Unconnected.__new__(Unconnected)
    status = psycopg.pq.ConnStatus.BAD if is_closed else psycopg.pq.ConnStatus.OK
    made.pgconn = SimpleNamespace(status=status, finish=lambda: finished.append(made))
    made.gives_up_after, finished = gives_up_after, []
    made.finished = finished
    return made


def test_a_silent_server_is_given_up_when_a_statement_would_have_ended_and_is_asked_no_more(waits):
    silent = connection()

    with pytest.raises(psycopg.OperationalError, match="does not answer"):
        silent.wait(iter(()))

    assert (waits, silent.finished) == ([USUAL], [silent])


def test_who_says_how_long_is_waited_for_so_long(waits):
    hasty = connection()
    hasty.patience = 2

    for own in (None, 3):
        with pytest.raises(psycopg.OperationalError):
            hasty.wait(iter(()), timeout=own)

    assert waits == [2, 3]


@pytest.mark.parametrize("how", [{"is_closed": True}, {"gives_up_after": USUAL - 1}])
def test_what_the_driver_says_of_a_server_that_was_not_silent_is_handed_on(waits, how):
    cut = connection(**how)

    with pytest.raises(psycopg.OperationalError, match="the driver's own words"):
        cut.wait(iter(()))

    assert cut.finished == []


def test_what_may_take_its_time_is_limited_neither_here_nor_there():
    sent, driver = [], connection()
    driver.execute = sent.append

    engines.take_time(SimpleNamespace(connection=SimpleNamespace(driver_connection=driver)))

    assert (sent, driver.patience) == (["SET statement_timeout = 0"], float("inf"))
