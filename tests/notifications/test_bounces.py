"""Mailboxes that nobody reads."""

import pytest

from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.notifications.test_channels import Mailbox, serving
from tests.notifications.test_delivery import LEASE
from volunteer.core.database import session
from volunteer.notifications import delivery, letters, outbox
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people import profile
from volunteer.people.models import Person, ToldBy
from volunteer.people.profile import PersonDetails

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def notes(monkeypatch):
    write = lambda messages: {m.id: Letter("s", "t") for m in messages}  # noqa: E731 - one use
    monkeypatch.setitem(letters._writers, "note", write)


def send(answer: str) -> tuple[OutboxMessage, Person]:
    """A mail to somebody, to a server that says this of the recipient."""
    number = OutboxMessageFactory().id
    with serving(Mailbox(to_recipient=answer)) as smtp:
        delivery.send_due(lambda _channel: smtp, lease=LEASE, at_most=20)
    session.expire_all()
    message = session.get_one(OutboxMessage, number)
    return message, message.person


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "550 user unknown: spam or a slip"])
def test_who_has_no_such_mailbox_is_called_from_now_on(answer):
    message, person = send(answer)

    assert message.status is MessageStatus.FAILED
    assert person.mailbox_refused_at is not None
    assert outbox.channel_for(person) is Channel.CALL


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("450 mailbox busy", MessageStatus.WAITING),
        ("550 5.7.1 your machine is on a list", MessageStatus.WAITING),
        ("550 relay not permitted", MessageStatus.WAITING),
        ("554 5.2.3 too long for this mailbox", MessageStatus.FAILED),
    ],
)
def test_what_is_not_the_mailboxs_fault_leaves_it_as_it_is(answer, status):
    message, person = send(answer)

    assert message.status is status
    assert person.mailbox_refused_at is None
    assert outbox.channel_for(person) is Channel.EMAIL


def test_a_new_mailbox_is_trusted_again_and_the_old_one_written_anew_is_not():
    _message, person = send("550 5.1.1 no such user")
    details = PersonDetails(name=person.name, phone=person.phone, email=person.email)

    profile.change(person, details, by=person)
    assert person.mailbox_refused_at is not None

    profile.change(person, PersonDetails(name=person.name, email="new@example.org"), by=person)
    assert person.mailbox_refused_at is None


def test_a_mailbox_changed_meanwhile_is_not_blamed_for_the_old_one():
    message = OutboxMessageFactory()
    person = message.person

    class Moving(Mailbox):
        async def handle_RCPT(self, *rest):  # noqa: N802 - aiosmtpd's name
            session.query(Person).filter_by(id=person.id).update({"email": "new@example.org"})
            return "550 5.1.1 no such user"

    with serving(Moving()) as smtp:
        smtp.open = smtp.open
        delivery.send_due(lambda _channel: smtp, lease=LEASE, at_most=20)

    session.expire_all()
    assert session.get_one(Person, person.id).mailbox_refused_at is None


@pytest.mark.parametrize(
    ("person", "channel"),
    [
        ({}, Channel.EMAIL),
        ({"email": None}, Channel.CALL),
        ({"told_by": ToldBy.SMS}, Channel.SMS),
        ({"told_by": ToldBy.SMS, "phone": None}, Channel.EMAIL),
        ({"told_by": ToldBy.CALL}, Channel.CALL),
        ({"told_by": ToldBy.EMAIL}, Channel.EMAIL),
        ({"told_by": ToldBy.EMAIL, "email": None}, Channel.CALL),
    ],
)
def test_people_are_told_as_they_wish_where_that_can_be(person, channel):
    assert outbox.channel_for(PersonFactory(**person)) is channel
