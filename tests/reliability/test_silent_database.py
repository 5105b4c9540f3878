"""PostgreSQL still takes what is sent and answers nothing: nobody waits for ever (R18)."""

import time

import pytest

import config
from tests.factories.people import PersonFactory
from tests.servers import migrated, speaking_to
from tests.silence import line_to
from volunteer import create_app
from volunteer.accounts import signing_in
from volunteer.core import engines
from volunteer.core.database import session

pytestmark = pytest.mark.processes

# What is waited for in real use, made short: a statement, a first word; psycopg waits at least
# two seconds for a new connection.
STATEMENT, PING, CONNECT = 0.3, 0.2, 2
# On a busy machine the rest of a page takes its time, too.
SLACK = 3


@pytest.fixture
def short_patience(monkeypatch):
    monkeypatch.setattr(engines, "STATEMENT_MILLISECONDS", round(STATEMENT * 1000))
    monkeypatch.setattr(engines, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(engines, "CONNECT_SECONDS", CONNECT)
    monkeypatch.setattr(engines, "PING_SECONDS", PING)


@pytest.fixture
def silent(short_patience, tmp_path):
    """A browser of somebody who is signed in, and the line on which the service asks."""
    with migrated("postgresql", tmp_path, "silent") as url:
        person = PersonFactory(name="王秀英")
        token = signing_in.begin(signing_in.user_of(person), "test").token
        session.remove()
        with line_to(url) as (address, line), speaking_to(address):
            app = create_app(config.Testing({"DATABASE_URL": address, "LOG_LEVEL": "CRITICAL"}))
            app.config["WTF_CSRF_ENABLED"] = False
            browser = app.test_client()
            with browser.session_transaction() as cookie:
                cookie["_user_id"] = token
            yield browser, line


def answered(browser, method="get", path="/settings", **more):
    """With which status, and after how many seconds."""
    began = time.monotonic()
    answer = getattr(browser, method)(path, **more)
    return answer.status_code, time.monotonic() - began


def test_each_request_is_answered_and_all_is_well_as_soon_as_it_speaks(silent, monkeypatch):
    browser, line = silent
    form = {"name": "李明", "phone_owner": "self", "language": "en"}
    assert answered(browser)[0] == 200

    line.fall_silent()
    with monkeypatch.context() as idle:
        # What lay idle is asked for a word, and when none comes another one is made.
        idle.setattr(engines, "IDLE_SECONDS", 0)
        first, seconds = answered(browser, "post", data=form)
    assert first == 503
    assert seconds < PING + CONNECT + SLACK

    line.speak()
    status, seconds = answered(browser)
    assert status == 200
    assert seconds < SLACK

    line.fall_silent()
    # In the middle: what was in use a moment ago is asked for no word.
    status, seconds = answered(browser)
    assert status == 503
    assert seconds < STATEMENT + SLACK

    line.speak()
    assert "王秀英" in browser.get("/settings").text
