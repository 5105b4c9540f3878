"""A process is killed (SIGKILL) in the middle of migrating or importing: all of it or nothing, and
the next run does it (R22)."""

import os
import signal

import pytest
from sqlalchemy import event

from config import KEY_FOR_TESTS
from tests import racing
from tests.conftest import DATABASES, fresh_database
from tests.core.test_migrating import fill, rows, schema
from tests.factories.teams import CoordinatorFactory
from tests.servers import migrated, speaking_to
from volunteer.core import database, encryption, migrating
from volunteer.core.database import session
from volunteer.core.sheets import Row, Table
from volunteer.people.models import Person
from volunteer.teams import importing, queries, roster
from volunteer.teams.models import Team

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]

HELD = ["name", "phone"]
PEOPLE = 30


def die_at(number: int) -> None:
    """This process ends, without another word, when it is about to change something for the
    number-th time."""
    passed = []

    def count(_connection, _cursor, statement, *_rest) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN")):
            passed.append(statement)
            if len(passed) == number:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(session.get_bind().engine, "before_cursor_execute", count)


def killed(work, url: str, number: int) -> None:
    """Another process begins this work and is killed in it."""
    process = racing.processes.Process(target=work, args=(url, number))
    process.start()
    process.join(racing.PATIENCE_SECONDS)
    assert process.exitcode == -signal.SIGKILL


def connect(url: str, dies_at: int) -> None:
    encryption.use([KEY_FOR_TESTS])
    database.connect(url)
    die_at(dies_at)


def migrate(url: str, dies_at: int) -> None:
    connect(url, dies_at)
    migrating.upgrade()


def test_migrations_that_are_killed_leave_no_trace_and_run_again(kind, tmp_path):
    with fresh_database(kind, tmp_path, "killed") as url, speaking_to(url):
        engine = session.get_bind().engine
        migrating.upgrade("0001")
        fill(engine)
        before = (schema(engine), rows(engine))

        killed(migrate, url, 100)
        assert (schema(engine), rows(engine)) == before
        migrating.upgrade()

        assert migrating.current() == migrating.newest()
        assert session.query(Person).count() == 3
        session.remove()
        engine.dispose()


def bring_in(url: str, dies_at: int) -> None:
    connect(url, dies_at)
    add_all()


def add_all() -> None:
    """The whole list, as the coordinator's page sends it."""
    (team,) = session.query(Team).all()
    lines = [Row(n, [f"王{chr(0x4E00 + n)}", f"139{n:08d}"]) for n in range(PEOPLE)]
    found = importing.preview(team, Table(["姓名", "电话"], lines), HELD)
    (by,) = [row.person for row in queries.list_active(team) if row.is_coordinator]
    roster.add_all(team, found.new, by=by, form_key="one page")


def test_an_import_that_is_killed_brings_in_nobody_and_the_same_page_everybody_once(kind, tmp_path):
    with migrated(kind, tmp_path, "killed") as url:
        CoordinatorFactory()
        session.remove()
        engine = session.get_bind().engine
        before = rows(engine)

        # At the last thing that it writes.
        killed(bring_in, url, 4)
        assert rows(engine) == before
        for _pressed in range(2):
            add_all()

        assert session.query(Person).count() == 1 + PEOPLE
        session.remove()
        engine.dispose()
