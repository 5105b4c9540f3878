"""What a coordinator sees of one message, and what they can do about it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.reminders import books, call_list, weekly
from volunteer.reminders.errors import AlreadyDealtWith
from volunteer.reminders.models import WeeklyRun

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def morning(time_machine, database):
    time_machine.move_to(datetime(2026, 10, 12, 1, tzinfo=UTC), tick=False)


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


def failed(team, problem="SMTPRecipientsRefused 550", **values):
    return OutboxMessageFactory(
        kind="week_ahead",
        team_id=team.id,
        status=MessageStatus.FAILED,
        ended_at=clock.now(),
        problem=problem,
        **values,
    )


def page_of(browser, message, **more):
    return browser.get(f"/teams/{message.team_id}/messages/{message.id}", **more)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("SMTPRecipientsRefused 550", "does not exist, or was written down wrongly"),
        ("SMTPRecipientsRefused 550 5.1.1", "does not exist, or was written down wrongly"),
        ("SMTPRecipientsRefused 550 5.7.1", "does not take messages from us"),
        ("SMTPRecipientsRefused 452", "their inbox may be full"),
        ("SMTPDataError 554", "does not take messages from us"),
        ("SMTPAuthenticationError 535", "The mail server did not let us in"),
        ("ConnectionRefusedError", "was not to be reached"),
        ("not written", "could not be written"),
        ("something new", "The other side did not take it"),
    ],
)
def test_a_coordinator_reads_in_plain_words_why_it_did_not_go(
    signed_in_as, coordinator, problem, words
):
    message = failed(coordinator.team, problem)

    page = page_of(signed_in_as(coordinator.person), message).text

    assert words in page
    assert "Call instead" in page
    assert message.person.name in page
    assert problem not in page.replace(words, "")


def test_sending_it_again_lets_it_wait_for_the_next_run(signed_in_as, coordinator):
    message = failed(coordinator.team, attempts=5)
    browser = signed_in_as(coordinator.person)

    answer = browser.post(
        f"/teams/{message.team_id}/messages/{message.id}/again", follow_redirects=True
    )

    assert "goes out again" in answer.text
    after = session.get_one(OutboxMessage, message.id)
    assert (after.status, after.attempts, after.problem) == (MessageStatus.WAITING, 0, None)
    assert after.next_try_at <= clock.now()


@pytest.mark.parametrize(
    "values",
    [
        {"status": MessageStatus.SENT},
        {"status": MessageStatus.FAILED, "channel": Channel.CALL},
        {"status": MessageStatus.FAILED, "expires_at": datetime(2026, 10, 12, tzinfo=UTC)},
    ],
)
def test_only_what_failed_and_is_still_of_use_goes_again(coordinator, values):
    message = OutboxMessageFactory(team_id=coordinator.team_id, **values)

    with pytest.raises(AlreadyDealtWith):
        call_list.try_again(message, team=coordinator.team, by=coordinator.person)


def test_a_message_of_another_team_is_not_there(signed_in_as, coordinator):
    elsewhere = failed(CoordinatorFactory().team)
    browser = signed_in_as(coordinator.person)

    own_address = f"/teams/{coordinator.team_id}/messages/{elsewhere.id}"
    assert browser.get(own_address).status_code == 404
    assert page_of(browser, elsewhere).status_code == 404
    assert browser.post(f"{own_address}/again").status_code == 404


def test_a_member_sees_no_messages_of_others(signed_in_as, coordinator):
    member = MembershipFactory(team=coordinator.team).person
    message = failed(coordinator.team)

    assert page_of(signed_in_as(member), message).status_code == 404


def test_while_a_run_goes_out_its_page_says_how_far_it_is(signed_in_as, coordinator):
    for _number in range(3):
        MembershipFactory(team=coordinator.team)
    weekly.plan(coordinator.team, clock.now())
    browser = signed_in_as(coordinator.person)
    session.query(OutboxMessage).first().end(MessageStatus.SENT, clock.now())
    session.commit()

    page = browser.get(f"/teams/{coordinator.team_id}/messages").text
    assert "1 of 4 have gone" in page
    assert "data-live" in page

    for message in session.query(OutboxMessage):
        message.end(MessageStatus.SENT, clock.now())
    session.commit()
    page = browser.get(f"/teams/{coordinator.team_id}/messages").text
    assert "have gone" not in page
    assert "data-live" not in page


def test_the_books_close_while_every_message_is_there_and_say_how_many_are_not(coordinator):
    MembershipFactory(team=coordinator.team)
    weekly.plan(coordinator.team, clock.now() - timedelta(minutes=1))
    assert session.query(WeeklyRun).one().expected == 2
    assert books.count_missing(clock.now()) == 0

    session.delete(session.query(OutboxMessage).first())
    session.commit()

    assert books.count_missing(clock.now()) == 1


def test_what_still_waits_long_after_its_time_is_missing_too(coordinator, time_machine):
    weekly.plan(coordinator.team, clock.now() - timedelta(minutes=1))

    time_machine.shift(timedelta(hours=38))

    assert books.count_missing(clock.now()) == 1


def test_what_a_group_was_told_stands_for_no_member_in_the_books(coordinator):
    due = clock.now() - timedelta(minutes=1)
    weekly.plan(coordinator.team, due)
    session.delete(session.query(OutboxMessage).one())
    session.commit()
    OutboxMessageFactory(
        team_id=coordinator.team_id, due_at=due, kind="week_ahead", channel=Channel.GROUP
    )

    assert books.count_missing(clock.now()) == 1


def test_the_books_look_back_no_further_than_messages_are_kept(coordinator, time_machine):
    now = clock.now()
    weekly.plan(coordinator.team, now - timedelta(minutes=1))
    session.delete(session.query(OutboxMessage).one())
    session.commit()
    assert books.count_missing(now) == 1

    assert books.count_missing(now + books.LOOKS_BACK) == 0


def test_messages_of_another_kind_are_not_in_the_books(coordinator):
    due = clock.now() - timedelta(minutes=1)
    weekly.plan(coordinator.team, due)
    session.delete(session.query(OutboxMessage).one())
    session.commit()
    OutboxMessageFactory(team_id=coordinator.team_id, due_at=due, person=PersonFactory())

    assert books.count_missing(clock.now()) == 1
