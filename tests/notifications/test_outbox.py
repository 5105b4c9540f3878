"""Posting a message together with the change that causes it."""

from datetime import timedelta

import pytest

from tests.factories.people import PersonFactory
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import claiming, outbox
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")


def in_an_hour():
    return clock.now() + timedelta(hours=1)


def post(person: Person, key: str = "12:1", **values: object) -> None:
    outbox.post("date_moved", to=person, key=key, expires_at=in_an_hour(), **values)


def rows_for(*people: Person) -> list[dict[str, object]]:
    return [
        outbox.row("date_moved", to=person, key="12:1", expires_at=in_an_hour(), about={})
        for person in people
    ]


def messages() -> list[OutboxMessage]:
    return session.query(OutboxMessage).order_by(OutboxMessage.id).all()


def test_a_message_is_due_at_once_and_waits():
    person = PersonFactory()

    post(person, occurrence_id=12)

    (message,) = messages()
    assert (message.person, message.status) == (person, MessageStatus.WAITING)
    assert message.due_at == message.next_try_at <= clock.now()
    assert message.about == {"occurrence_id": 12}


def test_the_same_key_for_the_same_person_is_one_message_however_often_it_is_posted():
    person = PersonFactory()

    for _time in range(3):
        post(person)

    assert len(messages()) == 1


def test_another_key_another_kind_or_another_person_is_another_message():
    person = PersonFactory()
    post(person)

    post(person, key="12:2")
    post(PersonFactory())
    outbox.post("date_cancelled", to=person, key="12:1", expires_at=in_an_hour())

    assert len(messages()) == 4


def test_posting_many_says_how_many_were_new():
    known, *new = [PersonFactory() for _number in range(4)]
    post(known)

    assert outbox.post_all(rows_for(known, *new)) == 3


def test_posting_nobody_posts_nothing():
    assert outbox.post_all([]) == 0


def test_two_thousand_messages_go_in_with_one_statement(count_queries):
    person = PersonFactory()
    rows = [{**rows_for(person)[0], "key": f"many:{number}"} for number in range(2000)]

    with count_queries() as sent:
        posted = outbox.post_all(rows)

    assert (posted, len(sent)) == (2000, 1)


def test_what_is_posted_belongs_to_the_change_and_goes_with_it():
    person = PersonFactory()

    def change_and_fail() -> None:
        with transaction():
            post(person)
            raise TimeoutError

    with pytest.raises(TimeoutError):
        change_and_fail()
    assert messages() == []


def test_who_can_be_written_to_gets_mail_and_who_cannot_is_called():
    assert outbox.channel_for(PersonFactory()) is Channel.EMAIL
    assert outbox.channel_for(PersonFactory(email=None)) is Channel.CALL


def test_every_message_has_a_name_of_its_own_for_mail_servers():
    post(PersonFactory())
    post(PersonFactory())

    assert len({message.message_id for message in messages()}) == 2


def test_of_who_has_died_only_what_waits_for_them_goes_no_more():
    person, other = PersonFactory(), PersonFactory()
    for key in ("1", "2", "3"):
        post(person, key=key)
    post(other)
    waiting, sent, group, of_another = messages()
    sent.status, group.channel = MessageStatus.SENT, Channel.GROUP
    session.commit()

    outbox.drop_all_of(person, other)

    session.expire_all()
    assert [one.status for one in (waiting, sent, group, of_another)] == [
        MessageStatus.DROPPED, MessageStatus.SENT, MessageStatus.WAITING, MessageStatus.WAITING,
    ]  # fmt: skip


def test_only_what_waits_for_this_person_on_this_way_goes_another_way():
    person, other = PersonFactory(), PersonFactory()
    for key in ("1", "2", "3"):
        post(person, key=key)
    post(other)
    waiting, sent, pushed, of_another = messages()
    sent.status, pushed.channel = MessageStatus.SENT, Channel.PUSH
    person.email = None
    session.commit()

    outbox.send_otherwise(person, Channel.EMAIL)

    session.expire_all()
    assert waiting.channel is not Channel.EMAIL
    assert [one.channel for one in (sent, pushed, of_another)] == [
        Channel.EMAIL, Channel.PUSH, Channel.EMAIL,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["one_time_code", "new_link"])
def test_what_somebody_has_just_asked_for_goes_where_they_asked_for_it(kind):
    person = PersonFactory()
    outbox.post(kind, to=person, key="1", expires_at=in_an_hour(), channel=Channel.SMS)

    outbox.send_otherwise(person, Channel.SMS)

    (message,) = messages()
    assert message.channel is Channel.SMS


def test_what_was_sent_does_not_become_too_late():
    post(PersonFactory())
    (message,) = messages()
    message.status, message.ended_at = MessageStatus.SENT, clock.now()
    session.commit()

    assert claiming.expire(in_an_hour() + timedelta(hours=1)) == 0

    session.expire_all()
    assert message.status is MessageStatus.SENT
