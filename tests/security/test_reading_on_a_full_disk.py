"""Where nothing can be written any more, pages can be read (R19); but no line, no look (S27)."""

import sqlite3

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from volunteer.accounts.models import SEEN_EVERY
from volunteer.core import clock

pytestmark = pytest.mark.walks


# What a page writes is no matter of the database.
@pytest.mark.parametrize("setting", ["sqlite"], indirect=True)
def test_every_page_can_be_read_but_those_whose_readers_are_written_down(
    village, rules, engine, app, monkeypatch, time_machine
):
    """Also by who was not seen for long, which else would be noted."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    time_machine.move_to(clock.now() + 2 * SEEN_EVERY, tick=False)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    refused = []

    def refuse(_connection, _cursor, statement, *_rest):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            refused.append(statement.split()[2 if statement.startswith("INSERT") else 1])
            raise OperationalError(statement, {}, full)

    event.listen(engine, "before_cursor_execute", refuse)
    answers = []
    try:
        for rule in rules:
            if "GET" in rule.methods:
                refused.clear()
                answer = village.browsers["coordinator"].get(village.address(rule, village.own))
                answers.append((rule.endpoint, answer.status_code, set(refused)))
    finally:
        event.remove(engine, "before_cursor_execute", refuse)

    broken = [
        (endpoint, tables)
        for endpoint, status, tables in answers
        if status >= 500 and "audit_readings" not in tables
    ]
    assert broken == []
    assert sum(status == 200 for _endpoint, status, _tables in answers) >= 60
    assert any("sign_ins" in tables for _endpoint, _status, tables in answers)
