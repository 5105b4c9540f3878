"""The disk is full: what reads goes on, what writes says so, and nothing typed is lost (R19)."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import pytest
from sqlalchemy import event, text

import config
from tests.conftest import DATABASES
from tests.factories.people import PersonFactory
from tests.servers import migrated
from volunteer import create_app
from volunteer.accounts import signing_in
from volunteer.core.database import session
from volunteer.core.errors import NoRoomLeft

pytestmark = pytest.mark.processes

# How many lines of the trail fit at most into what is left of a page of the file.
LINES = 200
# PostgreSQL says the same where it is told to, for its file system is that of everybody else.
REFUSE_AS_A_FULL_DISK = """
CREATE FUNCTION no_room() RETURNS trigger AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$
LANGUAGE plpgsql;
CREATE TRIGGER no_room BEFORE INSERT ON audit_entries EXECUTE FUNCTION no_room()
"""


@dataclass
class Disk:
    """Of a database with an app of its own, which has read it already."""

    fill: Callable[[], None]
    make_room: Callable[[], None]


def disk_of_sqlite(engine) -> Disk:
    """The file may have no page more than it has."""
    most = []

    def heed(connection, _record, _proxy) -> None:
        connection.execute(f"PRAGMA max_page_count = {most[0] if most else 2**30}")

    def fill() -> None:
        most.append(session.scalar(text("PRAGMA page_count")))
        session.remove()

    event.listen(engine, "checkout", heed)
    return Disk(fill, most.clear)


def disk_of_postgresql(engine) -> Disk:
    def say(statements: str) -> None:
        with engine.connect().execution_options(write=True) as connection:
            connection.execute(text(statements))
            connection.commit()

    return Disk(
        lambda: say(REFUSE_AS_A_FULL_DISK), lambda: say("DROP TRIGGER no_room ON audit_entries")
    )


@pytest.mark.parametrize("kind", DATABASES)
def test_what_was_typed_stands_there_again_and_is_saved_once_there_is_room(kind, tmp_path):
    with migrated(kind, tmp_path, "full") as url:
        person = PersonFactory(name="王秀英")
        token = signing_in.begin(signing_in.user_of(person), "test").token
        app = create_app(config.Testing({"DATABASE_URL": url, "LOG_LEVEL": "CRITICAL"}))
        app.config["WTF_CSRF_ENABLED"] = False
        browser = app.test_client()
        browser.set_cookie("lang", "en")
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
        engine = session.get_bind().engine
        disk = disk_of_sqlite(engine) if kind == "sqlite" else disk_of_postgresql(engine)

        def save(name: str):
            form = {"name": name, "phone_owner": "self", "language": "en"}
            return browser.post("/settings", data=form)

        last, names = "李明", (f"王{letter}" for letter in map(chr, range(ord("一"), ord("龥"))))
        assert save(last).status_code == 302
        disk.fill()
        # Till nothing fits in any more.
        for name in islice(names, LINES):
            refused = save(name)
            if refused.status_code != 302:
                break
            last = name
        stands_there = browser.get("/settings")
        disk.make_room()
        saved = save("李小明")

    assert refused.status_code == 507
    assert str(NoRoomLeft.message) in refused.text
    assert f'value="{name}"' in refused.text
    assert stands_there.status_code == 200
    assert f'value="{last}"' in stands_there.text
    assert saved.status_code == 302
    session.remove()
