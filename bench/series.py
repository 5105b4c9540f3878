"""A year of a thousand weekly series, put on the calendar; against the bare rows."""

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import create_engine, event, func, select, text

from bench import world
from bench.figures import Figure, at_most
from bench.pages import filled
from volunteer.activities import extending, recurrence
from volunteer.activities.models import Activity, Occurrence
from volunteer.core import clock
from volunteer.core.database import session, transaction

SERIES = int(os.environ.get("BENCH_SERIES", "1000"))
YEAR = timedelta(weeks=52)
EMPTY = world.Size(others=SERIES, activities_a_team=0, strangers=1, sign_ups_a_date=(0,))
TABLES = (
    "CREATE TABLE floor_dates (id INTEGER PRIMARY KEY, activity_id INTEGER, planned_on DATE,"
    " wall_starts TIMESTAMP, wall_ends TIMESTAMP, starts_at TIMESTAMP, ends_at TIMESTAMP,"
    " place VARCHAR(120), UNIQUE (activity_id, planned_on))",
    "CREATE TABLE floor_roles (id INTEGER PRIMARY KEY, occurrence_id INTEGER, position INTEGER,"
    " name VARCHAR(30), minimum INTEGER, maximum INTEGER, UNIQUE (occurrence_id, position))",
)


def series(kind: str, folder: Path) -> Iterator[Figure]:
    with filled(kind, folder, EMPTY) as url:
        forget_dates()
        floor = bare_rows(url)
        with patch.object(recurrence, "WINDOW", YEAR):
            first, _sent = extended()
            stored = session.scalar(select(func.count(Occurrence.id))) or 0
            again, sent = extended()
        session.remove()
    assert stored >= SERIES * 51, stored
    yield Figure(
        f"{SERIES:,} weekly series, a year, stored", kind, first, floor,
        must=at_most(5), reach=at_most(2), unit="s", beside={"dates": stored},
    )  # fmt: skip
    yield Figure(
        "the same again, nothing to change", kind, again, first,
        must=at_most(0.3), reach=at_most(0.1), unit="s", beside={"floor_is": "the first time"},
    )  # fmt: skip
    yield Figure("the same again, statements", kind, len(sent), None, must=at_most(5))


def forget_dates() -> None:
    """The series without a date on the calendar."""
    with transaction():
        for table in ("signups", "occurrence_roles", "occurrences"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
        session.query(Activity).update({"planned_until": None})
    session.remove()


def extended() -> tuple[float, list[str]]:
    """How long it took to put the dates on all calendars, and the statements that were sent."""
    sent: list[str] = []
    engine = session.get_bind().engine

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    began = time.perf_counter()
    extending.extend_all(clock.now())
    seconds = time.perf_counter() - began
    event.remove(engine, "before_cursor_execute", note)
    session.remove()
    return seconds, sent


def bare_rows(url: str) -> float:
    """The same dates and roles by plain Python, put in as quickly as the database takes them."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(table))
    began = time.perf_counter()
    dates, roles = rows(clock.now().replace(tzinfo=None, microsecond=0))
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.dialect.name == "postgresql":
            for name, found in (("floor_dates", dates), ("floor_roles", roles)):
                with driver.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                    for row in found:
                        copy.write_row(row)
        else:
            for name, found in (("floor_dates", dates), ("floor_roles", roles)):
                marks = ",".join("?" * len(found[0]))
                plain = [
                    tuple(str(v) if isinstance(v, datetime) else v for v in row) for row in found
                ]
                driver.executemany(f"INSERT INTO {name} VALUES ({marks})", plain)  # noqa: S608
    seconds = time.perf_counter() - began
    engine.dispose()
    return seconds


def rows(now: datetime) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    dates, roles, number = [], [], 0
    for activity in range(1, SERIES + 1):
        for week in range(52):
            number += 1
            starts = now + timedelta(weeks=week, hours=activity % 9)
            ends = starts + timedelta(hours=2)
            dates.append(
                (number, activity, starts.date().isoformat(), starts, ends, starts, ends, "活动室")
            )
            roles += [
                (number * 2 + position, number, position, name, least, most)
                for position, (name, least, most) in enumerate(world.Size().roles)
            ]
    return dates, roles
