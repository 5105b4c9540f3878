"""How one connects to SQLite and to PostgreSQL, and begins on each (ADR 0003)."""

import math
import os
import re
import sqlite3
import time
from contextlib import suppress
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError

# Two writers wait for each other this long before one of them is refused. On SQLite they wait
# in no order, so in a crowd the unlucky one waits long: with 5 seconds some were refused.
BUSY_MILLISECONDS = 20_000
LOOK_AGAIN_SECONDS = 0.0001
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
LOCK_MILLISECONDS = 5000
# A database that is not to be reached must not hold a request for ever.
CONNECT_SECONDS = 5
STATEMENT_MILLISECONDS = 8000
# So much longer than the server itself would let a statement take we wait for its answer.
GRACE_SECONDS = 1
# Whether it is there at all it says at once, or not at all.
PING_SECONDS = 2
# Its code in the standard of SQL, as far as PostgreSQL goes beyond it.
POSTGRESQL_DISK_FULL = "53100"
# The codes of a table and of a column that is not there. SQLite has none, and says it in words.
POSTGRESQL_NOT_THERE = {"42P01", "42703"}
SQLITE_NOT_THERE = r"no such (table|column)|has no column named"
# Whether a connection that was not used for so long is still there, we ask before we use it.
IDLE_SECONDS = 1


def build(url: str) -> Engine:
    """The engine of this database; who is to write says so by the execution option `write`."""
    return build_sqlite(url) if url.startswith("sqlite") else build_postgresql(url)


def has_no_room(error: OperationalError) -> bool:
    """Whether the database has refused to write because the disk, or our share of it, is full."""
    said: Any = error.orig
    return (
        getattr(said, "sqlite_errorcode", None) in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}
        or getattr(said, "sqlstate", None) == POSTGRESQL_DISK_FULL
    )


def lacks_tables(error: DBAPIError) -> bool:
    """Whether a table or a column that was asked for is not there."""
    said: Any = error.orig
    if isinstance(said, sqlite3.Error):
        return bool(re.search(SQLITE_NOT_THERE, str(said)))
    return getattr(said, "sqlstate", None) in POSTGRESQL_NOT_THERE


# --- SQLite --------------------------------------------------------------------------------------


def build_sqlite(url: str) -> Engine:
    """One writer at a time, who takes the write lock when it begins, so that what it reads is still
    true when it writes. Readers are not held up."""
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_MILLISECONDS / 1000}
    )
    make_private(engine.url.database)
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_on_sqlite)
    return engine


def make_private(file: str | None) -> None:
    """A new database that nobody but its owner may read; what SQLite puts beside it takes after it.

    One that is there stays as the operator has it, and where none can be made SQLite says why.
    """
    if file and file != ":memory:" and not file.startswith("file:"):
        with suppress(OSError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def prepare_sqlite(connection: Any, _record: Any) -> None:
    # We send BEGIN ourselves; the driver's own transactions begin too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        # FULL: a reminder that was sent must not be forgotten after a power cut.
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_on_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if not connection.get_execution_options().get("write"):
        driver.execute("BEGIN")
        return
    # Waiting, SQLite sleeps for up to a tenth of a second at a time: a crowd on two processes left
    # a third of both processors idle. So we do the waiting for who wants to write.
    driver.execute("PRAGMA busy_timeout=0")
    try:
        if not has_become_writer(driver, connection.dialect.loaded_dbapi):
            # Once more, for an error that says why and is known to whoever shows it.
            connection.exec_driver_sql(BEGIN_TO_WRITE)
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def has_become_writer(driver: Any, names: Any) -> bool:
    """Begins to write as soon as no other process does; whether that came about."""
    patience_ends = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            driver.execute(BEGIN_TO_WRITE)
        except names.OperationalError as error:
            if error.sqlite_errorcode != names.SQLITE_BUSY or time.monotonic() > patience_ends:
                return False
        else:
            return True
        time.sleep(LOOK_AGAIN_SECONDS)


# --- PostgreSQL ----------------------------------------------------------------------------------


def build_postgresql(url: str) -> Engine:
    """Who only reads opens no transaction, and the server refuses what would write in one that was
    not opened to write."""
    engine = create_engine(
        url,
        # An error's trace goes to the log, and people's data must not.
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        # The last one first: what is in use has its statements prepared.
        pool_use_lifo=True,
        connect_args={
            "autocommit": True,
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c timezone=utc -c statement_timeout={STATEMENT_MILLISECONDS}"
            " -c default_transaction_read_only=on"
            f" -c lock_timeout={LOCK_MILLISECONDS}"
            f" -c idle_in_transaction_session_timeout={STATEMENT_MILLISECONDS * 3}",
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 8000,
        },
    )
    event.listen(engine, "do_connect", connect_with_patience)
    event.listen(engine, "begin", begin_on_postgresql)
    event.listen(engine, "checkin", note_idle)
    event.listen(engine, "checkout", ping_after_a_while)
    return engine


def connect_with_patience(
    _dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]
) -> Any:
    return patient_connection().connect(*arguments, **named)


@cache
def patient_connection() -> Any:
    """The driver's connection, which gives a silent server up.

    The limits that the server keeps are none where its answers do not arrive: behind a proxy that
    hangs, or from a machine that stands still but still takes what is sent. A request would wait
    for ever.
    """
    import psycopg

    class PatientConnection(psycopg.Connection[Any]):
        # How long it waits; None: as long as a statement may take.
        patience: float | None = None

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            usual = STATEMENT_MILLISECONDS / 1000 + GRACE_SECONDS
            limit = timeout or self.patience or usual
            end = time.monotonic() + limit
            try:
                return super().wait(gen, interval, limit)
            except psycopg.OperationalError as error:
                if self.closed or time.monotonic() < end:
                    raise
                # What it was asked may still be answered, to whoever would ask next.
                self.pgconn.finish()
                raise psycopg.OperationalError("the server does not answer") from error

    return PatientConnection


def take_time(connection: Connection) -> None:
    """What is done by this connection may take as long as it takes."""
    driver: Any = connection.connection.driver_connection
    # On the driver's own: SQLAlchemy would take it for the beginning of a transaction.
    driver.execute("SET statement_timeout = 0")
    driver.patience = math.inf


def begin_on_postgresql(connection: Connection) -> None:
    # The driver's own transactions would cost every page a BEGIN and a ROLLBACK; and after each
    # ROLLBACK it forgets which statements it has prepared, so that all were planned anew.
    if connection.get_execution_options().get("write"):
        connection.exec_driver_sql("BEGIN READ WRITE")


def note_idle(_connection: Any, record: Any) -> None:
    record.info["idle_since"] = time.monotonic()


def ping_after_a_while(connection: Any, record: Any, _proxy: Any) -> None:
    """A server that was started again has cut what lay idle; asking each time would cost more than
    most statements do. Whoever is met by one that was cut gets another (DisconnectionError)."""
    if time.monotonic() - record.info.get("idle_since", time.monotonic()) < IDLE_SECONDS:
        return
    connection.patience = PING_SECONDS
    try:
        connection.execute("SELECT 1")
    except connection.OperationalError as error:
        raise DisconnectionError from error
    connection.patience = None
