"""What those who asked to join are told."""

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from volunteer.accounts.models import PersonalLink
from volunteer.core.database import session
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.teams import answers, membership

pytestmark = pytest.mark.usefixtures("database")


def messages():
    return session.query(OutboxMessage).order_by(OutboxMessage.id).all()


def letters(app):
    with app.app_context():
        return [letter.text for letter in answers.write(messages()).values()]


def test_a_yes_comes_with_a_link_that_opens_the_door(app):
    team, person = TeamFactory(name="奶奶的厨房"), PersonFactory()
    asked = membership.apply(team, person)

    membership.approve(asked, by=CoordinatorFactory(team=team).person)

    (text,) = letters(app)
    assert "you are in 奶奶的厨房 now" in text
    assert "/links/" in text


def test_a_no_is_said_too_and_opens_nothing(app):
    team, person = TeamFactory(phone="02800000100"), PersonFactory()
    asked = membership.apply(team, person)

    membership.reject(asked, by=CoordinatorFactory(team=team).person)

    (text,) = letters(app)
    assert "can’t take you in now" in text
    assert "028-0000 0100" in text
    assert "/links/" not in text


def test_a_yes_that_is_no_longer_true_is_not_written(app):
    asked = membership.apply(TeamFactory(), PersonFactory())
    membership.approve(asked, by=PersonFactory())
    membership.leave(asked, by=asked.person)

    assert letters(app) == []


def test_a_yes_that_is_read_out_or_sent_to_a_phone_makes_no_link(app):
    asked = membership.apply(TeamFactory(), PersonFactory())
    membership.approve(asked, by=PersonFactory())
    messages()[0].channel = Channel.SMS
    session.commit()

    (text,) = letters(app)

    assert f"/teams/{asked.team_id}" in text
    assert session.query(PersonalLink).count() == 0


def test_who_has_no_mailbox_is_called():
    asked = membership.apply(TeamFactory(), PersonFactory(email=None))

    membership.approve(asked, by=PersonFactory())

    assert [message.channel for message in messages()] == [Channel.CALL]


def test_asking_again_after_a_no_is_answered_again():
    team, person = TeamFactory(), PersonFactory()

    for _time in range(2):
        membership.reject(membership.apply(team, person), by=PersonFactory())

    assert [message.kind for message in messages()] == ["joining_rejected"] * 2


def test_a_mail_to_who_has_a_password_holds_no_key(app):
    asked = membership.apply(TeamFactory(), UserFactory().person)

    membership.approve(asked, by=PersonFactory())

    (text,) = letters(app)
    assert "/links/" not in text
    assert "/my-week" in text
