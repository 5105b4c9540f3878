"""A hundred thousand rows of the first version go through every migration since (`make chaos`)."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect, text

from bench.figures import Figure, at_least, at_most
from config import KEY_FOR_TESTS
from tests.conftest import fresh_database
from tests.core.test_migrating import fill
from tests.servers import speaking_to
from volunteer.core import encryption, migrating
from volunteer.core.database import session

PEOPLE, MEMBERSHIPS, MESSAGES = 40_000, 30_000, 30_000
FIRST = "0001"
# What migrations are there to change: what is sealed since, and how names are put in order.
CHANGED = {
    "people": {"phone", "email", "sort_key"},
    "memberships": {"note"},
    "outbox_messages": {"kept_subject", "kept_text"},
}
INSERTS = {
    "people": "INSERT INTO people (id, name, sort_key, phone, phone_owner, language, free_slots,"
    " created_at) VALUES (:n, :name, 'w', :phone, 'self', 'zh_Hans', '[]', '2026-01-01 00:00:00')",
    "memberships": "INSERT INTO memberships (team_id, person_id, role, status, note, asked_at)"
    " VALUES (1, :n, 'member', 'active', :name, '2026-01-01 00:00:00')",
    "outbox_messages": "INSERT INTO outbox_messages (id, key, kind, person_id, channel, about,"
    " status, due_at, expires_at, next_try_at, attempts, message_id, created_at) VALUES (:n,"
    " :phone, 'note', :n, 'email', '{}', 'sent', '2026-01-01 00:00:00', '2026-01-02 00:00:00',"
    " '2026-01-01 00:00:00', 0, :phone, '2026-01-01 00:00:00')",
}
COUNTS = {"people": PEOPLE, "memberships": MEMBERSHIPS, "outbox_messages": MESSAGES}


def fill_much(engine: Engine) -> None:
    # The first three people stand in the team already.
    fill(engine)
    with engine.connect().execution_options(write=True) as connection:
        for table, words in INSERTS.items():
            numbers = range(4, COUNTS[table] + 4)
            rows = [
                {"n": n, "name": f"王{chr(0x4E00 + n % 5000)}", "phone": f"139{n:08d}"}
                for n in numbers
            ]
            connection.execute(text(words), rows)
        connection.commit()


def columns_of(engine: Engine) -> dict[str, set[str]]:
    found = inspect(engine)
    return {name: {c["name"] for c in found.get_columns(name)} for name in INSERTS}


def fingerprints(engine: Engine, columns: dict[str, list[str]]) -> dict[str, Any]:
    """How many rows each table has, and one mark for all that stands in these columns."""
    marks = {}
    with engine.connect() as connection:
        for table, names in columns.items():
            mark, count = hashlib.sha256(), 0
            query = f"SELECT {', '.join(names)} FROM {table} ORDER BY id"  # noqa: S608
            for row in connection.execute(text(query)):
                mark.update(repr(tuple(row)).encode())
                count += 1
            marks[table] = (count, mark.hexdigest())
    return marks


def migrate(kind: str, folder: Path) -> Iterator[Figure]:
    encryption.use([KEY_FOR_TESTS])
    with fresh_database(kind, folder, "old_rows") as url, speaking_to(url):
        engine = session.get_bind().engine
        migrating.upgrade(FIRST)
        fill_much(engine)
        had = columns_of(engine)
        # Which of them are there at the end is known only then: so a look at each alone.
        before = {
            (table, name): fingerprints(engine, {table: [name]})[table]
            for table, names in had.items()
            for name in names - CHANGED[table]
        }
        began = time.perf_counter()
        migrating.upgrade()
        seconds = time.perf_counter() - began
        has = columns_of(engine)
        after = {
            (table, name): fingerprints(engine, {table: [name]})[table]
            for table, name in before
            if name in has[table]
        }
        session.remove()
    rows = sum(count for (_table, name), (count, _mark) in after.items() if name == "id")
    changed = [key for key, mark in after.items() if mark != before[key]]
    beside = {"columns": len(after), "changed": changed, "seconds": round(seconds)}
    yield Figure("old rows, kept", kind, rows, sum(COUNTS.values()) + 6, at_least(1), at_most(1))
    yield Figure(
        "old rows, columns that are others", kind, len(changed), None, at_most(0), beside=beside
    )


PARTS = {"rows": migrate}
