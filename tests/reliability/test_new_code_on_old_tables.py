"""The program is new and `db upgrade` was forgotten: whoever runs it reads one line, and people a
page that says so, until the tables are there."""

import logging

import pytest

import config
from tests.conftest import DATABASES
from tests.factories.teams import CoordinatorFactory
from tests.servers import migrated
from volunteer import create_app
from volunteer.accounts import signing_in
from volunteer.core import migrating
from volunteer.core.database import session, transaction

pytestmark = pytest.mark.parametrize("kind", DATABASES)

# What the tables lacked before: what the memberships, or what the outbox and the clock are read of.
OLDER = (
    "ALTER TABLE memberships RENAME TO of_a_test",
    "ALTER TABLE heartbeats RENAME COLUMN beat_at TO of_a_test",
)
NEWER = (
    "ALTER TABLE of_a_test RENAME TO memberships",
    "ALTER TABLE heartbeats RENAME COLUMN of_a_test TO beat_at",
)


def change(*statements):
    with transaction():
        for statement in statements:
            session.connection().exec_driver_sql(statement)
    session.remove()


def test_people_read_that_it_is_updated_and_operators_what_to_do(
    kind, tmp_path, monkeypatch, caplog
):
    with migrated(kind, tmp_path, "older") as url:
        coordinator = CoordinatorFactory()
        token = signing_in.begin(signing_in.user_of(coordinator.person), "test").token
        pages = ("/", "/nowhere", "/my-week", f"/teams/{coordinator.team_id}/members")
        app = create_app(config.Testing({"DATABASE_URL": url}))
        app.config["PROPAGATE_EXCEPTIONS"] = app.testing = False
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
        at = migrating.current()
        change(*OLDER, "UPDATE alembic_version SET version_num = '0033'")
        caplog.clear()

        during = [browser.get(page) for page in pages]
        health = browser.get("/healthz")
        said = [record for record in caplog.records if record.levelno >= logging.WARNING]
        change(*NEWER, f"UPDATE alembic_version SET version_num = '{at}'")  # noqa: S608 - our own
        after = [browser.get(page).status_code for page in pages]
        session.remove()

    assert [answer.status_code for answer in during] == [503] * 4
    assert all("We are being updated" in answer.text for answer in during)
    assert during[0].headers["Retry-After"] == "60"
    assert (health.status_code, health.json["schema"]) == (503, "0033")
    assert health.json["newest_schema"] == at
    assert len(said) == 4
    assert all("run `.venv/bin/flask --app wsgi db upgrade`" in line.message for line in said)
    assert not any(line.exc_info for line in said)
    assert after == [200, 404, 200, 200]


def test_a_table_that_is_missing_from_the_newest_keeps_its_trace(kind, tmp_path, caplog):
    with migrated(kind, tmp_path, "newest") as url:
        app = create_app(config.Testing({"DATABASE_URL": url}))
        app.config["PROPAGATE_EXCEPTIONS"] = app.testing = False
        change("ALTER TABLE teams RENAME TO of_a_test")
        answer = app.test_client().get("/teams")
        session.remove()

    assert answer.status_code in {500, 503}
    assert "We are being updated" not in answer.text
    assert any(line.exc_info for line in caplog.records)
