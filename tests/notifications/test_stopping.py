"""Saying that one wants no more of something."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.notifications.test_channels import Mailbox, serving
from tests.notifications.test_delivery import LEASE
from volunteer.core import clock, encryption
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.notifications import delivery, letters, outbox, stopping
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.notifications.topics import Topic
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")


def token_of(person: Person, topic: Topic = Topic.WEEK) -> str:
    return stopping.path(person, topic).removeprefix("/stops/")


def test_the_link_names_whom_and_what():
    person = PersonFactory()
    for topic in Topic:
        assert stopping.read(token_of(person, topic)) == (person, topic)


def test_a_link_that_we_did_not_make_names_nobody():
    person, other = PersonFactory(), PersonFactory()
    good = token_of(person)
    forged = [good[:-1], good + "A", good[::-1], "", "%", "MS53ZWVr", "王", "a" * 5000]
    forged.append(stopping.token(other.id, Topic.WEEK, "b" * 43 + "="))
    for said in forged:
        with pytest.raises(NotFound):
            stopping.read(said)


def test_a_link_of_an_old_mail_works_after_the_key_was_changed():
    person = PersonFactory()
    old = token_of(person)
    keys = encryption.keys.texts
    encryption.use(["bmV3" * 10 + "bmU=", *keys])
    try:
        assert stopping.read(old) == (person, Topic.WEEK)
        assert token_of(person) != old
    finally:
        encryption.use(keys)


def test_who_has_stopped_one_topic_gets_the_others_and_what_they_must_know():
    person = PersonFactory()
    stopping.stop(person, Topic.ASKS)
    stopping.stop(person, Topic.ASKS)
    until = clock.now() + timedelta(hours=1)

    for kind in ("stand_in_asked", "week_ahead", "date_cancelled"):
        outbox.post(kind, to=person, key="1", expires_at=until)

    found = {m.kind: m.status for m in session.query(OutboxMessage)}
    assert found == {
        "stand_in_asked": MessageStatus.DROPPED,
        "week_ahead": MessageStatus.WAITING,
        "date_cancelled": MessageStatus.WAITING,
    }


def test_who_stops_while_a_message_waits_does_not_get_it(monkeypatch):
    write = lambda messages: {m.id: Letter("s", "t") for m in messages}  # noqa: E731 - one use
    monkeypatch.setitem(letters._writers, "week_ahead", write)
    message = OutboxMessageFactory(kind="week_ahead")
    mailbox = Mailbox()
    stopping.stop(message.person, Topic.WEEK)

    with serving(mailbox) as smtp:
        delivery.send_due(lambda _channel: smtp, lease=LEASE, at_most=20)

    session.expire_all()
    assert session.get_one(OutboxMessage, message.id).status is MessageStatus.DROPPED
    assert mailbox.got == []


def test_a_mail_carries_the_one_click_headers_and_one_that_must_be_read_does_not():
    mailbox, person = Mailbox(), PersonFactory()
    path = stopping.path(person, Topic.WEEK)
    message = OutboxMessageFactory(person=person, channel=Channel.EMAIL)

    with serving(mailbox) as smtp:
        smtp.send(message, Letter("s", "t", stop_path=path))
        smtp.send(message, Letter("s", "t"))
        # As mail programs get it: one line, nothing encoded.
        written = smtp.mail(message, Letter("s", "t", stop_path=path)).splitlines()
        assert f"List-Unsubscribe: <https://linli.example.org{path}>".encode() in written

    weekly, other = (mail for _to, mail in mailbox.got)
    address = weekly["List-Unsubscribe"].strip("<>")
    assert (urlsplit(address).scheme, urlsplit(address).path) == ("https", path)
    assert weekly["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert other["List-Unsubscribe"] is other["List-Unsubscribe-Post"] is None
