"""Operators see what waits to go out, and throw away what nobody should get, by page or command."""

import re
from datetime import timedelta

import pytest

from tests.factories.accounts import OperatorFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import MessageStatus

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def operator(signed_in_as):
    return signed_in_as(OperatorFactory().person)


def number_on(page: str) -> int:
    return int(page.split('name="up_to" value="')[1].split('"', maxsplit=1)[0])


def test_they_choose_look_and_press(operator):
    team = TeamFactory(name="书声")
    wrong = OutboxMessageFactory.create_batch(3, kind="date_moved", team_id=team.id)
    right = OutboxMessageFactory(kind="week_ahead", team_id=team.id)
    query = f"?kind=date_moved&team={team.id}&before="

    everything = operator.get("/outbox/waiting").text
    chosen = operator.get(f"/outbox/waiting{query}").text
    question = operator.get(f"/outbox/waiting/end{query}").text
    came_since = OutboxMessageFactory(kind="date_moved", team_id=team.id)
    answer = operator.post(
        f"/outbox/waiting/end{query}", data={"up_to": number_on(question)}, follow_redirects=True
    ).text

    assert "4 messages wait to go out" in everything
    assert "3 messages wait to go out" in chosen
    assert "Throw 3 messages away?" in question
    assert wrong[0].person.name not in everything + chosen + question
    assert "3 messages are thrown away." in answer
    session.expire_all()
    assert {message.status for message in wrong} == {MessageStatus.DROPPED}
    assert {message.status for message in (right, came_since)} == {MessageStatus.WAITING}
    assert "thrown it away before it went" in operator.get(f"/outbox/{wrong[0].id}").text


def test_a_day_that_cannot_be_read_is_said_and_nothing_is_thrown_away(operator):
    message = OutboxMessageFactory(kind="date_moved")

    page = operator.get("/outbox/waiting?kind=&team=&before=soonish").text
    operator.post("/outbox/waiting/end?before=soonish", data={"up_to": message.id})
    operator.post("/outbox/waiting/end?kind=unknown", data={"up_to": message.id})
    operator.post("/outbox/waiting/end")

    assert "soonish" in page
    assert "Throw these away" not in page
    session.expire_all()
    assert message.status is MessageStatus.WAITING


def test_one_kind_of_every_team_can_be_thrown_away(operator):
    wrong = OutboxMessageFactory(kind="date_moved")
    right = OutboxMessageFactory(kind="week_ahead")
    page = operator.get("/outbox/waiting?kind=date_moved&team=&before=").text
    [question] = re.findall(r'href="(/outbox/waiting/end[^"]*)"', page)

    asked = operator.get(question).text
    operator.post(question, data={"up_to": number_on(asked)})

    session.expire_all()
    assert (wrong.status, right.status) == (MessageStatus.DROPPED, MessageStatus.WAITING)


def test_a_choice_that_fits_none_does_not_say_that_nothing_waits(operator):
    OutboxMessageFactory(kind="date_moved")

    page = operator.get("/outbox/waiting?kind=&team=&before=2001-01-01").text

    assert "None of those that wait is like this." in page
    assert "Nothing waits to go out" not in page


def test_without_any_there_is_nothing_to_press(operator):
    assert "Nothing waits to go out" in operator.get("/outbox/waiting").text
    assert operator.get("/outbox/waiting/end").location == "/outbox/waiting"


def test_nobody_else_comes_in(signed_in_as):
    browser = signed_in_as(CoordinatorFactory().person)
    message = OutboxMessageFactory()

    assert browser.get("/outbox/waiting").status_code == 404
    assert browser.post("/outbox/waiting/end", data={"up_to": message.id}).status_code == 404
    session.expire_all()
    assert message.status is MessageStatus.WAITING


@pytest.mark.parametrize("number", [10**30, -(10**30)])
def test_a_number_that_no_message_has_throws_nothing_away_by_accident(operator, number):
    message = OutboxMessageFactory(kind="date_moved")

    answer = operator.post("/outbox/waiting/end", data={"up_to": number})

    assert answer.status_code == 302
    session.expire_all()
    assert (message.status is MessageStatus.DROPPED) == (number > 0)


def test_the_command_counts_asks_and_throws_away(app):
    now = clock.now()
    team = TeamFactory()
    old = OutboxMessageFactory(kind="date_moved", team_id=team.id, due_at=now - timedelta(days=2))
    new = OutboxMessageFactory(kind="date_moved", team_id=team.id)
    run = app.test_cli_runner().invoke
    which = ["--team", str(team.id), "--before", f"{now - timedelta(days=1):%Y-%m-%d %H:%M}"]

    waiting = run(args=["outbox", "waiting"]).output
    refused = run(args=["outbox", "throw-away", *which], input="n\n")
    unknown = run(args=["outbox", "waiting", "--team", "999999"])
    done = run(args=["outbox", "throw-away", *which, "--yes"]).output

    assert f"2  date_moved, team {team.id}" in waiting
    assert (refused.exit_code, unknown.exit_code) == (1, 1)
    assert "1 thrown away." in done
    session.expire_all()
    assert (old.status, new.status) == (MessageStatus.DROPPED, MessageStatus.WAITING)
