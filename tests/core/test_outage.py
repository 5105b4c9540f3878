"""A database that is away is told in one line with what helps, once, and its end too."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from volunteer.core import outage

REFUSED = """connection to server at "127.0.0.1", port 5432 failed: Connection refused
\tIs the server running on that host and accepting TCP/IP connections?"""


def fault(words: str, kind: type[Exception] = psycopg.OperationalError) -> OperationalError:
    return OperationalError("SELECT 1", {}, kind(words))


@pytest.mark.parametrize(
    ("words", "helps"),
    [
        (REFUSED, "Start PostgreSQL, or mend the host and the port in DATABASE_URL."),
        ("connection timeout expired", "Start PostgreSQL"),
        ("terminating connection due to administrator command", "Start PostgreSQL"),
        (
            'FATAL:  password authentication failed for user "linli"',
            "Mend the name or the password",
        ),
        ('FATAL:  database "linly" does not exist', "Make it with createuser or createdb"),
        ("failed to resolve host 'db': Name or service not known", "Mend the host"),
        ("FATAL:  sorry, too many clients already", "Lower WEB_CONCURRENCY"),
        ("could not extend file: No space left on device", "Make room on the disk."),
        ("fe_sendauth: no password supplied", "Mend the name or the password"),
        ('FATAL:  role "linly" does not exist', "Make it with createuser or createdb"),
        ('FATAL:  user "linly" does not exist', "Make it with createuser or createdb"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.7"', "Let this user in"),
        ("could not translate host name: nodename nor servname provided", "Mend the host"),
        ("FATAL:  remaining connection slots are reserved", "Lower WEB_CONCURRENCY"),
        ("database or disk is full", "Make room on the disk."),
        ("unable to open database file", "must belong to the user"),
        ("file is not a database", "Restore a backup"),
        ("database disk image is malformed", "Restore a backup"),
        ("could not receive data: Connection timed out", "Start PostgreSQL"),
        ('connection to server on socket "x" failed: No such file or directory', "Start Postgre"),
        ("FATAL:  the database system is starting up", "Start PostgreSQL"),
        ("FATAL:  the database system is shutting down", "Start PostgreSQL"),
        ("server closed the connection unexpectedly", "Start PostgreSQL"),
        ("the database does not answer", "Start PostgreSQL"),
        ('FATAL:  database "linli" is not currently accepting connections', "Start PostgreSQL"),
    ],
)
def test_it_says_in_one_line_what_helps(words, helps):
    told = outage.known(fault(words))

    assert told is not None
    assert told.startswith("The database does not answer. ")
    assert helps in told
    assert "\n" not in told


def test_a_file_that_is_not_ours_to_write_is_told_the_same_way():
    told = outage.known(fault("attempt to write a readonly database", sqlite3.OperationalError))

    assert told is not None
    assert "must belong to the user who runs the service" in told


@pytest.mark.parametrize(
    "error",
    [
        fault("canceling statement due to statement timeout"),
        IntegrityError("INSERT", {}, psycopg.IntegrityError("Key (name)=(refused)")),
        OSError("No such file or directory"),
    ],
)
def test_every_other_fault_keeps_its_trace(error):
    assert outage.known(error) is None


def test_what_nobody_knows_still_says_where_to_look():
    assert outage.sentence(fault("odd")) == f"odd. {outage.PERHAPS}"


def test_what_came_through_no_driver_says_it_as_well():
    assert outage.sentence(OSError("Connection refused")).startswith(
        "Connection refused. Start PostgreSQL"
    )


def test_what_was_never_away_is_not_said_to_be_back(caplog):
    outage.Outage().is_over()

    assert caplog.records == []


def test_it_is_said_once_and_that_it_is_over_once(caplog):
    away = outage.Outage()
    for told in ("It is away.", "It is away.", "It starts up."):
        away.say(told)
    away.is_over()
    away.is_over()

    assert [line.getMessage() for line in caplog.records] == [
        "It is away.", "It starts up.", "The database answers again.",
    ]  # fmt: skip
