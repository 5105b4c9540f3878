"""A fresh personal link by mail, for who holds one that is used up."""

import pytest

from tests.factories.people import PersonFactory
from volunteer.accounts import links_by_mail, personal_links
from volunteer.accounts.errors import LinkNotUsable
from volunteer.core.database import session, transaction
from volunteer.notifications import letters
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    time_machine.move_to("2026-10-12T12:00Z", tick=False)


def used_link(person: Person) -> str:
    token = personal_links.make(person, by=None)
    personal_links.use(token)
    return token


def messages() -> list[OutboxMessage]:
    return session.query(OutboxMessage).order_by(OutboxMessage.id).all()


def test_the_new_link_goes_to_the_mailbox_of_the_old_ones_person():
    person = PersonFactory()

    assert links_by_mail.ask(used_link(person)) is True

    (message,) = messages()
    assert (message.person, message.channel) == (person, Channel.EMAIL)


def test_asking_again_within_the_hour_sends_no_second_one(time_machine):
    token = used_link(PersonFactory())

    for seconds in (0, 60, 3600):
        time_machine.shift(seconds)
        links_by_mail.ask(token)

    assert len(messages()) == 2


def test_who_has_no_mailbox_is_told_so():
    assert links_by_mail.ask(used_link(PersonFactory(email=None))) is False
    assert messages() == []


def test_a_link_that_never_was_gets_nothing():
    with pytest.raises(LinkNotUsable):
        links_by_mail.ask("guessed")


def test_the_letter_holds_a_link_that_lets_in(app):
    person = PersonFactory()
    links_by_mail.ask(used_link(person))
    number = person.id

    with app.app_context(), transaction():
        (letter,) = letters.write(messages()).values()

    token = letter.text.split("/links/")[1].split()[0]
    opened, leads_to = personal_links.use(token)
    assert (opened.person.id, leads_to) == (number, "/my-week")
    assert f"{app.config['BASE_URL']}/links/{token}" in letter.html
